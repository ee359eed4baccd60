//! What a policy decides, in one form for both.

use serde_json::Value as Json;

use hookgate::domain::verdict::{DEFAULT_MESSAGE, Evaluation, HookResult};

/// The longest message and the longest text of a finding, in bytes.
const MAX_MESSAGE: usize = 4_096;
const MAX_FINDING_TEXT: usize = 1_024;
/// The most findings.
const MAX_FINDINGS: usize = 100;

/// A decision.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum Verdict {
    Passed(Vec<String>),
    Refused(String, Vec<String>),
    Undefined,
    Malformed,
}

/// A decision, or why there is none.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum Answer {
    Said(Verdict),
    Failed(String),
    /// OPA panicked.
    BrokenOff,
}

/// What OPA's document means to the gate.
pub(crate) fn read(document: Option<&Json>) -> Verdict {
    let Some(document) = document else { return Verdict::Undefined };
    let findings = document["findings"].as_array().into_iter().flatten().take(MAX_FINDINGS);
    let findings = findings.filter_map(|finding| finding["message"].as_str());
    let findings = findings.map(|text| cut(text, MAX_FINDING_TEXT)).collect();
    match document.get("is_passed").and_then(Json::as_bool) {
        Some(true) => Verdict::Passed(findings),
        Some(false) => {
            let message = document.get("err_msg").and_then(Json::as_str).unwrap_or(DEFAULT_MESSAGE);
            Verdict::Refused(cut(message, MAX_MESSAGE), findings)
        }
        None => Verdict::Malformed,
    }
}

/// What the gate found.
pub(crate) fn of(evaluation: Evaluation) -> Answer {
    let findings =
        evaluation.findings.into_iter().map(|finding| with_plain_numbers(&finding.message)).collect();
    let message = with_plain_numbers(&evaluation.message.unwrap_or_default());
    Answer::Said(match evaluation.result {
        HookResult::Passed => Verdict::Passed(findings),
        HookResult::Refused => Verdict::Refused(message, findings),
        // Without the rule OPA has no value either.
        HookResult::Undefined | HookResult::NotDeclared => Verdict::Undefined,
        HookResult::Malformed => Verdict::Malformed,
        HookResult::Errored | HookResult::TimedOut => return Answer::Failed(message),
    })
}

/// A text in which every number that is not whole is written one way: OPA keeps some as they were written, and computes
/// with more digits than are compared.
fn with_plain_numbers(text: &str) -> String {
    let is_part = |c: char| c.is_ascii_digit() || matches!(c, '.' | 'e' | '+' | '-');
    let mut plain = String::new();
    let mut rest = text;
    while let Some(start) = rest.find(|c: char| c.is_ascii_digit()) {
        let end = rest[start..].find(|c| !is_part(c)).map_or(rest.len(), |length| start + length);
        let number = rest[start..end].trim_end_matches(['.', 'e', '+', '-']);
        plain.push_str(&rest[..start]);
        match number.parse::<f64>() {
            Ok(value) if number.contains(['.', 'e']) => plain.push_str(&rounded(value).to_string()),
            _ => plain.push_str(number),
        }
        rest = &rest[start + number.len()..];
    }
    plain + rest
}

/// With as many digits as both have right.
fn rounded(value: f64) -> f64 {
    format!("{value:.13e}").parse().unwrap()
}

fn cut(text: &str, limit: usize) -> String {
    with_plain_numbers(&text[..text.floor_char_boundary(limit)])
}
