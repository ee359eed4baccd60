//! `unbounded-range`: a list of numbers as long as the input says.

use regorus::unstable::{BoolOp, Expr};

use crate::rego::check::constants::value_of;
use crate::rego::check::names::{path_of, static_names};
use crate::rego::lint::Found;
use crate::rego::lint::given::is_given;
use crate::rego::lint::scopes::{Site, root_of};
use crate::rego::lint::subject::Subject;

pub(super) fn find(subject: &Subject<'_>) -> Vec<Found> {
    let judge = |site: &Site<'_>| {
        let Expr::Call { fcn, params, .. } = site.expr else { return None };
        let path = path_of(fcn)?;
        let ["numbers", name @ ("range" | "range_step")] = static_names(&path)?[..] else { return None };
        let end = params.iter().take(2).find(|end| is_unbounded(subject, end, site.module))?;
        let message = format!(
            "`numbers.{name}` makes a list as long as the input says: compare the number with a limit first"
        );
        Some(Found::on(end, message))
    };
    subject.scopes.calls.iter().filter_map(judge).collect()
}

fn is_unbounded(subject: &Subject<'_>, end: &Expr, module: usize) -> bool {
    let is_min = matches!(end, Expr::Call { fcn, .. } if fcn.span().text() == "min");
    !is_min && is_given(subject, end, module) && !is_compared(subject, end, module)
}

/// Whether some comparison of the policy says how large it may be.
fn is_compared(subject: &Subject<'_>, end: &Expr, module: usize) -> bool {
    let scopes = &subject.scopes;
    let is_same = |other: &Expr| match (scopes.position_of(root_of(end)), scopes.position_of(root_of(other)))
    {
        (Some(one), Some(other)) => one == other,
        (None, None) => path_of(end).is_some_and(|path| Some(path) == path_of(other)),
        _ => false,
    };
    scopes.comparisons.iter().filter(|site| site.module == module).any(|site| {
        let Expr::BoolExpr { op: BoolOp::Lt | BoolOp::Le | BoolOp::Gt | BoolOp::Ge, lhs, rhs, .. } =
            site.expr
        else {
            return false;
        };
        (is_same(lhs) && value_of(rhs).is_some()) || (is_same(rhs) && value_of(lhs).is_some())
    })
}
