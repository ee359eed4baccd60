//! The type of a rule out of those of its definitions.

use std::rc::Rc;

use super::compare::or;
use super::{Known, Maybe, Object, Type};

/// Joins what two definitions give: sets and objects of computed keys grow together, everything else is one or the other.
pub(super) fn merge(a: &Maybe, b: &Maybe) -> Maybe {
    let (Some(one), Some(other)) = (a, b) else {
        return a.clone().or_else(|| b.clone());
    };
    match (one.as_ref(), other.as_ref()) {
        (Type::Object(x), Type::Object(y)) if x.members.is_empty() && y.members.is_empty() => {
            Some(merge_objects(one, x, other, y))
        }
        (Type::Object(x), Type::Any(parts, _)) if x.members.is_empty() && x.rest.is_some() => {
            merge_into_union(x, parts).or_else(|| or(a, b))
        }
        (Type::Set(x, _), Type::Set(y, _)) => Some(Type::set(or(x, y))),
        (Type::Any(..), Type::Any(..)) => or(a, b),
        (Type::Any(..), _) => merge(b, a),
        _ => or(a, b),
    }
}

fn merge_objects(one: &Known, x: &Object, other: &Known, y: &Object) -> Known {
    match (&x.rest, &y.rest) {
        (None, _) => Rc::clone(other),
        (_, None) => Rc::clone(one),
        (Some((key, value)), Some((other_key, other_value))) => {
            Type::object(Vec::new(), Some((or(key, other_key), merge(value, other_value))))
        }
    }
}

/// The first object of the union that has only computed keys takes this one up.
fn merge_into_union(x: &Object, parts: &[Known]) -> Maybe {
    let (key, value) = x.rest.as_ref()?;
    let place = parts.iter().position(|part| computed(part).is_some())?;
    let (old_key, old_value) = parts.get(place).and_then(computed)?;
    let grown = Type::object(Vec::new(), Some((or(old_key, key), or(old_value, value))));
    let mut parts = parts.to_vec();
    *parts.get_mut(place)? = grown;
    parts.sort();
    parts.dedup();
    Some(Type::union(parts))
}

fn computed(part: &Known) -> Option<(&Maybe, &Maybe)> {
    match part.as_ref() {
        Type::Object(object) if object.members.is_empty() => {
            object.rest.as_ref().map(|(key, value)| (key, value))
        }
        _ => None,
    }
}

/// The object with what may stand at a path in it, each step as a computed key.
pub(super) fn insert_into(object: &Object, path: &[Maybe], of: &Known) -> Known {
    let Some((key, rest)) = path.split_first() else {
        return Type::object(object.members.clone(), object.rest.clone());
    };
    let inner = if rest.is_empty() {
        Rc::clone(of)
    } else {
        match Type::object(Vec::new(), None).as_ref() {
            Type::Object(empty) => insert_into(empty, rest, of),
            _ => Type::any(),
        }
    };
    let grown = match &object.rest {
        Some((old_key, old_value)) => (or(old_key, key), or(old_value, &Some(inner))),
        None => (key.clone(), Some(inner)),
    };
    Type::object(object.members.clone(), Some(grown))
}
