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
    /// What is there can never be a verdict.
    HookResultForm,
    /// A branch behind one that always holds.
    UnreachableElse,
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
    pub const ALL: [Self; 4] =
        [Self::HookResultMissing, Self::HookResultForm, Self::UnreachableElse, Self::UnusedIgnore];

    /// What is known of it.
    pub const fn card(self) -> Card {
        let (name, level, summary) = match self {
            Self::HookResultMissing => (
                "hook-result-missing",
                Level::Error,
                "package `policy` has no rule `hook_result`, so the policy has no effect",
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
