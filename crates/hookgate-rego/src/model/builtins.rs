//! The built-in functions of OPA and what they take, from `builtins.txt`.

use std::collections::HashMap;
use std::rc::Rc;

use super::types::{Function, Key, Known, Maybe, Type};

/// One a line, as `name(arguments) -> result`; `...` behind the last argument for any number of it.
const SIGNATURES: &str = include_str!("builtins.txt");

/// All of them by name.
#[derive(Debug)]
pub(super) struct Builtins(HashMap<&'static str, Builtin>);

/// A built-in function.
#[derive(Debug, Clone)]
pub(super) struct Builtin {
    pub(super) of: Known,
    pub(super) arity: usize,
    /// Whether it was taken out of Rego v1.
    pub(super) is_deprecated: bool,
    /// Whether it has several values for one argument.
    pub(super) is_relation: bool,
    /// Whether it has no value.
    pub(super) is_void: bool,
}

impl Builtins {
    pub(super) fn read() -> Self {
        Self(SIGNATURES.lines().filter_map(read_line).collect())
    }

    pub(super) fn get(&self, name: &str) -> Option<&Builtin> {
        self.0.get(name)
    }

    pub(super) fn iter(&self) -> impl Iterator<Item = (&'static str, &Builtin)> {
        self.0.iter().map(|(name, builtin)| (*name, builtin))
    }
}

fn read_line(line: &'static str) -> Option<(&'static str, Builtin)> {
    let (signature, remarks) = line.split_once(" #").unwrap_or((line, ""));
    let (name, rest) = signature.split_once('(')?;
    let mut reader = Reader { rest };
    let (arguments, variadic) = reader.arguments()?;
    let result = reader.rest.strip_prefix(" -> ")?;
    let is_void = result == "nothing";
    let result = if is_void { None } else { Some(Reader { rest: result }.one()?) };
    let arity = arguments.len();
    let of = Rc::new(Type::Function(Function { arguments, variadic, result }));
    let has = |remark| remarks.split_whitespace().any(|word| word == remark);
    Some((
        name,
        Builtin { of, arity, is_deprecated: has("deprecated"), is_relation: has("relation"), is_void },
    ))
}

/// Reads types from the left.
struct Reader<'t> {
    rest: &'t str,
}

impl Reader<'_> {
    fn takes(&mut self, text: &str) -> bool {
        match self.rest.strip_prefix(text) {
            Some(rest) => {
                self.rest = rest;
                true
            }
            None => false,
        }
    }

    fn arguments(&mut self) -> Option<(Vec<Maybe>, Maybe)> {
        let mut arguments = Vec::new();
        while !self.takes(")") {
            let argument = self.one()?;
            if self.takes("...)") {
                return Some((arguments, Some(argument)));
            }
            arguments.push(Some(argument));
            self.takes(", ");
        }
        Some((arguments, None))
    }

    fn one(&mut self) -> Option<Known> {
        let word = self.word();
        match word.as_str() {
            "null" => Some(Rc::new(Type::Null)),
            "boolean" => Some(Rc::new(Type::Bool)),
            "number" => Some(Type::number()),
            "string" => Some(Type::string()),
            "any" => {
                let parts = self.list()?;
                Some(if parts.is_empty() { Type::any() } else { Type::any_of(parts) })
            }
            "array" => {
                let items = self.list()?.into_iter().map(Some).collect();
                Some(Type::array(items, self.bracketed()?))
            }
            "set" => Some(Type::set(self.bracketed()?)),
            "object" => self.object(),
            _ => None,
        }
    }

    fn word(&mut self) -> String {
        let end = self.rest.find(|letter: char| !letter.is_alphanumeric() && letter != '_');
        let (word, rest) = self.rest.split_at(end.unwrap_or(self.rest.len()));
        let word = word.to_owned();
        self.rest = rest;
        word
    }

    /// `<a, b>`, if it is there.
    fn list(&mut self) -> Option<Vec<Known>> {
        let mut parts = Vec::new();
        if self.takes("<") {
            while !self.takes(">") {
                parts.push(self.one()?);
                self.takes(", ");
            }
        }
        Some(parts)
    }

    /// `[a]`, if it is there.
    fn bracketed(&mut self) -> Option<Maybe> {
        if !self.takes("[") {
            return Some(None);
        }
        let of = self.one()?;
        self.takes("]").then_some(Some(of))
    }

    fn object(&mut self) -> Option<Known> {
        let mut members = Vec::new();
        if self.takes("<") {
            while !self.takes(">") {
                let name = self.word();
                self.takes(": ");
                members.push((Key::String(Rc::from(name)), Some(self.one()?)));
                self.takes(", ");
            }
        }
        let mut rest = None;
        if self.takes("[") {
            let key = self.one()?;
            self.takes(": ");
            rest = Some((Some(key), Some(self.one()?)));
            self.takes("]");
        }
        Some(Type::object(members, rest))
    }
}
