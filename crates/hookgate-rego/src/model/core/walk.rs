//! Going through the core from the top, in the order of OPA's visitors.

use std::ops::ControlFlow;

use super::{Body, Expr, ExprKind, Term, Value};

/// What is come by.
#[derive(Debug, Clone, Copy)]
pub(in crate::model) enum Node<'a> {
    Term(&'a Term),
    Expr(&'a Expr),
}

/// Asks at each node: break off, go on, or (`Continue(false)`) leave out what is in it.
pub(in crate::model) type Ask<'f, 'a> = dyn FnMut(Node<'a>) -> ControlFlow<(), bool> + 'f;

pub(in crate::model) fn walk_body<'a>(body: &'a Body, ask: &mut Ask<'_, 'a>) -> ControlFlow<()> {
    body.iter().try_for_each(|expr| walk_expr(expr, ask))
}

pub(in crate::model) fn walk_expr<'a>(expr: &'a Expr, ask: &mut Ask<'_, 'a>) -> ControlFlow<()> {
    if !ask(Node::Expr(expr))? {
        return ControlFlow::Continue(());
    }
    match &expr.kind {
        ExprKind::Term(term) => walk_term(term, ask)?,
        ExprKind::Call(terms) => walk_terms(terms, ask)?,
        ExprKind::Some(_) => {}
        ExprKind::SomeIn(some) => {
            some.key.iter().try_for_each(|key| walk_term(key, ask))?;
            walk_term(&some.value, ask)?;
            walk_term(&some.collection, ask)?;
        }
        ExprKind::Every(every) => {
            walk_term(&every.key, ask)?;
            walk_term(&every.value, ask)?;
            walk_term(&every.domain, ask)?;
            walk_body(&every.body, ask)?;
        }
        ExprKind::Not(operand) => walk_body(&operand.body, ask)?,
        ExprKind::Logic(sides) => {
            walk_body(&sides.0.body, ask)?;
            walk_body(&sides.1.body, ask)?;
        }
    }
    expr.with.iter().try_for_each(|with| {
        walk_term(&with.target, ask)?;
        walk_term(&with.value, ask)
    })
}

fn walk_terms<'a>(terms: &'a [Term], ask: &mut Ask<'_, 'a>) -> ControlFlow<()> {
    terms.iter().try_for_each(|term| walk_term(term, ask))
}

pub(in crate::model) fn walk_term<'a>(term: &'a Term, ask: &mut Ask<'_, 'a>) -> ControlFlow<()> {
    if !ask(Node::Term(term))? {
        return ControlFlow::Continue(());
    }
    match &term.value {
        Value::Null | Value::Bool(_) | Value::Number(_) | Value::String(_) | Value::Var(_) => {
            ControlFlow::Continue(())
        }
        Value::Ref(items) | Value::Call(items) | Value::Array(items) | Value::Set(items) => {
            walk_terms(items, ask)
        }
        Value::Object(members) => members.iter().try_for_each(|(key, value)| {
            walk_term(key, ask)?;
            walk_term(value, ask)
        }),
        Value::Comprehension(comprehension) => {
            comprehension.key.iter().try_for_each(|key| walk_term(key, ask))?;
            walk_term(&comprehension.term, ask)?;
            walk_body(&comprehension.body, ask)
        }
        Value::Template(parts) => parts.iter().try_for_each(|part| walk_expr(part, ask)),
    }
}

/// Changes the terms of a term from the outside in; `false` leaves out what is in one. Bodies in it are not gone through.
pub(in crate::model) fn walk_terms_mut(term: &mut Term, change: &mut dyn FnMut(&mut Term) -> bool) {
    if !change(term) {
        return;
    }
    match &mut term.value {
        Value::Null
        | Value::Bool(_)
        | Value::Number(_)
        | Value::String(_)
        | Value::Var(_)
        | Value::Comprehension(_)
        | Value::Template(_) => {}
        Value::Ref(items) | Value::Call(items) | Value::Array(items) | Value::Set(items) => {
            items.iter_mut().for_each(|item| walk_terms_mut(item, change));
        }
        Value::Object(members) => {
            for (key, value) in members {
                walk_terms_mut(key, change);
                walk_terms_mut(value, change);
            }
        }
    }
}
