//! A masked document as text: numbers as JSON has them, members in order, so that equal documents are equal texts.

use std::collections::BTreeMap;

use regorus::Value;
use serde::ser::{Error as _, Serialize, SerializeMap as _, SerializeSeq as _, Serializer};

use crate::domain::mask::{InputRecord, MARKER};
use crate::rego::mask::path::Path;
use crate::rego::mask::secrets::Finder;

/// `value` as a text of JSON.
///
/// # Errors
/// When it holds what JSON has no words for.
pub(super) fn to_json(value: &Value) -> serde_json::Result<Vec<u8>> {
    serde_json::to_vec(&Json(value))
}

/// `value` with the marker for every secret in its texts, numbers and names; adds the paths of what changed to `masked`.
pub(super) fn hide(value: &Value, finder: &Finder, masked: &mut Vec<String>) -> Value {
    Hiding { finder, masked, path: Path::default() }.hide(value)
}

struct Hiding<'h> {
    finder: &'h Finder,
    masked: &'h mut Vec<String>,
    path: Path,
}

impl Hiding<'_> {
    fn hide(&mut self, value: &Value) -> Value {
        match value {
            Value::String(text) => {
                let hidden = self.finder.hide(text);
                hidden.map_or_else(|| value.clone(), |hidden| self.change(Value::from(hidden)))
            }
            Value::Number(number) if self.finder.finds_in(number.format_decimal().as_bytes()) => {
                self.change(Value::from(MARKER))
            }
            Value::Array(items) => {
                let hidden = items.iter().enumerate().map(|(index, item)| {
                    self.path.push_index(index);
                    let hidden = self.hide(item);
                    self.path.pop();
                    hidden
                });
                Value::from(hidden.collect::<Vec<_>>())
            }
            Value::Object(members) => {
                let hidden = members.iter().map(|(key, member)| {
                    let name = key
                        .as_string()
                        .ok()
                        .and_then(|name| self.finder.hide(name))
                        .map_or_else(|| key.clone(), Value::from);
                    self.path.push_key(&name);
                    let hidden = self.hide(member);
                    self.path.pop();
                    (name, hidden)
                });
                Value::from(hidden.collect::<BTreeMap<_, _>>())
            }
            Value::Null | Value::Bool(_) | Value::Number(_) | Value::Set(_) | Value::Undefined => {
                value.clone()
            }
        }
    }

    fn change(&mut self, hidden: Value) -> Value {
        if self.masked.len() < InputRecord::MAX_PATHS {
            self.masked.push(self.path.to_text());
        }
        hidden
    }
}

struct Json<'v>(&'v Value);

impl Serialize for Json<'_> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        match self.0 {
            Value::Null => serializer.serialize_unit(),
            Value::Bool(value) => serializer.serialize_bool(*value),
            Value::String(text) => serializer.serialize_str(text),
            Value::Number(number) => match (number.as_i64(), number.as_u64(), number.as_f64()) {
                (Some(number), ..) => serializer.serialize_i64(number),
                (_, Some(number), _) => serializer.serialize_u64(number),
                (.., Some(number)) => serializer.serialize_f64(number),
                (None, None, None) => Err(S::Error::custom("a number is too great")),
            },
            Value::Array(items) => {
                let mut list = serializer.serialize_seq(Some(items.iter().len()))?;
                items.iter().try_for_each(|item| list.serialize_element(&Json(item)))?;
                list.end()
            }
            Value::Object(members) => {
                let mut map = serializer.serialize_map(Some(members.len()))?;
                for (key, member) in members.iter() {
                    map.serialize_entry(key.as_string().map_err(S::Error::custom)?.as_ref(), &Json(member))?;
                }
                map.end()
            }
            Value::Set(_) | Value::Undefined => Err(S::Error::custom("not a value of JSON")),
        }
    }
}
