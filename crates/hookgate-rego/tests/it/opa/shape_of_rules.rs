//! Our rules in the shape of OPA's, which has one rule for each body, and keeps a head's parts in ways of its own.

use hookgate_rego::syntax::tree::{Assignment, Else, Head, HeadKind, Part, Rule, Term, TermKind};
use serde_json::{Value, json};

use super::shape::{body, term, var};

/// A rule as OPA's, one for each body.
pub(super) fn rules(rule: &Rule) -> Vec<Value> {
    let has_if = rule.bodies.first().is_some_and(|first| first.keyword.is_some());
    let head = head(rule, has_if);
    if rule.bodies.is_empty() {
        return vec![with_default(json!({"head": head, "body": implicit()}), rule)];
    }
    let mut rules: Vec<Value> =
        rule.bodies.iter().map(|one| json!({"head": head, "body": body(&one.body)})).collect();
    if let Some(branch) = elses(&rule.elses, &head) {
        rules[0]["else"] = branch;
    }
    rules
}

fn with_default(mut value: Value, rule: &Rule) -> Value {
    if rule.default.is_some() {
        value["default"] = json!(true);
    }
    value
}

fn elses(branches: &[Else], head: &Value) -> Option<Value> {
    let (first, rest) = branches.split_first()?;
    let mut own = head.clone();
    own["value"] = truth();
    if let Some((assignment, value)) = &first.value {
        own["value"] = term(value);
        own.as_object_mut().unwrap().remove("assign");
        if *assignment == Assignment::Assign {
            own["assign"] = json!(true);
        }
    }
    let mut rule = json!({"head": own, "body": first.body.as_ref().map_or_else(implicit, body)});
    if let Some(next) = elses(rest, head) {
        rule["else"] = next;
    }
    Some(rule)
}

fn head(rule: &Rule, has_if: bool) -> Value {
    let head = &rule.head;
    let parameters = head.parameters.as_deref().unwrap_or_default();
    let mut reference = vec![var(&head.name.text)];
    reference.extend(head.path.iter().map(term));
    let mut value = json!({"ref": reference});
    if head.path.is_empty() || names_itself(rule, has_if) {
        value["name"] = json!(head.name.text);
    }
    if !parameters.is_empty() {
        value["args"] = parameters.iter().map(term).collect();
    }
    match &head.kind {
        HeadKind::Element(element, _) => value["key"] = term(element),
        HeadKind::Value(None) => value["value"] = truth(),
        HeadKind::Value(Some((assignment, given))) => {
            value["value"] = term(given);
            if *assignment == Assignment::Assign {
                value["assign"] = json!(true);
            }
        }
    }
    if has_key(rule, has_if) {
        value["key"] = term(&head.path[0]);
    }
    value
}

/// Whether OPA keeps the first name of `p[x]` as that of the rule.
fn names_itself(rule: &Rule, has_if: bool) -> bool {
    let is_fact = rule.bodies.is_empty();
    let has_value = matches!(rule.head.kind, HeadKind::Value(Some(_)));
    let is_one_step = rule.head.path.len() == 1 && rule.default.is_none();
    let is_function = rule.head.parameters.is_some();
    is_one_step && has_value && (if is_fact || !has_if { !is_function } else { true })
}

/// Whether OPA keeps the step of `p[x]` as a key.
fn has_key(rule: &Rule, has_if: bool) -> bool {
    let Head { path, parameters, kind, .. } = &rule.head;
    if path.len() != 1 || rule.default.is_some() || matches!(kind, HeadKind::Element(..)) {
        return false;
    }
    if parameters.as_ref().is_some_and(|list| !list.is_empty()) {
        return false;
    }
    if rule.bodies.is_empty() { parameters.is_none() } else { !has_if || is_asked_for(&path[0]) }
}

/// Whether a step is a reference or has variables.
fn is_asked_for(step: &Term) -> bool {
    match &step.kind {
        TermKind::Var(_) | TermKind::Reference(_) => true,
        _ => !is_ground(step),
    }
}

fn is_ground(term: &Term) -> bool {
    match &term.kind {
        TermKind::Var(name) => matches!(name.as_str(), "input" | "data"),
        TermKind::Reference(reference) => reference.path.iter().all(is_ground),
        TermKind::Call(_, items) | TermKind::Array(items) | TermKind::Set(items) => {
            items.iter().all(is_ground)
        }
        TermKind::Infix(_, sides) => is_ground(&sides.0) && is_ground(&sides.1),
        TermKind::In(element) => is_ground(&element.value) && is_ground(&element.collection),
        TermKind::Minus(inner) => is_ground(inner),
        TermKind::Object(entries) => {
            entries.iter().all(|entry| is_ground(&entry.key) && is_ground(&entry.value))
        }
        TermKind::Template(template) => template.parts.iter().all(|part| matches!(part, Part::Text(..))),
        _ => true,
    }
}

fn truth() -> Value {
    json!({"type": "boolean", "value": true})
}

fn implicit() -> Value {
    json!([{"index": 0, "terms": truth(), "generated": true}])
}
