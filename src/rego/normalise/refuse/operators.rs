//! Operators that mean something else to the engine: an order of sets and objects, a minus before more than one term.

use crate::domain::diagnostic::{Diagnostic, Fault};
use crate::rego::normalise::packages::root;
use crate::rego::normalise::tree::{Brackets, Expr, Infix, Literal, Operator, Rule, RuleKind, Statement};
use crate::rego::normalise::walk::{self, Names};
use crate::rego::place::at_span;

/// One finding for each such operator.
pub(super) fn check(rules: &mut [Rule]) -> Vec<Diagnostic> {
    let named = rules.iter().filter_map(unordered_rule).collect::<Names>();
    rules.iter_mut().flat_map(|rule| check_rule(rule, named.clone())).collect()
}

fn check_rule(rule: &mut Rule, mut unordered: Names) -> Vec<Diagnostic> {
    let mut found = Vec::new();
    walk::each_body(rule, &mut |body, _| {
        unordered.extend(body.iter().filter_map(unordered_variable));
    });
    walk::each_body(rule, &mut |body, _| {
        body.iter().flat_map(Statement::exprs).for_each(|expr| check_expr(expr, &unordered, &mut found));
    });
    walk::each_comprehension(rule, &mut |made| {
        made.key.iter().chain([&made.term]).for_each(|expr| check_expr(expr, &unordered, &mut found));
    });
    let values = rule.clauses.iter().filter_map(|clause| clause.value.as_ref());
    values.for_each(|value| check_expr(value, &unordered, &mut found));
    found
}

fn check_expr(expr: &Expr, unordered: &Names, found: &mut Vec<Diagnostic>) {
    if let Expr::Infix(infix) = expr
        && let (Some(span), Some(message)) = (&infix.span, check_infix(infix, unordered))
    {
        found.push(at_span(Fault::Compile, span, message));
    }
    expr.inner().into_iter().for_each(|inner| check_expr(inner, unordered, found));
}

fn check_infix(infix: &Infix, unordered: &Names) -> Option<&'static str> {
    let is_known = |expr: &Expr| match expr {
        Expr::Name(name) => unordered.contains(name),
        other => is_unordered(other),
    };
    if infix.operator.orders() && (is_known(&infix.left) || is_known(&infix.right)) {
        return Some(
            "sets and objects have no order: compare their `count`, or use `==`, `in` and set operators",
        );
    }
    if !is_minus(infix) {
        return None;
    }
    match infix.right {
        Expr::Infix(_) | Expr::Membership(_) => {
            Some("a minus may stand before a number or one term only: write `0 - (…)`")
        }
        Expr::Null
        | Expr::Bool(_)
        | Expr::Text(_)
        | Expr::Array(_)
        | Expr::Set(_)
        | Expr::Object(_)
        | Expr::Comprehension(_) => Some("a minus may stand before a number only"),
        Expr::Number(_) | Expr::Name(_) | Expr::Ref(..) | Expr::Call(_) => None,
    }
}

/// A minus without a left side; `lower` has given it one.
fn is_minus(infix: &Infix) -> bool {
    let starts_with_it = infix.span.as_ref().is_some_and(|span| span.text().starts_with('-'));
    starts_with_it && matches!(&infix.left, Expr::Number(zero) if zero == "0")
}

fn unordered_rule(rule: &Rule) -> Option<String> {
    let is_unordered = match &rule.name {
        Expr::Name(_) if rule.kind == RuleKind::Element => true,
        Expr::Name(_) => rule.clauses.iter().filter_map(|clause| clause.value.as_ref()).any(is_unordered),
        _ => true,
    };
    root(&rule.name).filter(|_| is_unordered)
}

fn unordered_variable(statement: &Statement) -> Option<String> {
    let Literal::Is(Expr::Infix(infix)) = &statement.literal else { return None };
    let binds = matches!(infix.operator, Operator::Declare | Operator::Unify);
    match &infix.left {
        Expr::Name(name) if binds && is_unordered(&infix.right) => Some(name.clone()),
        _ => None,
    }
}

/// Whether an expression makes a set or an object, or an array that certainly holds one.
fn is_unordered(expr: &Expr) -> bool {
    match expr {
        Expr::Set(_) | Expr::Object(_) => true,
        Expr::Array(items) => items.iter().any(is_unordered),
        Expr::Comprehension(made) => made.kind == Brackets::Curly,
        Expr::Infix(infix) => matches!(infix.operator, Operator::Or | Operator::And),
        _ => false,
    }
}
