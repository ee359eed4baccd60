//! What `expect.json` of a case says, and where an evaluation is otherwise.

use serde_json::{Map, Value, json};

use crate::cli::test::diff;
use crate::cli::test::tried::Line;
use crate::domain::verdict::{Evaluation, HookResult};

/// The members there are.
const MEMBERS: [&str; 4] = ["result", "err_msg", "note", "findings"];

/// What a case is expected to come to.
#[derive(Debug, Clone, PartialEq)]
pub(super) struct Expected {
    result: HookResult,
    /// Exactly; without one there is to be none.
    err_msg: Option<String>,
    /// Exactly; without one there is to be none.
    note: Option<String>,
    findings: Findings,
}

/// Which findings are expected.
#[derive(Debug, Clone, PartialEq)]
enum Findings {
    Any,
    Number(u64),
    /// As many as these, each with these members.
    Members(Vec<Value>),
}

/// One thing that is otherwise.
#[derive(Debug, Clone, PartialEq)]
pub(super) struct Mismatch {
    /// In a few words.
    pub(super) message: String,
    /// To look at.
    pub(super) lines: Vec<Line>,
}

impl Expected {
    /// Reads the text of an `expect.json`.
    ///
    /// # Errors
    /// Says which member is wrong.
    pub(super) fn parse(text: &[u8]) -> Result<Self, String> {
        let value: Value =
            serde_json::from_slice(text).map_err(|error| format!("it is not JSON: {error}"))?;
        let Value::Object(members) = value else { return Err("it is not a JSON object".to_owned()) };
        if let Some(unknown) = members.keys().find(|name| !MEMBERS.contains(&name.as_str())) {
            return Err(format!(
                "there is no member `{unknown}`: allowed are `result`, `err_msg`, `note` and `findings`"
            ));
        }
        let word =
            text_of(&members, "result")?.ok_or("`result` is missing: it says what the policy comes to")?;
        Ok(Self {
            result: HookResult::parse(&word).map_err(|wrong| wrong.to_string())?,
            err_msg: text_of(&members, "err_msg")?,
            note: text_of(&members, "note")?,
            findings: findings_of(&members)?,
        })
    }

    /// Everything in which `said` is otherwise.
    pub(super) fn compare(&self, said: &Evaluation) -> Vec<Mismatch> {
        let result = (said.result != self.result).then(|| {
            let message = format!("`result` is {}, expected {}", said.result.as_str(), self.result.as_str());
            Mismatch { message, lines: Vec::new() }
        });
        let texts = [("err_msg", &self.err_msg, &said.message), ("note", &self.note, &said.note)];
        let texts = texts
            .into_iter()
            .filter_map(|(name, expected, said)| compare_text(name, expected.as_deref(), said.as_deref()));
        result.into_iter().chain(texts).chain(self.findings.compare(said)).collect()
    }

    /// Whether the verdict itself is otherwise.
    pub(super) fn is_other_result(&self, said: &Evaluation) -> bool {
        said.result != self.result
    }
}

fn text_of(members: &Map<String, Value>, name: &str) -> Result<Option<String>, String> {
    match members.get(name) {
        None | Some(Value::Null) => Ok(None),
        Some(Value::String(text)) => Ok(Some(text.clone())),
        Some(_) => Err(format!("`{name}` must be a string")),
    }
}

fn findings_of(members: &Map<String, Value>) -> Result<Findings, String> {
    let wrong = || "`findings` must be a number, or a list of objects".to_owned();
    match members.get("findings") {
        None => Ok(Findings::Any),
        Some(Value::Number(number)) => number.as_u64().map(Findings::Number).ok_or_else(wrong),
        Some(Value::Array(found)) if found.iter().all(Value::is_object) => {
            Ok(Findings::Members(found.clone()))
        }
        Some(_) => Err(wrong()),
    }
}

fn compare_text(name: &str, expected: Option<&str>, said: Option<&str>) -> Option<Mismatch> {
    if expected == said {
        return None;
    }
    let lines = match (expected, said) {
        (Some(expected), Some(said)) => diff::lines(&format!("{expected}\n"), &format!("{said}\n")),
        (expected, said) => {
            let left = expected.into_iter().flat_map(str::lines).map(|line| Line::Left(line.to_owned()));
            left.chain(said.into_iter().flat_map(str::lines).map(|line| Line::Right(line.to_owned())))
                .collect()
        }
    };
    let message = match (expected, said) {
        (_, None) => format!("there is no `{name}`"),
        (None, _) => format!("there is an unexpected `{name}`"),
        _ => format!("`{name}` is another"),
    };
    Some(Mismatch { message, lines })
}

impl Findings {
    fn compare(&self, said: &Evaluation) -> Option<Mismatch> {
        let found = json!(said.findings);
        let count = said.findings.len();
        match self {
            Self::Any => None,
            Self::Number(number) if u64::try_from(count) == Ok(*number) => None,
            Self::Number(number) => {
                let right = diff::json("[]", &found.to_string());
                let lines = right.into_iter().filter(|line| matches!(line, Line::Right(_))).collect();
                Some(Mismatch { message: format!("there are {count} findings, expected {number}"), lines })
            }
            Self::Members(expected) => {
                let found = found.as_array().map(Vec::as_slice).unwrap_or_default();
                let is_equal = found.len() == expected.len()
                    && expected.iter().zip(found).all(|(expected, found)| has(found, expected));
                (!is_equal).then(|| otherwise(expected, found))
            }
        }
    }
}

/// Whether `found` has everything that `expected` has.
fn has(found: &Value, expected: &Value) -> bool {
    match (found, expected) {
        (Value::Object(found), Value::Object(expected)) => {
            expected.iter().all(|(name, expected)| found.get(name).is_some_and(|found| has(found, expected)))
        }
        (found, expected) => found == expected,
    }
}

/// Only the members that are expected are compared.
fn otherwise(expected: &[Value], found: &[Value]) -> Mismatch {
    let shown = found.iter().enumerate().map(|(at, found)| match expected.get(at) {
        Some(expected) => cut_to(found, expected),
        None => found.clone(),
    });
    let [left, right] = [expected.to_vec(), shown.collect()].map(|list| Value::Array(list).to_string());
    let message = match (expected.len(), found.len()) {
        (expected, found) if expected != found => format!("there are {found} findings, expected {expected}"),
        _ => "the findings are others".to_owned(),
    };
    Mismatch { message, lines: diff::json(&left, &right) }
}

/// `found` with the members of `expected` only.
fn cut_to(found: &Value, expected: &Value) -> Value {
    match (found, expected) {
        (Value::Object(found), Value::Object(expected)) => {
            let members = expected
                .iter()
                .filter_map(|(name, expected)| Some((name.clone(), cut_to(found.get(name)?, expected))));
            Value::Object(members.collect())
        }
        (found, _) => found.clone(),
    }
}

#[cfg(test)]
mod tests {
    use super::{Expected, Line};
    use crate::domain::verdict::{Evaluation, Finding, FindingResource, HookResult};
    use serde_json::json;

    fn said() -> Evaluation {
        let finding = |address: &str| Finding {
            message: "is public".to_owned(),
            resource: Some(FindingResource { address: Some(address.to_owned()), kind: None }),
            ..Finding::default()
        };
        let findings = vec![finding("a"), finding("b")];
        Evaluation { findings, ..Evaluation::with_message(HookResult::Refused, "no") }
    }

    #[track_caller]
    fn check(expected: &serde_json::Value, messages: &[&str]) {
        let expected = Expected::parse(expected.to_string().as_bytes()).unwrap();
        let found: Vec<_> = expected.compare(&said()).into_iter().map(|mismatch| mismatch.message).collect();
        assert_eq!(found, messages);
    }

    #[test]
    fn what_is_left_out_is_none_but_for_findings() {
        check(&json!({"result": "REFUSED", "err_msg": "no"}), &[]);
        check(&json!({"result": "REFUSED"}), &["there is an unexpected `err_msg`"]);
        check(&json!({"result": "REFUSED", "err_msg": "no", "note": "odd"}), &["there is no `note`"]);
        check(
            &json!({"result": "PASSED", "err_msg": "yes"}),
            &["`result` is REFUSED, expected PASSED", "`err_msg` is another"],
        );
    }

    #[test]
    fn findings_are_a_number_or_members_in_order() {
        let findings =
            |findings: serde_json::Value| json!({"result": "REFUSED", "err_msg": "no", "findings": findings});
        check(&findings(json!(2)), &[]);
        check(&findings(json!(0)), &["there are 2 findings, expected 0"]);
        check(&findings(json!([{"resource": {"address": "a"}}, {"message": "is public"}])), &[]);
        check(&findings(json!([{}])), &["there are 2 findings, expected 1"]);
        check(&findings(json!([{"resource": {"address": "b"}}, {}])), &["the findings are others"]);
        check(&findings(json!([{"severity": "high"}, {}])), &["the findings are others"]);
    }

    #[test]
    fn only_expected_members_are_shown() {
        let expected =
            json!({"result": "REFUSED", "err_msg": "no", "findings": [{"resource": {"address": "x"}}, {}]});
        let expected = Expected::parse(expected.to_string().as_bytes()).unwrap();
        let lines = &expected.compare(&said())[0].lines;
        let changed: Vec<_> =
            lines.iter().filter(|line| !matches!(line, Line::Plain(_))).map(Line::signed).collect();
        assert_eq!(changed, ["-       \"address\": \"x\"", "+       \"address\": \"a\""]);
    }

    #[track_caller]
    fn check_refused(text: &str, words: &str) {
        let wrong = Expected::parse(text.as_bytes()).unwrap_err();
        assert!(wrong.contains(words), "{wrong}");
    }

    #[test]
    fn what_makes_no_sense_is_named() {
        check_refused("{", "it is not JSON: ");
        check_refused("[]", "it is not a JSON object");
        check_refused("{}", "`result` is missing");
        check_refused(r#"{"result": "OK"}"#, "PASSED");
        check_refused(r#"{"result": "PASSED", "errmsg": "x"}"#, "there is no member `errmsg`");
        check_refused(
            r#"{"result": "PASSED", "findings": -1}"#,
            "`findings` must be a number, or a list of objects",
        );
        check_refused(r#"{"result": "PASSED", "findings": [1]}"#, "`findings` must be");
        check_refused(r#"{"result": "PASSED", "err_msg": 1}"#, "`err_msg` must be a string");
    }
}
