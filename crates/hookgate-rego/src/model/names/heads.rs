//! Steps of a rule's name that are worked out get a variable, which the body gives its value.

use crate::model::core::{Names, Rule, equality, is_scalar};
use crate::model::expand::append;

/// `p[input.x] := 1` becomes `p[new] := 1 if new = input.x`.
pub(in crate::model) fn name_steps(rule: &mut Rule, names: &mut Names) {
    if rule.is_else {
        return;
    }
    for step in rule.head.reference.iter_mut().skip(1) {
        if step.var().is_some() || is_scalar(step) {
            continue;
        }
        let (expr, variable) = equality(names, step.clone());
        *step = variable;
        append(&mut rule.body, [expr]);
    }
}
