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

use std::collections::{BTreeMap, BTreeSet};

use regorus::unstable::{Module, Ref};

use crate::domain::diagnostic::Diagnostic;
use crate::rego::normalise::bind::Context;
use crate::rego::normalise::packages::{Files, United};
use crate::rego::normalise::rows::RowMap;
use crate::rego::normalise::tree::Rule;
use crate::rego::normalise::walk::Names;

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
    /// The documents that its rules lie in, which are there also when none of these rules has a value.
    pub(in crate::rego) holders: BTreeSet<Vec<String>>,
}

/// Rewrites the modules of a policy, in any order; one module comes back for each package.
///
/// # Errors
/// What cannot be made right.
pub(in crate::rego) fn normalise(modules: &[Ref<Module>]) -> Result<Vec<NormalisedModule>, Vec<Diagnostic>> {
    let (mut wrong, mut packages) = (Vec::new(), Vec::new());
    for files in packages::by_package(modules) {
        match files.unite() {
            Err(found) => wrong.extend(found),
            Ok(mut united) => {
                wrong.extend(refuse::check(&mut united.package, &united.rules));
                packages.push((files, united));
            }
        }
    }
    if !wrong.is_empty() {
        return Err(wrong);
    }
    let functions = packages.iter().flat_map(|(_, united)| united.function_paths()).collect();
    Ok(packages.into_iter().map(|(files, united)| rewrite(&files, united, &functions)).collect())
}

fn rewrite(files: &Files<'_>, united: United, function_paths: &Names) -> NormalisedModule {
    let United { mut package, rules, functions, sets, mut fresh } = united;
    let functions = functions.union(function_paths).cloned().collect();
    let mut context = Context { rules: &rules, functions: &functions, sets: &sets, fresh: &mut fresh };
    package.rules.iter_mut().for_each(|rule| rewrite_rule(rule, &mut context));
    let holders = packages::holders(&package);
    let printed = print::print(&package, &files.lines());
    let paths = files.paths();
    NormalisedModule {
        path: paths.first().cloned().unwrap_or_default(),
        text: printed.text,
        rows: RowMap::new(paths, printed.rows),
        holders,
    }
}

fn rewrite_rule(rule: &mut Rule, context: &mut Context<'_>) {
    prints::rewrite(rule, context);
    patterns::rewrite_arguments(rule, context);
    walk::each_body(rule, &mut |body, _| patterns::rewrite(body, context));
    heads::rewrite(rule, context);
    walk::each_body(rule, &mut |body, around| {
        patterns::rewrite_indexes(body, context);
        replacements::rewrite(body, context);
        relations::rewrite(body, context);
        negation::rewrite(body, context);
        membership::rewrite(body, context);
        iteration::rewrite(body, context);
        scheduler::rewrite(body, around, context);
    });
}

/// Prints the modules of a policy as they are, united and with their names resolved but not rewritten: path and text of
/// each package, for checks of the printer.
///
/// # Errors
/// What cannot be united.
#[cfg(any(test, fuzzing))]
pub(in crate::rego) fn reprint(modules: &[Ref<Module>]) -> Result<Vec<(String, String)>, Vec<Diagnostic>> {
    let reprint = |files: Files<'_>| {
        let text = print::print(&files.unite()?.package, &files.lines()).text;
        Ok((files.paths().first().cloned().unwrap_or_default(), text))
    };
    packages::by_package(modules).into_iter().map(reprint).collect()
}

#[cfg(test)]
mod tests;
