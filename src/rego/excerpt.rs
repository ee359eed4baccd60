//! A value as text, cut and masked. It stops when the text is long enough: a value can be endless when it is written out.

use regorus::Value;

use crate::rego::builtins::display::display;
use crate::rego::redact::{MASK, Secrets, looks_secret};

/// The longest part of one string that is looked at, in bytes.
const MAX_STRING: usize = 4_096;
const CUT: &str = "…";

/// `value` as JSON in about `limit` bytes; a set is written as an array.
pub(super) fn excerpt(value: &Value, limit: usize, secrets: &Secrets) -> String {
    let mut writer = Writer { text: String::new(), limit, secrets };
    let is_whole = writer.value(value);
    writer.finish(is_whole)
}

/// As [`excerpt`], with a string as it is.
pub(super) fn plain_excerpt(value: &Value, limit: usize, secrets: &Secrets) -> String {
    let Value::String(text) = value else { return excerpt(value, limit, secrets) };
    let mut writer = Writer { text: String::new(), limit, secrets };
    writer.text.push_str(&secrets.redact(begin_of(text, MAX_STRING)));
    writer.finish(text.len() <= MAX_STRING)
}

struct Writer<'a> {
    text: String,
    limit: usize,
    secrets: &'a Secrets,
}

impl Writer<'_> {
    fn finish(mut self, is_whole: bool) -> String {
        if self.text.len() > self.limit {
            self.text.truncate(self.text.floor_char_boundary(self.limit));
            self.text.push_str(CUT);
        } else if !is_whole {
            self.text.push_str(CUT);
        }
        self.text
    }

    /// Whether there was room for all of it.
    fn value(&mut self, value: &Value) -> bool {
        match value {
            Value::Null => self.text.push_str("null"),
            Value::Bool(truth) => self.text.push_str(if *truth { "true" } else { "false" }),
            Value::Number(_) => {
                let text = display(value);
                self.text.push_str(&self.secrets.redact(begin_of(&text, MAX_STRING)));
            }
            Value::String(text) => self.string(text),
            Value::Array(items) => return self.items(items.iter()),
            Value::Set(items) => return self.items(items.iter_sorted()),
            Value::Object(object) => return self.members(object.iter_sorted()),
            Value::Undefined => self.text.push_str("undefined"),
        }
        self.has_room()
    }

    fn has_room(&self) -> bool {
        self.text.len() <= self.limit
    }

    fn string(&mut self, text: &str) {
        let shown = self.secrets.redact(begin_of(text, MAX_STRING));
        // Writing a string as JSON cannot fail.
        self.text.push_str(&serde_json::to_string(&shown).unwrap_or_default());
    }

    fn items<'v>(&mut self, items: impl Iterator<Item = &'v Value>) -> bool {
        self.text.push('[');
        for (position, item) in items.enumerate() {
            self.text.push_str(if position == 0 { "" } else { ", " });
            if !self.value(item) {
                return false;
            }
        }
        self.text.push(']');
        self.has_room()
    }

    fn members<'v>(&mut self, members: impl Iterator<Item = (&'v Value, &'v Value)>) -> bool {
        self.text.push('{');
        for (position, (key, value)) in members.enumerate() {
            self.text.push_str(if position == 0 { "" } else { ", " });
            let has_room = self.value(key);
            self.text.push_str(": ");
            if matches!(key, Value::String(key) if looks_secret(key)) && !matches!(value, Value::Bool(_)) {
                self.string(MASK);
            } else if !has_room || !self.value(value) {
                return false;
            }
        }
        self.text.push('}');
        self.has_room()
    }
}

fn begin_of(text: &str, limit: usize) -> &str {
    text.get(..text.floor_char_boundary(limit)).unwrap_or(text)
}

#[cfg(test)]
mod tests {
    use super::{excerpt, plain_excerpt};
    use crate::rego::redact::Secrets;
    use regorus::Value;
    use serde_json::json;

    #[track_caller]
    fn check(value: &Value, limit: usize, expected: &str) {
        let secrets = Secrets::find(&Value::from(json!({"password": "hunter2"})));
        assert_eq!(excerpt(value, limit, &secrets), expected);
    }

    #[test]
    fn a_value_is_written_as_json() {
        check(
            &Value::from(json!({"b": [1, 2.5, null], "a": "x\ny"})),
            99,
            r#"{"a": "x\ny", "b": [1, 2.5, null]}"#,
        );
        check(&Value::from(json!([])), 99, "[]");
    }

    #[test]
    fn what_is_too_long_is_cut() {
        check(&Value::from(json!(["aaaa", "bbbb", "cccc"])), 9, "[\"aaaa\", …");
        check(&Value::from("é".repeat(9)), 4, "\"é…");
        let endless = (0..100).fold(Value::from("x"), |value, _| Value::from(vec![value.clone(), value]));
        assert!(excerpt(&endless, 300, &Secrets::default()).len() < 310);
        assert_eq!(plain_excerpt(&Value::from("a b"), 2, &Secrets::default()), "a …");
    }

    #[test]
    fn secrets_are_masked_by_key_and_by_text() {
        check(&Value::from(json!({"token": 1, "x": "is hunter2"})), 99, r#"{"token": "***", "x": "is ***"}"#);
        check(&Value::from(json!({"has_password": true})), 99, r#"{"has_password": true}"#);
    }
}
