//! Rewrite 5: the operands of `in` are bound before the statement.
//!
//! `x := input.a in xs` has no value for OPA when `input.a` is undefined; the engine says `false`. Where `in` is the
//! statement itself the two come to the same.

use crate::rego::normalise::bind::{Before, Context, each_statement};
use crate::rego::normalise::tree::{Body, Expr, Literal, Statement};

/// Binds the operands of each `in` that is part of something else.
pub(super) fn rewrite(body: &mut Body, context: &mut Context<'_>) {
    each_statement(body, context, |statement, before| {
        match &mut statement.literal {
            Literal::Is(Expr::Membership(member)) => {
                let key = member.key.iter_mut();
                key.chain([&mut member.value, &mut member.collection]).for_each(|operand| within(operand, before));
            }
            _ => exprs(statement, before),
        }
    });
}

fn exprs(statement: &mut Statement, before: &mut Before<'_, '_>) {
    let with = statement.with.len();
    let exprs = statement.exprs_mut();
    let own = exprs.len().saturating_sub(with);
    exprs.into_iter().take(own).for_each(|expr| within(expr, before));
}

fn within(expr: &mut Expr, before: &mut Before<'_, '_>) {
    expr.inner_mut().into_iter().for_each(|inner| within(inner, before));
    if let Expr::Membership(_) = expr {
        expr.inner_mut().into_iter().for_each(|operand| before.bind_undefined(operand));
    }
}
