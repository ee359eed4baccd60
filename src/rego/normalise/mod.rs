//! Rewrites policies so that the engine says what OPA says, and prints them anew.
//!
//! The engine loses a denial in everyday constructs without saying so. Each rewrite has its file, in the order in
//! which they run: `packages` (files of a package united, names resolved by `resolve`), `prints`, `patterns`, `heads`,
//! `replacements`, `relations`, `negation`, `membership`, `iteration`, `scheduler`. What no rewrite makes right, `refuse` names. `tree` is what they work on,
//! `lower` and `print` the ways in and out. `origin` and `dissect` ask a policy about itself, in a package that `qualify` makes. Nothing here evaluates anything.

#![expect(
    clippy::wildcard_enum_match_arm,
    reason = "a rewrite names the kinds of syntax it changes and leaves all others"
)]

mod bind;
pub(in crate::rego) mod dissect;
mod fresh;
mod heads;
mod iteration;
mod lower;
mod membership;
mod negation;
pub(in crate::rego) mod origin;
mod packages;
mod patterns;
mod print;
mod prints;
mod qualify;
mod refuse;
mod relations;
mod replacements;
mod resolve;
mod rows;
mod scheduler;
mod tree;
mod walk;

use std::collections::BTreeMap;

use regorus::unstable::{Module, Ref};

use crate::domain::diagnostic::Diagnostic;
use crate::rego::normalise::bind::Context;
use crate::rego::normalise::packages::{Files, United};
use crate::rego::normalise::rows::RowMap;
use crate::rego::normalise::tree::Rule;

/// The row maps of modules by their paths.
pub(in crate::rego) type RowMaps = BTreeMap<String, RowMap>;

/// One package, rewritten and printed as one module.
#[derive(Debug)]
pub(in crate::rego) struct NormalisedModule {
    /// The path of its first file.
    pub(in crate::rego) path: String,
    /// The text for the engine.
    pub(in crate::rego) text: String,
    /// Where its rows come from.
    pub(in crate::rego) rows: RowMap,
}

/// Rewrites the modules of a policy, in any order; one module comes back for each package.
///
/// # Errors
/// What cannot be made right.
pub(in crate::rego) fn normalise(modules: &[Ref<Module>]) -> Result<Vec<NormalisedModule>, Vec<Diagnostic>> {
    let mut wrong = Vec::new();
    let mut normalised = Vec::new();
    for files in packages::by_package(modules) {
        match files.unite() {
            Err(found) => wrong.extend(found),
            Ok(mut united) => {
                wrong.extend(refuse::check(&mut united.package, &united.rules));
                normalised.push(rewrite(&files, united));
            }
        }
    }
    if wrong.is_empty() { Ok(normalised) } else { Err(wrong) }
}

fn rewrite(files: &Files<'_>, united: United) -> NormalisedModule {
    let United { mut package, rules, functions, sets, mut fresh } = united;
    let mut context = Context { rules: &rules, functions: &functions, sets: &sets, fresh: &mut fresh };
    package.rules.iter_mut().for_each(|rule| rewrite_rule(rule, &mut context));
    let printed = print::print(&package, &files.lines());
    let paths = files.paths();
    NormalisedModule {
        path: paths.first().cloned().unwrap_or_default(),
        text: printed.text,
        rows: RowMap::new(paths, printed.rows),
    }
}

fn rewrite_rule(rule: &mut Rule, context: &mut Context<'_>) {
    prints::rewrite(rule, context);
    patterns::rewrite_arguments(rule, context);
    walk::each_body(rule, &mut |body, _| patterns::rewrite(body, context));
    heads::rewrite(rule, context);
    walk::each_body(rule, &mut |body, around| {
        replacements::rewrite(body, context);
        relations::rewrite(body, context);
        negation::rewrite(body, context);
        membership::rewrite(body, context);
        iteration::rewrite(body, context);
        scheduler::rewrite(body, around, context);
    });
}

#[cfg(test)]
mod tests;
