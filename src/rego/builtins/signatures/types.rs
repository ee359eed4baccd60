//! The types that OPA declares, and what of a value is not of one.

use regorus::Value;
use regorus::value::Object;
use serde::Deserialize;

/// A type, as OPA declares it.
#[derive(Debug, Deserialize)]
#[serde(tag = "type", rename_all = "lowercase")]
pub(super) enum Type {
    Null,
    Boolean,
    Number,
    String,
    Array {
        /// Of all items.
        dynamic: Option<Box<Type>>,
        /// Of the first items.
        #[serde(default, rename = "static")]
        fixed: Vec<Type>,
    },
    Set {
        of: Box<Type>,
    },
    Object {
        dynamic: Option<Box<Members>>,
        #[serde(default, rename = "static")]
        fixed: Vec<Member>,
    },
    Any {
        /// One of these, or whatever there is.
        #[serde(default)]
        of: Vec<Type>,
    },
}

/// Of all members of an object.
#[derive(Debug, Deserialize)]
pub(super) struct Members {
    key: Type,
    value: Type,
}

/// Of one member of an object.
#[derive(Debug, Deserialize)]
pub(super) struct Member {
    key: String,
    value: Type,
}

/// What kind of value it is.
pub(in crate::rego) fn kind_of(value: &Value) -> &'static str {
    match value {
        Value::Null => "null",
        Value::Bool(_) => "a boolean",
        Value::Number(_) => "a number",
        Value::String(_) => "a string",
        Value::Array(_) => "an array",
        Value::Set(_) => "a set",
        Value::Object(_) => "an object",
        Value::Undefined => "nothing",
    }
}

impl Type {
    /// Whether a value is of it, whatever it holds.
    fn is_of(&self, value: &Value) -> bool {
        match self {
            Self::Any { of } => of.is_empty() || of.iter().any(|one| one.is_of(value)),
            Self::Null => matches!(value, Value::Null),
            Self::Boolean => matches!(value, Value::Bool(_)),
            Self::Number => matches!(value, Value::Number(_)),
            Self::String => matches!(value, Value::String(_)),
            Self::Array { .. } => matches!(value, Value::Array(_)),
            Self::Set { .. } => matches!(value, Value::Set(_)),
            Self::Object { .. } => matches!(value, Value::Object(_)),
        }
    }

    fn words(&self) -> String {
        match self {
            Self::Null => "null".to_owned(),
            Self::Boolean => "a boolean".to_owned(),
            Self::Number => "a number".to_owned(),
            Self::String => "a string".to_owned(),
            Self::Array { .. } => "an array".to_owned(),
            Self::Set { .. } => "a set".to_owned(),
            Self::Object { .. } => "an object".to_owned(),
            Self::Any { of } => alternatives(of),
        }
    }
}

fn alternatives(of: &[Type]) -> String {
    let mut words: Vec<String> = of.iter().map(Type::words).collect();
    words.dedup();
    match words.split_last() {
        Some((last, before)) if !before.is_empty() => format!("{} or {last}", before.join(", ")),
        Some((only, _)) => only.clone(),
        None => "any value".to_owned(),
    }
}

/// What of `value`, which stands at `place`, is not of the type.
pub(super) fn mismatch(ty: &Type, value: &Value, place: &str) -> Option<String> {
    if !ty.is_of(value) {
        return Some(format!("{place} must be {}, not {}", ty.words(), kind_of(value)));
    }
    match (ty, value) {
        (Type::Any { of }, _) => of_all(of, value, place),
        (Type::Array { dynamic, fixed }, Value::Array(items)) => {
            of_items(dynamic.as_deref(), fixed, items.as_slice(), place)
        }
        (Type::Set { of }, Value::Set(items)) => {
            items.iter().find_map(|item| mismatch(of, item, &format!("each item of {place}")))
        }
        (Type::Object { dynamic, fixed }, Value::Object(members)) => of_named(fixed, members, place)
            .or_else(|| dynamic.as_deref().and_then(|each| of_members(each, members, place))),
        _ => None,
    }
}

/// The alternatives of one kind differ in what they hold: one of them is enough.
fn of_all(alternatives: &[Type], value: &Value, place: &str) -> Option<String> {
    let fitting = alternatives.iter().filter(|one| one.is_of(value));
    let mismatches = fitting.map(|one| mismatch(one, value, place));
    mismatches.reduce(|first, next| first.and_then(|first| next.map(|_| first))).flatten()
}

fn of_items(each: Option<&Type>, first: &[Type], items: &[Value], place: &str) -> Option<String> {
    let types = first.iter().map(Some).chain(std::iter::repeat(each));
    let item_of = |at: usize| format!("item {} of {place}", at.saturating_add(1));
    let mut numbered = items.iter().zip(types).enumerate();
    numbered.find_map(|(at, (item, ty))| mismatch(ty?, item, &item_of(at))).or_else(|| {
        let (needed, given) = (first.len(), items.len());
        (given < needed).then(|| format!("{place} must have {needed} items, not {given}"))
    })
}

fn of_named(named: &[Member], members: &Object, place: &str) -> Option<String> {
    named.iter().find_map(|Member { key, value }| {
        let member = members.get(&Value::from(key.as_str()))?;
        mismatch(value, member, &format!("`{key}` of {place}"))
    })
}

fn of_members(each: &Members, members: &Object, place: &str) -> Option<String> {
    let Members { key, value } = each;
    members.iter().find_map(|(name, member)| {
        let wrong_key = mismatch(key, name, &format!("each key of {place}"));
        wrong_key.or_else(|| mismatch(value, member, &format!("each member of {place}")))
    })
}
