//! `rule-name`: a rule that is nearly `hook_result`, or a member of it that is nearly one the gate reads.

use regorus::Value;
use regorus::unstable::{Expr, Ref, Rule};

use crate::domain::spelling::nearest;
use crate::rego::check::constants::value_of;
use crate::rego::check::declaration::{PACKAGE, RULE};
use crate::rego::check::names::static_names;
use crate::rego::check::scan::ScannedRule;
use crate::rego::check::walk;
use crate::rego::lint::Found;
use crate::rego::lint::scopes::Bound;
use crate::rego::lint::subject::Subject;

/// The members that the gate reads, each with what is written instead.
const MEMBERS: [(&str, &[&str]); 3] = [
    (
        "is_passed",
        &["passed", "pass", "passes", "is_pass", "is_allowed", "allow", "allowed", "approved", "success"],
    ),
    (
        "err_msg",
        &["error_msg", "err_message", "error_message", "error", "errors", "message", "msg", "reason"],
    ),
    ("findings", &["finding", "results", "violations"]),
];

pub(super) fn find(subject: &Subject<'_>) -> Vec<Found> {
    let reached = subject.reached();
    let mut found = Vec::new();
    for (index, rule) in subject.scan.rules.iter().enumerate() {
        match static_names(&rule.path).as_deref() {
            Some([PACKAGE, RULE]) => found.extend(find_members(subject, rule)),
            Some([PACKAGE, RULE, member]) => found.extend(find_part(subject, rule, member)),
            _ if !reached.contains(&index) => found.extend(find_name(rule)),
            _ => {}
        }
    }
    found
}

fn find_name(rule: &ScannedRule) -> Option<Found> {
    let names = static_names(&rule.path)?;
    let (PACKAGE, own) = names.split_first().map(|(first, rest)| (*first, rest))? else { return None };
    let (name, first) = (own.join("."), own.first()?);
    let is_near = |name: &str| nearest(name, [RULE]).is_some();
    if *first == RULE || !(is_near(first) || is_near(&name)) {
        return None;
    }
    let message = format!("nothing asks for `{name}`: the gate asks for `{RULE}`");
    Some(Found::at(&rule.span, message))
}

/// A part of the result, `hook_result.passed := …`.
fn find_part(subject: &Subject<'_>, rule: &ScannedRule, member: &str) -> Option<Found> {
    let meant = meant_by(member)?;
    let is_given = subject
        .scan
        .rules
        .iter()
        .any(|other| static_names(&other.path).is_some_and(|names| names == [PACKAGE, RULE, meant]));
    (!is_given).then(|| Found::at(&rule.span, complain(member, meant)))
}

/// The members of the objects that a rule gives.
fn find_members(subject: &Subject<'_>, rule: &ScannedRule) -> Vec<Found> {
    let head = walk::head(&rule.rule).exprs;
    let bodies = match rule.rule.as_ref() {
        Rule::Spec { bodies, .. } => bodies.as_slice(),
        Rule::Default { .. } => &[],
    };
    let values = bodies.iter().filter_map(|body| Some(&body.assign.as_ref()?.value));
    head.into_iter().chain(values).flat_map(|value| members_of(subject, value)).collect()
}

fn members_of(subject: &Subject<'_>, value: &Expr) -> Vec<Found> {
    let is_name = matches!(value, Expr::Var { .. });
    let bound = subject.scopes.find_local(value).filter(|_| is_name).map(|local| local.bound);
    let value = if let Some(Bound::To(bound)) = bound { bound } else { value };
    let Expr::Object { fields, .. } = value else { return Vec::new() };
    let keys: Vec<_> =
        fields.iter().filter_map(|(_, key, _)| Some((key, text_of(&value_of(key)?)?))).collect();
    let is_given = |name: &str| keys.len() < fields.len() || keys.iter().any(|(_, key)| key == name);
    let judge = |(key, name): &(&Ref<Expr>, String)| {
        let meant = meant_by(name).filter(|meant| !is_given(meant))?;
        Some(Found::on(key, complain(name, meant)))
    };
    keys.iter().filter_map(judge).collect()
}

fn text_of(value: &Value) -> Option<String> {
    value.as_string().ok().map(ToString::to_string)
}

/// The member that a name is written for.
fn meant_by(name: &str) -> Option<&'static str> {
    if MEMBERS.iter().any(|(member, _)| *member == name) {
        return None;
    }
    let same = MEMBERS.iter().find(|(_, others)| others.contains(&name));
    same.map(|(member, _)| *member).or_else(|| nearest(name, MEMBERS.map(|(member, _)| member)))
}

fn complain(member: &str, meant: &str) -> String {
    format!("the gate does not read `{member}` of `{RULE}`: write `{meant}`")
}
