//! Rewrite 3: what stands under `not` is bound before it.
//!
//! OPA reads `not f(input.x)` as: bind `input.x`, which must be there, then negate the call. The engine calls the whole
//! undefined and `not` makes it true. As OPA does, only operands of calls and comparisons, indexes, and what stands in
//! literals move; a bare reference stays, so that `not input.x` and `not input.x == 1` are true when it is undefined.

use crate::rego::normalise::bind::{Beside, Context, each_statement};
use crate::rego::normalise::tree::{Body, Expr, Literal, Operator, Part};

/// Binds operands under each `not` of a body.
pub(super) fn rewrite(body: &mut Body, context: &mut Context<'_>) {
    each_statement(body, context, |statement, beside| {
        if let Literal::Not(expr) = &mut statement.literal {
            negated(expr, beside);
        }
    });
}

fn negated(expr: &mut Expr, beside: &mut Beside<'_, '_>) {
    match expr {
        Expr::Infix(infix) if matches!(infix.operator, Operator::Equal | Operator::Unify) => {
            side(&mut infix.left, beside);
            side(&mut infix.right, beside);
        }
        Expr::Call(_) | Expr::Infix(_) | Expr::Membership(_) => {
            expr.inner_mut().into_iter().for_each(|operand| bound(operand, beside));
        }
        other => side(other, beside),
    }
}

/// A side of an equality, or a reference that is negated itself.
fn side(expr: &mut Expr, beside: &mut Beside<'_, '_>) {
    match expr {
        Expr::Ref(base, parts) => {
            bound_base(base, beside);
            indexes(parts, beside);
        }
        other => inside(other, beside),
    }
}

/// An operand: nothing that may be undefined stays.
fn bound(expr: &mut Expr, beside: &mut Beside<'_, '_>) {
    match expr {
        Expr::Ref(..) => beside.bind(expr),
        Expr::Name(name) if !beside.context.is_variable(name) => beside.bind(expr),
        other => inside(other, beside),
    }
}

fn inside(expr: &mut Expr, beside: &mut Beside<'_, '_>) {
    match expr {
        Expr::Array(items) | Expr::Set(items) => items.iter_mut().for_each(|item| bound(item, beside)),
        Expr::Object(fields) => {
            fields.iter_mut().flat_map(|(key, value)| [key, value]).for_each(|term| bound(term, beside));
        }
        Expr::Call(_) | Expr::Infix(_) | Expr::Membership(_) => beside.bind(expr),
        Expr::Null
        | Expr::Bool(_)
        | Expr::Number(_)
        | Expr::Text(_)
        | Expr::Name(_)
        | Expr::Ref(..)
        | Expr::Comprehension(_) => {}
    }
}

fn bound_base(base: &mut Expr, beside: &mut Beside<'_, '_>) {
    if !matches!(base, Expr::Name(_)) {
        bound(base, beside);
    }
}

fn indexes(parts: &mut [Part], beside: &mut Beside<'_, '_>) {
    for part in parts {
        if let Part::Index(index) = part {
            bound(index, beside);
        }
    }
}
