//! A decision as an event of OPA's decision log, with what is ours beside it: what reads the one can read the other.
//!
//! Of OPA's members these are there, with its names and types: `labels`, `decision_id`, `bundles`, `path`, `input`, `result`,
//! `requested_by`, `timestamp`, `metrics`, `erased`, `masked`. One event stands for all hooks of an operation.

use std::collections::BTreeMap;

use serde::Serialize;
use serde_json::{Value, json};

use crate::domain::account::Account;
use crate::domain::judgement::HookOutcome;
use crate::domain::mask::{InputRecord, InputState};
use crate::domain::operation::Operation;
use crate::domain::verdict::Decision;

/// Everything of an event but its input.
#[derive(Debug, Serialize)]
struct Event<'a> {
    labels: BTreeMap<&'a str, &'a str>,
    decision_id: String,
    bundles: BTreeMap<&'a str, Value>,
    path: &'a str,
    result: Value,
    requested_by: &'a str,
    timestamp: String,
    metrics: BTreeMap<&'a str, u64>,
    #[serde(skip_serializing_if = "<[_]>::is_empty")]
    erased: &'a [String],
    #[serde(skip_serializing_if = "<[_]>::is_empty")]
    masked: &'a [String],
    decision: &'a str,
    operation: &'a str,
    stack: Value,
    #[serde(skip_serializing_if = "Option::is_none")]
    stack_status: Option<&'a str>,
    #[serde(skip_serializing_if = "Vec::is_empty")]
    warnings: Vec<String>,
    hooks: Vec<Value>,
    generation: i64,
    #[serde(skip_serializing_if = "Option::is_none")]
    input_withheld: Option<&'a str>,
    marker: &'a str,
}

/// The line of `operation` in a log: a text of JSON. `input` is what was kept of its input, whole; `marker` leads to what follows.
///
/// # Errors
/// None that can happen: the members are all of JSON.
pub fn line(
    account: &Account,
    operation: &Operation,
    (input, marker): (Option<&str>, &str),
) -> serde_json::Result<String> {
    let hooks = &operation.judgement.hooks;
    let (masked, erased) =
        operation.input.as_ref().map_or((&[][..], &[][..]), |record| (&record.masked, &record.erased));
    let event = Event {
        labels: BTreeMap::from([
            ("app", "hookgate"),
            ("version", env!("CARGO_PKG_VERSION")),
            ("domain", &account.domain),
            ("region", &account.region),
        ]),
        decision_id: operation.work_id.to_string(),
        bundles: hooks.iter().map(revision).collect(),
        path: "policy/hook_result",
        result: result(operation),
        requested_by: operation.actor.as_deref().unwrap_or_default(),
        timestamp: operation.created_at.to_millis_text(),
        metrics: BTreeMap::from([("timer_rego_query_eval_ns", nanos(hooks))]),
        erased,
        masked,
        decision: operation.judgement.decision.as_str(),
        operation: &operation.kind,
        stack: json!({"name": operation.stack.name.as_str(), "id": operation.stack.id, "labels": operation.stack.labels}),
        stack_status: operation.current_stack_status(),
        warnings: operation.judgement.warnings(),
        hooks: hooks.iter().map(hook).collect(),
        generation: operation.judgement.revision,
        input_withheld: operation.input.as_ref().and_then(reason),
        marker,
    };
    let text = serde_json::to_string(&event)?;
    Ok(match (input, text.strip_suffix('}')) {
        // As it is: it may be megabytes, and is JSON already.
        (Some(input), Some(members)) => format!("{members},\"input\":{input}}}"),
        _ => text,
    })
}

/// All hooks together, in the form in which one policy answers.
fn result(operation: &Operation) -> Value {
    let is_passed = operation.judgement.decision == Decision::Allowed;
    match &operation.message {
        Some(message) => json!({"is_passed": is_passed, "err_msg": message}),
        None => json!({"is_passed": is_passed}),
    }
}

fn revision(outcome: &HookOutcome) -> (&str, Value) {
    (outcome.hook.name.as_str(), json!({"revision": outcome.hook.version.to_string()}))
}

fn hook(outcome: &HookOutcome) -> Value {
    let HookOutcome { hook, evaluation, verdict } = outcome;
    json!({
        "name": hook.name.as_str(),
        "id": hook.id.to_string(),
        "version": hook.version.to_string(),
        "digest": hook.digest.as_str(),
        "mode": hook.failure_mode.as_str(),
        "result": evaluation.result.as_str(),
        "verdict": verdict.as_str(),
        "err_msg": evaluation.message,
        "note": evaluation.note,
        "findings": evaluation.findings,
        "location": evaluation.location,
        "duration_us": evaluation.duration_us,
    })
}

fn nanos(hooks: &[HookOutcome]) -> u64 {
    let micros = hooks.iter().map(|outcome| outcome.evaluation.duration_us).fold(0, u64::saturating_add);
    micros.saturating_mul(1_000)
}

fn reason(record: &InputRecord) -> Option<&str> {
    match &record.state {
        InputState::Kept(_) => None,
        InputState::Withheld(reason) => Some(reason),
    }
}
