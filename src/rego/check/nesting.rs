//! No rule that is also a package, or has one or another package's rule below it: its value would hide them, or they it.

use std::collections::BTreeSet;

use regorus::unstable::{Module, Ref, Span};

use crate::domain::diagnostic::{Diagnostic, Fault};
use crate::rego::check::names::{Path, package_of, show, static_names};
use crate::rego::check::scan::{Scan, ScannedRule};
use crate::rego::place::{at_span, beside};

/// Something with a path below `data`.
struct Named<'a> {
    path: Path,
    what: &'static str,
    span: &'a Span,
    /// How many parts of the path are its package's.
    package: usize,
}

/// One finding for each rule that is not alone at and below its path, at its first definition.
///
/// A rule with a computed key makes an object, which may have packages beside what it sets.
pub(super) fn check(scan: &Scan, modules: &[Ref<Module>]) -> Vec<Diagnostic> {
    let mut named = packages(modules);
    named.extend(scan.rules.iter().map(|rule| Named {
        path: rule.path.clone(),
        what: "rule",
        span: &rule.span,
        package: rule.package_length,
    }));
    // What lies within a path follows it in this order.
    named.sort_by(|a, b| a.path.cmp(&b.path));
    let mut seen = BTreeSet::new();
    let first =
        scan.rules.iter().filter(|rule| static_names(&rule.path).is_some() && seen.insert(&rule.path));
    first.filter_map(|rule| find_within(rule, &named).map(|other| refuse(rule, other))).collect()
}

fn find_within<'n>(rule: &ScannedRule, named: &'n [Named<'n>]) -> Option<&'n Named<'n>> {
    let begin = named.partition_point(|other| other.path < rule.path);
    let mut within = named.get(begin..)?.iter().take_while(|other| other.path.starts_with(&rule.path));
    within.find(|other| clashes(other, rule))
}

fn packages(modules: &[Ref<Module>]) -> Vec<Named<'_>> {
    let paths = modules.iter().map(|module| (module, package_of(module)));
    paths
        .map(|(module, path)| {
            let package = path.len();
            Named { path, what: "package", span: &module.package.span, package }
        })
        .collect()
}

/// Rules of one package that lie within each other are another check's: the engine sees one of them only.
fn clashes(other: &Named<'_>, rule: &ScannedRule) -> bool {
    let same_package = other.path.get(..other.package) == rule.path.get(..rule.package_length);
    !same_package && (other.what == "package" || other.path.len() > rule.path.len())
}

fn refuse(rule: &ScannedRule, other: &Named<'_>) -> Diagnostic {
    let (own, theirs, place) = (show(&rule.path), show(&other.path), beside(other.span, &rule.span));
    let message = if own == theirs {
        format!("`{own}` is a rule here and a package {place}: give one of them another name")
    } else {
        format!(
            "`{own}` is a rule here, and the {} `{theirs}` {place} lies within it: give one of them another name",
            other.what
        )
    };
    at_span(Fault::Conflict, &rule.span, message)
}
