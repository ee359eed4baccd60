//! The reader of answers: whatever a policy answers, the verdict is that of `is_passed` alone, every text is the beginning
//! of the policy's own and bounded, and all of it together fits into what an evaluator may reply.

use std::collections::{BTreeMap, BTreeSet};

use regorus::Value;

use crate::domain::verdict::{DEFAULT_MESSAGE, Evaluation, Finding, HookResult};
use crate::rego::fuzzing::choices::Choices;
use crate::rego::result::read;

/// Below this an evaluator's reply is sent as it is.
const MAX_REPLY: usize = 1 << 20;
const MAX_MESSAGE: usize = 4_096;
const MAX_TEXT: usize = 1_024;
const MAX_FINDINGS: usize = 100;
const MAX_NOTE: usize = 1_024;

const NAMES: &[&str] = &[
    "is_passed",
    "err_msg",
    "findings",
    "message",
    "rule_id",
    "severity",
    "resource",
    "address",
    "type",
    "remediation",
    "url",
];
const WORDS: &[&str] =
    &["informational", "low", "medium", "high", "critical", "HIGH", "é", "\u{1}\0", "💥", "\""];

/// Checks the answer that `bytes` make.
pub fn check(bytes: &[u8]) {
    let mut choices = Choices::new(bytes);
    let mut members: BTreeMap<_, _> = (0..4).map(|_| member(&mut choices, 4)).collect();
    if choices.coin() {
        members.insert(Value::from("is_passed"), Value::Bool(choices.coin()));
    }
    check_answer(&Value::from(members));
    check_answer(&value(&mut choices, 4));
}

pub(super) fn check_answer(answer: &Value) {
    let found = read(answer);
    assert_eq!(found.result, expected(answer), "{found:?}");
    assert_eq!(found, read(answer), "not the same twice");
    check_message(&found, answer);
    assert!(found.findings.len() <= MAX_FINDINGS);
    found.findings.iter().for_each(check_finding);
    assert!(found.note.as_ref().is_none_or(|note| note.len() <= MAX_NOTE && !note.is_empty()), "{found:?}");
    let length = serde_json::to_string(&found).unwrap().len();
    assert!(length < MAX_REPLY, "{length} bytes");
}

fn expected(answer: &Value) -> HookResult {
    let Ok(object) = answer.as_object() else {
        return if matches!(answer, Value::Undefined) {
            HookResult::Undefined
        } else {
            HookResult::Malformed
        };
    };
    match object.get(&Value::from("is_passed")) {
        Some(Value::Bool(true)) => HookResult::Passed,
        Some(Value::Bool(false)) => HookResult::Refused,
        _ => HookResult::Malformed,
    }
}

/// Every answer but a pass has a message, and that of a refusal is the policy's own if it has one.
fn check_message(found: &Evaluation, answer: &Value) {
    assert_eq!(found.message.is_none(), found.result == HookResult::Passed, "{found:?}");
    let Some(message) = &found.message else { return };
    assert!(message.len() <= MAX_MESSAGE);
    if found.result == HookResult::Refused {
        let own = answer.as_object().unwrap().get(&Value::from("err_msg"));
        match own.and_then(|own| own.as_string().ok()) {
            Some(own) => assert!(is_beginning(message, own, MAX_MESSAGE), "{message:?} of {own:?}"),
            None => assert_eq!(message, DEFAULT_MESSAGE),
        }
    }
}

/// The whole, or as many whole characters as fit.
fn is_beginning(text: &str, own: &str, limit: usize) -> bool {
    own.starts_with(text) && (text.len() == own.len() || text.len() > limit.saturating_sub(4))
}

fn check_finding(finding: &Finding) {
    let resource = finding.resource.iter().flat_map(|resource| [&resource.address, &resource.kind]);
    let remediation =
        finding.remediation.iter().flat_map(|remediation| [&remediation.message, &remediation.url]);
    let texts = [&finding.rule_id].into_iter().chain(resource).chain(remediation).flatten();
    assert!(texts.chain([&finding.message]).all(|text| text.len() <= MAX_TEXT), "{finding:?}");
}

fn member(choices: &mut Choices<'_>, depth: usize) -> (Value, Value) {
    let name = *choices.one_of(NAMES);
    (Value::from(name), value(choices, depth))
}

fn value(choices: &mut Choices<'_>, depth: usize) -> Value {
    let Some(deeper) = depth.checked_sub(1) else { return text(choices) };
    let count = |choices: &mut Choices<'_>| choices.byte() % 6;
    match choices.byte() % 14 {
        0 => Value::Null,
        1 => Value::Bool(choices.coin()),
        2 => Value::from(choices.number()),
        3 => Value::from(f64::from_bits(choices.number())),
        4 => Value::Undefined,
        5 | 6 => text(choices),
        7 => (0..count(choices)).map(|_| value(choices, deeper)).collect::<Vec<_>>().into(),
        8 => (0..count(choices)).map(|_| text(choices)).collect::<BTreeSet<_>>().into(),
        9 | 10 => (0..count(choices)).map(|_| member(choices, deeper)).collect::<BTreeMap<_, _>>().into(),
        // More than is kept, and what would never end if it were written out.
        11 => vec![value(choices, deeper); usize::from(choices.byte())].into(),
        12 => (0..100).fold(text(choices), |value, _| vec![value.clone(), value].into()),
        _ => finding(choices, deeper),
    }
}

fn finding(choices: &mut Choices<'_>, depth: usize) -> Value {
    let mut members: BTreeMap<_, _> = (0..choices.byte() % 8).map(|_| member(choices, depth)).collect();
    members.insert(Value::from("message"), text(choices));
    members.into()
}

fn text(choices: &mut Choices<'_>) -> Value {
    let own = choices.text();
    let text = if own.is_empty() { (*choices.one_of(WORDS)).to_owned() } else { own };
    Value::from(text.repeat(*choices.one_of(&[1, 1, 1, 5_000])))
}
