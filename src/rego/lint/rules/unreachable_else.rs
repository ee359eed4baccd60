//! `unreachable-else`: the `else` behind a body that always holds.

use regorus::Value;
use regorus::unstable::{Literal, Query, Rule};

use crate::rego::check::constants::value_of;
use crate::rego::check::scan::{Scan, ScannedRule};
use crate::rego::lint::Found;

pub(super) fn find(scan: &Scan) -> Vec<Found> {
    scan.rules.iter().filter_map(find_unreached).collect()
}

fn find_unreached(rule: &ScannedRule) -> Option<Found> {
    let Rule::Spec { bodies, .. } = rule.rule.as_ref() else { return None };
    let mut pairs = bodies.iter().zip(bodies.iter().skip(1));
    let (_, unreached) = pairs.find(|(before, behind)| behind.is_else && always_holds(&before.query))?;
    let message = "this `else` is never reached: what stands before it always holds";
    Some(Found::at(&unreached.span, message))
}

/// Whether a body holds whatever the input is.
pub(super) fn always_holds(query: &Query) -> bool {
    query.stmts.iter().all(|statement| match &statement.literal {
        Literal::Expr { expr, .. } => value_of(expr).is_some_and(|value| value != Value::Bool(false)),
        Literal::SomeVars { .. }
        | Literal::SomeIn { .. }
        | Literal::NotExpr { .. }
        | Literal::Every { .. } => false,
    })
}
