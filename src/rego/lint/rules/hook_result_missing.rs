//! `hook-result-missing`: the gate asks package `policy` for `hook_result`, and there is none.

use regorus::unstable::{Module, Ref};

use crate::rego::check::Declaration;
use crate::rego::lint::Found;

pub(super) fn find(modules: &[Ref<Module>]) -> Vec<Found> {
    let declaration = Declaration::find(modules);
    let Some(first) = modules.first().filter(|_| !declaration.exists) else { return Vec::new() };
    let message = "no rule `hook_result` in package `policy`: the policy has no effect";
    let message = match declaration.elsewhere {
        Some(package) => format!("{message}; there is one in package `{package}`"),
        None => message.to_owned(),
    };
    vec![Found::at(&first.package.span, message)]
}
