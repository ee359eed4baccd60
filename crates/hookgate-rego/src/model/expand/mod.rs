//! What stands within a statement is taken out of it, so that each statement asks for one thing.
//!
//! `count(f(input.x)) > 1` becomes `f(input.x, a); count(a, b); gt(b, 1)`, and further on `c = input.x; f(c, a); …`.

mod calls;
mod documents;
mod heads;

pub(super) use calls::take_out_calls;
pub(super) use documents::{equals, take_out_documents};
pub(super) use heads::{comprehension_terms, heads};

use super::core::{Body, Expr, ExprKind, Term, Value};

/// Adds statements to a body; one that only says `true` is replaced.
pub(super) fn append(body: &mut Body, more: impl IntoIterator<Item = Expr>) {
    let mut more = more.into_iter().peekable();
    if more.peek().is_none() {
        return;
    }
    if is_empty(body) {
        body.clear();
    }
    body.extend(more);
}

fn is_empty(body: &Body) -> bool {
    matches!(body.as_slice(), [Expr { kind: ExprKind::Term(Term { value: Value::Bool(true), .. }), .. }])
}
