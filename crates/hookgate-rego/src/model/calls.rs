//! Calls of functions that are not there, or with another number of arguments than they take.

use std::ops::ControlFlow;

use super::core::{Expr, Node, Rule, Term, Value, known, walk_body, walk_term};
use super::names::{Index, arity};
use super::program::Program;
use super::refusal::Code;
use super::words;
use crate::syntax::Span;

type Found = Vec<(Code, Span, String)>;

/// Checks that what has no value is not used as one: `x := print("…")`.
pub(super) fn check_void(program: &mut Program<'_>) {
    each_rule(program, |program, rule| {
        let mut found = Found::new();
        visit(rule, &mut |node| {
            if let Node::Term(Term { value: Value::Call(terms), span }) = node
                && let Some(name) = terms.first().and_then(Term::reference)
            {
                let name = program.callee(name);
                if program.builtins.get(&name).is_some_and(|builtin| builtin.is_void) {
                    let message = format!("`{name}` has no value: write it as a statement of its own");
                    found.push((Code::TypeError, *span, message));
                }
            }
            true
        });
        found
    });
}

/// Checks that each function that is called is there and takes as many arguments.
pub(super) fn check_functions(program: &mut Program<'_>, index: &Index) {
    each_rule(program, |program, rule| {
        let mut found = Found::new();
        visit(rule, &mut |node| match node {
            Node::Expr(expr) => match fault(program, index, expr) {
                Some(fault) => {
                    found.push(fault);
                    false
                }
                None => true,
            },
            Node::Term(_) => true,
        });
        found
    });
}

/// Checks that nothing is called that v1 has taken out.
pub(super) fn check_deprecated(program: &mut Program<'_>) {
    each_rule(program, |program, rule| {
        let mut found = Found::new();
        visit(rule, &mut |node| {
            if let Node::Expr(expr) = node
                && let Some((name, _)) = expr.call()
            {
                let name = program.callee(name);
                if program.builtins.get(&name).is_some_and(|builtin| builtin.is_deprecated) {
                    found.push((
                        Code::UnknownFunction,
                        expr.span,
                        format!("Rego v1 has no `{name}` any more"),
                    ));
                }
            }
            true
        });
        found
    });
}

fn each_rule(program: &mut Program<'_>, check: impl Fn(&Program<'_>, &Rule) -> Found) {
    for at in 0..program.rules.len() {
        let found = program.rules.get(at).map(|rule| check(program, rule)).unwrap_or_default();
        for (code, span, message) in found {
            program.refuse_rule(at, code, span, message);
        }
    }
}

fn visit<'r>(rule: &'r Rule, ask: &mut dyn FnMut(Node<'r>) -> bool) {
    let mut ask = |node: Node<'r>| ControlFlow::Continue(ask(node));
    let head = &rule.head;
    for term in head.arguments.iter().chain(&head.key).chain(&head.value) {
        let _ = walk_term(term, &mut ask);
    }
    let _ = walk_body(&rule.body, &mut ask);
}

fn fault(program: &Program<'_>, index: &Index, expr: &Expr) -> Option<(Code, Span, String)> {
    let (name, operands) = expr.call()?;
    let Some(wanted) = arity(program, index, name) else {
        return Some((Code::UnknownFunction, expr.span, words::unknown_function(program, name)));
    };
    let given = operands.len();
    // An operand more is the variable for the value.
    let with_output = wanted.saturating_add(1);
    let is_fine = if program.callee(name) == "print" {
        true
    } else if expr.generated {
        expr.operands_of(known::EQ).is_some() || given == with_output
    } else {
        given == wanted || given == with_output
    };
    if is_fine {
        return None;
    }
    let given = if expr.generated { given.saturating_sub(1) } else { given };
    Some((Code::Arity, expr.span, words::arity(&program.callee(name), wanted, given)))
}
