//! Pieces of the core that are made often.

use std::rc::Rc;

use super::{Expr, ExprKind, Names, Term, Value, Var, known};
use crate::syntax::Span;

pub(in crate::model) fn variable(span: Span, var: Var) -> Term {
    Term::new(span, Value::Var(var))
}

pub(in crate::model) fn string(span: Span, text: &str) -> Term {
    Term::new(span, Value::String(Rc::from(text)))
}

/// A reference that begins with a name.
pub(in crate::model) fn reference(span: Span, var: Var, steps: impl IntoIterator<Item = Term>) -> Term {
    let path = std::iter::once(variable(span, var)).chain(steps).collect();
    Term::new(span, Value::Ref(path))
}

/// A call of a built-in function of one name.
pub(in crate::model) fn call(span: Span, operator: Var, operands: impl IntoIterator<Item = Term>) -> Term {
    let terms = std::iter::once(reference(span, operator, [])).chain(operands).collect();
    Term::new(span, Value::Call(terms))
}

/// `new = term`, and the new variable.
pub(in crate::model) fn equality(names: &mut Names, term: Term) -> (Expr, Term) {
    let span = term.span;
    let left = variable(span, names.generate());
    let terms = vec![reference(span, known::EQ, []), left.clone(), term];
    let mut expr = Expr::new(span, ExprKind::Call(terms));
    expr.generated = true;
    (expr, left)
}
