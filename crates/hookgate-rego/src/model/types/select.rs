//! What is in a collection: its keys, its values, one member.

use std::rc::Rc;

use super::compare::or;
use super::{Array, Key, Known, Maybe, Object, Type};

impl Array {
    /// The element at a place.
    pub(super) fn item(&self, at: usize) -> Maybe {
        self.items.get(at).cloned().unwrap_or_else(|| self.rest.clone())
    }
}

impl Object {
    /// The member of a name.
    pub(super) fn member(&self, key: &Key) -> Maybe {
        if let Ok(at) = self.members.binary_search_by(|(name, _)| name.cmp(key)) {
            return self.members.get(at).and_then(|(_, value)| value.clone());
        }
        let (keys, value) = self.rest.as_ref()?;
        keys.as_ref().filter(|keys| keys.contains(&key.kind())).and(value.clone())
    }
}

/// The member of a constant key, if there can be one.
pub(super) fn select(of: &Maybe, key: &Key) -> Maybe {
    let of = of.as_ref()?;
    match of.as_ref() {
        Type::Array(array) => match key {
            Key::Number(number) => array.item(number.parse().ok()?),
            _ => None,
        },
        Type::Object(object) => object.member(key),
        Type::Set(element, _) => select_element(element.as_ref()?, key),
        Type::Any(parts, _) if parts.is_empty() => Some(Rc::clone(of)),
        Type::Any(parts, _) => union(parts, |part| select(part, key)),
        Type::Null | Type::Bool | Type::Number | Type::String | Type::Function(_) => None,
    }
}

fn select_element(element: &Known, key: &Key) -> Maybe {
    let kind = key.kind();
    match element.as_ref() {
        Type::Any(..) => element.contains(&kind).then_some(kind),
        _ => (*element == kind).then(|| Rc::clone(element)),
    }
}

/// What the keys of a collection are; nothing if it is none.
pub(super) fn keys(of: &Maybe) -> Maybe {
    let of = of.as_ref()?;
    match of.as_ref() {
        Type::Array(_) => Some(Type::number()),
        Type::Object(object) => {
            let names = object.members.iter().fold(None, |keys, (name, _)| or(&keys, &Some(name.kind())));
            object.rest.as_ref().map_or(names.clone(), |(key, _)| or(&names, key))
        }
        Type::Set(element, _) => element.clone(),
        Type::Any(parts, _) if parts.is_empty() => Some(Rc::clone(of)),
        Type::Any(parts, _) => union(parts, keys),
        Type::Null | Type::Bool | Type::Number | Type::String | Type::Function(_) => None,
    }
}

/// What the values of a collection are; nothing if it is none.
pub(super) fn values(of: &Maybe) -> Maybe {
    let of = of.as_ref()?;
    match of.as_ref() {
        Type::Array(array) => {
            let items = array.items.iter().fold(None, |values, item| or(&values, item));
            or(&items, &array.rest)
        }
        Type::Object(object) => {
            let members = object.members.iter().fold(None, |values, (_, value)| or(&values, value));
            object.rest.as_ref().map_or(members.clone(), |(_, value)| or(&members, value))
        }
        Type::Set(element, _) => element.clone(),
        Type::Any(parts, _) if parts.is_empty() => Some(Rc::clone(of)),
        Type::Any(parts, _) => union(parts, values),
        Type::Null | Type::Bool | Type::Number | Type::String | Type::Function(_) => None,
    }
}

fn union(parts: &[Known], of: impl Fn(&Maybe) -> Maybe) -> Maybe {
    parts.iter().fold(None, |all, part| or(&of(&Some(Rc::clone(part))), &all))
}
