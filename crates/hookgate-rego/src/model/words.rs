//! What is said of a fault: the name, and what would do.

use std::collections::BTreeSet;

use super::core::{Names, Origin, Term, Value, Var, known};
use super::program::Program;
use super::types::Key;
use crate::syntax::Span;
use crate::syntax::tree::{Module, StatementKind};

/// A reference as its author might write it; what nobody wrote is `…`.
pub(super) fn reference(names: &Names, path: &[Term]) -> String {
    let mut text = String::new();
    for (at, term) in path.iter().enumerate() {
        match &term.value {
            Value::String(name) if at > 0 && is_name(name) => {
                text.push('.');
                text.push_str(name);
            }
            _ if at > 0 => {
                text.push('[');
                text.push_str(&self::term(names, term));
                text.push(']');
            }
            _ => text.push_str(&self::term(names, term)),
        }
    }
    text
}

fn is_name(text: &str) -> bool {
    let mut letters = text.chars();
    letters.next().is_some_and(|first| first.is_ascii_alphabetic() || first == '_')
        && letters.all(|letter| letter.is_ascii_alphanumeric() || letter == '_')
}

fn term(names: &Names, term: &Term) -> String {
    match &term.value {
        Value::Null => "null".to_owned(),
        Value::Bool(value) => value.to_string(),
        Value::Number(number) => number.to_string(),
        Value::String(text) => format!("{text:?}"),
        Value::Var(var) => names.text(*var).unwrap_or("…").to_owned(),
        Value::Ref(path) => reference(names, path),
        _ => "…".to_owned(),
    }
}

/// A step as a name.
pub(super) fn step(names: &Names, step: &Term) -> String {
    match &step.value {
        Value::String(name) => name.to_string(),
        _ => term(names, step),
    }
}

/// The dotted name of what is called.
pub(super) fn dotted(names: &Names, path: &[Term]) -> String {
    let mut text = String::new();
    for (at, term) in path.iter().enumerate() {
        match &term.value {
            Value::Var(var) if at == 0 => text.push_str(&names.written_text(*var)),
            Value::String(name) => {
                text.push('.');
                text.push_str(name);
            }
            _ => text.push_str("[…]"),
        }
    }
    text
}

/// A reference as it is written in a module: without the path of its own package.
pub(super) fn within(program: &Program<'_>, module: usize, path: &[Term]) -> String {
    let package = program.modules.get(module).map(|module| module.package.as_slice()).unwrap_or_default();
    let own = path.get(1..=package.len()).is_some_and(|steps| {
        steps
            .iter()
            .zip(package)
            .all(|(step, name)| matches!(&step.value, Value::String(text) if text == name))
    });
    let is_data = path.first().and_then(Term::var) == Some(known::DATA);
    match path.get(package.len().saturating_add(1)..) {
        Some([Term { value: Value::String(name), .. }, rest @ ..]) if own && is_data => {
            let rest =
                reference(&program.names, &[&[Term::new(Span::default(), Value::Null)], rest].concat());
            format!("{name}{}", rest.strip_prefix("null").unwrap_or_default())
        }
        _ => reference(&program.names, path),
    }
}

/// The operation that a built-in function of the language is, or the function.
pub(super) fn operation(callee: &str) -> String {
    let symbol = match callee {
        "plus" => "+",
        "minus" => "-",
        "mul" => "*",
        "div" => "/",
        "rem" => "%",
        "and" => "&",
        "or" => "|",
        "equal" => "==",
        "neq" => "!=",
        "lt" => "<",
        "lte" => "<=",
        "gt" => ">",
        "gte" => ">=",
        other => other,
    };
    format!("`{symbol}`")
}

pub(super) fn ordinal(at: usize, of: usize) -> &'static str {
    match (of, at) {
        (1, _) => "",
        (_, 1) => "first ",
        (_, 2) => "second ",
        (_, 3) => "third ",
        (_, 4) => "fourth ",
        _ => "last ",
    }
}

pub(super) fn arity(callee: &str, wanted: usize, given: usize) -> String {
    let plural = if wanted == 1 { "argument" } else { "arguments" };
    format!("`{callee}` takes {wanted} {plural} and is given {given}")
}

/// A function that is not there, and one whose name is near.
pub(super) fn unknown_function(program: &Program<'_>, callee: &[Term]) -> String {
    let name = within(program, usize::MAX, callee);
    let builtins = program.builtins.iter().map(|(name, _)| name);
    let plain = builtins.filter(|name| !name.starts_with("internal."));
    let base = format!("there is no function `{name}`");
    match nearest(&name, plain.map(str::to_owned).collect::<BTreeSet<_>>()) {
        Some(near) => format!("{base}: did you mean `{near}`?"),
        None => base,
    }
}

pub(super) fn misspelt_member(before: &str, name: &str, known: &[Key]) -> String {
    let candidates: BTreeSet<String> = known.iter().map(|key| key.text().to_owned()).collect();
    let have = super::types::keys_in_words(&known.iter().collect::<Vec<_>>());
    match nearest(name, candidates) {
        Some(near) if known.len() > 1 => {
            format!("`{before}` has no `{name}`: did you mean `{near}`? It has {have}")
        }
        _ => format!("`{before}` has no `{name}`; it has {have}"),
    }
}

/// A variable of a `print` or a template that is not bound where it stands.
pub(super) fn undeclared(program: &Program<'_>, var: Var) -> String {
    let name = program.names.text(var).unwrap_or("_");
    format!("nothing before this binds `{name}`")
}

/// A variable that nothing binds: where, and what would do.
pub(super) fn unsafe_variable(program: &Program<'_>, module: usize, span: Span, var: Var) -> (Span, String) {
    let name = program.names.text(var).unwrap_or("_").to_owned();
    let tree = program.modules.get(module).map(|module| module.tree);
    if name == "_" {
        return (span, "`_` stands for a value that is looked for, and nothing here gives it one".to_owned());
    }
    if let Origin::Local(_, Some(_)) = program.names.origin(var) {
        let source = tree.and_then(|tree| source_of(tree, &name)).unwrap_or_else(|| "input.…".to_owned());
        return (
            span,
            format!(
                "`{name}` is never bound: `some {name}` alone gives it no values; did you mean `some {name} in {source}`?"
            ),
        );
    }
    if let Some(keyword) = keyword(&name) {
        return (span, format!("`{name}` is not defined: did you mean `{keyword}`?"));
    }
    let known = tree.map(|tree| names_of(program, tree, &name)).unwrap_or_default();
    match nearest(&name, known) {
        Some(near) => (span, format!("`{name}` is not defined: did you mean `{near}`?")),
        None => (span, format!("`{name}` is never bound: no rule, import or statement gives it a value")),
    }
}

fn keyword(name: &str) -> Option<&'static str> {
    let lower = name.to_lowercase();
    let known = match lower.as_str() {
        "true" => "true",
        "false" => "false",
        "null" | "none" | "nil" | "undefined" => "null",
        "inputs" => "input",
        _ => return None,
    };
    Some(known)
}

/// All names that a file knows.
fn names_of(program: &Program<'_>, tree: &Module, but: &str) -> BTreeSet<String> {
    let mut found: BTreeSet<String> = tree.rules.iter().map(|rule| rule.head.name.text.clone()).collect();
    found.extend(tree.imports.iter().filter_map(|import| import.name()).map(|name| name.text.clone()));
    found.extend(["input", "data", "true", "false", "null"].map(str::to_owned));
    let module = program.modules.iter().find(|module| std::ptr::eq(module.tree, tree));
    found.extend(module.into_iter().flat_map(|module| module.locals.iter().cloned()));
    found.remove(but);
    found
}

/// What another `some … in` of the file goes through, best one with the same variable.
fn source_of(tree: &Module, name: &str) -> Option<String> {
    let mut found = None;
    let bodies = tree.rules.iter().flat_map(|rule| &rule.bodies);
    for statement in bodies.flat_map(|chain| &chain.body.statements) {
        let StatementKind::SomeIn(element) = &statement.kind else { continue };
        let Some(source) = written(&element.collection) else { continue };
        if matches!(&element.value.kind, crate::syntax::tree::TermKind::Var(var) if var == name) {
            return Some(source);
        }
        found = found.or(Some(source));
    }
    found.or_else(|| uses_plans(tree).then(|| "input.resource_changes".to_owned()))
}

/// A short reference of names only.
fn written(term: &crate::syntax::tree::Term) -> Option<String> {
    use crate::syntax::tree::TermKind;
    match &term.kind {
        TermKind::Var(name) => Some(name.clone()),
        TermKind::Reference(reference) => {
            let mut text = written(&reference.head)?;
            for step in &reference.path {
                let TermKind::String(name) = &step.kind else { return None };
                text.push('.');
                text.push_str(&name.value);
            }
            Some(text)
        }
        _ => None,
    }
}

fn uses_plans(tree: &Module) -> bool {
    // What a plan calls its changes is looked at by most policies of the field.
    tree.rules.iter().any(|rule| {
        let bodies = rule.bodies.iter().flat_map(|chain| &chain.body.statements);
        bodies.into_iter().any(mentions_change)
    })
}

fn mentions_change(statement: &crate::syntax::tree::Statement) -> bool {
    use crate::syntax::tree::TermKind;
    let mut terms = Vec::new();
    match &statement.kind {
        StatementKind::Term(term) => terms.push(term),
        StatementKind::Assign(a, b) | StatementKind::Unify(a, b) => terms.extend([a, b]),
        _ => {}
    }
    while let Some(term) = terms.pop() {
        match &term.kind {
            TermKind::Reference(reference) => {
                let first = reference.path.first().map(|step| &step.kind);
                if matches!(first, Some(TermKind::String(name)) if matches!(name.value.as_str(), "change" | "resource_changes"))
                {
                    return true;
                }
            }
            TermKind::Infix(_, sides) => terms.extend([&sides.0, &sides.1]),
            TermKind::Call(_, arguments) => terms.extend(arguments),
            _ => {}
        }
    }
    false
}

/// The nearest of some names, if one is near.
fn nearest(name: &str, known: BTreeSet<String>) -> Option<String> {
    let most = match name.chars().count() {
        0..=2 => return None,
        3..=5 => 1,
        6..=9 => 2,
        _ => 3,
    };
    let distance = |other: &String| strsim::osa_distance(name, other);
    let near = known.into_iter().map(|other| (distance(&other), other)).filter(|(far, _)| *far <= most);
    near.min().map(|(_, other)| other)
}
