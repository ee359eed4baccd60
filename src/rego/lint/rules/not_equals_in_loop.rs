//! `not-equals-in-loop`: `xs[_] != y`, which holds as soon as one element differs, and not only if all do.

use regorus::unstable::{BoolOp, Expr, Literal, LiteralStmt};

use crate::rego::check::walk;
use crate::rego::lint::Found;
use crate::rego::lint::subject::Subject;

pub(super) fn find(subject: &Subject<'_>) -> Vec<Found> {
    // A comprehension may well collect what differs.
    let bodies = subject.bodies().into_iter().filter(|body| body.is_of_rule);
    bodies.flat_map(|body| body.query.stmts.iter().filter_map(judge)).collect()
}

fn judge(statement: &LiteralStmt) -> Option<Found> {
    let Literal::Expr { expr, .. } = &statement.literal else { return None };
    let Expr::BoolExpr { op: BoolOp::Ne, lhs, rhs, .. } = expr.as_ref() else { return None };
    if has_any(lhs) == has_any(rhs) {
        return None;
    }
    let message = "this holds as soon as one element differs: where none may be equal write `not … in …`, \
                   where one is looked for `some x in …; x != …`";
    Some(Found::on(expr, message))
}

/// Whether a part of an expression stands for any element.
fn has_any(expr: &Expr) -> bool {
    if matches!(expr, Expr::Var { span, .. } if span.text() == "_") {
        return true;
    }
    let inner = walk::inner(expr);
    inner.query.is_none() && inner.exprs.into_iter().any(|expr| has_any(expr))
}
