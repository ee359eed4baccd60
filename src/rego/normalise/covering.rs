//! What is needed to know which parts of a policy its tests came to.
//!
//! The engine notes the rows of the expressions that it evaluates. A head without a value has none: it is given the `true` that it means,
//! which is evaluated when the body held.

use regorus::unstable::Span;

use crate::rego::normalise::tree::{Expr, Rule};
use crate::rego::normalise::walk;

/// Where rules, their `else`s and all statements begin.
pub(super) fn spans(rules: &mut [Rule]) -> Vec<Span> {
    let mut spans = Vec::new();
    for rule in rules {
        spans.extend(rule.clauses.iter().map(|clause| clause.origin.span.clone()));
        walk::each_body(rule, &mut |body, _| {
            spans.extend(body.iter().map(|statement| statement.origin.span.clone()));
        });
    }
    spans
}

/// Gives every clause a value.
pub(super) fn rewrite(rules: &mut [Rule]) {
    let clauses = rules.iter_mut().flat_map(|rule| &mut rule.clauses);
    for clause in clauses.filter(|clause| clause.value.is_none()) {
        clause.value = Some(Expr::Bool(true));
    }
}
