//! Statements, one after the other: each may tell what its variables are.

use std::ops::ControlFlow;
use std::rc::Rc;

use super::compare::or;
use super::environment::Layer;
use super::rules::{Checker, Fault, Faults};
use super::{Key, Maybe, Type, show};
use crate::model::core::{Body, Collection, Comprehension, Expr, Node, Term, Value, key, known, walk_expr};
use crate::model::refusal::Code;

impl Checker<'_, '_> {
    /// Checks a body and keeps the types of its variables in the layer.
    pub(super) fn body(&self, layer: &Layer<'_>, body: &Body) -> Faults {
        let mut faults = Faults::new();
        for expr in body {
            self.replacing(layer, expr, &mut |layer| faults.extend(self.statement(layer, expr)));
        }
        faults
    }

    fn statement(&self, layer: &Layer<'_>, expr: &Expr) -> Faults {
        let mut faults = self.comprehensions(layer, expr);
        faults.extend(self.references(layer, expr));
        if let Some(fault) = self.expr(layer, expr)
            && (faults.is_empty() || !fault.follows)
        {
            faults.push(fault);
        }
        faults
    }

    fn expr(&self, layer: &Layer<'_>, expr: &Expr) -> Option<Fault> {
        if let Some(fault) = self.replacements(layer, expr) {
            return Some(fault);
        }
        let (name, operands) = expr.call()?;
        if let [Term { value: Value::Var(known::EQ), .. }] = name {
            return self.equal(layer, expr, operands);
        }
        if let Some(fault) = self.member(layer, expr, name, operands) {
            return Some(fault);
        }
        self.call(layer, expr, name, operands)
    }

    fn equal(&self, layer: &Layer<'_>, expr: &Expr, operands: &[Term]) -> Option<Fault> {
        let [left, right] = operands else { return None };
        let (a, b) = (self.of(layer, left), self.of(layer, right));
        if self.unify(layer, (left, &a), (right, &b)) {
            return None;
        }
        Some(Self::mismatch(expr, &a, &b))
    }

    /// Two values that are never equal.
    fn mismatch(expr: &Expr, a: &Maybe, b: &Maybe) -> Fault {
        Fault {
            code: Code::TypeError,
            span: expr.span,
            message: format!("this never holds: one side is {}, the other {}", show::name(a), show::name(b)),
            // A function that is not called is told of as that.
            follows: [a, b]
                .into_iter()
                .any(|of| super::is_unknown(of) || of.as_ref().is_some_and(|of| of.function().is_some())),
        }
    }

    /// Checks the comprehensions of a statement, so that their types are known.
    fn comprehensions(&self, layer: &Layer<'_>, expr: &Expr) -> Faults {
        let mut faults = Faults::new();
        let _ = walk_expr(expr, &mut |node| match node {
            Node::Term(Term { value: Value::Comprehension(comprehension), .. }) => {
                faults.extend(self.comprehension(layer, comprehension));
                ControlFlow::Continue(false)
            }
            _ => ControlFlow::Continue(true),
        });
        faults
    }

    fn comprehension(&self, layer: &Layer<'_>, comprehension: &Comprehension) -> Faults {
        let inner = Layer::new(Some(layer));
        let faults = self.body(&inner, &comprehension.body);
        let of = faults.is_empty().then(|| {
            let term = self.of(&inner, &comprehension.term);
            match comprehension.kind {
                Collection::Array => Type::array(Vec::new(), term),
                Collection::Set => Type::set(term),
                Collection::Object => {
                    let key = comprehension.key.as_ref().and_then(|key| self.of(&inner, key));
                    Type::object(Vec::new(), Some((key, term)))
                }
            }
        });
        self.comprehensions.borrow_mut().insert(comprehension.id, of);
        faults
    }

    /// The type of a term, as far as it is known.
    pub(super) fn of(&self, layer: &Layer<'_>, term: &Term) -> Maybe {
        match &term.value {
            Value::Null => Some(Rc::new(Type::Null)),
            Value::Bool(_) => Some(Rc::new(Type::Bool)),
            Value::Number(_) => Some(Type::number()),
            Value::String(_) | Value::Template(_) => Some(Type::string()),
            Value::Var(var) => layer.variable(*var),
            Value::Ref(path) => layer.reference(path),
            Value::Call(_) => None,
            Value::Array(items) => {
                Some(Type::array(items.iter().map(|item| self.of(layer, item)).collect(), None))
            }
            Value::Set(items) => {
                let of = items.iter().fold(None, |of, item| or(&of, &self.of(layer, item)));
                Some(Type::set(of))
            }
            Value::Object(members) => Some(self.object(layer, members)),
            Value::Comprehension(comprehension) => self.of_comprehension(layer, comprehension),
        }
    }

    fn of_comprehension(&self, layer: &Layer<'_>, comprehension: &Comprehension) -> Maybe {
        if let Some(of) = self.comprehensions.borrow().get(&comprehension.id) {
            return of.clone();
        }
        drop(self.comprehension(layer, comprehension));
        self.comprehensions.borrow().get(&comprehension.id).cloned().flatten()
    }

    fn object(&self, layer: &Layer<'_>, members: &[(Term, Term)]) -> super::Known {
        let mut known: Vec<(Key, Maybe)> = Vec::new();
        let mut rest = None;
        for (name, value) in members {
            match key(name) {
                Some(key) => known.push((key, self.of(layer, value))),
                None => rest = Some((self.of(layer, name), self.of(layer, value))),
            }
        }
        Type::object(known, rest)
    }
}
