//! Definitions that cannot stand beside each other.

use std::collections::BTreeSet;

use super::documents;
use super::index::Index;
use crate::model::core::{Rule, Term};
use crate::model::program::Program;
use crate::model::refusal::Code;

/// Documents of the bundle: whether there is one at a path below `data`.
pub(in crate::model) type Exists<'d> = dyn Fn(&[&str]) -> bool + 'd;

pub(in crate::model) fn check(program: &mut Program<'_>, index: &Index, exists: &Exists<'_>) {
    let mut found: Vec<(Vec<usize>, String)> = Vec::new();
    index.each(&mut |place| {
        if let Some(message) = conflict(program, place) {
            found.push((place.rules.clone(), message));
        }
        true
    });
    for (rules, message) in found {
        refuse(program, &rules, message);
    }
    documents::check(program, index, exists);
    check_packages(program, index);
}

/// Refuses the first rule, and leaves the others alone in what follows.
fn refuse(program: &mut Program<'_>, rules: &[usize], message: String) {
    if let Some(first) = rules.first()
        && let Some(span) = program.rules.get(*first).map(|rule| rule.span)
    {
        program.refuse_rule(*first, Code::Conflict, span, message);
    }
    for rule in rules {
        if let Some(rule) = program.rules.get_mut(*rule) {
            rule.is_faulty = true;
        }
    }
}

fn conflict(program: &Program<'_>, place: &Index) -> Option<String> {
    let rules: Vec<&Rule> = place.rules.iter().filter_map(|at| program.rules.get(*at)).collect();
    let first = rules.first()?;
    let name = program.rule_name(first);
    if let Some(other) = overlap(program, place, &rules) {
        return Some(format!(
            "`{name}` has a value, so `{other}` cannot be defined within it: rename one of them"
        ));
    }
    let arities: BTreeSet<usize> = rules.iter().map(|rule| rule.head.arguments.len()).collect();
    if let [few, .., many] = arities.iter().collect::<Vec<_>>().as_slice() {
        return Some(format!(
            "`{name}` is defined with {few} and with {many} arguments: all definitions of a name take the same number"
        ));
    }
    kinds(&name, &rules).or_else(|| defaults(&name, &rules))
}

/// A rule below one that has a value of its own.
fn overlap(program: &Program<'_>, place: &Index, rules: &[&Rule]) -> Option<String> {
    if place.children.is_empty() {
        return None;
    }
    let is_whole = rules.iter().any(|rule| rule.head.is_ground());
    let mut below = None;
    for child in place.children.values() {
        child.each(&mut |inner| {
            let rules = inner.rules.iter().filter_map(|at| program.rules.get(*at));
            let conflicting = rules.into_iter().find(|rule| is_whole || !rule.head.arguments.is_empty());
            below = below.take().or_else(|| conflicting.map(|rule| program.rule_name(rule)));
            true
        });
    }
    below
}

fn kinds(name: &str, rules: &[&Rule]) -> Option<String> {
    let is_set = |rule: &Rule| rule.head.is_partial() && rule.head.is_ground();
    let is_set_of_key = |rule: &Rule| rule.head.is_partial() && !rule.head.is_ground();
    let is_value = |rule: &Rule| !rule.head.is_partial() && rule.head.is_ground();
    let is_object = |rule: &Rule| !rule.head.is_partial() && !rule.head.is_ground();
    let forms: Vec<&str> = [
        (rules.iter().any(|rule| is_value(rule)), "one value"),
        (rules.iter().any(|rule| is_set(rule)), "a set (`contains`)"),
        (rules.iter().any(|rule| is_object(rule)), "an object of computed keys"),
        (rules.iter().any(|rule| is_set_of_key(rule)), "sets under computed keys"),
    ]
    .into_iter()
    .filter_map(|(is_there, form)| is_there.then_some(form))
    .collect();
    match forms.as_slice() {
        [one, other, ..] => Some(format!(
            "`{name}` is defined as {one} and as {other}: all definitions of a name are of one kind"
        )),
        _ => None,
    }
}

fn defaults(name: &str, rules: &[&Rule]) -> Option<String> {
    let defaults = rules.iter().filter(|rule| rule.default).count();
    (defaults > 1).then(|| format!("`{name}` has {defaults} defaults: only one can hold"))
}

/// A package at the path of a rule.
fn check_packages(program: &mut Program<'_>, index: &Index) {
    let mut found = Vec::new();
    for (at, module) in program.modules.iter().enumerate() {
        let path: Vec<Term> = package_path(program, at);
        if let Some(rule) = index.rules_at(&path).iter().find_map(|rule| program.rules.get(*rule))
            && rule.head.is_ground()
        {
            let package = module.package.join(".");
            let name = program.rule_name(rule);
            found.push((
                rule.module,
                format!("`{name}` is a rule here, and `{package}` is a package: rename one of them"),
            ));
        }
    }
    for (at, message) in found {
        let span = program.modules.get(at).map(|module| module.tree.package.span).unwrap_or_default();
        program.refuse(at, Code::Conflict, span, message);
    }
}

fn package_path(program: &Program<'_>, at: usize) -> Vec<Term> {
    use crate::model::core::{known, string, variable};
    let Some(module) = program.modules.get(at) else {
        return Vec::new();
    };
    let span = module.tree.package.span;
    let steps = module.package.iter().map(|step| string(span, step));
    std::iter::once(variable(span, known::DATA)).chain(steps).collect()
}
