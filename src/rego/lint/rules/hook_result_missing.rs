//! `hook-result-missing`: the gate asks package `policy` for `hook_result`, and there is none.

use crate::rego::check::Declaration;
use crate::rego::lint::Found;
use crate::rego::lint::subject::Subject;

pub(super) fn find(subject: &Subject<'_>) -> Vec<Found> {
    let declaration = Declaration::find(subject.modules);
    let Some(first) = subject.modules.first().filter(|_| !declaration.exists) else { return Vec::new() };
    let message = "no rule `hook_result` in package `policy`: the policy has no effect";
    let message = match declaration.elsewhere {
        Some(package) => format!("{message}; there is one in package `{package}`"),
        None => message.to_owned(),
    };
    vec![Found::at(&first.package.span, message)]
}
