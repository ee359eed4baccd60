//! Which variables a statement binds.

use std::ops::ControlFlow;

use super::unify::{is_reference_safe, unify};
use crate::model::core::{
    Expr, ExprKind, Node, Skip, Term, Value, VarSet, is_ground, variables_of, variables_of_with, walk_expr,
    walk_term,
};

/// How many arguments what is called takes; nothing if it is not there.
pub(in crate::model) type Arity<'a> = dyn Fn(&[Term]) -> Option<usize> + 'a;

/// The variables that a statement binds when the safe ones are bound.
pub(in crate::model) fn outputs(expr: &Expr, arity: &Arity<'_>, safe: &VarSet) -> VarSet {
    let is_unsafe = |with| !variables_of_with(with, Skip::FOR_SAFETY).is_subset(safe);
    if expr.negated || expr.with.iter().any(is_unsafe) {
        return VarSet::new();
    }
    match &expr.kind {
        ExprKind::Term(Term { value: Value::Template(_), .. })
        | ExprKind::Not(_)
        | ExprKind::Logic(_)
        | ExprKind::Some(_)
        | ExprKind::SomeIn(_) => VarSet::new(),
        ExprKind::Term(_) => iterated(expr, safe),
        ExprKind::Every(every) => iterated_in(&every.domain, safe),
        ExprKind::Call(_) if expr.is_equality() => bound_by_equality(expr, safe),
        ExprKind::Call(terms) => bound_by_call(expr, terms, arity, safe),
    }
}

/// The variables that `=` binds.
pub(in crate::model) fn bound_by_equality(expr: &Expr, safe: &VarSet) -> VarSet {
    let Some((left, right)) = expr.equality() else {
        return safe.clone();
    };
    let mut output = iterated(expr, safe);
    output.extend(safe);
    if expr.assigned {
        // `:=` binds from right to left only.
        for var in variables_of(left, Skip::NOTHING) {
            output.remove(&var);
        }
    }
    let bound = unify(&output, left, right);
    output.extend(bound);
    output.difference(safe).copied().collect()
}

/// The variables of the last operand of a call, once all arguments are bound.
fn bound_by_call(expr: &Expr, terms: &[Term], arity: &Arity<'_>, safe: &VarSet) -> VarSet {
    let name = terms.first().and_then(Term::reference);
    let Some(arity) = name.and_then(arity) else {
        return VarSet::new();
    };
    let mut output = iterated(expr, safe);
    let inputs = arity.saturating_add(1);
    if inputs >= terms.len() {
        return output;
    }
    let of = |part: &[Term]| -> VarSet {
        part.iter().flat_map(|term| variables_of(term, Skip::FOR_OUTPUT)).collect()
    };
    let (inputs, outputs) = terms.split_at(inputs);
    if of(inputs).iter().any(|var| !output.contains(var) && !safe.contains(var)) {
        return VarSet::new();
    }
    output.extend(of(outputs));
    output
}

/// The variables in the steps of safe references: going through a collection binds them.
fn iterated(expr: &Expr, safe: &VarSet) -> VarSet {
    let mut output = VarSet::new();
    let _ = walk_expr(expr, &mut |node| ControlFlow::Continue(iterate(node, safe, &mut output)));
    output
}

fn iterated_in(term: &Term, safe: &VarSet) -> VarSet {
    let mut output = VarSet::new();
    let _ = walk_term(term, &mut |node| ControlFlow::Continue(iterate(node, safe, &mut output)));
    output
}

fn iterate(node: Node<'_>, safe: &VarSet, output: &mut VarSet) -> bool {
    let Node::Term(term) = node else { return true };
    match &term.value {
        Value::Comprehension(_) | Value::Template(_) => false,
        Value::Ref(path) => {
            if !is_reference_safe(path, safe) {
                return false;
            }
            if !path.iter().skip(1).all(is_ground) {
                let steps = path.iter().skip(1);
                let skip = Skip { ref_head: true, ..Skip::NOTHING };
                output.extend(steps.flat_map(|step| variables_of(step, skip)));
            }
            true
        }
        _ => true,
    }
}
