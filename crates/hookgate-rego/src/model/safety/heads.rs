//! Variables of heads, which the body must bind.

use crate::model::core::{Rule, Skip, Term, Value, Var, VarSet, variables_of, variables_of_body};
use crate::model::program::Program;
use crate::model::words;
use crate::syntax::Span;

/// What is told of the variables of heads that nothing binds, and the rule.
pub(in crate::model) fn check(program: &Program<'_>) -> Vec<(usize, Span, String)> {
    let mut found = Vec::new();
    for (at, rule) in program.rules.iter().enumerate().filter(|(_, rule)| !rule.is_faulty) {
        for (span, var) in unbound(rule) {
            if program.names.text(var).is_some() {
                let (span, message) = words::unsafe_variable(program, rule.module, span, var);
                found.push((at, span, message));
            }
        }
    }
    found
}

fn unbound(rule: &Rule) -> Vec<(Span, Var)> {
    let head = &rule.head;
    let mut bound: VarSet = variables_of_body(&rule.body, Skip::FOR_SAFETY);
    bound.extend(head.arguments.iter().flat_map(|argument| variables_of(argument, Skip::NOTHING)));
    let mut used: Vec<(Span, Var)> = Vec::new();
    let steps = head.reference.iter().skip(1);
    for term in head.key.iter().chain(&head.value).chain(steps) {
        places(term, &mut used);
    }
    let mut seen = VarSet::new();
    used.retain(|(_, var)| !bound.contains(var) && seen.insert(*var));
    used
}

fn places(term: &Term, found: &mut Vec<(Span, Var)>) {
    match &term.value {
        Value::Var(var) => found.push((term.span, *var)),
        Value::Null | Value::Bool(_) | Value::Number(_) | Value::String(_) => {}
        Value::Ref(items) | Value::Call(items) | Value::Array(items) | Value::Set(items) => {
            items.iter().for_each(|item| places(item, found));
        }
        Value::Object(members) => {
            for (key, value) in members {
                places(key, found);
                places(value, found);
            }
        }
        Value::Comprehension(_) | Value::Template(_) => {
            found.extend(variables_of(term, Skip::NOTHING).into_iter().map(|var| (term.span, var)));
        }
    }
}
