//! For machines: the members that the answer of `POST /v1/checks` has, as far as they make sense without a server. A test compares them.

use std::collections::BTreeMap;
use std::io::{self, Write};

use serde::Serialize;

use crate::cli::eval::asking::Asked;
use crate::domain::diagnostic::Place;
use crate::domain::explanation::Explanation;
use crate::domain::judgement::HookOutcome;
use crate::domain::stack::StackStatus;
use crate::domain::verdict::{Finding, HookResult};

/// The decision and all that led to it.
#[derive(Debug, Serialize)]
pub(super) struct Decided<'a> {
    operation: &'a str,
    stack: Stack<'a>,
    #[serde(skip_serializing_if = "Option::is_none")]
    actor: Option<&'a str>,
    decision: &'static str,
    #[serde(skip_serializing_if = "Option::is_none")]
    stack_status: Option<&'static str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    message: Option<String>,
    #[serde(skip_serializing_if = "Vec::is_empty")]
    warnings: Vec<String>,
    hooks: Vec<Told<'a>>,
}

#[derive(Debug, Serialize)]
struct Stack<'a> {
    name: &'a str,
    labels: &'a BTreeMap<String, String>,
}

#[derive(Debug, Serialize)]
struct Told<'a> {
    hook_name: &'a str,
    hook_version: String,
    /// The policy, as it was named or found.
    path: &'a str,
    failure_mode: &'static str,
    result: &'static str,
    verdict: &'static str,
    #[serde(skip_serializing_if = "Option::is_none")]
    err_msg: Option<&'a str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    note: Option<&'a str>,
    policy_digest: &'a str,
    findings: &'a [Finding],
    #[serde(skip_serializing_if = "Option::is_none")]
    location: Option<&'a Place>,
    duration_us: u64,
    #[serde(skip_serializing_if = "Option::is_none")]
    explanation: Option<&'a Explanation>,
}

impl Asked {
    /// What is written; with explanations, if they are wanted.
    pub(super) fn decided(&self, explains: bool) -> Decided<'_> {
        let Self { request, judgement, .. } = self;
        Decided {
            operation: request.kind.as_str(),
            stack: Stack { name: request.stack.name.as_str(), labels: &request.stack.labels },
            actor: request.actor.as_deref(),
            decision: judgement.decision.as_str(),
            stack_status: request.kind.stack_status(judgement.decision).map(StackStatus::as_str),
            message: judgement.message(),
            warnings: judgement.warnings(),
            hooks: self.hooks().map(|(outcome, path)| hook(outcome, path, explains)).collect(),
        }
    }
}

fn hook<'a>(outcome: &'a HookOutcome, path: &'a str, explains: bool) -> Told<'a> {
    let HookOutcome { hook, evaluation, verdict } = outcome;
    let is_silent = matches!(evaluation.result, HookResult::Passed | HookResult::NotDeclared);
    Told {
        hook_name: hook.name.as_str(),
        hook_version: hook.version.to_string(),
        path,
        failure_mode: hook.failure_mode.as_str(),
        result: evaluation.result.as_str(),
        verdict: verdict.as_str(),
        err_msg: (!is_silent).then(|| outcome.message()),
        note: evaluation.note.as_deref(),
        policy_digest: hook.digest.as_str(),
        findings: &evaluation.findings,
        location: evaluation.location.as_ref(),
        duration_us: evaluation.duration_us,
        explanation: evaluation.explanation.as_ref().filter(|_| explains),
    }
}

/// Writes it over several lines.
pub(super) fn write(out: &mut dyn Write, decided: &Decided<'_>) -> io::Result<()> {
    serde_json::to_writer_pretty(&mut *out, decided)?;
    writeln!(out)
}
