//! Many texts, here and in OPA.

use std::collections::BTreeMap;
use std::path::Path;

use hookgate_rego::syntax::{Dialect, Lines, Parsed, SyntaxError, parse};
use serde_json::Value;

use super::shape::{shape, theirs};
use super::{number, program};
use crate::corpus;
use crate::mutate::{Random, mutate};

/// What became of a text here and there.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
enum Outcome {
    Same,
    BothRefuse,
    /// OPA's tree is too deep for a reader of JSON, or holds a number that JSON has not.
    NotShown,
    /// For a reason that is ours.
    RefusedHere(&'static str),
    /// For a reason that others find.
    AcceptedHere(&'static str),
    /// These are mistakes.
    WronglyRefused,
    WronglyAccepted,
    OtherTree,
}

#[test]
fn every_module_at_hand_is_the_tree_that_opa_makes_of_it() {
    let Some(opa) = program::find() else { return };
    let texts: Vec<String> = corpus::all().into_iter().map(|(_, text)| text).collect();
    judge(&opa, &texts);
}

#[test]
fn careless_texts_are_read_as_opa_reads_them() {
    let Some(opa) = program::find() else { return };
    let corpus = corpus::all();
    let (seed, count) = (number("HOOKGATE_MUTANTS_SEED", 1), number("HOOKGATE_MUTANTS", 1_200));
    let mut random = Random::new(seed);
    let texts: Vec<String> =
        (0..count).map(|_| mutate(&corpus[random.below(corpus.len())].1, &mut random)).collect();
    judge(&opa, &texts);
}

#[test]
fn careless_texts_with_all_of_the_language_are_read_as_opa_reads_them() {
    let Some(opa) = program::find() else { return };
    let corpus = corpus::whole_language();
    let (seed, count) = (number("HOOKGATE_MUTANTS_SEED", 1), number("HOOKGATE_MUTANTS", 400));
    let mut random = Random::new(seed);
    let texts: Vec<String> = (0..count)
        .map(|_| mutate(&one_part(&corpus[random.below(corpus.len())], &mut random), &mut random))
        .collect();
    judge(&opa, &texts);
}

/// What stands before the first rule, and one of the paragraphs after it: of many rules one is nearly always broken.
fn one_part(text: &str, random: &mut Random) -> String {
    let parts: Vec<&str> = text.split("\n\n").collect();
    let imports = parts.iter().rposition(|part| part.starts_with("import")).unwrap_or_default() + 1;
    format!("{}\n\n{}\n", parts[..imports].join("\n\n"), parts[imports + random.below(parts.len() - imports)])
}

/// On a stack of its own: what walks JSON here does so without a bound.
fn judge(opa: &Path, texts: &[String]) {
    std::thread::scope(|scope| {
        let thread = std::thread::Builder::new().stack_size(64 << 20);
        let done = thread.spawn_scoped(scope, || judge_all(opa, texts)).unwrap();
        if let Err(panic) = done.join() {
            std::panic::resume_unwind(panic);
        }
    });
}

fn judge_all(opa: &Path, texts: &[String]) {
    let trees = program::trees(opa, texts);
    let builtins = program::builtins(opa);
    let mut counts: BTreeMap<Outcome, usize> = BTreeMap::new();
    let mut wrong = Vec::new();
    for (text, tree) in texts.iter().zip(trees) {
        let outcome = outcome(text, tree.as_ref(), &builtins);
        if matches!(outcome, Outcome::OtherTree | Outcome::WronglyRefused | Outcome::WronglyAccepted) {
            let shown: String = text.chars().take(700).collect();
            let parsed = parse(text, Dialect::V1);
            let difference =
                tree.map(|tree| difference(&shape(&parsed.module), &theirs(tree), String::new()));
            wrong.push(format!("{outcome:?}\n{shown}\n{:?}\n{difference:?}\n----\n", parsed.errors.first()));
        }
        *counts.entry(outcome).or_default() += 1;
    }
    println!("{} texts: {counts:?}", texts.len());
    let first: String = wrong.iter().take(10).map(String::as_str).collect();
    assert!(wrong.is_empty(), "{} differ\n{first}", wrong.len());
}

fn outcome(text: &str, tree: Option<&Value>, builtins: &[String]) -> Outcome {
    let parsed = parse(text, Dialect::V1);
    let ours = shape(&parsed.module);
    match (parsed.errors.first(), tree) {
        (_, Some(Value::Null)) => Outcome::NotShown,
        (Some(_), None) => Outcome::BothRefuse,
        (Some(error), Some(tree)) => refused_for(error, tree, builtins),
        (None, Some(tree))
            if ours == theirs(tree.clone()) && rows_of_comments(text, &parsed) == rows_there(tree) =>
        {
            Outcome::Same
        }
        (None, Some(_)) => Outcome::OtherTree,
        (None, None) if has_bare_fraction(&ours) => Outcome::NotShown,
        (None, None) => accepted_for(&ours, builtins),
    }
}

fn rows_of_comments(text: &str, parsed: &Parsed) -> Vec<u64> {
    let lines = Lines::new(text);
    parsed.module.comments.iter().map(|comment| lines.row(comment.span.start).into()).collect()
}

fn rows_there(tree: &Value) -> Vec<u64> {
    let comments = tree["comments"].as_array().into_iter().flatten();
    comments.filter_map(|comment| comment["Location"]["row"].as_u64()).collect()
}

/// OPA takes these for rules: `(x) := 1`, `a != b := 1` (which defines `neq`), `package _`.
fn refused_for(error: &SyntaxError, tree: &Value, builtins: &[String]) -> Outcome {
    if error.message.contains("nested more than") {
        return Outcome::RefusedHere("nesting");
    }
    if error.message == "`_` names nothing" {
        return Outcome::RefusedHere("`_` as a package");
    }
    if error.message.ends_with("where the value or the body of the function should be") {
        return Outcome::RefusedHere("a head that begins with a call");
    }
    // There it is true, which is what a default of a gate should not be by omission.
    if error.message == "a default has a value" {
        return Outcome::RefusedHere("a default without a value");
    }
    if names(tree).any(|name| builtins.contains(&name)) {
        return Outcome::RefusedHere("a head that is an operation");
    }
    if error.message == "there is `(` where a rule should be" {
        return Outcome::RefusedHere("a head in brackets");
    }
    Outcome::WronglyRefused
}

/// A call alone in a line defines a function, unless it is one of OPA's own: those who know the built-ins say so.
fn accepted_for(module: &Value, builtins: &[String]) -> Outcome {
    if names(module).any(|name| builtins.contains(&name)) {
        return Outcome::AcceptedHere("a rule named as a built-in");
    }
    Outcome::WronglyAccepted
}

/// The names of a module's rules, with their points.
fn names(module: &Value) -> impl Iterator<Item = String> {
    let rules = module["rules"].as_array().cloned().unwrap_or_default();
    rules.into_iter().map(|rule| {
        let steps = rule["head"]["ref"].as_array().cloned().unwrap_or_default();
        let steps: Vec<&str> = steps.iter().filter_map(|step| step["value"].as_str()).collect();
        steps.join(".")
    })
}

/// Whether there is a number such as `.5`, which OPA reads and cannot write.
fn has_bare_fraction(value: &Value) -> bool {
    match value {
        Value::Array(items) => items.iter().any(has_bare_fraction),
        Value::Object(members) => {
            let is_number = members.get("type").is_some_and(|kind| kind == "number");
            is_number && members["value"].is_string() || members.values().any(has_bare_fraction)
        }
        _ => false,
    }
}

/// The first place in which two trees differ.
fn difference(ours: &Value, theirs: &Value, path: String) -> String {
    match (ours, theirs) {
        (Value::Object(one), Value::Object(other)) => {
            let names = one.keys().chain(other.keys());
            let differs = names.into_iter().find(|name| one.get(*name) != other.get(*name));
            let Some(name) = differs else { return path };
            let part = |map: &serde_json::Map<String, Value>| map.get(name).cloned().unwrap_or_default();
            difference(&part(one), &part(other), format!("{path}/{name}"))
        }
        (Value::Array(one), Value::Array(other)) if one.len() == other.len() => {
            let at = one.iter().zip(other).position(|(a, b)| a != b).unwrap_or_default();
            difference(&one[at], &other[at], format!("{path}/{at}"))
        }
        _ => {
            let short = |value: &Value| value.to_string().chars().take(300).collect::<String>();
            format!("{path}: {} and {}", short(ours), short(theirs))
        }
    }
}
