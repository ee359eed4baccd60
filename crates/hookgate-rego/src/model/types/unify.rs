//! `a = b` over terms: what a variable is follows from the other side.

use super::compare::or;
use super::environment::Layer;
use super::rules::Checker;
use super::select::{select, values};
use super::unifies::rest_value;
use super::{Array, Maybe, Object, Type, is_unknown};
use crate::model::core::{Term, Value, key};

/// A term with its type.
type Side<'t> = (&'t Term, &'t Maybe);

impl Checker<'_, '_> {
    /// Whether two terms can be equal; keeps what follows for their variables.
    pub(super) fn unify(&self, layer: &Layer<'_>, (a, of_a): Side<'_>, (b, of_b): Side<'_>) -> bool {
        match (is_unknown(of_a), is_unknown(of_b)) {
            (true, false) => self.infer(layer, a, of_b, false),
            (false, true) => self.infer(layer, b, of_a, false),
            (false, false) => self.work.unifies(of_a, of_b),
            (true, true) => self.unify_unknown(layer, (a, of_a), (b, of_b)),
        }
    }

    fn unify_unknown(&self, layer: &Layer<'_>, (a, of_a): Side<'_>, (b, of_b): Side<'_>) -> bool {
        match (&a.value, &b.value) {
            (Value::Array(x), Value::Array(y)) => {
                return x.len() == y.len() && self.unify_all(layer, x.iter().zip(y));
            }
            (Value::Object(x), Value::Object(y)) => return self.unify_objects(layer, x, y),
            (Value::Array(_) | Value::Object(_) | Value::Var(_), Value::Var(_)) => {
                return self.anything(layer, a, b);
            }
            (Value::Var(_), Value::Array(_) | Value::Object(_)) => return self.anything(layer, b, a),
            (Value::Array(_) | Value::Object(_), _) => return false,
            (Value::Var(_), Value::Ref(_)) => return self.infer(layer, a, &Some(Type::any()), false),
            (Value::Ref(_), Value::Var(_)) => return self.infer(layer, b, &Some(Type::any()), false),
            _ => {}
        }
        match (&a.value, &b.value) {
            (Value::Var(_), _) if of_a.is_none() && of_b.is_some() => self.infer(layer, a, of_b, false),
            (_, Value::Var(_)) if of_b.is_none() && of_a.is_some() => self.infer(layer, b, of_a, false),
            _ => false,
        }
    }

    /// Nothing is known of either: the first may be anything, the second what the first then is.
    fn anything(&self, layer: &Layer<'_>, a: &Term, b: &Term) -> bool {
        self.infer(layer, a, &Some(Type::any()), false) && self.infer(layer, b, &self.of(layer, a), false)
    }

    fn unify_all<'t>(
        &self,
        layer: &Layer<'_>,
        mut pairs: impl Iterator<Item = (&'t Term, &'t Term)>,
    ) -> bool {
        pairs.all(|(a, b)| {
            let (of_a, of_b) = (self.of(layer, a), self.of(layer, b));
            self.unify(layer, (a, &of_a), (b, &of_b))
        })
    }

    fn unify_objects(&self, layer: &Layer<'_>, a: &[(Term, Term)], b: &[(Term, Term)]) -> bool {
        if a.len() != b.len() {
            return false;
        }
        let same = |x: &Term, y: &Term| match (key(x), key(y)) {
            (Some(x), Some(y)) => x == y,
            _ => x.var().is_some() && x.var() == y.var(),
        };
        let pairs: Vec<_> = a
            .iter()
            .filter_map(|(name, value)| {
                b.iter().find(|(other, _)| same(name, other)).map(|(_, other)| (value, other))
            })
            .collect();
        pairs.len() == a.len() && self.unify_all(layer, pairs.into_iter())
    }

    /// Whether a term can be of a type; variables in it that have none get it. In a union, they may be of any part.
    pub(super) fn infer(&self, layer: &Layer<'_>, term: &Term, of: &Maybe, union: bool) -> bool {
        if !self.work.take() {
            return true;
        }
        match &term.value {
            Value::Array(_) | Value::Object(_) | Value::Set(_) => {
                self.infer_collection(layer, term, of, union)
            }
            Value::Var(var) if union => {
                layer.put(*var, or(&layer.variable(*var), of));
                true
            }
            Value::Var(var) => {
                let exist = Self::known(layer, *var);
                if exist.is_some() {
                    return self.work.unifies(&exist, of);
                }
                layer.put(*var, of.clone());
                true
            }
            Value::Null
            | Value::Bool(_)
            | Value::Number(_)
            | Value::String(_)
            | Value::Ref(_)
            | Value::Comprehension(_)
            | Value::Template(_) => self.work.unifies(&self.of(layer, term), of),
            // No call is left within a statement.
            Value::Call(_) => true,
        }
    }

    fn infer_collection(&self, layer: &Layer<'_>, term: &Term, of: &Maybe, union: bool) -> bool {
        let Some(of) = of else { return false };
        match (&term.value, of.as_ref()) {
            (_, Type::Any(parts, _)) if parts.is_empty() => {
                self.infer_anything(layer, term);
                true
            }
            (_, Type::Any(parts, _)) => {
                // All parts are tried, as each may tell of a variable.
                let can_be =
                    |part: &&super::Known| self.infer(layer, term, &Some(std::rc::Rc::clone(part)), true);
                parts.iter().filter(can_be).count() > 0
            }
            (Value::Array(items), Type::Array(array)) => self.infer_items(layer, items, array, union),
            (Value::Object(members), Type::Object(object)) => {
                self.infer_members(layer, members, object, union)
            }
            (Value::Set(items), Type::Set(..)) => {
                let element = values(&Some(std::rc::Rc::clone(of)));
                items.iter().all(|item| self.infer(layer, item, &element, union))
            }
            _ => false,
        }
    }

    fn infer_anything(&self, layer: &Layer<'_>, term: &Term) {
        let any = Some(Type::any());
        match &term.value {
            Value::Array(items) | Value::Set(items) => {
                for item in items {
                    self.infer(layer, item, &any, true);
                }
            }
            Value::Object(members) => {
                for (key, value) in members {
                    self.infer(layer, key, &any, true);
                    self.infer(layer, value, &any, true);
                }
            }
            _ => {}
        }
    }

    fn infer_items(&self, layer: &Layer<'_>, items: &[Term], of: &Array, union: bool) -> bool {
        (items.len() == of.items.len() || of.rest.is_some())
            && items.iter().enumerate().all(|(at, item)| self.infer(layer, item, &of.item(at), union))
    }

    fn infer_members(&self, layer: &Layer<'_>, members: &[(Term, Term)], of: &Object, union: bool) -> bool {
        if members.len() != of.members.len() && rest_value(of).is_none() {
            return false;
        }
        members.iter().all(|(name, value)| {
            let Some(key) = key(name) else {
                self.infer(layer, value, &Some(Type::any()), union);
                return true;
            };
            let child = of.member(&key);
            child.is_some() && self.infer(layer, value, &child, union)
        })
    }
}

/// Kept beside the rest of selecting.
pub(super) fn member_of(of: &Maybe, term: &Term) -> Maybe {
    key(term).and_then(|key| select(of, &key))
}
