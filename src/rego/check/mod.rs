//! What is refused although the engine would find it late or never: one file per rule, all findings at once.

mod calls;
pub(super) mod constants;
pub(super) mod declaration;
mod definitions;
mod functions;
pub(super) mod names;
mod nesting;
mod overlap;
pub(super) mod patterns;
mod recursion;
mod replacements;
pub(super) mod scan;
pub(super) mod tree;
pub(super) mod walk;

use std::collections::BTreeSet;

use regorus::Value;
use regorus::unstable::{Module, Ref};

use crate::domain::diagnostic::Diagnostic;
use crate::rego::check::scan::Scan;
use crate::rego::compile::Language;

pub(super) use declaration::Declaration;

/// Checks the modules of a policy together with its data, and gives the names of all functions it calls.
///
/// # Errors
/// Every fault found.
pub(super) fn check(
    modules: &[Ref<Module>],
    data: &Value,
    language: Language,
) -> Result<BTreeSet<String>, Vec<Diagnostic>> {
    let scan = Scan::of(modules);
    let mut found = calls::check(&scan);
    if !language.allow_functions {
        found.extend(functions::check(&scan));
    }
    found.extend(replacements::check(&scan));
    found.extend(recursion::check(&scan));
    found.extend(definitions::check(&scan));
    found.extend(constants::check(&scan));
    found.extend(nesting::check(&scan, modules));
    found.extend(overlap::check(&scan, data));
    found.extend(patterns::check(&scan));
    if !found.is_empty() {
        return Err(found);
    }
    let calls = scan.rules.iter().flat_map(|rule| &rule.calls);
    Ok(calls.filter_map(|call| call.name.clone()).collect())
}

#[cfg(test)]
mod tests;

#[cfg(test)]
mod conflicts;
