//! What the policy means as a whole: names, safety and types, as OPA's compiler has them (`hookgate_rego::model`).

use hookgate_rego::model::{self, Code};
use hookgate_rego::syntax::tree::Module;
use hookgate_rego::syntax::{Dialect, Span, SyntaxError, parse};
use regorus::Value;

use crate::domain::bundle::BundleFile;
use crate::domain::diagnostic::{Diagnostic, Fault};
use crate::rego::place::at_offset;

/// What OPA would refuse, in the files of a policy and its data.
pub(super) fn check(files: &[&BundleFile], data: &Value) -> Vec<Diagnostic> {
    let mut modules: Vec<Module> = Vec::new();
    let mut found = Vec::new();
    for file in files {
        let parsed = parse(&file.text, Dialect::V1);
        found.extend(parsed.errors.iter().map(|error| syntax(file, error)));
        modules.push(parsed.module);
    }
    if !found.is_empty() {
        return found;
    }
    let modules: Vec<&Module> = modules.iter().collect();
    let refusals = model::check(&modules, &|path| has(data, path));
    let told = refusals.into_iter().filter_map(|refusal| {
        let file = files.get(refusal.module)?;
        Some(at(file, fault(refusal.code), refusal.span, refusal.message))
    });
    told.collect()
}

/// What the model finds beside what is found already: a fault that another check tells of the same row is told once.
pub(super) fn beside(found: &[Diagnostic], more: Vec<Diagnostic>) -> Vec<Diagnostic> {
    let is_told = |one: &Diagnostic| found.iter().any(|other| is_same(one, other));
    more.into_iter().filter(|one| !is_told(one)).collect()
}

fn is_same(one: &Diagnostic, other: &Diagnostic) -> bool {
    let row = |found: &Diagnostic| found.place.as_ref().map(|place| (place.file.clone(), place.row));
    row(one) == row(other)
}

fn syntax(file: &BundleFile, error: &SyntaxError) -> Diagnostic {
    let message = match &error.help {
        Some(help) => format!("{}: {help}", error.message),
        None => error.message.clone(),
    };
    at(file, Fault::Syntax, error.span, message)
}

fn at(file: &BundleFile, fault: Fault, span: Span, message: String) -> Diagnostic {
    at_offset(fault, &file.path, &file.text, span.range().start, message)
}

fn fault(code: Code) -> Fault {
    match code {
        Code::UnsafeVariable => Fault::UnsafeVariable,
        Code::UndefinedReference => Fault::UndefinedReference,
        Code::TypeError => Fault::TypeError,
        Code::UnknownFunction => Fault::UnknownFunction,
        Code::Arity => Fault::Arity,
        Code::Recursion => Fault::Recursion,
        Code::Conflict => Fault::Conflict,
        Code::Name | Code::Replacement => Fault::Compile,
    }
}

/// Whether the data has a value at a path.
fn has<'d>(data: &'d Value, path: &[&str]) -> bool {
    let step = |value: &'d Value, name: &&str| match value {
        Value::Object(members) => members.get(&Value::from(*name)),
        _ => None,
    };
    path.iter().try_fold(data, step).is_some()
}
