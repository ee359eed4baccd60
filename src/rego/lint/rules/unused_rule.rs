//! `unused-rule`: a rule that the gate never comes to.
//!
//! Only those of package `policy`: a library may hold more than one policy needs. What tests alone use is unused all the same.

use std::collections::BTreeSet;

use crate::rego::check::Declaration;
use crate::rego::check::declaration::{PACKAGE, RULE};
use crate::rego::check::names::{Part, show};
use crate::rego::check::scan::ScannedRule;
use crate::rego::lint::Found;
use crate::rego::lint::rules::hook_result_missing::{result_of, seen_from_policy};
use crate::rego::lint::subject::Subject;

pub(super) fn find(subject: &Subject<'_>) -> Vec<Found> {
    let declares = Declaration::find(subject.modules).exists;
    let reached = subject.reached();
    let unreached = subject.scan.rules.iter().enumerate().filter(|(index, _)| !reached.contains(index));
    let mut told = BTreeSet::new();
    let mut judge = |rule: &ScannedRule| {
        let message = complain(rule, declares)?;
        told.insert(show(&rule.path)).then(|| Found::at(&rule.span, message))
    };
    unreached.filter_map(|(_, rule)| judge(rule)).collect()
}

fn complain(rule: &ScannedRule, declares: bool) -> Option<String> {
    let (package, own) = rule.path.split_at_checked(rule.package_length)?;
    let Some(Part::Name(name)) = own.first() else { return None };
    if name.starts_with("test_") || name.starts_with("todo_test_") {
        return None;
    }
    if let Some(advice) =
        foreign(name, &seen_from_policy(package, name)).filter(|_| own.len() == 1 && rule.arguments.is_none())
    {
        return Some(format!("nothing asks for `{name}`, which only other tools know: {advice}"));
    }
    let is_policy = matches!(package, [Part::Name(package)] if package == PACKAGE);
    let name = show(own);
    (declares && is_policy)
        .then(|| format!("`{name}` is used by nothing that `{RULE}` needs: use it or remove it"))
}

/// What to do with the rules that Conftest and OPA's own tools ask for.
fn foreign(name: &str, reference: &str) -> Option<String> {
    let kind = name.split('_').next()?;
    match kind {
        "deny" | "violation" => Some(format!("write `{}`", result_of(reference))),
        "warn" => Some(format!(
            "tell its messages in `findings` of `{RULE}`, or put them into a hook of failure mode WARN"
        )),
        "allow" if name == "allow" => Some(format!(
            "write `{RULE} := {{\"is_passed\": {reference}, \"err_msg\": \"…\"}}` and `default allow := false`"
        )),
        _ => None,
    }
}
