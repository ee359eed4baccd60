//! `malformed-finding`: entries of `findings` that the gate cannot read as they are meant, and leaves out in whole or in part.

use regorus::unstable::Expr;

use crate::domain::verdict::Severity;
use crate::rego::check::constants::value_of;
use crate::rego::lint::Found;
use crate::rego::lint::bindings::Scope;
use crate::rego::lint::kinds::Kind;
use crate::rego::lint::subject::Subject;
use crate::rego::lint::values::{Member, Source};
use crate::rego::lint::verdicts::Said;

const MEMBERS: &[&str] = &["rule_id", "severity", "message", "resource", "remediation"];
const RESOURCE: &[&str] = &["address", "type"];
const REMEDIATION: &[&str] = &["message", "url"];

pub(super) fn find(subject: &Subject<'_>) -> Vec<Found> {
    let mut found = Vec::new();
    for answer in subject.answers().known {
        let Said::Given(given) = &answer.findings else { continue };
        for source in given {
            let Source::Expr(expr, scope) = source else { continue };
            subject.elements(expr, scope).iter().for_each(|entry| check(entry, subject, &mut found));
        }
    }
    found
}

fn check<'s>(entry: &Source<'s>, subject: &'s Subject<'s>, found: &mut Vec<Found>) {
    let Source::Expr(entry, scope) = entry else { return };
    if !matches!(entry, Expr::Object { .. }) {
        if let Some(kind) = subject.kind_of(entry, scope).filter(|kind| *kind != Kind::Object) {
            let message = format!("a finding is an object, and this is {kind}: it is left out");
            found.push(Found::on(entry, message));
        }
        return;
    }
    if matches!(Subject::member(entry, "message"), Member::Missing) {
        found.push(Found::on(entry, "a finding without `message` is left out: say what is wrong"));
    }
    check_severity(entry, scope, subject, found);
    check_members(entry, "a finding", MEMBERS, found);
    for (name, allowed) in [("resource", RESOURCE), ("remediation", REMEDIATION)] {
        if let Member::Given(value) = Subject::member(entry, name) {
            check_members(value, &format!("`{name}`"), allowed, found);
        }
    }
}

fn check_severity<'s>(entry: &'s Expr, scope: &Scope<'s>, subject: &'s Subject<'s>, found: &mut Vec<Found>) {
    let Member::Given(severity) = Subject::member(entry, "severity") else { return };
    for source in subject.sources(severity, scope) {
        let Source::Expr(expr, _) = source else { continue };
        let Some(value) = value_of(expr) else { continue };
        if value.as_string().ok().and_then(|text| Severity::parse(text)).is_none() {
            let message =
                "no severity: the gate knows `informational`, `low`, `medium`, `high` and `critical`";
            found.push(Found::on(expr, message));
        }
    }
}

fn check_members(object: &Expr, of: &str, allowed: &[&str], found: &mut Vec<Found>) {
    let Expr::Object { fields, .. } = object else { return };
    for (_, key, _) in fields {
        let Some(name) = value_of(key) else { continue };
        let name = name.as_string().map_or_else(|_| name.to_string(), ToString::to_string);
        if !allowed.contains(&name.as_str()) {
            let known: Vec<_> = allowed.iter().map(|name| format!("`{name}`")).collect();
            let message =
                format!("`{name}` is no member of {of} and is left out: there are {}", known.join(", "));
            found.push(Found::on(key, message));
        }
    }
}
