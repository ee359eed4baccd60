//! The bodies of requests and answers, as far as commands use them.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};
use serde_json::value::RawValue;

use crate::domain::diagnostic::Place;
use crate::domain::outcome::Outcome;
use crate::domain::verdict::{Decision, Finding, HookResult, Verdict};

/// The body of `BeginOperation`.
#[derive(Debug, Serialize)]
pub struct Begin<'a> {
    /// The kind, such as `DeployStack`.
    pub operation: &'a str,
    /// To what.
    pub stack: StackBody<'a>,
    /// Who started it.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub actor: Option<&'a str>,
    /// What policies judge.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub input: Option<&'a RawValue>,
    /// Whether it is denied if no hook has judged it.
    #[serde(skip_serializing_if = "std::ops::Not::not")]
    pub require_hooks: bool,
}

/// The stack in it.
#[derive(Debug, Serialize)]
pub struct StackBody<'a> {
    /// Its name.
    pub name: &'a str,
    /// Its id.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub id: Option<&'a str>,
    /// Its labels.
    pub labels: BTreeMap<&'a str, &'a str>,
}

/// The answer of `BeginOperation`.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub struct Decided {
    /// The id under which the outcome is reported.
    pub work_id: String,
    /// Whether it may proceed.
    pub decision: Decision,
    /// The headline of a denial.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub message: Option<String>,
    /// What must be known besides the decision: that nothing was checked.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub warnings: Vec<String>,
    /// What the stack is to be set to.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub stack_status: Option<String>,
    /// What each hook said, in creation order.
    pub hooks: Vec<Told>,
    /// The other members of the answer, for programs.
    #[serde(flatten)]
    pub rest: serde_json::Map<String, serde_json::Value>,
}

/// What one hook said.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub struct Told {
    /// Its name.
    pub hook_name: String,
    /// Its version.
    pub hook_version: String,
    /// What its policy said.
    pub result: HookResult,
    /// What that means under its failure mode.
    pub verdict: Verdict,
    /// Why.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub err_msg: Option<String>,
    /// What was odd without changing the result.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub note: Option<String>,
    /// What it found.
    #[serde(default)]
    pub findings: Vec<Finding>,
    /// The place in the policy the result comes from.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub location: Option<Place>,
    /// The other members of the answer, for programs.
    #[serde(flatten)]
    pub rest: serde_json::Map<String, serde_json::Value>,
}

/// The body of `ReportOutcome`.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Report {
    /// `SUCCEEDED` or `FAILED`.
    pub status: Outcome,
    /// Why it failed.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub error: Option<String>,
}

impl Report {
    /// It did what it should.
    pub const fn succeeded() -> Self {
        Self { status: Outcome::Succeeded, error: None }
    }

    /// It failed, for that reason.
    pub const fn failed(error: String) -> Self {
        Self { status: Outcome::Failed, error: Some(error) }
    }
}

/// The answer of `ReportOutcome`, as far as a person must hear of it.
#[derive(Debug, Deserialize)]
pub(super) struct Reported {
    success_hook_error: Option<String>,
    post_hook_error: Option<String>,
}

impl Reported {
    /// What failed after the work.
    pub(super) fn complaints(self) -> Vec<String> {
        let success = self.success_hook_error.map(|text| format!("a success hook failed: {text}"));
        let post = self.post_hook_error.map(|text| format!("a post hook failed: {text}"));
        success.into_iter().chain(post).collect()
    }
}

/// The envelope of every failure.
#[derive(Debug, Default, Deserialize)]
#[serde(default)]
pub(super) struct Failure {
    error_code: String,
    error_msg: String,
}

impl Failure {
    /// What went wrong, with its code.
    pub(super) fn text(self) -> String {
        if self.error_msg.is_empty() {
            return "without a reason that can be read".to_owned();
        }
        if self.error_code.is_empty() {
            return self.error_msg;
        }
        format!("{} ({})", self.error_msg, self.error_code)
    }
}
