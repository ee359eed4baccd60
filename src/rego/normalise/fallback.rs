//! Defaults that the engine evaluates only where they count, for what is to be covered: it looks at the value of a default whether
//! or not another definition has one.
//!
//! `default p := v` and the definitions of `p` become `p := x if { x := own(true) } else := v`, where `own` is a function with their
//! bodies. A function is in no document, so nothing else in the package looks different.

use crate::rego::normalise::fresh::Fresh;
use crate::rego::normalise::packages::steps;
use crate::rego::normalise::tree::{Call, Clause, Expr, Infix, Operator, Origin, Rule, RuleKind, Statement};

/// Rewrites the defaults of a package beside which only values of the same name stand.
pub(super) fn rewrite(rules: &mut [Rule], fresh: &mut Fresh) {
    for position in 0..rules.len() {
        let Some(path) = rules.get(position).filter(|rule| is_default(rule)).map(|rule| steps(&rule.name))
        else {
            continue;
        };
        let beside = || rules.iter().enumerate().filter(|(at, _)| *at != position).map(|(_, rule)| rule);
        let is_own = |rule: &Rule| steps(&rule.name) == path;
        let is_near = |rule: &Rule| steps(&rule.name).iter().zip(&path).all(|(step, own)| step == own);
        if beside().any(is_own) && beside().all(|rule| !is_near(rule) || (is_own(rule) && is_value(rule))) {
            let own = fresh.name();
            rules
                .iter_mut()
                .filter(|rule| is_value(rule) && is_own(rule))
                .for_each(|rule| become_own(rule, &own, fresh));
            if let Some(default) = rules.get_mut(position) {
                ask_own(default, &own, fresh);
            }
        }
    }
}

fn is_default(rule: &Rule) -> bool {
    rule.kind == RuleKind::Default && rule.arguments.is_none()
}

fn is_value(rule: &Rule) -> bool {
    rule.kind == RuleKind::Value && rule.arguments.is_none()
}

fn become_own(rule: &mut Rule, own: &str, fresh: &mut Fresh) {
    rule.name = Expr::name(own);
    rule.arguments = Some(vec![Expr::Name(fresh.name())]);
}

fn ask_own(default: &mut Rule, own: &str, fresh: &mut Fresh) {
    let found = fresh.name();
    // No row of the author's: what stands there is covered by the definitions themselves.
    let nowhere = Origin { file: usize::MAX, span: default.origin.span.clone() };
    let call = Call { function: Expr::name(own), arguments: vec![Expr::Bool(true)], span: None };
    let (left, right) = (Expr::name(&found), Expr::Call(Box::new(call)));
    let bind = Expr::Infix(Box::new(Infix { operator: Operator::Declare, left, right, span: None }));
    let asked = Clause {
        origin: nowhere.clone(),
        value: Some(Expr::Name(found)),
        body: vec![Statement::is(nowhere.clone(), bind)],
    };
    default.origin = nowhere.clone();
    default.kind = RuleKind::Value;
    default.clauses.insert(0, asked);
}
