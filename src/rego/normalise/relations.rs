//! `walk` has many values: as part of an expression it becomes a statement with a variable for its result.
//!
//! `[path, value] := walk(e)` finds nothing at all in the engine; `walk(e, h); [path, value] := h` finds what OPA does.

use crate::rego::normalise::bind::{Beside, Context, each_statement};
use crate::rego::normalise::tree::{Body, Expr};

/// The one relation among the built-ins.
const WALK: &str = "walk";

/// Makes statements of the calls of `walk` within the statements of a body.
pub(super) fn rewrite(body: &mut Body, context: &mut Context<'_>) {
    if context.rules.contains(WALK) {
        return;
    }
    each_statement(body, context, |statement, beside| {
        statement.exprs_mut().into_iter().for_each(|expr| within(expr, beside));
    });
}

fn within(expr: &mut Expr, beside: &mut Beside<'_, '_>) {
    expr.inner_mut().into_iter().for_each(|inner| within(inner, beside));
    if let Expr::Call(call) = expr
        && matches!(&call.function, Expr::Name(name) if name == WALK)
        && call.arguments.len() == 1
    {
        let result = Expr::Name(beside.context.fresh.name());
        call.arguments.push(result.clone());
        let walk = std::mem::replace(expr, result);
        beside.require(walk);
    }
}
