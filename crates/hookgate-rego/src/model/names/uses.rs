//! What a rule uses beside its local variables: names of built-in functions as variables, and the variables of its head.

use std::ops::ControlFlow;

use super::declared::declared;
use crate::model::core::{
    Names, Node, Rule, Skip, Var, VarSet, is_scalar, variables_of, variables_of_body, variables_of_with,
    walk_body,
};

/// Names of built-in functions that a body uses for variables of its own without declaring them.
pub(super) fn shadowing_builtins(rule: &Rule, names: &Names, is_builtin: impl Fn(&str) -> bool) -> Vec<Var> {
    if is_head_constant(rule) && rule.body.is_empty() {
        return Vec::new();
    }
    let skip = Skip { call_head: true, closures: true, ..Skip::NOTHING };
    let used: Vec<Var> = variables_of_body(&rule.body, skip)
        .into_iter()
        .filter(|var| is_builtin(&names.written_text(*var)))
        .collect();
    if used.is_empty() {
        return used;
    }
    let declared = declared(&rule.body);
    let replaced = replaced(rule);
    used.into_iter().filter(|var| !declared.contains(var) && !replaced.contains(var)).collect()
}

/// The variables that a head uses.
pub(super) fn used_in_head(rule: &Rule) -> VarSet {
    let head = &rule.head;
    let steps = head.reference.iter().skip(1);
    let terms = steps.chain(&head.key).chain(&head.value);
    terms.flat_map(|term| variables_of(term, Skip::NOTHING)).collect()
}

fn is_head_constant(rule: &Rule) -> bool {
    rule.head.value.as_ref().is_none_or(is_scalar) && rule.head.key.as_ref().is_none_or(is_scalar)
}

fn replaced(rule: &Rule) -> VarSet {
    let mut found = VarSet::new();
    let skip = Skip { call_head: true, ..Skip::NOTHING };
    let _ = walk_body(&rule.body, &mut |node| {
        if let Node::Expr(expr) = node {
            for with in &expr.with {
                found.extend(variables_of(&with.target, skip));
                found.extend(variables_of(&with.value, skip));
                found.extend(variables_of_with(with, skip));
            }
        }
        ControlFlow::Continue(true)
    });
    found
}
