//! `impossible-branch`: a body whose conditions exclude each other.

use std::collections::BTreeMap;

use regorus::Value;
use regorus::unstable::{AssignOp, BoolOp, Expr, Literal};

use crate::rego::check::constants::value_of;
use crate::rego::lint::Found;
use crate::rego::lint::bodies::Body;
use crate::rego::lint::sameness::{is_fixed, print_of};
use crate::rego::lint::subject::Subject;

pub(super) fn find(subject: &Subject<'_>) -> Vec<Found> {
    subject.bodies().iter().flat_map(judge).collect()
}

fn judge(body: &Body<'_>) -> Vec<Found> {
    let (mut found, mut known) = (Vec::new(), BTreeMap::<String, Value>::new());
    for statement in body.query.stmts.iter().filter(|statement| statement.with_mods.is_empty()) {
        let Literal::Expr { expr, .. } = &statement.literal else { continue };
        let Some((asked, value)) = equality(expr) else { continue };
        let before = known.entry(print_of(asked)).or_insert_with(|| value.clone());
        if *before != value {
            let message =
                format!("this cannot hold together with `== {before}` above, so the body never does");
            found.push(Found::on(expr, message));
        }
    }
    found
}

/// What a statement holds to be equal to a constant.
fn equality(expr: &Expr) -> Option<(&Expr, Value)> {
    let (Expr::BoolExpr { op: BoolOp::Eq, lhs, rhs, .. }
    | Expr::AssignExpr { op: AssignOp::Eq, lhs, rhs, .. }) = expr
    else {
        return None;
    };
    let of = |asked, constant| is_fixed(asked).then_some(asked).zip(value_of(constant));
    let is_constant = |expr: &Expr| value_of(expr).is_some();
    match (is_constant(lhs), is_constant(rhs)) {
        (false, true) => of(lhs, rhs),
        (true, false) => of(rhs, lhs),
        (true, true) | (false, false) => None,
    }
}
