//! The rules of `hookgate lint`: what is allowed in a policy and probably not meant. What finds them is `rego::lint`; each has a
//! page in `docs/rules/` and examples in `fixtures/lint/`.

use std::fmt;

use serde::{Deserialize, Serialize};

/// How much a finding weighs.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Level {
    /// It is not told.
    Ignore,
    /// The policy is odd.
    Warning,
    /// The policy does not do what it is for.
    Error,
}

impl Level {
    /// The word in files and on the command line.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Ignore => "ignore",
            Self::Warning => "warning",
            Self::Error => "error",
        }
    }
}

impl fmt::Display for Level {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.as_str())
    }
}

/// One rule, by the name that it has everywhere: in files, comments, reports and the documents.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum LintRule {
    /// Nothing is there for the gate to ask.
    HookResultMissing,
    /// The gate asks another package.
    PackageName,
    /// The gate asks for another name.
    RuleName,
    /// What is there can never be a verdict.
    HookResultForm,
    /// For some input there is no verdict.
    UndefinedResult,
    /// The verdict is always the good one.
    NeverDenies,
    /// The verdict is always the bad one.
    NeverPasses,
    /// The verdict or its text is of the wrong type.
    VerdictType,
    /// A refusal that does not say why.
    MissingMessage,
    /// An entry of the findings that is left out.
    MalformedFinding,
    /// What no rule speaks of passes.
    DefaultAllows,
    /// One value out of many.
    ConflictingValues,
    /// Two values at once.
    CompetingValues,
    /// A set where a condition is meant.
    SetAsCondition,
    /// An inequality in a loop.
    NotEqualsInLoop,
    /// A condition that does not depend on anything.
    ConstantCondition,
    /// Conditions that exclude each other.
    ImpossibleBranch,
    /// A function that fails on what OPA passes over.
    StrictBuiltin,
    /// A branch behind one that always holds.
    UnreachableElse,
    /// A name that means two things.
    ShadowedName,
    /// A member that no input has.
    UnknownInput,
    /// A word that no input has.
    UnknownOperation,
    /// The time is asked for.
    Clock,
    /// One rule written twice.
    DuplicateRule,
    /// A pattern that the input brings.
    RegexPattern,
    /// A list as long as the input says.
    UnboundedRange,
    /// Steps that grow with the square of a plan.
    NestedIteration,
    /// A pattern that keeps other tools busy.
    SlowRegex,
    /// Nobody knows what the policy is called.
    MissingTitle,
    /// A rule that the gate never comes to.
    UnusedRule,
    /// An import that does nothing.
    UnusedImport,
    /// A name that does nothing.
    UnusedVariable,
    /// A print that nobody reads.
    LeftPrint,
    /// A comment that ignores what is not there.
    UnusedIgnore,
    /// A file that nobody made.
    LeftOutFile,
}

/// What is known of a rule without running it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Card {
    /// Its name.
    pub name: &'static str,
    /// How much its findings weigh unless somebody says otherwise.
    pub level: Level,
    /// What it finds, in a sentence without a period.
    pub summary: &'static str,
}

impl LintRule {
    /// Every rule, in the order of the documents: what makes a verdict, what is wrong, what costs, what is left over.
    pub const ALL: [Self; 35] = [
        Self::HookResultMissing,
        Self::PackageName,
        Self::RuleName,
        Self::HookResultForm,
        Self::UndefinedResult,
        Self::NeverDenies,
        Self::NeverPasses,
        Self::VerdictType,
        Self::MissingMessage,
        Self::MalformedFinding,
        Self::DefaultAllows,
        Self::ConflictingValues,
        Self::CompetingValues,
        Self::SetAsCondition,
        Self::NotEqualsInLoop,
        Self::ConstantCondition,
        Self::ImpossibleBranch,
        Self::StrictBuiltin,
        Self::UnreachableElse,
        Self::ShadowedName,
        Self::UnknownInput,
        Self::UnknownOperation,
        Self::Clock,
        Self::DuplicateRule,
        Self::RegexPattern,
        Self::UnboundedRange,
        Self::NestedIteration,
        Self::SlowRegex,
        Self::MissingTitle,
        Self::UnusedRule,
        Self::UnusedImport,
        Self::UnusedVariable,
        Self::LeftPrint,
        Self::UnusedIgnore,
        Self::LeftOutFile,
    ];

    /// What is known of it.
    #[expect(clippy::too_many_lines, reason = "a table")]
    pub const fn card(self) -> Card {
        let (name, level, summary) = match self {
            Self::HookResultMissing => (
                "hook-result-missing",
                Level::Error,
                "package `policy` has no rule `hook_result`, so the policy has no effect",
            ),
            Self::PackageName => (
                "package-name",
                Level::Error,
                "a package is nearly `policy`, and the gate finds nothing in `policy`",
            ),
            Self::RuleName => (
                "rule-name",
                Level::Error,
                "a rule is nearly `hook_result`, or a member of it nearly one that the gate reads",
            ),
            Self::HookResultForm => (
                "hook-result-form",
                Level::Error,
                "`hook_result` can never be an object with a boolean `is_passed`, so the hook always fails",
            ),
            Self::UndefinedResult => (
                "undefined-result",
                Level::Error,
                "`hook_result` has no value for some inputs, and then the stack passes",
            ),
            Self::NeverDenies => (
                "never-denies",
                Level::Error,
                "`is_passed` can never be false, so the policy refuses nothing",
            ),
            Self::NeverPasses => (
                "never-passes",
                Level::Error,
                "`is_passed` can never be true, so the policy refuses everything",
            ),
            Self::VerdictType => (
                "verdict-type",
                Level::Error,
                "`is_passed` is no boolean, `err_msg` no text or `findings` no list",
            ),
            Self::MissingMessage => (
                "missing-message",
                Level::Warning,
                "a refusal has no `err_msg`, so the user reads a text that says nothing",
            ),
            Self::MalformedFinding => (
                "malformed-finding",
                Level::Warning,
                "an entry of `findings` has no message, an unknown severity or an unknown member",
            ),
            Self::DefaultAllows => (
                "default-allows",
                Level::Ignore,
                "a default passes, so what no rule speaks of is let through",
            ),
            Self::ConflictingValues => (
                "conflicting-values",
                Level::Warning,
                "a rule takes its one value from a loop, and two values are an error of the hook",
            ),
            Self::CompetingValues => (
                "competing-values",
                Level::Warning,
                "rules of one name have different values and can hold at once, which fails the hook",
            ),
            Self::SetAsCondition => (
                "set-as-condition",
                Level::Error,
                "a set stands as a condition, and holds even if it is empty",
            ),
            Self::NotEqualsInLoop => (
                "not-equals-in-loop",
                Level::Warning,
                "`xs[_] != y` holds as soon as one element differs, and not only if all do",
            ),
            Self::ConstantCondition => {
                ("constant-condition", Level::Warning, "a condition always comes out the same")
            }
            Self::ImpossibleBranch => (
                "impossible-branch",
                Level::Warning,
                "conditions of a body exclude each other, so that it never holds",
            ),
            Self::StrictBuiltin => (
                "strict-builtin",
                Level::Ignore,
                "a function is given something of the input whose type is not checked, and fails the hook if it is wrong",
            ),
            Self::UnreachableElse => (
                "unreachable-else",
                Level::Warning,
                "an `else` is never reached, because what stands before it always holds",
            ),
            Self::ShadowedName => (
                "shadowed-name",
                Level::Warning,
                "a local name or an import hides a rule, an import or a built-in function",
            ),
            Self::UnknownInput => (
                "unknown-input",
                Level::Error,
                "a reference into the input names a member that the published schema does not have",
            ),
            Self::UnknownOperation => (
                "unknown-operation",
                Level::Error,
                "the operation, the phase or an action is compared with a word that it never is",
            ),
            Self::Clock => ("clock", Level::Warning, "the verdict depends on when it is asked"),
            Self::DuplicateRule => ("duplicate-rule", Level::Warning, "a rule is there twice, word for word"),
            Self::RegexPattern => {
                ("regex-pattern", Level::Warning, "the pattern of a `regex` function comes from the input")
            }
            Self::UnboundedRange => {
                ("unbounded-range", Level::Warning, "`numbers.range` makes a list as long as the input says")
            }
            Self::NestedIteration => (
                "nested-iteration",
                Level::Warning,
                "a body goes over one collection of the input for each of its elements",
            ),
            Self::SlowRegex => ("slow-regex", Level::Warning, "a pattern takes other tools exponential time"),
            Self::MissingTitle => {
                ("missing-title", Level::Warning, "package `policy` has no title in its METADATA")
            }
            Self::UnusedRule => {
                ("unused-rule", Level::Warning, "nothing that the gate asks for needs a rule")
            }
            Self::UnusedImport => ("unused-import", Level::Warning, "an import is not used in its file"),
            Self::UnusedVariable => {
                ("unused-variable", Level::Warning, "a name is declared and used nowhere")
            }
            Self::LeftPrint => ("left-print", Level::Warning, "a `print` or `trace` was left in a policy"),
            Self::UnusedIgnore => (
                "unused-ignore",
                Level::Warning,
                "a comment ignores a rule that finds nothing there, or that does not exist, or gives no reason",
            ),
            Self::LeftOutFile => (
                "left-out-file",
                Level::Warning,
                "a file that macOS or Windows has left in the policy is left out",
            ),
        };
        Card { name, level, summary }
    }

    /// Its name.
    pub const fn name(self) -> &'static str {
        self.card().name
    }

    /// The rule of that name.
    pub fn find(name: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|rule| rule.name() == name)
    }
}

impl fmt::Display for LintRule {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.name())
    }
}

#[cfg(test)]
mod tests {
    use super::LintRule;

    #[test]
    fn a_rule_has_one_name() {
        for rule in LintRule::ALL {
            assert_eq!(serde_json::to_value(rule).unwrap(), rule.name());
            assert_eq!(LintRule::find(rule.name()), Some(rule));
        }
    }
}
