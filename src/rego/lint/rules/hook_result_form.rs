//! `hook-result-form`: a `hook_result` that can never be what the gate asks for.

use regorus::Value;
use regorus::unstable::{Expr, Rule, RuleHead};

use crate::rego::check::constants::value_of;
use crate::rego::check::declaration::{PACKAGE, RULE};
use crate::rego::check::names::static_names;
use crate::rego::check::scan::{Scan, ScannedRule};
use crate::rego::lint::Found;

/// The member that decides.
const VERDICT: &str = "is_passed";

pub(super) fn find(scan: &Scan) -> Vec<Found> {
    let found = |rule: &ScannedRule| Some(Found::at(&rule.span, find_form(rule)?));
    scan.rules.iter().filter_map(found).collect()
}

/// What is wrong with a rule `hook_result` of package `policy`, whatever the input is.
fn find_form(rule: &ScannedRule) -> Option<&'static str> {
    if static_names(&rule.path)? != [PACKAGE, RULE] {
        return None;
    }
    let value = match rule.rule.as_ref() {
        _ if rule.arguments.is_some() => {
            return Some("`hook_result` is a function, and the gate asks it without arguments");
        }
        Rule::Spec { head: RuleHead::Set { .. }, .. } => {
            return Some(
                "`hook_result` is a set, which is no verdict: write an object, `hook_result := {\"is_passed\": …}`",
            );
        }
        Rule::Spec { head: RuleHead::Compr { assign, .. }, .. } => &assign.as_ref()?.value,
        Rule::Spec { .. } => return None,
        Rule::Default { value, .. } => value,
    };
    has_no_verdict(value).then_some("this `hook_result` has no boolean `is_passed`: the hook would fail")
}

/// Whether a value is certainly no object with a boolean `is_passed`.
fn has_no_verdict(value: &Expr) -> bool {
    let Expr::Object { fields, .. } = value else { return value_of(value).is_some() };
    let mut keys = fields.iter().map(|(_, key, value)| (value_of(key), value));
    let named = keys.find(|(key, _)| key.is_none() || *key == Some(Value::from(VERDICT)));
    match named {
        None => true,
        // A key that is computed may be the one.
        Some((None, _)) => false,
        Some((Some(_), value)) => value_of(value).is_some_and(|value| !matches!(value, Value::Bool(_))),
    }
}
