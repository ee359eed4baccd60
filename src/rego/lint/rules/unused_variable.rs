//! `unused-variable`: a name that is declared and used nowhere.

use crate::rego::lint::Found;
use crate::rego::lint::scopes::{Local, Way};
use crate::rego::lint::subject::Subject;

pub(super) fn find(subject: &Subject<'_>) -> Vec<Found> {
    let unused = subject.scopes.locals.iter().filter(|local| local.uses == 0);
    unused.filter_map(|local| Some(Found::at(local.span, complain(local)?))).collect()
}

fn complain(local: &Local<'_>) -> Option<String> {
    let name = local.span.text();
    let instead = match local.way {
        _ if name.starts_with('_') => return None,
        // What one side of `=` gives to a name may be nothing but a condition.
        Way::Unify => return None,
        Way::Assign => "remove it, or write its value alone if that must be defined",
        Way::Argument | Way::Every => "write `_` in its place",
        Way::Free | Way::Some => "write `_` in its place, or remove it",
    };
    Some(format!("`{name}` is declared and used nowhere: {instead}"))
}
