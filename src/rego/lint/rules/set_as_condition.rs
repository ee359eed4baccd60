//! `set-as-condition`: `violations` or `not violations`, where that is a set. An empty set is a value too, and holds.

use regorus::unstable::Expr;

use crate::rego::check::names::{path_of, show};
use crate::rego::lint::Found;
use crate::rego::lint::bodies::{Body, asked};
use crate::rego::lint::kinds::Kind;
use crate::rego::lint::subject::Subject;

pub(super) fn find(subject: &Subject<'_>) -> Vec<Found> {
    subject.bodies().iter().flat_map(|body| judge(body, subject)).collect()
}

fn judge<'s>(body: &Body<'s>, subject: &'s Subject<'s>) -> Vec<Found> {
    let asked = body.query.stmts.iter().filter_map(|statement| asked(&statement.literal));
    asked.filter_map(|(expr, is_negated)| judge_statement(expr, is_negated, body, subject)).collect()
}

fn judge_statement<'s>(
    expr: &'s Expr,
    is_negated: bool,
    body: &Body<'s>,
    subject: &'s Subject<'s>,
) -> Option<Found> {
    let kind = subject.kind_of(expr, &body.scope).filter(|kind| can_be_meant(expr, *kind))?;
    if !subject.is_certain(expr, &body.scope) {
        return None;
    }
    let name = name_of(expr);
    let message = if is_negated {
        format!("{kind} is a value even if it is empty, so this never holds: write `count({name}) == 0`")
    } else {
        format!("{kind} is a value even if it is empty, so this always holds: write `count({name}) > 0`")
    };
    Some(Found::on(expr, message))
}

fn can_be_meant(expr: &Expr, kind: Kind) -> bool {
    let is_name = matches!(expr, Expr::Var { .. } | Expr::RefDot { .. } | Expr::RefBrack { .. });
    let is_comprehension = matches!(expr, Expr::ArrayCompr { .. } | Expr::SetCompr { .. });
    kind.is_collection() && (is_name || is_comprehension || matches!(expr, Expr::ObjectCompr { .. }))
}

fn name_of(expr: &Expr) -> String {
    path_of(expr).map_or_else(|| "…".to_owned(), |path| show(&path))
}
