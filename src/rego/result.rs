//! The object a policy answered with, read field by field and within bounds: a few bytes of policy can make a value
//! that is endless when it is written out.

use regorus::Value;
use regorus::value::Object;

use crate::domain::verdict::{
    DEFAULT_MESSAGE, Evaluation, Finding, FindingResource, HookResult, Remediation, Severity,
};
use crate::rego::builtins::kind_of;

/// The longest message, in bytes.
const MAX_MESSAGE: usize = 4_096;
/// The most findings.
const MAX_FINDINGS: usize = 100;
/// The longest text of a finding, in bytes.
const MAX_FINDING_TEXT: usize = 1_024;
/// The most bytes of all findings: written as JSON a byte can become six, and all must fit into one reply of an evaluator.
const MAX_FINDING_BYTES: usize = 128 << 10;
/// The most remarks about an answer.
const MAX_NOTES: usize = 5;

/// Turns the value of `hook_result` into what the policy said.
pub(super) fn read(value: &Value) -> Evaluation {
    if matches!(value, Value::Undefined) {
        let message = "`hook_result` has no value for this input";
        return Evaluation::with_message(HookResult::Undefined, message);
    }
    match value.as_object() {
        Err(_) => malformed(&format!("found {}", kind_of(value))),
        Ok(object) => match member(object, "is_passed") {
            Some(Value::Bool(true)) => answer(HookResult::Passed, object),
            Some(Value::Bool(false)) => answer(HookResult::Refused, object),
            Some(other) => malformed(&format!("`is_passed` is {}", kind_of(other))),
            None => malformed("it has no `is_passed`"),
        },
    }
}

fn malformed(found: &str) -> Evaluation {
    let message = format!("`hook_result` must be an object with a boolean `is_passed`: {found}");
    Evaluation::with_message(HookResult::Malformed, message)
}

fn answer(result: HookResult, object: &Object) -> Evaluation {
    let mut notes = Notes::default();
    let message = match member(object, "err_msg") {
        Some(Value::String(text)) => cut(text, MAX_MESSAGE),
        Some(other) => {
            notes.add(format!("`err_msg` must be a string: found {}", kind_of(other)));
            DEFAULT_MESSAGE.to_owned()
        }
        None => DEFAULT_MESSAGE.to_owned(),
    };
    let findings = read_findings(object, &mut notes);
    Evaluation {
        message: (result == HookResult::Refused).then_some(message),
        note: notes.into_text(),
        findings,
        ..Evaluation::of(result)
    }
}

fn read_findings(object: &Object, notes: &mut Notes) -> Vec<Finding> {
    let (count, entries): (usize, Vec<&Value>) = match member(object, "findings") {
        None => return Vec::new(),
        Some(Value::Array(entries)) => {
            (entries.as_slice().len(), entries.iter().take(MAX_FINDINGS).collect())
        }
        Some(Value::Set(entries)) => (entries.len(), entries.iter_sorted().take(MAX_FINDINGS).collect()),
        Some(other) => {
            notes.add(format!("`findings` must be an array: found {}", kind_of(other)));
            return Vec::new();
        }
    };
    if count > MAX_FINDINGS {
        notes.add(format!("`findings` has {count} entries: the first {MAX_FINDINGS} are kept"));
    }
    let numbered = entries.into_iter().enumerate();
    let read = |(index, entry)| read_finding(entry, &format!("findings[{index}]"), notes);
    let mut findings: Vec<Finding> = numbered.filter_map(read).collect();
    let mut bytes = 0_usize;
    let fits = |finding: &&Finding| {
        bytes = bytes.saturating_add(length_of(finding));
        bytes <= MAX_FINDING_BYTES
    };
    let kept = findings.iter().take_while(fits).count();
    if kept < findings.len() {
        notes.add(format!("`findings` has more than {MAX_FINDING_BYTES} bytes: the first {kept} are kept"));
        findings.truncate(kept);
    }
    findings
}

fn length_of(finding: &Finding) -> usize {
    let resource = finding.resource.iter().flat_map(|resource| [&resource.address, &resource.kind]);
    let remediation = finding.remediation.iter().flat_map(|remedy| [&remedy.message, &remedy.url]);
    let optional = [&finding.rule_id].into_iter().chain(resource).chain(remediation).flatten();
    optional.chain([&finding.message]).map(String::len).fold(0, usize::saturating_add)
}

fn read_finding(entry: &Value, name: &str, notes: &mut Notes) -> Option<Finding> {
    let Ok(object) = entry.as_object() else {
        notes.add(format!("`{name}` must be an object: found {}", kind_of(entry)));
        return None;
    };
    let mut fields = Fields { object, name, notes };
    let Some(message) = fields.text("message") else {
        notes.add(format!("`{name}` has no `message`"));
        return None;
    };
    Some(Finding {
        rule_id: fields.text("rule_id"),
        severity: fields.severity(),
        message,
        resource: fields.within("resource", |fields| FindingResource {
            address: fields.text("address"),
            kind: fields.text("type"),
        }),
        remediation: fields.within("remediation", |fields| Remediation {
            message: fields.text("message"),
            url: fields.text("url"),
        }),
    })
}

/// The fields of a finding, or of an object in it.
struct Fields<'a> {
    object: &'a Object,
    name: &'a str,
    notes: &'a mut Notes,
}

impl Fields<'_> {
    fn text(&mut self, field: &str) -> Option<String> {
        let found = member(self.object, field)?;
        let Ok(text) = found.as_string() else {
            self.notes.add(format!("`{}.{field}` must be a string: found {}", self.name, kind_of(found)));
            return None;
        };
        Some(cut(text, MAX_FINDING_TEXT))
    }

    fn severity(&mut self) -> Option<Severity> {
        let severity = Severity::parse(&self.text("severity")?);
        if severity.is_none() {
            let allowed = "`informational`, `low`, `medium`, `high` or `critical`";
            self.notes.add(format!("`{}.severity` must be {allowed}", self.name));
        }
        severity
    }

    fn within<T>(&mut self, field: &str, read: impl FnOnce(&mut Fields<'_>) -> T) -> Option<T> {
        let name = format!("{}.{field}", self.name);
        let found = member(self.object, field)?;
        let Ok(object) = found.as_object() else {
            self.notes.add(format!("`{name}` must be an object: found {}", kind_of(found)));
            return None;
        };
        Some(read(&mut Fields { object, name: &name, notes: self.notes }))
    }
}

/// Remarks about an answer that change nothing of it.
#[derive(Default)]
struct Notes {
    kept: Vec<String>,
    dropped: usize,
}

impl Notes {
    fn add(&mut self, note: String) {
        if self.kept.len() < MAX_NOTES {
            self.kept.push(note);
        } else {
            self.dropped = self.dropped.saturating_add(1);
        }
    }

    fn into_text(mut self) -> Option<String> {
        if self.dropped > 0 {
            self.kept.push(format!("and {} more", self.dropped));
        }
        (!self.kept.is_empty()).then(|| self.kept.join("; "))
    }
}

fn member<'o>(object: &'o Object, name: &str) -> Option<&'o Value> {
    object.get(&Value::from(name))
}

fn cut(text: &str, limit: usize) -> String {
    text.get(..text.floor_char_boundary(limit)).unwrap_or(text).to_owned()
}

#[cfg(test)]
mod tests {
    use super::{MAX_FINDINGS, MAX_MESSAGE, read};
    use crate::domain::verdict::{DEFAULT_MESSAGE, Evaluation, HookResult};
    use regorus::Value;
    use serde_json::json;

    fn read_json(value: &serde_json::Value) -> Evaluation {
        read(&Value::from(value.clone()))
    }

    #[track_caller]
    fn malformed(value: &serde_json::Value, found: &str) {
        let evaluation = read_json(value);
        assert_eq!(evaluation.result, HookResult::Malformed);
        assert!(evaluation.message.unwrap().ends_with(found));
    }

    #[track_caller]
    fn noted(value: &serde_json::Value, note: &str) {
        let evaluation = read_json(value);
        assert_eq!(evaluation.result, HookResult::Refused, "a note changes no verdict");
        assert_eq!(evaluation.note.as_deref(), Some(note));
    }

    #[test]
    fn only_an_object_with_a_boolean_is_an_answer() {
        malformed(&json!("no"), ": found a string");
        malformed(&json!([]), ": found an array");
        malformed(&json!(null), ": found null");
        malformed(&json!({}), ": it has no `is_passed`");
        malformed(&json!({"is_passed": "true"}), ": `is_passed` is a string");
        assert_eq!(read(&Value::Undefined).result, HookResult::Undefined);
    }

    #[test]
    fn a_message_is_cut_between_characters() {
        let message = read_json(&json!({"is_passed": false, "err_msg": "é".repeat(5_000)})).message.unwrap();
        assert_eq!(message.len(), MAX_MESSAGE);
        let message =
            read_json(&json!({"is_passed": false, "err_msg": format!("a{}", "é".repeat(5_000))})).message;
        assert_eq!(message.unwrap().len(), MAX_MESSAGE - 1);
    }

    #[test]
    fn a_refusal_always_has_a_message() {
        assert_eq!(read_json(&json!({"is_passed": false})).message.as_deref(), Some(DEFAULT_MESSAGE));
        assert_eq!(read_json(&json!({"is_passed": true, "err_msg": "x"})).message, None);
        noted(&json!({"is_passed": false, "err_msg": ["x"]}), "`err_msg` must be a string: found an array");
    }

    #[test]
    fn malformed_findings_are_noted_and_change_nothing() {
        let with = |findings: serde_json::Value| json!({"is_passed": false, "findings": findings});
        noted(&with(json!("x")), "`findings` must be an array: found a string");
        noted(&with(json!(["x"])), "`findings[0]` must be an object: found a string");
        noted(&with(json!([{"rule_id": "R"}])), "`findings[0]` has no `message`");
        let severity =
            "`findings[0].severity` must be `informational`, `low`, `medium`, `high` or `critical`";
        noted(&with(json!([{"message": "m", "severity": "HIGH"}])), severity);
        let address = "`findings[0].resource.address` must be a string: found a number";
        noted(&with(json!([{"message": "m", "resource": {"address": 1}}])), address);
        noted(
            &with(json!([{"message": "m", "resource": 1}])),
            "`findings[0].resource` must be an object: found a number",
        );
        noted(
            &with(json!(vec![1; 7])),
            &format!(
                "{}; and 2 more",
                (0..5)
                    .map(|index| format!("`findings[{index}]` must be an object: found a number"))
                    .collect::<Vec<_>>()
                    .join("; ")
            ),
        );
    }

    #[test]
    fn findings_are_bounded_in_number_and_length() {
        let finding = json!({"message": "x".repeat(2_000)});
        let evaluation = read_json(&json!({"is_passed": true, "findings": vec![finding; 150]}));
        assert_eq!(evaluation.result, HookResult::Passed);
        assert_eq!(evaluation.findings.len(), MAX_FINDINGS);
        assert_eq!(evaluation.findings[0].message.len(), 1_024);
        assert_eq!(evaluation.note.as_deref(), Some("`findings` has 150 entries: the first 100 are kept"));
    }

    #[test]
    fn findings_are_bounded_together_and_change_no_verdict() {
        let text = "\u{1}".repeat(2_000);
        let finding = json!({"message": text, "rule_id": text, "resource": {"address": text, "type": text}});
        let evaluation = read_json(&json!({"is_passed": true, "findings": vec![finding; 100]}));
        assert_eq!(evaluation.result, HookResult::Passed);
        assert_eq!(evaluation.findings.len(), 32);
        assert!(serde_json::to_string(&evaluation).unwrap().len() < 1 << 20);
        assert_eq!(
            evaluation.note.as_deref(),
            Some("`findings` has more than 131072 bytes: the first 32 are kept")
        );
    }

    #[test]
    fn an_endless_value_in_the_answer_is_not_walked_through() {
        let endless = (0..100).fold(Value::from("x"), |value, _| Value::from(vec![value.clone(), value]));
        let mut answer = Value::from(json!({"is_passed": false, "findings": [{"message": 1}]}));
        answer.as_object_mut().unwrap().insert(Value::from("err_msg"), endless.clone());
        answer.as_object_mut().unwrap().insert(Value::from("more"), endless);
        assert_eq!(read(&answer).result, HookResult::Refused);
    }
}
