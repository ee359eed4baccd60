//! Whether a value can be of both of two types.

use super::{Array, Function, Key, Maybe, Object, Type};
use crate::model::work::Work;

impl Work {
    /// Whether a value can be of both types; not if one of them is unknown. Always once the work is used up.
    pub(super) fn unifies(&self, a: &Maybe, b: &Maybe) -> bool {
        let (Some(a), Some(b)) = (a, b) else {
            return false;
        };
        if !self.take() {
            return true;
        }
        if let Type::Any(parts, _) = a.as_ref()
            && self.any_unifies(parts, b)
        {
            return true;
        }
        if let Type::Any(parts, _) = b.as_ref()
            && self.any_unifies(parts, a)
        {
            return true;
        }
        match (a.as_ref(), b.as_ref()) {
            (Type::Null, Type::Null)
            | (Type::Bool, Type::Bool)
            | (Type::Number, Type::Number)
            | (Type::String, Type::String)
            | (Type::Set(None, _), Type::Set(..))
            | (Type::Set(..), Type::Set(None, _)) => true,
            (Type::Array(a), Type::Array(b)) => self.arrays_unify(a, b),
            (Type::Object(a), Type::Object(b)) => self.objects_unify(a, b),
            (Type::Set(a, _), Type::Set(b, _)) => self.unifies(a, b),
            (Type::Function(a), Type::Function(b)) => self.functions_unify(a, b),
            _ => false,
        }
    }

    fn any_unifies(&self, parts: &[super::Known], other: &super::Known) -> bool {
        if matches!(other.as_ref(), Type::Function(_)) {
            return false;
        }
        let other = Some(std::rc::Rc::clone(other));
        parts.is_empty() || parts.iter().any(|part| self.unifies(&Some(std::rc::Rc::clone(part)), &other))
    }

    fn arrays_unify(&self, a: &Array, b: &Array) -> bool {
        self.items_unify(a, b)
            && self.items_unify(b, a)
            && (a.rest.is_none() || b.rest.is_none() || self.unifies(&a.rest, &b.rest))
    }

    fn items_unify(&self, a: &Array, b: &Array) -> bool {
        a.items.iter().enumerate().all(|(at, item)| self.unifies(item, &b.item(at)))
    }

    fn objects_unify(&self, a: &Object, b: &Object) -> bool {
        let (one, other) = (rest_value(a), rest_value(b));
        self.members_unify(a, b)
            && self.members_unify(b, a)
            && (one.is_none() || other.is_none() || self.unifies(one, other))
    }

    fn members_unify(&self, a: &Object, b: &Object) -> bool {
        let may_hold_more = rest_value(a).is_some() || rest_value(b).is_some();
        a.members.iter().all(|(key, value)| self.member_unifies(b, key, value, may_hold_more))
    }

    fn member_unifies(&self, b: &Object, key: &Key, value: &Maybe, may_hold_more: bool) -> bool {
        let other = b.member(key);
        if other.is_none() { may_hold_more } else { self.unifies(value, &other) }
    }

    fn functions_unify(&self, a: &Function, b: &Function) -> bool {
        a.arguments.len() == b.arguments.len()
            && a.arguments.iter().zip(&b.arguments).all(|(a, b)| self.unifies(a, b))
    }
}

pub(super) fn rest_value(object: &Object) -> &Maybe {
    object.rest.as_ref().map_or(&None, |(_, value)| value)
}
