//! What is secret in an input, and texts without it: the one seam that values of an input pass on their way to a reader.
//!
//! Secret is what stands under a key whose name looks so, and what a Terraform plan marks as sensitive. A secret is masked wherever its text
//! turns up, because a policy may have carried it anywhere. What a policy makes of a secret, its length or its first letters, is not known
//! as secret, but for an expression that names such a key itself.

use std::borrow::Cow;
use std::collections::BTreeSet;

use regorus::Value;
use regorus::value::Object;

use crate::rego::builtins::display::display;

/// What stands where a secret was.
pub(super) const MASK: &str = "***";

/// Parts of the names of keys, in lower case and without `_` and `-`, under which secrets stand.
const NAMES: &[&str] = &[
    "password",
    "passwd",
    "passphrase",
    "secret",
    "token",
    "apikey",
    "accesskey",
    "privatekey",
    "clientkey",
    "credential",
    "connectionstring",
];
/// The shortest text that is masked wherever it turns up: shorter ones turn up everywhere.
const MIN_TEXT: usize = 4;
/// The longest part of a secret that is looked for; what follows it is cut off as well.
const MAX_TEXT: usize = 256;
/// The most secrets of one input that are looked for.
const MAX_SECRETS: usize = 500;

/// The secrets of one input.
#[derive(Debug, Default)]
pub(super) struct Secrets {
    /// The longest first, so that no part of one is left over.
    texts: Vec<String>,
    /// More than are looked for: every text is one then.
    is_full: bool,
}

impl Secrets {
    /// Those of an input document.
    pub(super) fn find(input: &Value) -> Self {
        let mut search = Search::default();
        search.look_at(input);
        for plan in [Some(input), member(input, "plan")].into_iter().flatten() {
            search.look_at_variables(plan);
        }
        let is_full = search.texts.len() > MAX_SECRETS;
        let mut texts: Vec<String> = if is_full { Vec::new() } else { search.texts.into_iter().collect() };
        texts.sort_by_key(|text| std::cmp::Reverse(text.len()));
        Self { texts, is_full }
    }

    /// `text` with every secret masked.
    pub(super) fn redact<'t>(&self, text: &'t str) -> Cow<'t, str> {
        if self.is_full && !text.is_empty() {
            return Cow::Borrowed(MASK);
        }
        let mut redacted = Cow::Borrowed(text);
        for secret in self.texts.iter().filter(|secret| text.contains(secret.as_str())) {
            redacted = Cow::Owned(match redacted.find(secret.as_str()) {
                Some(begin) if secret.len() >= MAX_TEXT => {
                    format!("{}{MASK}", redacted.get(..begin).unwrap_or_default())
                }
                _ => redacted.replace(secret.as_str(), MASK),
            });
        }
        redacted
    }
}

/// Whether what stands under a key of this name is to be masked.
pub(super) fn looks_secret(key: &str) -> bool {
    let plain: String = key.to_lowercase().chars().filter(|c| !matches!(c, '_' | '-' | '.' | ' ')).collect();
    NAMES.iter().any(|name| plain.contains(name))
}

#[derive(Default)]
struct Search {
    texts: BTreeSet<String>,
}

impl Search {
    fn look_at(&mut self, value: &Value) {
        match value {
            Value::Object(object) => self.look_at_object(object),
            Value::Array(items) => items.iter().for_each(|item| self.look_at(item)),
            // An input has no sets.
            Value::Null
            | Value::Bool(_)
            | Value::Number(_)
            | Value::String(_)
            | Value::Set(_)
            | Value::Undefined => {}
        }
    }

    fn look_at_object(&mut self, object: &Object) {
        let is_marked = matches!(find(object, "sensitive"), Some(Value::Bool(true)));
        for (key, value) in object.iter() {
            let Value::String(key) = key else { continue };
            if looks_secret(key) || (is_marked && matches!(&**key, "value" | "default")) {
                self.take(value);
            }
            let mark = match &**key {
                "values" => Some("sensitive_values".to_owned()),
                "before" | "after" => Some(format!("{key}_sensitive")),
                _ => None,
            };
            if let Some(mark) = mark.and_then(|mark| find(object, &mark)) {
                self.take_marked(value, mark);
            }
            self.look_at(value);
        }
    }

    /// The values of variables that a plan declares sensitive.
    fn look_at_variables(&mut self, plan: &Value) {
        let declared = ["configuration", "root_module", "variables"];
        let declared = declared.iter().try_fold(plan, |value, name| member(value, name));
        let Some(Value::Object(declared)) = declared else { return };
        for (name, variable) in declared.iter() {
            let is_sensitive = matches!(member(variable, "sensitive"), Some(Value::Bool(true)));
            let given = name.as_string().ok().and_then(|name| member(member(plan, "variables")?, name));
            given.filter(|_| is_sensitive).into_iter().for_each(|given| self.take(given));
        }
    }

    /// What of `value` the tree `mark` marks by `true`.
    fn take_marked(&mut self, value: &Value, mark: &Value) {
        match (value, mark) {
            (_, Value::Bool(true)) => self.take(value),
            (Value::Object(value), Value::Object(mark)) => {
                for (key, mark) in mark.iter() {
                    value.get(key).into_iter().for_each(|value| self.take_marked(value, mark));
                }
            }
            (Value::Array(values), Value::Array(marks)) => {
                values.iter().zip(marks.iter()).for_each(|(value, mark)| self.take_marked(value, mark));
            }
            _ => {}
        }
    }

    /// Everything in `value`.
    fn take(&mut self, value: &Value) {
        match value {
            Value::String(text) => self.add(text),
            Value::Number(_) => self.add(&display(value)),
            Value::Array(items) => items.iter().for_each(|item| self.take(item)),
            Value::Object(object) => object.iter().for_each(|(_, value)| self.take(value)),
            Value::Null | Value::Bool(_) | Value::Set(_) | Value::Undefined => {}
        }
    }

    fn add(&mut self, text: &str) {
        if text.len() >= MIN_TEXT && self.texts.len() <= MAX_SECRETS {
            self.texts.insert(text.get(..text.floor_char_boundary(MAX_TEXT)).unwrap_or(text).to_owned());
        }
    }
}

fn member<'v>(value: &'v Value, name: &str) -> Option<&'v Value> {
    find(value.as_object().ok()?, name)
}

fn find<'o>(object: &'o Object, name: &str) -> Option<&'o Value> {
    object.get(&Value::from(name))
}

#[cfg(test)]
mod tests {
    use super::{MASK, MAX_SECRETS, Secrets, looks_secret};
    use regorus::Value;
    use serde_json::json;

    #[track_caller]
    fn check(input: serde_json::Value, text: &str, expected: &str) {
        assert_eq!(Secrets::find(&Value::from(input)).redact(text), expected);
    }

    #[test]
    fn what_stands_under_a_key_that_looks_secret_is_masked_wherever_it_turns_up() {
        let input =
            json!({"user": "root", "db": {"Admin-Password": "hunter2", "api_key": {"v": ["k-123456"]}}});
        check(input.clone(), "root:hunter2@db, hunter2 k-123456", "root:***@db, *** ***");
        check(input, "hunter", "hunter");
        assert!(
            looks_secret("AWS_SECRET_ACCESS_KEY") && looks_secret("auth_token") && !looks_secret("key_name")
        );
    }

    #[test]
    fn what_a_plan_marks_as_sensitive_is_masked() {
        let change = json!({"after": {"a": "plain-a", "b": ["open", "hidden"], "n": 12345},
            "after_sensitive": {"b": [false, true], "n": true}});
        check(
            json!({"resource_changes": [{"change": change}]}),
            "plain-a open hidden 12345",
            "plain-a open *** ***",
        );
        let outputs = json!({"o": {"sensitive": true, "value": "from-output"}});
        check(json!({"planned_values": {"outputs": outputs}}), "from-output", MASK);
        let values = json!({"values": {"x": "whole"}, "sensitive_values": true});
        check(json!({"resources": [values]}), "whole", MASK);
        let plan = json!({"variables": {"v": {"value": "given"}, "w": {"value": "shown"}},
            "configuration": {"root_module": {"variables": {"v": {"sensitive": true}, "w": {}}}}});
        check(plan.clone(), "given shown", "*** shown");
        check(json!({"plan": plan}), "given shown", "*** shown");
    }

    #[test]
    fn the_longest_secret_is_masked_first_and_short_ones_are_left() {
        let input = json!({"passwords": ["abcd", "abcdef", "ab"], "secret": true});
        check(input, "abcdef abcd ab true", "*** *** ab true");
    }

    #[test]
    fn of_a_very_long_secret_nothing_is_left() {
        let long = "x".repeat(1_000);
        check(json!({"secret": long}), &format!("a {long} b"), "a ***");
    }

    #[test]
    fn with_too_many_secrets_every_text_is_one() {
        let many: Vec<String> = (0..=MAX_SECRETS).map(|number| format!("secret-{number}")).collect();
        check(json!({"token": many}), "anything", MASK);
    }
}
