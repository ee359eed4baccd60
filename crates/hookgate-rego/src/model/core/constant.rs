//! What of a term is known without evaluating it.

use std::fmt::Write;
use std::ops::ControlFlow;
use std::rc::Rc;

use super::{Node, Term, Value, walk_term};
use crate::model::types::{Key, Known, Type};

/// A string, number, boolean or null.
pub(in crate::model) fn is_scalar(term: &Term) -> bool {
    matches!(term.value, Value::Null | Value::Bool(_) | Value::Number(_) | Value::String(_))
}

/// A term without variables, references, calls and comprehensions.
pub(in crate::model) fn is_constant(term: &Term) -> bool {
    match &term.value {
        Value::Null | Value::Bool(_) | Value::Number(_) | Value::String(_) => true,
        Value::Array(items) | Value::Set(items) => items.iter().all(is_constant),
        Value::Object(members) => members.iter().all(|(key, value)| is_constant(key) && is_constant(value)),
        Value::Var(_) | Value::Ref(_) | Value::Call(_) | Value::Comprehension(_) | Value::Template(_) => {
            false
        }
    }
}

/// A term that has one value whatever its variables are.
pub(in crate::model) fn is_ground(term: &Term) -> bool {
    match &term.value {
        Value::Null | Value::Bool(_) | Value::Number(_) | Value::String(_) => true,
        Value::Var(_) | Value::Template(_) => false,
        Value::Ref(path) => path.iter().skip(1).all(is_ground),
        Value::Call(items) | Value::Array(items) | Value::Set(items) => items.iter().all(is_ground),
        Value::Object(members) => members.iter().all(|(key, value)| is_ground(key) && is_ground(value)),
        Value::Comprehension(comprehension) => {
            comprehension.key.as_ref().is_none_or(is_ground) && is_ground(&comprehension.term)
        }
    }
}

/// Whether a reference or a comprehension is in it.
pub(in crate::model) fn needs_evaluation(term: &Term) -> bool {
    let found = walk_term(term, &mut |node| match node {
        Node::Term(Term { value: Value::Ref(_) | Value::Comprehension(_), .. }) => ControlFlow::Break(()),
        _ => ControlFlow::Continue(true),
    });
    found.is_break()
}

/// The constant as a key; nothing if it is none.
pub(in crate::model) fn key(term: &Term) -> Option<Key> {
    match &term.value {
        Value::Null => Some(Key::Null),
        Value::Bool(value) => Some(Key::Bool(*value)),
        Value::Number(number) => Some(Key::Number(plain(number))),
        Value::String(text) => Some(Key::String(Rc::clone(text))),
        Value::Array(_) | Value::Set(_) | Value::Object(_) if is_constant(term) => {
            let mut text = String::new();
            write_constant(term, &mut text);
            Some(Key::Composite(Rc::from(text), kind(term)))
        }
        _ => None,
    }
}

/// The type of a constant. As a key of an object a set is a list, as it would be in JSON.
fn kind(term: &Term) -> Known {
    match &term.value {
        Value::Array(items) | Value::Set(items) => {
            Type::array(items.iter().map(|item| Some(kind(item))).collect(), None)
        }
        Value::Object(members) => {
            let members = members.iter().filter_map(|(name, value)| Some((key(name)?, Some(kind(value)))));
            Type::object(members.collect(), None)
        }
        _ => key(term).map_or_else(Type::any, |key| key.kind()),
    }
}

/// `1.0` is `1`.
fn plain(number: &Rc<str>) -> Rc<str> {
    if number.bytes().all(|byte| byte.is_ascii_digit()) {
        return Rc::clone(number);
    }
    number.parse::<f64>().map_or_else(|_| Rc::clone(number), |value| Rc::from(value.to_string()))
}

fn write_constant(term: &Term, text: &mut String) {
    // Writing into a string cannot fail.
    let _ = match &term.value {
        Value::Bool(value) => write!(text, "{value}"),
        Value::Number(number) => write!(text, "{}", plain(number)),
        Value::String(string) => write!(text, "{string:?}"),
        Value::Array(items) => write_items(items, ('[', ']'), text),
        Value::Set(items) => write_items(items, ('{', '}'), text),
        Value::Object(members) => {
            text.push('{');
            for (key, value) in members {
                write_constant(key, text);
                text.push(':');
                write_constant(value, text);
                text.push(',');
            }
            write!(text, "}}")
        }
        _ => write!(text, "null"),
    };
}

fn write_items(items: &[Term], (open, close): (char, char), text: &mut String) -> std::fmt::Result {
    text.push(open);
    for item in items {
        write_constant(item, text);
        text.push(',');
    }
    write!(text, "{close}")
}
