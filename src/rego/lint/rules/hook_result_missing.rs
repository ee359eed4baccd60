//! `hook-result-missing`: the gate asks package `policy` for `hook_result`, and there is none.

use std::collections::BTreeSet;

use regorus::unstable::{Module, Ref};

use crate::rego::check::Declaration;
use crate::rego::check::declaration::{PACKAGE, RULE};
use crate::rego::check::names::{Part, package_of, path_of, show};
use crate::rego::check::walk;
use crate::rego::lint::Found;

pub(super) fn find(modules: &[Ref<Module>]) -> Vec<Found> {
    let declaration = Declaration::find(modules);
    let Some(first) = modules.first().filter(|_| !declaration.exists) else { return Vec::new() };
    let message = "no rule `hook_result` in package `policy`: the policy has no effect";
    let message = match declaration.elsewhere {
        Some(package) => format!("{message}; there is one in package `{package}`"),
        None => message.to_owned(),
    };
    let refusals = refusals(modules);
    let message = if refusals.is_empty() {
        message
    } else {
        let all = refusals.into_iter().collect::<Vec<_>>().join(" | ");
        format!("{message}; write in `package {PACKAGE}`: `{}`", result_of(&all))
    };
    vec![Found::at(&first.package.span, message)]
}

/// The rules in which Conftest and other tools look for messages, as package `policy` names them.
fn refusals(modules: &[Ref<Module>]) -> BTreeSet<String> {
    let names = modules.iter().flat_map(|module| {
        let package = package_of(module);
        let names = module.policy.iter().filter_map(|rule| path_of(walk::head(rule).name));
        let names: Vec<_> = names.filter_map(|path| path.first().and_then(refusal)).collect();
        names.into_iter().map(move |name| seen_from_policy(&package, &name))
    });
    names.collect()
}

fn refusal(part: &Part) -> Option<String> {
    let Part::Name(name) = part else { return None };
    let is_known = ["deny", "violation"].contains(&name.split('_').next().unwrap_or_default());
    is_known.then(|| name.clone())
}

/// The rule `name` of a package, as package `policy` refers to it.
pub(super) fn seen_from_policy(package: &[Part], name: &str) -> String {
    match package {
        [Part::Name(own)] if own == PACKAGE => name.to_owned(),
        _ => format!("data.{}.{name}", show(package)),
    }
}

/// The rule that the gate asks for, of the messages of other tools.
pub(super) fn result_of(refusals: &str) -> String {
    format!("{RULE} := {{\"is_passed\": count({refusals}) == 0, \"err_msg\": concat(\"; \", {refusals})}}")
}
