//! What a value can be: the types of OPA's checker, with bounds on how wide and deep one may be.
//!
//! A type may lack a part (`None`): nothing is known about it yet. `Any` without members is every value. What grows over a
//! bound is every value, too: less is refused then, never more.

mod arguments;
mod body;
mod compare;
mod environment;
mod merge;
mod references;
mod replaced;
mod rules;
mod select;
mod show;
mod unifies;
mod unify;

pub(in crate::model) use rules::check;
pub(in crate::model) use show::keys_in_words;

use std::rc::Rc;

/// A type that is known.
pub(in crate::model) type Known = Rc<Type>;
/// A type, or nothing if it is not known.
pub(in crate::model) type Maybe = Option<Known>;

/// The most parts of a type.
const MAX_WEIGHT: u32 = 50_000;
/// The most types in types.
const MAX_DEPTH: u32 = 64;
/// The most members of a union.
const MAX_MEMBERS: usize = 256;

/// What a value can be.
#[derive(Debug)]
pub(in crate::model) enum Type {
    Null,
    Bool,
    Number,
    String,
    Array(Array),
    Object(Object),
    /// A set of something; of nothing if it is empty.
    Set(Maybe, Measure),
    /// One of these, in order; every value if there are none.
    Any(Vec<Known>, Measure),
    Function(Function),
}

/// A list: the types of its first elements, and of those after them.
#[derive(Debug)]
pub(in crate::model) struct Array {
    pub(in crate::model) items: Vec<Maybe>,
    pub(in crate::model) rest: Maybe,
    measure: Measure,
}

/// An object: its known members in order of their keys, and what else it may hold.
#[derive(Debug)]
pub(in crate::model) struct Object {
    pub(in crate::model) members: Vec<(Key, Maybe)>,
    pub(in crate::model) rest: Option<(Maybe, Maybe)>,
    measure: Measure,
}

/// A function.
#[derive(Debug, Clone)]
pub(in crate::model) struct Function {
    pub(in crate::model) arguments: Vec<Maybe>,
    /// What further arguments are, if it takes any number.
    pub(in crate::model) variadic: Maybe,
    /// Nothing if it has no value.
    pub(in crate::model) result: Maybe,
}

/// How large a type is, and whether a part of it is unknown.
#[derive(Debug, Clone, Copy, Default)]
pub(in crate::model) struct Measure {
    weight: u32,
    depth: u32,
    unknown: bool,
}

/// A constant: a key of an object, or a name on the way to a rule.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub(in crate::model) enum Key {
    Null,
    Bool(bool),
    Number(Rc<str>),
    String(Rc<str>),
    /// A list, set or object, as it is written, and its type.
    Composite(Rc<str>, Known),
}

impl Measure {
    fn and(self, part: &Maybe) -> Self {
        let other = part.as_ref().map_or(Self { unknown: true, ..Self::default() }, |part| part.measure());
        Self {
            weight: self.weight.saturating_add(other.weight).saturating_add(1),
            depth: self.depth.max(other.depth.saturating_add(1)),
            unknown: self.unknown || other.unknown,
        }
    }

    fn is_too_great(self) -> bool {
        self.weight > MAX_WEIGHT || self.depth > MAX_DEPTH
    }
}

impl Type {
    /// Every value.
    pub(in crate::model) fn any() -> Known {
        Rc::new(Self::Any(Vec::new(), Measure::default()))
    }

    pub(in crate::model) fn string() -> Known {
        Rc::new(Self::String)
    }

    pub(in crate::model) fn number() -> Known {
        Rc::new(Self::Number)
    }

    pub(in crate::model) fn array(items: Vec<Maybe>, rest: Maybe) -> Known {
        let measure = items.iter().fold(Measure::default(), Measure::and);
        let measure = if rest.is_some() { measure.and(&rest) } else { measure };
        within(measure, || Self::Array(Array { items, rest, measure }))
    }

    pub(in crate::model) fn object(mut members: Vec<(Key, Maybe)>, rest: Option<(Maybe, Maybe)>) -> Known {
        members.sort_by(|(a, _), (b, _)| a.cmp(b));
        let measure = members.iter().fold(Measure::default(), |measure, (_, value)| measure.and(value));
        let measure = match &rest {
            Some((key, value)) => measure.and(key).and(value),
            None => measure,
        };
        within(measure, || Self::Object(Object { members, rest, measure }))
    }

    pub(in crate::model) fn set(of: Maybe) -> Known {
        let measure = Measure::default().and(&of);
        within(measure, || Self::Set(of, measure))
    }

    /// One of some types.
    pub(in crate::model) fn any_of(mut of: Vec<Known>) -> Known {
        of.sort();
        of.dedup();
        Self::union(of)
    }

    /// A union of what is in order already.
    fn union(of: Vec<Known>) -> Known {
        let measure = of.iter().fold(Measure::default(), |measure, part| measure.and(&Some(Rc::clone(part))));
        if of.len() > MAX_MEMBERS {
            return Self::any();
        }
        // What is unknown within a union is not looked for.
        let measure = Measure { unknown: false, ..measure };
        within(measure, || Self::Any(of, measure))
    }

    fn measure(&self) -> Measure {
        match self {
            Self::Null | Self::Bool | Self::Number | Self::String => {
                Measure { weight: 1, ..Measure::default() }
            }
            Self::Array(array) => array.measure,
            Self::Object(object) => object.measure,
            Self::Set(_, measure) | Self::Any(_, measure) => *measure,
            Self::Function(function) => {
                let measure = function.arguments.iter().fold(Measure::default(), Measure::and);
                measure.and(&function.result)
            }
        }
    }

    /// Whether it is every value.
    pub(in crate::model) fn is_any(&self) -> bool {
        matches!(self, Self::Any(of, _) if of.is_empty())
    }

    /// Whether it is a collection that holds nothing.
    fn is_empty_collection(&self) -> bool {
        match self {
            Self::Object(object) => object.members.is_empty() && object.rest.is_none(),
            Self::Array(array) => array.items.is_empty() && array.rest.is_none(),
            Self::Set(of, _) => of.is_none(),
            Self::Null | Self::Bool | Self::Number | Self::String | Self::Any(..) | Self::Function(_) => {
                false
            }
        }
    }

    /// The function, if it is one.
    pub(in crate::model) fn function(&self) -> Option<&Function> {
        match self {
            Self::Function(function) => Some(function),
            _ => None,
        }
    }
}

/// Whether a type, or a part of it, is unknown.
fn is_unknown(of: &Maybe) -> bool {
    of.as_ref().is_none_or(|of| of.measure().unknown)
}

fn within(measure: Measure, of: impl FnOnce() -> Type) -> Known {
    if measure.is_too_great() { Type::any() } else { Rc::new(of()) }
}

impl Key {
    /// The type of the constant.
    pub(in crate::model) fn kind(&self) -> Known {
        match self {
            Self::Null => Rc::new(Type::Null),
            Self::Bool(_) => Rc::new(Type::Bool),
            Self::Number(_) => Type::number(),
            Self::String(_) => Type::string(),
            Self::Composite(_, kind) => Rc::clone(kind),
        }
    }
}
