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
mod covering;
pub(in crate::rego) mod dissect;
mod fallback;
mod fresh;
mod heads;
mod iteration;
mod lower;
mod membership;
pub(in crate::rego) mod metadata;
mod mocks;
mod negation;
mod operands;
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
mod suite;
mod tree;
mod walk;

use std::collections::{BTreeMap, BTreeSet};

use regorus::unstable::{Module, Ref, Span};

use crate::domain::diagnostic::Diagnostic;
use crate::rego::normalise::bind::Context;
use crate::rego::normalise::metadata::Metadata;
use crate::rego::normalise::mocks::Mocks;
use crate::rego::normalise::packages::{Files, United};
use crate::rego::normalise::rows::RowMap;
use crate::rego::normalise::tree::{Package, Rule};
use crate::rego::normalise::walk::Names;

pub(in crate::rego) use covering::Coverable;
pub(in crate::rego) use suite::TestRule;

/// The rules of a module, each as it would be written whatever its blanks and comments are.
pub(in crate::rego) fn rule_texts(module: &Module) -> impl Iterator<Item = (Span, String)> {
    lower::rules(0, module).into_iter().map(|rule| (rule.origin.span.clone(), print::rule_text(&rule)))
}

/// The row maps of modules by their paths.
pub(in crate::rego) type RowMaps = BTreeMap<String, RowMap>;

/// What modules are rewritten for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(in crate::rego) enum Purpose {
    /// To be asked for a hook result.
    Gate,
    /// To have their tests run: each becomes a rule that can be asked by itself.
    Tests,
    /// The same, as lenient as OPA.
    LenientTests,
}

/// What comes of the modules of a policy.
#[derive(Debug)]
pub(in crate::rego) struct Normalised {
    /// One for each package.
    pub(in crate::rego) modules: Vec<NormalisedModule>,
    /// The tests, if that is what they were rewritten for.
    pub(in crate::rego) tests: Vec<TestRule>,
    /// What the tests may come to, if that is what they were rewritten for.
    pub(in crate::rego) coverable: Vec<Coverable>,
}

/// One package, rewritten and printed as one module.
#[derive(Debug)]
pub(in crate::rego) struct NormalisedModule {
    /// The path of its first file.
    pub(in crate::rego) path: String,
    /// The text for the engine.
    pub(in crate::rego) text: String,
    /// Where its rows come from.
    pub(in crate::rego) rows: RowMap,
    /// What the text must mean to its reader: the same outline when it is read and printed again.
    #[cfg(any(test, fuzzing))]
    pub(in crate::rego) outline: String,
    /// The documents that its rules lie in, which are there also when none of these rules has a value.
    pub(in crate::rego) holders: BTreeSet<Vec<String>>,
}

/// Rewrites the modules of a policy, in any order; one module comes back for each package.
///
/// # Errors
/// What cannot be made right.
pub(in crate::rego) fn normalise(
    modules: &[Ref<Module>],
    purpose: Purpose,
) -> Result<Normalised, Vec<Diagnostic>> {
    let metadata = Metadata::read(modules)?;
    let mut wrong = Vec::new();
    let packages = packages::by_package(modules);
    let mut united = Vec::new();
    for files in &packages {
        match files.unite(&metadata, purpose) {
            Err(found) => wrong.extend(found),
            Ok(mut package) => {
                wrong.extend(refuse::check(&mut package.package, &package.rules));
                united.push((files, package));
            }
        }
    }
    if !wrong.is_empty() {
        return Err(wrong);
    }
    let functions = united.iter().flat_map(|(_, package)| package.function_paths()).collect();
    let coverable = united.iter_mut().flat_map(|(_, package)| cover(package, purpose)).collect();
    let packages = united.iter_mut().map(|(_, united)| &mut united.package);
    let replaced =
        packages.flat_map(|package| mocks::find(&package.path, &mut package.rules, &functions)).collect();
    let tests = united.iter_mut().flat_map(|(_, package)| std::mem::take(&mut package.tests)).collect();
    let whole = Whole { functions, replaced, purpose };
    let rewrite = |(files, package)| rewrite(files, package, &whole);
    Ok(Normalised { modules: united.into_iter().map(rewrite).collect(), tests, coverable })
}

/// Makes ready for being covered what is to be.
fn cover(united: &mut United, purpose: Purpose) -> Vec<Coverable> {
    if purpose == Purpose::Gate {
        return Vec::new();
    }
    let rules = &mut united.package.rules;
    let found = covering::find(rules);
    fallback::rewrite(rules, &mut united.fresh);
    covering::rewrite(rules);
    found
}

/// What the packages of a bundle have to know of each other.
struct Whole {
    /// The paths of all functions.
    functions: Names,
    /// Those that some `with` replaces.
    replaced: Names,
    purpose: Purpose,
}

fn rewrite(files: &Files<'_>, united: United, whole: &Whole) -> NormalisedModule {
    let United { mut package, rules, mut functions, sets, mut fresh, .. } = united;
    functions.extend(whole.functions.iter().cloned());
    let mut context = Context { rules: &rules, functions: &functions, sets: &sets, fresh: &mut fresh };
    package.rules.iter_mut().for_each(|rule| rewrite_rule(rule, &mut context));
    let mocks = Mocks { package: &package.path, replaced: &whole.replaced };
    package.rules.iter_mut().for_each(|rule| mocks.rewrite(rule));
    if whole.purpose == Purpose::LenientTests {
        let guard = |rule| walk::each_body(rule, &mut |body, _| operands::rewrite(body));
        package.rules.iter_mut().for_each(guard);
    }
    write(files, &package)
}

fn write(files: &Files<'_>, package: &Package) -> NormalisedModule {
    let printed = print::print(package, &files.lines());
    let paths = files.paths();
    NormalisedModule {
        path: paths.first().cloned().unwrap_or_default(),
        text: printed.text,
        rows: RowMap::new(paths, printed.rows),
        holders: packages::holders(package),
        #[cfg(any(test, fuzzing))]
        outline: print::outline(package, &files.lines()),
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

/// Prints the modules of a policy as they are, united and with their names resolved but not rewritten, for checks of the
/// printer.
///
/// # Errors
/// What cannot be united.
#[cfg(any(test, fuzzing))]
pub(in crate::rego) fn reprint(modules: &[Ref<Module>]) -> Result<Vec<NormalisedModule>, Vec<Diagnostic>> {
    let unite =
        |files: &Files<'_>| Ok(write(files, &files.unite(&Metadata::default(), Purpose::Gate)?.package));
    packages::by_package(modules).iter().map(unite).collect()
}

#[cfg(test)]
mod tests;
