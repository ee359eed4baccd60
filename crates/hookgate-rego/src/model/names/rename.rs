//! What the variables of a scope have become, written into a term.

use super::scopes::Scopes;
use crate::model::core::{Body, ExprKind, Term, Value, walk_terms_mut};

/// Gives all variables in a term, the bodies in it too, what they have become.
pub(super) fn rename(term: &mut Term, scopes: &Scopes) {
    walk_terms_mut(term, &mut |inner| {
        match &mut inner.value {
            Value::Var(var) => *var = scopes.declared(*var).unwrap_or(*var),
            Value::Comprehension(comprehension) => {
                comprehension.key.iter_mut().for_each(|key| rename(key, scopes));
                rename(&mut comprehension.term, scopes);
                rename_body(&mut comprehension.body, scopes);
            }
            Value::Template(parts) => rename_body(parts, scopes),
            _ => {}
        }
        true
    });
}

fn rename_body(body: &mut Body, scopes: &Scopes) {
    for expr in body {
        match &mut expr.kind {
            ExprKind::Term(term) => rename(term, scopes),
            ExprKind::Call(terms) => terms.iter_mut().for_each(|term| rename(term, scopes)),
            ExprKind::Some(_) => {}
            ExprKind::SomeIn(some) => {
                some.key.iter_mut().for_each(|key| rename(key, scopes));
                rename(&mut some.value, scopes);
                rename(&mut some.collection, scopes);
            }
            ExprKind::Every(every) => {
                rename(&mut every.key, scopes);
                rename(&mut every.value, scopes);
                rename(&mut every.domain, scopes);
                rename_body(&mut every.body, scopes);
            }
            ExprKind::Not(operand) => rename_body(&mut operand.body, scopes),
            ExprKind::Logic(sides) => {
                rename_body(&mut sides.0.body, scopes);
                rename_body(&mut sides.1.body, scopes);
            }
        }
        for with in &mut expr.with {
            rename(&mut with.target, scopes);
            rename(&mut with.value, scopes);
        }
    }
}
