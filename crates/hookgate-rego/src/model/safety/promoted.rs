//! What `not`, `and` and `or` without braces ask of the statements around them: OPA's rule for their variables.

use std::collections::BTreeMap;

use super::outputs::{Arity, bound_by_equality};
use crate::model::core::{
    Body, Expr, ExprKind, Operand, Skip, Term, Var, VarSet, known, variables_of, variables_of_expr,
};

/// The variables of a statement that must be safe: its own, and those that bodies without braces take from outside.
pub(super) fn needed(expr: &Expr, arity: &Arity<'_>) -> VarSet {
    let mut needed = variables_of_expr(expr, Skip::FOR_SAFETY);
    match &expr.kind {
        ExprKind::Not(operand) => promote(operand, arity, &mut needed),
        ExprKind::Logic(sides) => {
            promote(&sides.0, arity, &mut needed);
            promote(&sides.1, arity, &mut needed);
        }
        _ => {}
    }
    needed
}

pub(super) fn needed_by_body(body: &Body, arity: &Arity<'_>) -> VarSet {
    body.iter().flat_map(|expr| needed(expr, arity)).collect()
}

fn promote(operand: &Operand, arity: &Arity<'_>, needed: &mut VarSet) {
    if !operand.braces {
        needed.extend(open(&operand.body, arity));
    }
}

/// The variables of a body that it does not bind for itself.
fn open(body: &Body, arity: &Arity<'_>) -> VarSet {
    let mut uses: BTreeMap<Var, usize> = BTreeMap::new();
    for var in body.iter().flat_map(|expr| variables_of_expr(expr, Skip::FOR_SAFETY)) {
        let count = uses.entry(var).or_default();
        *count = count.saturating_add(1);
    }
    if body.len() == 1 {
        return uses.into_keys().collect();
    }
    let bound = bound_within(body, uses.keys().copied().collect(), arity);
    let is_open = |(var, count): &(Var, usize)| !bound.contains(var) || *count == 1;
    uses.into_iter().filter(is_open).map(|(var, _)| var).collect()
}

fn bound_within(body: &Body, mut safe: VarSet, arity: &Arity<'_>) -> VarSet {
    safe.extend([known::INPUT, known::DATA]);
    for (left, right) in body.iter().filter_map(Expr::equality) {
        for var in [left, right].into_iter().filter_map(Term::var) {
            safe.remove(&var);
        }
    }
    let mut bound = VarSet::new();
    loop {
        let equalities = body.iter().filter(|expr| expr.equality().is_some());
        let more: VarSet = equalities.flat_map(|expr| bound_by_equality(expr, &safe)).collect();
        let before = bound.len();
        bound.extend(&more);
        safe.extend(more);
        if bound.len() == before {
            break;
        }
    }
    bound.extend(body.iter().flat_map(|expr| bound_by_call(expr, arity)));
    bound
}

fn bound_by_call(expr: &Expr, arity: &Arity<'_>) -> VarSet {
    let Some((name, operands)) = expr.call().filter(|_| !expr.is_equality()) else {
        return VarSet::new();
    };
    let Some(arity) = arity(name) else { return VarSet::new() };
    let outputs = operands.iter().skip(arity);
    outputs.flat_map(|operand| variables_of(operand, Skip::FOR_OUTPUT)).collect()
}
