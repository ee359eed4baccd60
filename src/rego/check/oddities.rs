//! What is allowed and probably not meant: a `hook_result` that can never be what the gate asks for, an `else` that is never
//! reached.

use regorus::Value;
use regorus::unstable::{Expr, Literal, Query, Rule, RuleHead, Span};

use crate::domain::diagnostic::Warning;
use crate::rego::check::constants::value_of;
use crate::rego::check::declaration::{PACKAGE, RULE};
use crate::rego::check::names::static_names;
use crate::rego::check::scan::{Scan, ScannedRule};
use crate::rego::place::warning_at;

/// The member that decides.
const VERDICT: &str = "is_passed";

/// A warning for each, with its place.
pub(super) fn find(scan: &Scan) -> Vec<Warning> {
    let found = scan.rules.iter().flat_map(|rule| {
        let form = find_form(rule).map(|what| (&rule.span, what));
        form.into_iter().chain(find_unreached(rule))
    });
    found.map(|(span, what)| warning_at(span, what)).collect()
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

/// The `else` behind a body that always holds.
fn find_unreached(rule: &ScannedRule) -> Option<(&Span, &'static str)> {
    let Rule::Spec { bodies, .. } = rule.rule.as_ref() else { return None };
    let mut pairs = bodies.iter().zip(bodies.iter().skip(1));
    let (_, unreached) = pairs.find(|(before, behind)| behind.is_else && always_holds(&before.query))?;
    Some((&unreached.span, "this `else` is never reached: what stands before it always holds"))
}

fn always_holds(query: &Query) -> bool {
    query.stmts.iter().all(|statement| match &statement.literal {
        Literal::Expr { expr, .. } => value_of(expr).is_some_and(|value| value != Value::Bool(false)),
        Literal::SomeVars { .. }
        | Literal::SomeIn { .. }
        | Literal::NotExpr { .. }
        | Literal::Every { .. } => false,
    })
}
