//! Rewrite 1: what a head says is bound in the body.
//!
//! `deny contains r.m if { some r in input.rs }` becomes `deny contains h if { …; h = r.m }`: when `r.m` is undefined
//! for one element, the engine drops what the rule found for all others, and the denial is lost.

use crate::rego::normalise::bind::Context;
use crate::rego::normalise::tree::{Body, Comprehension, Expr, Origin, Rule, RuleKind, Statement};
use crate::rego::normalise::walk;

/// Binds the terms in the heads of a rule, of its `else`s and of its comprehensions.
pub(super) fn rewrite(rule: &mut Rule, context: &mut Context<'_>) {
    walk::each_comprehension(rule, &mut |comprehension| {
        let Comprehension { origin, key, term, body, .. } = comprehension;
        key.iter_mut().chain([term]).for_each(|term| bind(term, (origin, body), context));
    });
    if rule.kind == RuleKind::Default {
        return;
    }
    if let Some(clause) = rule.clauses.first_mut() {
        let keys = rule.name.inner_mut().into_iter().skip(1);
        keys.for_each(|key| bind(key, (&clause.origin, &mut clause.body), context));
    }
    for clause in &mut rule.clauses {
        clause.value.iter_mut().for_each(|value| bind(value, (&clause.origin, &mut clause.body), context));
    }
}

fn bind(term: &mut Expr, (origin, body): (&Origin, &mut Body), context: &mut Context<'_>) {
    if context.is_plain(term) {
        return;
    }
    let name = context.fresh.name();
    let value = std::mem::replace(term, Expr::name(&name));
    body.push(Statement::is(origin.clone(), Expr::unify(&name, value)));
}
