//! `constant-condition`: a condition that always comes out the same, so that it decides nothing, or everything.

use regorus::Value;
use regorus::unstable::{BoolOp, Expr};

use crate::rego::check::constants::value_of;
use crate::rego::lint::Found;
use crate::rego::lint::bodies::{Body, asked};
use crate::rego::lint::kinds::Kind;
use crate::rego::lint::sameness::{is_fixed, print_of};
use crate::rego::lint::subject::Subject;

pub(super) fn find(subject: &Subject<'_>) -> Vec<Found> {
    let bodies = subject.bodies();
    let statements = bodies.iter().flat_map(|body| body.query.stmts.iter().map(move |it| (body, it)));
    let asked = statements.filter_map(|(body, statement)| Some((body, asked(&statement.literal)?)));
    asked.filter_map(|(body, (expr, _))| Some(Found::on(expr, judge(expr, body, subject)?))).collect()
}

fn judge<'s>(expr: &'s Expr, body: &Body<'s>, subject: &'s Subject<'s>) -> Option<String> {
    if let Some(value) = value_of(expr) {
        let holds = if value == Value::Bool(false) { "never holds" } else { "always holds" };
        return Some(format!("this {holds}: leave it out, or write what is meant"));
    }
    if let Expr::BoolExpr { op, lhs, rhs, .. } = expr {
        return judge_comparison(op, (lhs, rhs), body, subject);
    }
    let is_sum = matches!(expr, Expr::ArithExpr { .. });
    let is_number = is_count(expr) || (is_sum && subject.kind_of(expr, &body.scope) == Some(Kind::Number));
    is_number.then(|| "a number holds, also if it is 0: compare it with another".to_owned())
}

fn judge_comparison<'s>(
    op: &BoolOp,
    (lhs, rhs): (&'s Expr, &'s Expr),
    body: &Body<'s>,
    subject: &'s Subject<'s>,
) -> Option<String> {
    if value_of(lhs).is_some() && value_of(rhs).is_some() {
        return Some("both sides are constants, so this always comes out the same".to_owned());
    }
    if is_fixed(lhs) && print_of(lhs) == print_of(rhs) && !asks_for_existence(op, lhs) {
        return Some("both sides are the same, so this always comes out the same".to_owned());
    }
    if is_never_below_zero(op, lhs, rhs) {
        return Some("a count is never below 0, so this always comes out the same".to_owned());
    }
    let (left, right) = (subject.kind_of(lhs, &body.scope)?, subject.kind_of(rhs, &body.scope)?);
    let outcome = match op {
        _ if left == right => return None,
        BoolOp::Eq => "they are never equal",
        BoolOp::Ne => "they are always unequal",
        BoolOp::Lt | BoolOp::Le | BoolOp::Gt | BoolOp::Ge => "their order is that of their types",
    };
    Some(format!("{left} is compared with {right}: {outcome}"))
}

/// `x.y == x.y` holds where `x.y` is there, also if it is false, and some write it to ask for that.
fn asks_for_existence(op: &BoolOp, expr: &Expr) -> bool {
    matches!(op, BoolOp::Eq | BoolOp::Le | BoolOp::Ge) && !matches!(expr, Expr::Var { .. })
}

/// `count(x) >= 0`, `count(x) < 0`, and the same from the right.
fn is_never_below_zero(op: &BoolOp, lhs: &Expr, rhs: &Expr) -> bool {
    let is_zero = |expr| value_of(expr) == Some(Value::from(0_u64));
    match op {
        BoolOp::Ge | BoolOp::Lt => is_count(lhs) && is_zero(rhs),
        BoolOp::Le | BoolOp::Gt => is_zero(lhs) && is_count(rhs),
        BoolOp::Eq | BoolOp::Ne => false,
    }
}

fn is_count(expr: &Expr) -> bool {
    // With two arguments it takes its result for the second.
    matches!(expr, Expr::Call { fcn, params, .. } if fcn.span().text() == "count" && params.len() == 1)
}
