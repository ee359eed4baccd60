//! Rewrite of `print`: its place goes along, and what it shows may be undefined.
//!
//! `print(a, b)` becomes `print("policy.rego:7", [[h | h = a], [h | h = b]])`, as OPA does it: an argument without a value is an empty
//! array and stops nothing, and our own function, which is bounded, can take any number of arguments.

use crate::rego::normalise::bind::{Context, each_statement};
use crate::rego::normalise::tree::{Body, Brackets, Call, Comprehension, Expr, Origin, Rule, Statement};
use crate::rego::normalise::walk;
use crate::rego::place::of_span;

const NAME: &str = "print";

/// Rewrites each `print` of a rule.
pub(super) fn rewrite(rule: &mut Rule, context: &mut Context<'_>) {
    if !context.functions.contains(NAME) {
        walk::each_body(rule, &mut |body, _| rewrite_body(body, context));
    }
}

fn rewrite_body(body: &mut Body, context: &mut Context<'_>) {
    each_statement(body, context, |statement, beside| {
        let origin = statement.origin.clone();
        statement.exprs_mut().into_iter().for_each(|expr| rewrite_expr(expr, &origin, beside.context));
    });
}

fn rewrite_expr(expr: &mut Expr, origin: &Origin, context: &mut Context<'_>) {
    expr.inner_mut().into_iter().for_each(|inner| rewrite_expr(inner, origin, context));
    if let Expr::Call(call) = expr
        && is_print(call)
    {
        place(call, origin, context);
    }
}

/// Whether a call only shows something.
pub(super) fn is_print(call: &Call) -> bool {
    matches!(&call.function, Expr::Name(name) if name == NAME)
}

fn place(call: &mut Call, origin: &Origin, context: &mut Context<'_>) {
    let place = of_span(&origin.span).map(|place| format!("{}:{}", place.file, place.row));
    let shown = std::mem::take(&mut call.arguments).into_iter().map(|argument| {
        let name = context.fresh.name();
        Expr::Comprehension(Box::new(Comprehension {
            origin: origin.clone(),
            kind: Brackets::Square,
            key: None,
            term: Expr::name(&name),
            body: vec![Statement::is(origin.clone(), Expr::unify(&name, argument))],
        }))
    });
    let shown = Expr::Array(shown.collect());
    call.arguments = vec![Expr::Text(place.unwrap_or_default()), shown];
}
