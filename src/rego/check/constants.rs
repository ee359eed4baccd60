//! What is known before anything runs: keys given twice in one object, and rules that always have two values.

use std::collections::{BTreeMap, BTreeSet};

use regorus::Value;
use regorus::unstable::{Expr, Ref, Rule, RuleHead, Span};

use crate::domain::diagnostic::{Diagnostic, Fault};
use crate::rego::check::names::{show, static_names};
use crate::rego::check::scan::{Scan, ScannedRule};
use crate::rego::place::{at_span, of_span};

/// One finding for each key that is given again, and for each rule that always has another value than one above.
pub(in crate::rego) fn check(scan: &Scan) -> Vec<Diagnostic> {
    let doubled = scan.rules.iter().flat_map(|rule| &rule.doubled_keys);
    let doubled = doubled.map(|span| {
        let message = format!("the key `{}` is given twice: only the last would count", span.text());
        at_span(Fault::Conflict, span, message)
    });
    let mut known = BTreeMap::new();
    let conflicts = scan.rules.iter().filter_map(|rule| check_value(rule, &mut known));
    doubled.chain(conflicts).collect()
}

/// The constant keys that stand in an object before.
pub(in crate::rego) fn doubled_keys(fields: &[(Span, Ref<Expr>, Ref<Expr>)]) -> Vec<Span> {
    let mut seen = BTreeSet::new();
    let keys = fields.iter().filter_map(|(_, key, _)| Some((key.span(), value_of(key)?)));
    keys.filter(|(_, value)| !seen.insert(value.clone())).map(|(span, _)| span.clone()).collect()
}

fn check_value<'s>(
    rule: &'s ScannedRule,
    known: &mut BTreeMap<String, (Value, &'s Span)>,
) -> Option<Diagnostic> {
    let value = unconditional(rule)?;
    static_names(&rule.path)?;
    let name = show(&rule.path);
    let Some((before, span)) = known.get(&name) else {
        known.insert(name, (value, &rule.span));
        return None;
    };
    if *before == value {
        return None;
    }
    let above = of_span(span)?;
    let message = format!("`{name}` always has another value too, by {above}: give one of them a condition");
    Some(at_span(Fault::Conflict, &rule.span, message))
}

/// The value of a rule that has it whatever the input is.
fn unconditional(rule: &ScannedRule) -> Option<Value> {
    match rule.rule.as_ref() {
        Rule::Spec { head: RuleHead::Compr { assign, .. }, bodies, .. } if bodies.is_empty() => {
            value_of(&assign.as_ref()?.value)
        }
        Rule::Spec { .. } | Rule::Default { .. } => None,
    }
}

/// The value of a literal that holds nothing but literals.
pub(in crate::rego) fn value_of(expr: &Expr) -> Option<Value> {
    let values = |items: &[Ref<Expr>]| items.iter().map(|item| value_of(item)).collect::<Option<Vec<_>>>();
    if let Expr::String { value, .. }
    | Expr::RawString { value, .. }
    | Expr::Number { value, .. }
    | Expr::Bool { value, .. }
    | Expr::Null { value, .. } = expr
    {
        Some(value.clone())
    } else if let Expr::Array { items, .. } = expr {
        values(items).map(Value::from)
    } else if let Expr::Set { items, .. } = expr {
        values(items).map(|items| Value::from(items.into_iter().collect::<BTreeSet<_>>()))
    } else if let Expr::Object { fields, .. } = expr {
        let fields = fields.iter().map(|(_, key, value)| Some((value_of(key)?, value_of(value)?)));
        fields.collect::<Option<BTreeMap<_, _>>>().map(Value::from)
    } else {
        None
    }
}
