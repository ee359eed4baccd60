//! Variables: numbers, and what they are called.

use std::collections::HashMap;
use std::rc::Rc;

use crate::syntax::Span;

/// A variable, or another name.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub(in crate::model) struct Var(u32);

/// Names that the language gives.
pub(in crate::model) mod known {
    use super::Var;

    pub(in crate::model) const INPUT: Var = Var(0);
    pub(in crate::model) const DATA: Var = Var(1);
    pub(in crate::model) const EQ: Var = Var(2);
    pub(in crate::model) const ASSIGN: Var = Var(3);
    pub(in crate::model) const EQUAL: Var = Var(4);
    pub(in crate::model) const INTERNAL: Var = Var(5);
    pub(in crate::model) const PRINT: Var = Var(6);
    pub(super) const NAMES: [&str; 7] = ["input", "data", "eq", "assign", "equal", "internal", "print"];
}

impl Var {
    /// Whether it is `input` or `data`.
    pub(in crate::model) fn is_root(self) -> bool {
        self == known::INPUT || self == known::DATA
    }
}

/// Where a variable comes from.
#[derive(Debug, Clone)]
pub(in crate::model) enum Origin {
    /// It is written so.
    Written(Rc<str>),
    /// A `_`.
    Wildcard,
    /// A local variable of a scope: which it is as written, and where it is declared by a `some` without `in`.
    Local(Var, Option<Span>),
    /// It stands for a part of a statement; nobody wrote it.
    Generated,
}

/// All variables of a bundle.
#[derive(Debug)]
pub(in crate::model) struct Names {
    origins: Vec<Origin>,
    written: HashMap<Rc<str>, Var>,
    comprehensions: u32,
}

impl Names {
    pub(in crate::model) fn new() -> Self {
        let mut names = Self { origins: Vec::new(), written: HashMap::new(), comprehensions: 0 };
        for name in known::NAMES {
            let _ = names.written(name);
        }
        names
    }

    /// The variable of a name as it is written.
    pub(in crate::model) fn written(&mut self, name: &str) -> Var {
        if let Some(var) = self.written.get(name) {
            return *var;
        }
        let name: Rc<str> = Rc::from(name);
        let var = self.add(Origin::Written(Rc::clone(&name)));
        self.written.insert(name, var);
        var
    }

    pub(in crate::model) fn wildcard(&mut self) -> Var {
        self.add(Origin::Wildcard)
    }

    /// A new variable for a local one.
    pub(in crate::model) fn local(&mut self, of: Var) -> Var {
        self.add(Origin::Local(of, None))
    }

    /// Keeps that a local variable is declared by a `some` that gives it no values.
    pub(in crate::model) fn declared_alone(&mut self, local: Var, place: Span) {
        let at = usize::try_from(local.0).unwrap_or(usize::MAX);
        if let Some(Origin::Local(_, declared)) = self.origins.get_mut(at) {
            *declared = Some(place);
        }
    }

    pub(in crate::model) fn generate(&mut self) -> Var {
        self.add(Origin::Generated)
    }

    fn add(&mut self, origin: Origin) -> Var {
        let var = Var(u32::try_from(self.origins.len()).unwrap_or(u32::MAX));
        self.origins.push(origin);
        var
    }

    /// The number of the next comprehension.
    pub(in crate::model) fn comprehension(&mut self) -> u32 {
        self.comprehensions = self.comprehensions.saturating_add(1);
        self.comprehensions
    }

    pub(in crate::model) fn origin(&self, var: Var) -> &Origin {
        let at = usize::try_from(var.0).unwrap_or(usize::MAX);
        self.origins.get(at).unwrap_or(&Origin::Generated)
    }

    /// What its author calls it; nothing if nobody wrote it.
    pub(in crate::model) fn text(&self, var: Var) -> Option<&str> {
        match self.origin(var) {
            Origin::Written(name) => Some(name),
            Origin::Wildcard => Some("_"),
            Origin::Local(of, _) => match self.origin(*of) {
                Origin::Written(name) => Some(name),
                Origin::Wildcard => Some("_"),
                Origin::Local(..) | Origin::Generated => None,
            },
            Origin::Generated => None,
        }
    }

    /// The name as it is written, for a name that is.
    pub(in crate::model) fn written_text(&self, var: Var) -> Rc<str> {
        match self.origin(var) {
            Origin::Written(name) => Rc::clone(name),
            Origin::Wildcard | Origin::Local(..) | Origin::Generated => Rc::from(""),
        }
    }

    pub(in crate::model) fn is_wildcard(&self, var: Var) -> bool {
        matches!(self.origin(var), Origin::Wildcard)
    }

    pub(in crate::model) fn is_generated(&self, var: Var) -> bool {
        self.text(var).is_none()
    }
}
