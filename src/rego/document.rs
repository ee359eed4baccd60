//! JSON and YAML documents as values of the engine, read by a visitor of our own.
//!
//! The engine's reader takes a magic key for a number of any length and hangs on it, and copies every key; this one
//! knows no magic, counts what it reads, and shares equal keys.

use std::cell::{Cell, RefCell};
use std::collections::{BTreeMap, HashSet};
use std::fmt;

use regorus::{Rc, Value};
use serde::de::{DeserializeSeed, Deserializer, Error, MapAccess, SeqAccess, Visitor};

use crate::rego::numbers;

/// The deepest nesting of a document.
pub(super) const MAX_DEPTH: usize = 128;
/// What is said about a document that is nested more deeply.
pub(super) const TOO_DEEP: &str = "nested more than 128 levels deep";
/// What is said about a document with more values than its budget.
pub(super) const TOO_LARGE: &str = "more values than allowed";

/// Reads a JSON text of at most `max_values` values.
///
/// # Errors
/// The reader's, with row and column.
pub(super) fn parse_json(text: &[u8], max_values: usize) -> serde_json::Result<Value> {
    let mut budget = Budget::new(max_values);
    let value = read_json(text, &budget)?;
    if !budget.has_great.get() {
        return Ok(value);
    }
    // Once more, with the numbers as they are written: the reader has rounded them.
    budget = Budget { written: numbers::find_great(text)?, ..Budget::new(max_values) };
    read_json(text, &budget)
}

fn read_json(text: &[u8], budget: &Budget) -> serde_json::Result<Value> {
    let mut reader = serde_json::Deserializer::from_slice(text);
    let value = Document::within(budget).deserialize(&mut reader)?;
    reader.end()?;
    Ok(value)
}

/// Reads a YAML text of one document of at most `max_values` values.
///
/// # Errors
/// The reader's, with row and column.
pub(super) fn parse_yaml(text: &str, max_values: usize) -> Result<Value, yaml_serde::Error> {
    let budget = Budget::new(max_values);
    let value = Document::within(&budget).deserialize(yaml_serde::Deserializer::from_str(text))?;
    // The reader tells nothing about how the number was written.
    if budget.has_great.get() { Err(Error::custom(numbers::TOO_PRECISE)) } else { Ok(value) }
}

/// What one document may still use, the keys it has used before, and what is known about its numbers.
struct Budget {
    keys: RefCell<HashSet<Rc<str>>>,
    values: Cell<usize>,
    /// How many numbers were read.
    numbers: Cell<usize>,
    /// Whether one of them may have been rounded beyond a fraction.
    has_great: Cell<bool>,
    /// Great numbers without rounding, by their position among all numbers.
    written: BTreeMap<usize, Value>,
}

impl Budget {
    fn new(values: usize) -> Self {
        Self {
            keys: RefCell::default(),
            values: Cell::new(values),
            numbers: Cell::default(),
            has_great: Cell::default(),
            written: BTreeMap::new(),
        }
    }

    /// The number that was read as `number`.
    fn number(&self, number: impl Into<Value>) -> Value {
        let position = self.numbers.get();
        self.numbers.set(position.saturating_add(1));
        self.written.get(&position).cloned().unwrap_or_else(|| number.into())
    }

    fn share(&self, key: &str) -> Value {
        let mut keys = self.keys.borrow_mut();
        if let Some(known) = keys.get(key) {
            return Value::String(Rc::clone(known));
        }
        let new: Rc<str> = key.into();
        keys.insert(Rc::clone(&new));
        Value::String(new)
    }

    fn spend<E: Error>(&self) -> Result<(), E> {
        let left = self.values.get().checked_sub(1).ok_or_else(|| E::custom(TOO_LARGE))?;
        self.values.set(left);
        Ok(())
    }
}

struct Key<'b>(&'b Budget);

impl<'de> DeserializeSeed<'de> for Key<'_> {
    type Value = Value;

    fn deserialize<D: Deserializer<'de>>(self, deserializer: D) -> Result<Value, D::Error> {
        deserializer.deserialize_str(self)
    }
}

impl Visitor<'_> for Key<'_> {
    type Value = Value;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("a text as key")
    }

    fn visit_str<E: Error>(self, text: &str) -> Result<Value, E> {
        Ok(self.0.share(text))
    }
}

#[derive(Clone, Copy)]
struct Document<'b> {
    budget: &'b Budget,
    depth: usize,
}

impl<'b> Document<'b> {
    fn within(budget: &'b Budget) -> Self {
        Self { budget, depth: 0 }
    }

    fn inner<E: Error>(self) -> Result<Self, E> {
        let depth = self.depth.saturating_add(1);
        if depth > MAX_DEPTH { Err(E::custom(TOO_DEEP)) } else { Ok(Self { depth, ..self }) }
    }
}

impl<'de> DeserializeSeed<'de> for Document<'_> {
    type Value = Value;

    fn deserialize<D: Deserializer<'de>>(self, deserializer: D) -> Result<Value, D::Error> {
        deserializer.deserialize_any(self)
    }
}

impl<'de> Visitor<'de> for Document<'_> {
    type Value = Value;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("a value of JSON")
    }

    fn visit_unit<E: Error>(self) -> Result<Value, E> {
        Ok(Value::Null)
    }

    fn visit_none<E: Error>(self) -> Result<Value, E> {
        Ok(Value::Null)
    }

    fn visit_bool<E: Error>(self, value: bool) -> Result<Value, E> {
        Ok(Value::Bool(value))
    }

    fn visit_u64<E: Error>(self, number: u64) -> Result<Value, E> {
        Ok(self.budget.number(number))
    }

    fn visit_i64<E: Error>(self, number: i64) -> Result<Value, E> {
        Ok(self.budget.number(number))
    }

    fn visit_u128<E: Error>(self, number: u128) -> Result<Value, E> {
        Ok(Value::from(number))
    }

    fn visit_i128<E: Error>(self, number: i128) -> Result<Value, E> {
        Ok(Value::from(number))
    }

    fn visit_f64<E: Error>(self, number: f64) -> Result<Value, E> {
        if !number.is_finite() {
            return Err(E::custom("a number is out of range"));
        }
        if number.abs() >= numbers::GREAT {
            self.budget.has_great.set(true);
        }
        Ok(self.budget.number(number))
    }

    fn visit_str<E: Error>(self, text: &str) -> Result<Value, E> {
        Ok(Value::String(text.into()))
    }

    fn visit_seq<A: SeqAccess<'de>>(self, mut items: A) -> Result<Value, A::Error> {
        let seed = self.inner()?;
        let mut values = Vec::new();
        while let Some(value) = items.next_element_seed(seed)? {
            self.budget.spend()?;
            values.push(value);
        }
        Ok(Value::from(values))
    }

    fn visit_map<A: MapAccess<'de>>(self, mut members: A) -> Result<Value, A::Error> {
        let seed = self.inner()?;
        let mut values = BTreeMap::new();
        while let Some(key) = members.next_key_seed(Key(self.budget))? {
            self.budget.spend()?;
            values.insert(key, members.next_value_seed(seed)?);
        }
        Ok(Value::from(values))
    }
}

#[cfg(test)]
mod tests {
    use super::{TOO_LARGE, parse_json, parse_yaml};
    use proptest::prelude::*;
    use regorus::Value;
    use serde_json::json;

    #[test]
    fn the_magic_key_of_the_engines_own_reader_is_an_ordinary_key() {
        let text = r#"{"$serde_json::private::Number":"1e1000000000"}"#;
        assert!(parse_json(text.as_bytes(), 10).unwrap().as_object().is_ok());
        assert!(parse_yaml(text, 10).unwrap().as_object().is_ok());
    }

    #[test]
    fn the_budget_counts_every_item_and_member() {
        assert!(parse_json(b"[1,2,[3]]", 4).is_ok());
        assert!(parse_json(b"[1,2,[3]]", 3).unwrap_err().to_string().starts_with(TOO_LARGE));
        assert!(
            parse_yaml("a: &x [1,2,3]\nb: [*x,*x,*x,*x]", 10).unwrap_err().to_string().contains(TOO_LARGE)
        );
    }

    #[test]
    fn equal_keys_share_one_text() {
        let read = parse_json(br#"[{"key":1},{"key":2}]"#, 10).unwrap();
        let key = |index: usize| {
            read[index].as_object().unwrap().keys().next().unwrap().as_string().unwrap().as_ptr()
        };
        assert_eq!(key(0), key(1));
    }

    #[test]
    fn depth_is_bounded_in_every_form() {
        let nested = |levels: usize| format!("{}1{}", "[".repeat(levels), "]".repeat(levels));
        assert!(parse_json(nested(127).as_bytes(), 1_000).is_ok());
        assert!(parse_json(nested(200).as_bytes(), 1_000).is_err());
        assert!(parse_yaml(&nested(200), 1_000).is_err());
    }

    #[test]
    fn yaml_that_json_cannot_say_is_refused() {
        for text in [
            "a: .inf",
            "a: .nan",
            "a: 1\n---\na: 2",
            "a: !tag 1",
            "[1]: 2",
            "a: *x",
            "a: 12345678901234567890.5",
        ] {
            assert!(parse_yaml(text, 10).is_err(), "{text}");
        }
        let great = parse_yaml("a: 18446744073709551616", 10).unwrap();
        assert_eq!(great, parse_json(br#"{"a":18446744073709551616}"#, 10).unwrap());
        assert_eq!(parse_yaml("a: yes", 10).unwrap(), Value::from(json!({"a": "yes"})));
    }

    /// With `serde_json/arbitrary_precision` anywhere in the build, this number would be read, and hang.
    #[test]
    fn arbitrary_precision_is_off() {
        assert!(serde_json::from_str::<serde_json::Value>("1e400").is_err());
        assert!(parse_json(b"1e400", 10).is_err());
    }

    /// Without `serde_json/float_roundtrip` some numbers would be read as their neighbours.
    #[test]
    fn numbers_are_read_to_the_nearest() {
        for text in ["0.30000000000000004", "1.2345678901234567e-300", "8.41e-21"] {
            let read = parse_json(text.as_bytes(), 1).unwrap().as_f64().unwrap();
            assert_eq!(read.to_bits(), text.parse::<f64>().unwrap().to_bits(), "{text} became {read}");
        }
        // Great whole ones are not even rounded.
        for text in ["1.6931348623157e308", "8.41e21"] {
            assert_eq!(parse_json(text.as_bytes(), 1).unwrap(), Value::from_numeric_string(text).unwrap());
        }
    }

    fn any_json() -> impl Strategy<Value = serde_json::Value> {
        let leaf = prop_oneof![
            Just(json!(null)),
            any::<bool>().prop_map(|value| json!(value)),
            any::<i64>().prop_map(|value| json!(value)),
            any::<u64>().prop_map(|value| json!(value)),
            any::<i32>().prop_map(|value| json!(f64::from(value) + 0.5)),
            ".*".prop_map(|value| json!(value)),
        ];
        leaf.prop_recursive(5, 60, 8, |inner| {
            prop_oneof![
                proptest::collection::vec(inner.clone(), 0..8).prop_map(|items| json!(items)),
                proptest::collection::btree_map(".*", inner, 0..8).prop_map(|members| json!(members)),
            ]
        })
    }

    proptest! {
        #[test]
        fn any_json_is_read_as_the_engine_reads_it(value in any_json()) {
            let text = value.to_string();
            let own = parse_json(text.as_bytes(), 100_000).unwrap();
            prop_assert_eq!(&own, &Value::from_json_str(&text).unwrap());
            prop_assert_eq!(serde_json::from_str::<serde_json::Value>(&own.to_json_str().unwrap()).unwrap(), value);
        }

        #[test]
        fn any_fraction_is_read_to_the_nearest(number in -1e15..1e15) {
            let read = parse_json(format!("{number:e}").as_bytes(), 1).unwrap().as_f64().unwrap();
            prop_assert_eq!(read.total_cmp(&number), std::cmp::Ordering::Equal);
        }

        #[test]
        fn any_bytes_are_read_or_refused_and_never_panic(bytes: Vec<u8>) {
            let own = parse_json(&bytes, 1_000).is_ok();
            prop_assert_eq!(own, serde_json::from_slice::<serde_json::Value>(&bytes).is_ok());
            drop(parse_yaml(&String::from_utf8_lossy(&bytes), 1_000));
        }
    }
}
