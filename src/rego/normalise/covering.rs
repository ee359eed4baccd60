//! What is needed to know which parts of a policy its tests came to.
//!
//! The engine notes the rows of the expressions that it evaluates. A head without a value has none: it is given the `true` that it means,
//! which is evaluated when the body held. Of an `else` the engine does not tell the head: a last statement stands for it.

use regorus::unstable::Span;

use crate::rego::normalise::tree::{Body, Clause, Expr, Rule, RuleKind, Statement};
use crate::rego::normalise::walk;

/// Something that tests may come to: a head, or a statement.
#[derive(Debug, Clone)]
pub(in crate::rego) struct Coverable {
    /// Where it begins, and where it ends unless the body ends it.
    pub(in crate::rego) span: Span,
    /// Where the body of the head begins.
    pub(in crate::rego) body: Option<Span>,
}

/// All there is in these rules.
pub(super) fn find(rules: &mut [Rule]) -> Vec<Coverable> {
    let mut found = Vec::new();
    for rule in rules {
        found.extend(rule.clauses.iter().map(|clause| head(rule.kind, &rule.origin.span, clause)));
        walk::each_body(rule, &mut |body, _| found.extend(statements(body)));
    }
    found
}

fn head(kind: RuleKind, rule: &Span, clause: &Clause) -> Coverable {
    let body = clause.body.first().map(|statement| statement.origin.span.clone());
    // The value of a default belongs to it.
    let span = if kind == RuleKind::Default { rule } else { &clause.origin.span };
    Coverable { span: span.clone(), body }
}

fn statements(body: &Body) -> Vec<Coverable> {
    let statement = |statement: &Statement| Coverable { span: statement.origin.span.clone(), body: None };
    body.iter().map(statement).collect()
}

/// Gives every clause a value, and every `else` a last statement.
pub(super) fn rewrite(rules: &mut [Rule]) {
    for rule in rules {
        for clause in rule.clauses.iter_mut().filter(|clause| clause.value.is_none()) {
            clause.value = Some(Expr::Bool(true));
        }
        for Clause { origin, body, .. } in rule.clauses.iter_mut().skip(1) {
            body.push(Statement::is(origin.clone(), Expr::Bool(true)));
        }
    }
}
