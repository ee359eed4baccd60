//! Imports whose names collide, and names that the language keeps for itself.

use std::collections::HashMap;
use std::ops::ControlFlow;

use crate::model::core::{Node, Rule, Term, walk_body, walk_term};
use crate::model::program::Program;
use crate::model::refusal::Code;
use crate::syntax::tree::Import;

pub(in crate::model) fn check(program: &mut Program<'_>) {
    for at in 0..program.modules.len() {
        check_doubles(program, at);
    }
    for at in 0..program.rules.len() {
        check_roots(program, at);
    }
}

fn check_doubles(program: &mut Program<'_>, at: usize) {
    let Some(module) = program.modules.get(at) else {
        return;
    };
    let mut seen: HashMap<&str, &Import> = HashMap::new();
    let mut doubles = Vec::new();
    for import in &module.tree.imports {
        let Some(name) = import.name() else { continue };
        match seen.get(name.text.as_str()) {
            Some(first) => doubles.push((import.span, double(first, &name.text))),
            None => {
                seen.insert(&name.text, import);
            }
        }
    }
    for (span, message) in doubles {
        program.refuse(at, Code::Name, span, message);
    }
}

fn double(first: &Import, name: &str) -> String {
    let path: Vec<&str> = first.path.iter().map(|word| word.text.as_str()).collect();
    format!("`{name}` is imported already, as `{}`: give this import another name with `as`", path.join("."))
}

/// `input` and `data` are documents, not names that could be given away.
fn check_roots(program: &mut Program<'_>, at: usize) {
    let Some(rule) = program.rules.get(at) else {
        return;
    };
    let names = &program.names;
    let mut found = Vec::new();
    if !rule.is_else
        && let Some(name) = rule.head.name().filter(|name| name.is_root())
    {
        let name = names.written_text(name);
        found.push((
            rule.head.span,
            format!("`{name}` is a document and cannot be a rule: choose another name"),
        ));
    }
    let parameters = rule.head.arguments.iter().filter(|_| !rule.is_else);
    for (parameter, root) in parameters.filter_map(root_in) {
        let name = names.written_text(root);
        let message = format!("`{name}` is a document and cannot be a parameter: choose another name");
        found.push((parameter.span, message));
    }
    for (span, root) in assigned_roots(rule) {
        let name = names.written_text(root);
        found.push((span, format!("`{name}` is a document and cannot be assigned: choose another name")));
    }
    for (span, message) in found {
        program.refuse_rule(at, Code::Name, span, message);
    }
}

/// `input` or `data` where a parameter binds.
fn root_in(parameter: &Term) -> Option<(&Term, crate::model::core::Var)> {
    use crate::model::core::Value;
    match &parameter.value {
        Value::Array(items) => items.iter().find_map(root_in),
        Value::Object(members) => members.iter().find_map(|(_, value)| root_in(value)),
        _ => parameter.root().map(|root| (parameter, root)),
    }
}

fn assigned_roots(rule: &Rule) -> Vec<(crate::syntax::Span, crate::model::core::Var)> {
    let mut found = Vec::new();
    let mut ask = |node: Node<'_>| {
        if let Node::Expr(expr) = node
            && expr.is_assignment()
            && let Some(root) = expr.call().and_then(|(_, operands)| operands.first()).and_then(Term::root)
        {
            found.push((expr.span, root));
        }
        ControlFlow::Continue(true)
    };
    let _ = walk_body(&rule.body, &mut ask);
    for term in rule.head.key.iter().chain(&rule.head.value) {
        let _ = walk_term(term, &mut ask);
    }
    found
}
