//! The order of types, and unions.

use std::cmp::Ordering;
use std::rc::Rc;

use super::{Array, Function, Known, Maybe, Object, Type};

impl PartialEq for Type {
    fn eq(&self, other: &Self) -> bool {
        self.cmp(other) == Ordering::Equal
    }
}

impl Eq for Type {}

impl PartialOrd for Type {
    fn partial_cmp(&self, other: &Self) -> Option<Ordering> {
        Some(self.cmp(other))
    }
}

impl Ord for Type {
    fn cmp(&self, other: &Self) -> Ordering {
        if std::ptr::eq(self, other) {
            return Ordering::Equal;
        }
        match (self, other) {
            (Self::Array(a), Self::Array(b)) => compare_arrays(a, b),
            (Self::Object(a), Self::Object(b)) => compare_objects(a, b),
            (Self::Set(a, _), Self::Set(b, _)) => a.cmp(b),
            (Self::Any(a, _), Self::Any(b, _)) => a.cmp(b),
            (Self::Function(a), Self::Function(b)) => {
                let arguments =
                    a.arguments.len().cmp(&b.arguments.len()).then_with(|| a.arguments.cmp(&b.arguments));
                arguments.then_with(|| a.result.cmp(&b.result)).then_with(|| a.variadic.cmp(&b.variadic))
            }
            _ => self.rank().cmp(&other.rank()),
        }
    }
}

impl Type {
    fn rank(&self) -> u8 {
        match self {
            Self::Null => 0,
            Self::Bool => 1,
            Self::Number => 2,
            Self::String => 3,
            Self::Array(_) => 4,
            Self::Object(_) => 5,
            Self::Set(..) => 6,
            Self::Any(..) => 7,
            Self::Function(_) => 8,
        }
    }

    /// Whether a union holds everything of this type.
    pub(super) fn contains(&self, other: &Self) -> bool {
        match self {
            Self::Any(of, _) => {
                !matches!(other, Self::Function(_))
                    && (of.is_empty() || of.binary_search_by(|part| part.as_ref().cmp(other)).is_ok())
            }
            _ => self == other,
        }
    }
}

fn compare_arrays(a: &Array, b: &Array) -> Ordering {
    a.rest.cmp(&b.rest).then_with(|| a.items.cmp(&b.items))
}

fn compare_objects(a: &Object, b: &Object) -> Ordering {
    a.rest.cmp(&b.rest).then_with(|| a.members.cmp(&b.members))
}

/// What is of the one or the other type; the known one if the other is unknown. Nothing if only one is a function.
pub(in crate::model) fn or(a: &Maybe, b: &Maybe) -> Maybe {
    let (Some(a), Some(b)) = (a, b) else {
        return a.clone().or_else(|| b.clone());
    };
    match (a.as_ref(), b.as_ref()) {
        (Type::Function(a), Type::Function(b)) => join_functions(a, b),
        (Type::Function(_), _) | (_, Type::Function(_)) => None,
        (Type::Any(one, _), Type::Any(other, _)) => Some(join(a, one, b, other)),
        (Type::Any(of, _), _) => Some(insert(a, of, b)),
        (_, Type::Any(of, _)) => Some(insert(b, of, a)),
        _ => match a.cmp(b) {
            Ordering::Equal => Some(Rc::clone(a)),
            Ordering::Less => Some(Type::union(vec![Rc::clone(a), Rc::clone(b)])),
            Ordering::Greater => Some(Type::union(vec![Rc::clone(b), Rc::clone(a)])),
        },
    }
}

fn insert(union: &Known, of: &[Known], part: &Known) -> Known {
    if of.is_empty() {
        return Rc::clone(union);
    }
    match of.binary_search(part) {
        Ok(_) => Rc::clone(union),
        Err(at) => {
            let mut of = of.to_vec();
            of.insert(at, Rc::clone(part));
            Type::union(of)
        }
    }
}

fn join(a: &Known, one: &[Known], b: &Known, other: &[Known]) -> Known {
    if one.is_empty() || std::ptr::eq(a.as_ref(), b.as_ref()) {
        return Rc::clone(a);
    }
    if other.is_empty() {
        return Rc::clone(b);
    }
    let mut of: Vec<Known> = one.iter().chain(other).cloned().collect();
    of.sort();
    of.dedup();
    Type::union(of)
}

fn join_functions(a: &Function, b: &Function) -> Maybe {
    if a.arguments.len() != b.arguments.len() || a.variadic.is_some() != b.variadic.is_some() {
        return None;
    }
    let arguments = a.arguments.iter().zip(&b.arguments).map(|(a, b)| or(a, b)).collect();
    let joined =
        Function { arguments, variadic: or(&a.variadic, &b.variadic), result: or(&a.result, &b.result) };
    Some(Rc::new(Type::Function(joined)))
}
