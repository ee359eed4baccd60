//! Heads of rules and of comprehensions become variables or constants: what has to be worked out for them moves into the
//! body.

use super::append;
use crate::model::core::{
    Body, Comprehension, Expr, ExprKind, Names, Rule, Term, Value, equality, needs_evaluation,
};

/// Moves what a head asks for into the body of its rule.
pub(in crate::model) fn heads(rule: &mut Rule, names: &mut Names) {
    let Rule { head, body, .. } = rule;
    for term in head.key.iter_mut().chain(&mut head.value).chain(&mut head.arguments) {
        move_out(term, body, names);
    }
}

fn move_out(term: &mut Term, body: &mut Body, names: &mut Names) {
    if needs_evaluation(term) {
        let (expr, local) = equality(names, term.clone());
        *term = local;
        append(body, [expr]);
    }
}

/// Does the same for all comprehensions of a rule, the inner ones first.
pub(in crate::model) fn comprehension_terms(rule: &mut Rule, names: &mut Names) {
    let head = &mut rule.head;
    let steps = head.reference.iter_mut().skip(1);
    for part in steps.chain(&mut head.arguments).chain(&mut head.key).chain(&mut head.value) {
        term(part, names);
    }
    body(&mut rule.body, names);
}

fn body(statements: &mut Body, names: &mut Names) {
    statements.iter_mut().for_each(|statement| expr(statement, names));
}

fn expr(statement: &mut Expr, names: &mut Names) {
    match &mut statement.kind {
        ExprKind::Term(inner) => term(inner, names),
        ExprKind::Call(inner) => inner.iter_mut().for_each(|inner| term(inner, names)),
        ExprKind::Some(_) | ExprKind::SomeIn(_) => {}
        ExprKind::Every(every) => {
            term(&mut every.domain, names);
            body(&mut every.body, names);
        }
        ExprKind::Not(operand) => body(&mut operand.body, names),
        ExprKind::Logic(sides) => {
            body(&mut sides.0.body, names);
            body(&mut sides.1.body, names);
        }
    }
    for with in &mut statement.with {
        term(&mut with.value, names);
    }
}

fn term(part: &mut Term, names: &mut Names) {
    match &mut part.value {
        Value::Null | Value::Bool(_) | Value::Number(_) | Value::String(_) | Value::Var(_) => {}
        Value::Ref(items) | Value::Call(items) | Value::Array(items) | Value::Set(items) => {
            items.iter_mut().for_each(|item| term(item, names));
        }
        Value::Object(members) => {
            for (key, value) in members {
                term(key, names);
                term(value, names);
            }
        }
        Value::Comprehension(comprehension) => self::comprehension(comprehension, names),
        Value::Template(parts) => body(parts, names),
    }
}

fn comprehension(comprehension: &mut Comprehension, names: &mut Names) {
    let Comprehension { key, term: value, body: statements, .. } = comprehension;
    key.iter_mut().for_each(|key| term(key, names));
    term(value, names);
    body(statements, names);
    for part in key.iter_mut().chain([value]) {
        move_out(part, statements, names);
    }
}
