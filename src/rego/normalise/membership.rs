//! Rewrite 5: the operands of `in` are bound before the statement.
//!
//! `x := input.a in xs` has no value for OPA when `input.a` is undefined; the engine says `false`. Where `in` is the
//! statement itself the two come to the same, but `i, x in xs` holds for the engine when neither has a value.

use crate::rego::normalise::bind::{Beside, Context, each_statement};
use crate::rego::normalise::tree::{Body, Expr, Literal, Statement};

/// Binds the operands of each `in` that has a key or is part of something else.
pub(super) fn rewrite(body: &mut Body, context: &mut Context<'_>) {
    each_statement(body, context, |statement, beside| match &mut statement.literal {
        Literal::Is(Expr::Membership(member)) if member.key.is_none() => {
            within(&mut member.value, beside);
            within(&mut member.collection, beside);
        }
        _ => exprs(statement, beside),
    });
}

fn exprs(statement: &mut Statement, beside: &mut Beside<'_, '_>) {
    let with = statement.with.len();
    let exprs = statement.exprs_mut();
    let own = exprs.len().saturating_sub(with);
    exprs.into_iter().take(own).for_each(|expr| within(expr, beside));
}

fn within(expr: &mut Expr, beside: &mut Beside<'_, '_>) {
    expr.inner_mut().into_iter().for_each(|inner| within(inner, beside));
    if let Expr::Membership(_) = expr {
        expr.inner_mut().into_iter().for_each(|operand| beside.bind_undefined(operand));
    }
}
