//! Which variables a body declares, whatever it does with them.

use std::ops::ControlFlow;

use crate::model::core::{Body, ExprKind, Node, Skip, Term, Value, VarSet, variables_of, walk_body};

/// The variables of `:=` and `some` in a body and in the bodies of its statements, those of comprehensions left out.
pub(super) fn declared(body: &Body) -> VarSet {
    let mut found = VarSet::new();
    let _ = walk_body(body, &mut |node| match node {
        Node::Term(Term { value: Value::Comprehension(_), .. }) => ControlFlow::Continue(false),
        Node::Term(_) => ControlFlow::Continue(true),
        Node::Expr(expr) => {
            match &expr.kind {
                ExprKind::Call(_) if expr.is_assignment() => {
                    if let Some((_, [left, _])) = expr.call() {
                        found.extend(variables_of(left, Skip::NOTHING));
                    }
                }
                ExprKind::Some(names) => found.extend(names.iter().map(|(var, _)| *var)),
                ExprKind::SomeIn(some) => {
                    let patterns = some.key.iter().chain([&some.value]);
                    patterns.for_each(|pattern| found.extend(variables_of(pattern, Skip::NOTHING)));
                }
                _ => {}
            }
            ControlFlow::Continue(true)
        }
    });
    found
}
