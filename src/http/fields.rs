//! The members of a JSON body, taken out one by one, so that every fault of a request is found at once.
//!
//! Null counts as absent; what nobody took out is unrecognised; a member given twice is refused, because two readers
//! of one body must not see two values.

use std::collections::BTreeMap;
use std::fmt;
use std::marker::PhantomData;
use std::str::FromStr;

use serde::Deserialize;
use serde::de::{self, MapAccess, Visitor};
use serde_json::value::RawValue;

use crate::domain::invalid::{Invalid, Rule};

/// What is said of a member that is there more than once.
const TWICE: Rule = Rule::Form("is given twice");

/// The members of one JSON object that are still to be taken out.
#[derive(Debug)]
pub(super) struct Fields<'a> {
    /// `""`, or the path of this object with a dot behind it.
    prefix: String,
    members: BTreeMap<String, &'a RawValue>,
    faults: Vec<Invalid>,
}

/// Why a body is no JSON object.
#[derive(Debug, PartialEq, Eq)]
pub(super) enum NotAnObject {
    /// Nothing was sent.
    Empty,
    /// It is not JSON, or not an object; with the cause.
    Malformed(String),
}

impl<'a> Fields<'a> {
    /// The members of `body`.
    pub(super) fn parse(body: &'a [u8]) -> Result<Self, NotAnObject> {
        if body.iter().all(u8::is_ascii_whitespace) {
            return Err(NotAnObject::Empty);
        }
        let object: Object<'a> =
            serde_json::from_slice(body).map_err(|cause| NotAnObject::Malformed(cause.to_string()))?;
        Ok(Self::new(String::new(), object))
    }

    /// No members at all: a body that may be absent, and is.
    pub(super) fn none() -> Self {
        Self { prefix: String::new(), members: BTreeMap::new(), faults: Vec::new() }
    }

    fn new(prefix: String, object: Object<'a>) -> Self {
        let faults = object.twice.iter().map(|name| Invalid::new(format!("{prefix}{name}"), TWICE)).collect();
        Self { prefix, members: object.members, faults }
    }

    /// The member `name` as it stands in the body, unless it is absent or null.
    pub(super) fn raw(&mut self, name: &str) -> Option<&'a RawValue> {
        self.members.remove(name).filter(|value| value.get() != "null")
    }

    /// The text `name`.
    pub(super) fn text(&mut self, name: &str) -> Option<String> {
        self.typed(name, "a string")
    }

    /// `true` or `false`.
    pub(super) fn switch(&mut self, name: &str) -> Option<bool> {
        self.typed(name, "a boolean")
    }

    /// The text `name` turned into what it stands for.
    pub(super) fn parsed<T>(
        &mut self,
        name: &str,
        parse: impl FnOnce(&str) -> Result<T, Invalid>,
    ) -> Option<T> {
        let text = self.text(name)?;
        self.keep(parse(&text))
    }

    /// The text `name`, which must be there, turned into what it stands for.
    pub(super) fn required<T>(
        &mut self,
        name: &str,
        parse: impl FnOnce(&str) -> Result<T, Invalid>,
    ) -> Option<T> {
        self.check_there(name).then(|| self.parsed(name, parse)).flatten()
    }

    /// The text `name` as one of the words of `T`.
    pub(super) fn word<T: FromStr<Err = Rule>>(&mut self, name: &str) -> Option<T> {
        let text = self.text(name)?;
        match text.parse() {
            Ok(value) => Some(value),
            Err(rule) => {
                self.fault(name, rule);
                None
            }
        }
    }

    /// The object `name`, of texts.
    pub(super) fn texts(&mut self, name: &str) -> Option<BTreeMap<String, String>> {
        let raw = self.raw(name)?;
        let Ok(Texts { members, twice }) = serde_json::from_str::<Texts>(raw.get()) else {
            self.fault(name, Rule::WrongType { expected: "an object of strings" });
            return None;
        };
        for inner in twice {
            self.fault(&format!("{name}.{inner}"), TWICE);
        }
        Some(members)
    }

    /// The object `name`; give it back to [`Self::close`] when its members are taken out.
    pub(super) fn object(&mut self, name: &str) -> Option<Self> {
        let raw = self.raw(name)?;
        if let Ok(object) = serde_json::from_str::<Object<'a>>(raw.get()) {
            Some(Self::new(format!("{}{name}.", self.prefix), object))
        } else {
            self.fault(name, Rule::WrongType { expected: "an object" });
            None
        }
    }

    /// The object `name`, which must be there.
    pub(super) fn required_object(&mut self, name: &str) -> Option<Self> {
        self.check_there(name).then(|| self.object(name)).flatten()
    }

    /// The object `name`, as it stands in the body.
    pub(super) fn object_text(&mut self, name: &str) -> Option<&'a str> {
        let raw = self.raw(name)?.get().trim();
        if raw.starts_with('{') {
            return Some(raw);
        }
        self.fault(name, Rule::WrongType { expected: "an object" });
        None
    }

    /// The array `name` of objects.
    pub(super) fn objects(&mut self, name: &str) -> Option<Vec<Self>> {
        let raw = self.raw(name)?;
        let prefix = format!("{}{name}", self.prefix);
        if let Ok(objects) = serde_json::from_str::<Vec<Object<'a>>>(raw.get()) {
            Some(
                (0_usize..)
                    .zip(objects)
                    .map(|(index, object)| Self::new(format!("{prefix}[{index}]."), object))
                    .collect(),
            )
        } else {
            self.fault(name, Rule::WrongType { expected: "an array of objects" });
            None
        }
    }

    /// Takes over the faults of `inner`, whose members are `allowed`.
    pub(super) fn close(&mut self, inner: Self, allowed: &'static [&'static str]) {
        self.faults.extend(inner.finish(allowed));
    }

    /// The value, or a note of what is wrong with it.
    pub(super) fn keep<T>(&mut self, result: Result<T, Invalid>) -> Option<T> {
        result.map_err(|invalid| self.faults.push(invalid)).ok()
    }

    /// Notes that the member `name` breaks `rule`.
    pub(super) fn fault(&mut self, name: &str, rule: Rule) {
        self.faults.push(Invalid::new(format!("{}{name}", self.prefix), rule));
    }

    /// Notes faults found elsewhere.
    pub(super) fn faults(&mut self, faults: Vec<Invalid>) {
        self.faults.extend(faults);
    }

    /// Everything that is wrong, what was left over included; `allowed` are the members there could have been.
    pub(super) fn finish(mut self, allowed: &'static [&'static str]) -> Vec<Invalid> {
        for name in std::mem::take(&mut self.members).into_keys() {
            self.fault(&name, Rule::Unrecognised { allowed });
        }
        self.faults
    }

    /// Whether the member `name` is there; notes it when not.
    fn check_there(&mut self, name: &str) -> bool {
        let there = self.members.get(name).is_some_and(|value| value.get() != "null");
        if !there {
            self.members.remove(name);
            self.fault(name, Rule::Missing);
        }
        there
    }

    fn typed<T: Deserialize<'a>>(&mut self, name: &str, expected: &'static str) -> Option<T> {
        let raw = self.raw(name)?;
        let value = serde_json::from_str(raw.get());
        if value.is_err() {
            self.fault(name, Rule::WrongType { expected });
        }
        value.ok()
    }
}

/// The members of a JSON object, and the names that were given twice.
struct Members<T> {
    members: BTreeMap<String, T>,
    twice: Vec<String>,
}

/// An object whose values are not looked into.
type Object<'a> = Members<&'a RawValue>;
/// An object of texts.
type Texts = Members<String>;

impl<'de, T: Deserialize<'de>> Deserialize<'de> for Members<T> {
    fn deserialize<D: de::Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        deserializer.deserialize_map(MembersVisitor(PhantomData))
    }
}

struct MembersVisitor<T>(PhantomData<T>);

impl<'de, T: Deserialize<'de>> Visitor<'de> for MembersVisitor<T> {
    type Value = Members<T>;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("a JSON object")
    }

    fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> Result<Members<T>, A::Error> {
        let mut object = Members { members: BTreeMap::new(), twice: Vec::new() };
        while let Some((name, value)) = map.next_entry::<String, T>()? {
            if object.members.insert(name.clone(), value).is_some() {
                object.twice.push(name);
            }
        }
        Ok(object)
    }
}

#[cfg(test)]
mod tests {
    use super::{Fields, NotAnObject};

    #[test]
    fn every_fault_is_found_at_once() {
        let body =
            br#"{"a": 1, "b": {"c": 2, "d": null, "e": true}, "f": "x", "f": "y", "g": null, "h": "fine"}"#;
        let mut fields = Fields::parse(body).unwrap();
        assert_eq!(fields.text("a"), None);
        let mut inner = fields.object("b").unwrap();
        assert_eq!(inner.text("c"), None);
        assert_eq!(inner.text("d"), None);
        fields.close(inner, &["c", "d"]);
        assert_eq!(fields.required("g", |text| Ok(text.to_owned())), None);
        assert_eq!(fields.text("h").as_deref(), Some("fine"));
        let faults: Vec<String> =
            fields.finish(&["a", "b", "g", "h"]).iter().map(ToString::to_string).collect();
        assert_eq!(
            faults,
            [
                "`f` is given twice",
                "`a` must be a string",
                "`b.c` must be a string",
                "`b.e` is not recognised: allowed are `c`, `d`",
                "`g` is required",
                "`f` is not recognised: allowed are `a`, `b`, `g`, `h`",
            ]
        );
    }

    #[test]
    fn a_text_given_twice_is_found_by_its_name() {
        let mut fields =
            Fields::parse(br#"{"labels": {"env": "prod", "\u0065nv": "dev", "a": ""}}"#).unwrap();
        assert_eq!(fields.texts("labels").unwrap().len(), 2);
        let faults: Vec<String> = fields.finish(&["labels"]).iter().map(ToString::to_string).collect();
        assert_eq!(faults, ["`labels.env` is given twice"]);
    }

    #[test]
    fn what_is_no_object_is_refused() {
        assert_eq!(Fields::parse(b" \n").unwrap_err(), NotAnObject::Empty);
        for body in [&b"[]"[..], b"{", b"\"x\"", b"{} {}", b"\xff", &b"[".repeat(100_000), b"{\"a\": 1e}"] {
            assert!(matches!(Fields::parse(body), Err(NotAnObject::Malformed(_))));
        }
    }
}
