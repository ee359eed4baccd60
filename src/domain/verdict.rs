//! Hook result × failure mode → verdict; verdicts → decision (`gate.md` section 2).

use std::time::Duration;

use serde::{Deserialize, Serialize};

use crate::domain::diagnostic::Place;
use crate::domain::explanation::Explanation;
use crate::domain::hook::FailureMode;
use crate::domain::invalid::{Invalid, Rule};

/// The text of a refusal that gives none.
pub const DEFAULT_MESSAGE: &str = "private hook validation failed";

/// What a policy said about an input.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "SCREAMING_SNAKE_CASE")]
pub enum HookResult {
    /// `is_passed` is true.
    Passed,
    /// `is_passed` is false.
    Refused,
    /// No rule `hook_result` in package `policy`.
    NotDeclared,
    /// The rule has no value for this input.
    Undefined,
    /// Not an object with a boolean `is_passed`.
    Malformed,
    /// The evaluation failed.
    Errored,
    /// Over a time limit.
    TimedOut,
}

impl HookResult {
    const ALL: [Self; 7] = [
        Self::Passed,
        Self::Refused,
        Self::NotDeclared,
        Self::Undefined,
        Self::Malformed,
        Self::Errored,
        Self::TimedOut,
    ];

    /// The result of that word.
    ///
    /// # Errors
    /// Lists the words.
    pub fn parse(word: &str) -> Result<Self, Invalid> {
        Self::ALL.into_iter().find(|result| result.as_str() == word).ok_or_else(|| {
            let words = Self::ALL.map(|result| result.as_str().to_owned());
            Invalid::new("result", Rule::NotOneOf(words.into()))
        })
    }

    /// Whether the policy has judged: it passed or refused.
    pub const fn is_opinion(self) -> bool {
        matches!(self, Self::Passed | Self::Refused)
    }

    /// The word in answers and in the store.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Passed => "PASSED",
            Self::Refused => "REFUSED",
            Self::NotDeclared => "NOT_DECLARED",
            Self::Undefined => "UNDEFINED",
            Self::Malformed => "MALFORMED",
            Self::Errored => "ERRORED",
            Self::TimedOut => "TIMED_OUT",
        }
    }
}

/// A hook result with everything the policy, or its failure, had to say.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Evaluation {
    /// What the policy said.
    pub result: HookResult,
    /// `err_msg` of a refusal, or what went wrong; always there unless PASSED or `NOT_DECLARED`.
    pub message: Option<String>,
    /// What was odd without changing the result: an `err_msg` that is no string, a malformed finding.
    pub note: Option<String>,
    /// The findings the policy listed.
    pub findings: Vec<Finding>,
    /// The place in the policy the result comes from.
    pub location: Option<Place>,
    /// How long it took, in microseconds.
    pub duration_us: u64,
    /// Why it is so, if that was asked for. It is answered and not stored.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub explanation: Option<Explanation>,
}

impl Evaluation {
    /// A bare result.
    pub const fn of(result: HookResult) -> Self {
        Self {
            result,
            message: None,
            note: None,
            findings: Vec::new(),
            location: None,
            duration_us: 0,
            explanation: None,
        }
    }

    /// A policy that was stopped because it took longer than `limit`.
    pub fn over_time(limit: Duration) -> Self {
        let message = format!("stopped: over the time limit of {limit:?}");
        Self::with_message(HookResult::TimedOut, message)
    }

    /// A result with its text.
    pub fn with_message(result: HookResult, message: impl Into<String>) -> Self {
        Self { message: Some(message.into()), ..Self::of(result) }
    }

    /// The same with U+FFFD for every NUL, which not every database keeps: what is answered must be what is kept.
    #[must_use]
    pub fn without_nul(mut self) -> Self {
        for text in [&mut self.message, &mut self.note].into_iter().flatten() {
            *text = text.replace('\0', "\u{FFFD}");
        }
        self
    }
}

/// One thing a policy found. Every field but the message is optional.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(default)]
pub struct Finding {
    /// The rule that found it.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub rule_id: Option<String>,
    /// How bad it is.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub severity: Option<Severity>,
    /// What was found.
    pub message: String,
    /// What it was found on.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub resource: Option<FindingResource>,
    /// What to do.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub remediation: Option<Remediation>,
}

/// How bad a finding is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Severity {
    /// Good to know.
    Informational,
    /// Low.
    Low,
    /// Medium.
    Medium,
    /// High.
    High,
    /// Critical.
    Critical,
}

impl Severity {
    /// The severity of that name, if there is one.
    pub fn parse(word: &str) -> Option<Self> {
        match word {
            "informational" => Some(Self::Informational),
            "low" => Some(Self::Low),
            "medium" => Some(Self::Medium),
            "high" => Some(Self::High),
            "critical" => Some(Self::Critical),
            _ => None,
        }
    }
}

/// The resource a finding is about.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(default)]
pub struct FindingResource {
    /// Its address in the plan.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub address: Option<String>,
    /// Its type.
    #[serde(rename = "type", skip_serializing_if = "Option::is_none")]
    pub kind: Option<String>,
}

/// What to do about a finding.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(default)]
pub struct Remediation {
    /// In words.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub message: Option<String>,
    /// Where to read more.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub url: Option<String>,
}

/// A hook result under its hook's failure mode.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "UPPERCASE")]
pub enum Verdict {
    /// Nothing against it.
    Pass,
    /// Goes on, with a warning.
    Warn,
    /// Denies the operation.
    Fail,
}

impl Verdict {
    /// The word in answers and in the store.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Pass => "PASS",
            Self::Warn => "WARN",
            Self::Fail => "FAIL",
        }
    }
}

/// Whether a rule without a value for this input counts as passed (setting `undefined_result`).
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum UndefinedResult {
    /// As the contract has it.
    #[default]
    Pass,
    /// No answer is no permission.
    Fail,
}

/// The verdict of one hook.
pub const fn judge(result: HookResult, mode: FailureMode, undefined: UndefinedResult) -> Verdict {
    let failed = match result {
        HookResult::Passed | HookResult::NotDeclared => false,
        HookResult::Undefined => matches!(undefined, UndefinedResult::Fail),
        HookResult::Refused | HookResult::Malformed | HookResult::Errored | HookResult::TimedOut => true,
    };
    match (failed, mode) {
        (false, _) => Verdict::Pass,
        (true, FailureMode::Warn) => Verdict::Warn,
        (true, FailureMode::Fail) => Verdict::Fail,
    }
}

/// All verdicts together.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "UPPERCASE")]
pub enum Decision {
    /// The operation may proceed.
    Allowed,
    /// It may not.
    Denied,
}

impl Decision {
    /// The decision of that word.
    ///
    /// # Errors
    /// Lists the words.
    pub fn parse(word: &str) -> Result<Self, Invalid> {
        match word {
            "ALLOWED" => Ok(Self::Allowed),
            "DENIED" => Ok(Self::Denied),
            _ => {
                let words = vec!["ALLOWED".to_owned(), "DENIED".to_owned()];
                Err(Invalid::new("decision", Rule::NotOneOf(words)))
            }
        }
    }

    /// The word in answers and in the store.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Allowed => "ALLOWED",
            Self::Denied => "DENIED",
        }
    }
}

/// Denied by any FAIL, unless failures before the work are ignored; else allowed.
pub fn decide(verdicts: impl IntoIterator<Item = Verdict>, ignore_failures: bool) -> Decision {
    if !ignore_failures && verdicts.into_iter().any(|verdict| verdict == Verdict::Fail) {
        Decision::Denied
    } else {
        Decision::Allowed
    }
}

#[cfg(test)]
mod tests {
    use super::{Decision, HookResult, UndefinedResult, Verdict, decide, judge};
    use crate::domain::hook::FailureMode;

    #[track_caller]
    fn check(result: HookResult, with_fail: Verdict, with_warn: Verdict) {
        assert_eq!(judge(result, FailureMode::Fail, UndefinedResult::Pass), with_fail);
        assert_eq!(judge(result, FailureMode::Warn, UndefinedResult::Pass), with_warn);
    }

    #[test]
    fn the_table_of_the_contract() {
        check(HookResult::Passed, Verdict::Pass, Verdict::Pass);
        check(HookResult::Refused, Verdict::Fail, Verdict::Warn);
        check(HookResult::NotDeclared, Verdict::Pass, Verdict::Pass);
        check(HookResult::Undefined, Verdict::Pass, Verdict::Pass);
        check(HookResult::Malformed, Verdict::Fail, Verdict::Warn);
        check(HookResult::Errored, Verdict::Fail, Verdict::Warn);
        check(HookResult::TimedOut, Verdict::Fail, Verdict::Warn);
    }

    #[test]
    fn undefined_can_be_made_to_fail() {
        assert_eq!(judge(HookResult::Undefined, FailureMode::Fail, UndefinedResult::Fail), Verdict::Fail);
        assert_eq!(judge(HookResult::Undefined, FailureMode::Warn, UndefinedResult::Fail), Verdict::Warn);
    }

    #[test]
    fn one_fail_denies_and_warnings_do_not() {
        assert_eq!(decide([Verdict::Pass, Verdict::Fail, Verdict::Warn], false), Decision::Denied);
        assert_eq!(decide([Verdict::Pass, Verdict::Warn], false), Decision::Allowed);
        assert_eq!(decide([], false), Decision::Allowed);
    }

    #[test]
    fn a_fail_that_is_ignored_does_not_deny() {
        assert_eq!(decide([Verdict::Fail], true), Decision::Allowed);
    }
}
