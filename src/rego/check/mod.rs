//! What is refused although the engine would find it late or never: one file per rule, all findings at once.

mod calls;
mod constants;
mod declaration;
mod definitions;
mod functions;
mod names;
mod oddities;
mod overlap;
mod patterns;
mod recursion;
mod replacements;
mod scan;
pub(super) mod walk;

use std::collections::BTreeSet;

use regorus::Value;
use regorus::unstable::{Module, Ref};

use crate::domain::diagnostic::{Diagnostic, Warning};
use crate::rego::check::scan::Scan;
use crate::rego::compile::Language;

pub(super) use declaration::Declaration;

/// What is known about a policy that has no fault.
pub(super) struct Checked {
    /// The names of all functions it calls.
    pub(super) called: BTreeSet<String>,
    /// What is allowed and probably not meant.
    pub(super) warnings: Vec<Warning>,
}

/// Checks the modules of a policy together with its data.
///
/// # Errors
/// Every fault found.
pub(super) fn check(
    modules: &[Ref<Module>],
    data: &Value,
    language: Language,
) -> Result<Checked, Vec<Diagnostic>> {
    let scan = Scan::of(modules);
    let mut found = calls::check(&scan);
    if !language.allow_functions {
        found.extend(functions::check(&scan));
    }
    found.extend(replacements::check(&scan));
    found.extend(recursion::check(&scan));
    found.extend(definitions::check(&scan));
    found.extend(constants::check(&scan));
    found.extend(overlap::check(&scan, data));
    found.extend(patterns::check(&scan));
    if !found.is_empty() {
        return Err(found);
    }
    let calls = scan.rules.iter().flat_map(|rule| &rule.calls);
    let called = calls.filter_map(|call| call.name.clone()).collect();
    Ok(Checked { called, warnings: oddities::find(&scan) })
}

#[cfg(test)]
mod tests;
