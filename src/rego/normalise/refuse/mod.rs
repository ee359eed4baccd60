//! What no rewrite makes right is refused, with its place and what to write instead: one file per kind.

mod names;
mod negation;
mod operators;
mod order;
mod repeated;

use crate::domain::diagnostic::{Diagnostic, Fault};
use crate::rego::normalise::tree::{Origin, Package};
use crate::rego::normalise::walk::Names;
use crate::rego::place::at_span;

/// Every reason to refuse a package whose names are resolved. `rules` are the first parts of the names of its rules.
pub(super) fn check(package: &mut Package, rules: &Names) -> Vec<Diagnostic> {
    let mut found = names::check(&package.rules);
    found.extend(operators::check(&mut package.rules));
    found.extend(negation::check(&mut package.rules, rules));
    found.extend(order::check(&mut package.rules, rules));
    found.extend(repeated::check(&mut package.rules));
    found
}

fn at(fault: Fault, origin: &Origin, message: impl Into<String>) -> Diagnostic {
    at_span(fault, &origin.span, message)
}
