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
    pub const ALL: [Self; 20] = [
        Self::HookResultMissing,
        Self::PackageName,
        Self::RuleName,
        Self::HookResultForm,
        Self::UnreachableElse,
        Self::ShadowedName,
        Self::UnknownInput,
        Self::UnknownOperation,
        Self::Clock,
        Self::RegexPattern,
        Self::UnboundedRange,
        Self::NestedIteration,
        Self::SlowRegex,
        Self::MissingTitle,
        Self::UnusedRule,
        Self::UnusedImport,
        Self::UnusedVariable,
        Self::DuplicateRule,
        Self::LeftPrint,
        Self::UnusedIgnore,
    ];

    /// What is known of it.
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
