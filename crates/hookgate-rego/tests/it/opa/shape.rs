//! Our tree in the shape in which OPA writes its own as JSON.

use hookgate_rego::syntax::tree::{
    Body, Comprehension, Entry, Import, Module, Operand, Part, Reference, Statement, StatementKind, Template,
    Term, TermKind, Word,
};
use serde_json::{Value, json};

use super::shape_of_rules::rules;

/// A module as OPA writes it, without places and comments, sets and objects in an order of ours.
pub(crate) fn shape(module: &Module) -> Value {
    let mut path = vec![var("data")];
    path.extend(module.package.path.iter().map(|word| string(&word.text)));
    let imports: Vec<Value> = module.imports.iter().map(import).collect();
    let rules: Vec<Value> = module.rules.iter().flat_map(rules).collect();
    let mut value = json!({"package": {"path": path}, "imports": imports, "rules": rules});
    canonical(&mut value);
    value
}

/// OPA's own tree, in the same order.
pub(super) fn theirs(mut module: Value) -> Value {
    if let Some(module) = module.as_object_mut() {
        module.remove("comments");
        module.remove("annotations");
        for list in ["imports", "rules"] {
            module.entry(list).or_insert_with(|| json!([]));
        }
        for rule in module["rules"].as_array_mut().into_iter().flatten().filter_map(Value::as_object_mut) {
            rule.remove("annotations");
        }
    }
    canonical(&mut module);
    module
}

fn import(import: &Import) -> Value {
    let path = json!({"type": "ref", "value": words(&import.path)});
    match &import.alias {
        Some(alias) => json!({"path": path, "alias": alias.text}),
        None => json!({"path": path}),
    }
}

fn words(path: &[Word]) -> Vec<Value> {
    let (first, rest) = path.split_first().expect("a path");
    std::iter::once(var(&first.text)).chain(rest.iter().map(|word| string(&word.text))).collect()
}

pub(super) fn body(body: &Body) -> Value {
    body.statements.iter().enumerate().map(|(index, statement)| expression(statement, index)).collect()
}

fn expression(statement: &Statement, index: usize) -> Value {
    let mut value = json!({"index": index, "terms": terms(&statement.kind)});
    if matches!(statement.kind, StatementKind::Negated(_)) {
        value["negated"] = json!(true);
    }
    if !statement.with.is_empty() {
        let with = statement
            .with
            .iter()
            .map(|with| json!({"target": term(&with.target), "value": term(&with.value)}));
        value["with"] = with.collect();
    }
    value
}

fn terms(kind: &StatementKind) -> Value {
    match kind {
        StatementKind::Term(inner) => {
            let value = term(inner);
            // OPA has no call at the top of an expression, but its parts.
            if value["type"] == "call" { value["value"].clone() } else { value }
        }
        StatementKind::Assign(left, right) => json!([operator("assign"), term(left), term(right)]),
        StatementKind::Unify(left, right) => json!([operator("eq"), term(left), term(right)]),
        StatementKind::Negated(inner) => terms(&inner.kind),
        StatementKind::Not(operand) => {
            json!({"type": "not", "body": body(&operand.body), "explicit_body": operand.braces})
        }
        StatementKind::Some(names) => {
            json!({"symbols": names.iter().map(|word| var(&word.text)).collect::<Vec<_>>()})
        }
        StatementKind::SomeIn(element) => {
            json!({"symbols": [membership(element.key.as_ref(), &element.value, &element.collection)]})
        }
        StatementKind::Every(every) => json!({
            "key": every.key.as_ref().map(|word| var(&word.text)),
            "value": var(&every.value.text),
            "domain": term(&every.collection),
            "body": body(&every.body),
        }),
        StatementKind::And(sides) => logical("and", sides),
        StatementKind::Or(sides) => logical("or", sides),
    }
}

fn logical(kind: &str, (left, right): &(Operand, Operand)) -> Value {
    let mut value = json!({"type": kind, "lhs": body(&left.body), "rhs": body(&right.body)});
    for (name, side) in [("explicit_lhs", left), ("explicit_rhs", right)] {
        if side.braces {
            value[name] = json!(true);
        }
    }
    value
}

pub(super) fn term(term: &Term) -> Value {
    match &term.kind {
        TermKind::Null => json!({"type": "null", "value": {}}),
        TermKind::Bool(value) => json!({"type": "boolean", "value": value}),
        TermKind::Number(number) => json!({"type": "number", "value": number_value(number)}),
        TermKind::String(text) => string(&text.value),
        TermKind::Template(template) => json!({"type": "templatestring", "value": parts(template)}),
        TermKind::Var(name) if matches!(name.as_str(), "input" | "data") => operator(name),
        TermKind::Var(name) => var(name),
        TermKind::Reference(reference) => json!({"type": "ref", "value": steps(reference)}),
        TermKind::Call(callee, arguments) => {
            call(callee_of(callee), &arguments.iter().map(self::term).collect::<Vec<_>>())
        }
        TermKind::Infix(operator, sides) => {
            call(self::operator(operator.builtin()), &[self::term(&sides.0), self::term(&sides.1)])
        }
        TermKind::In(element) => membership(element.key.as_ref(), &element.value, &element.collection),
        TermKind::Minus(inner) => {
            call(operator("minus"), &[json!({"type": "number", "value": 0}), self::term(inner)])
        }
        TermKind::Array(items) => json!({"type": "array", "value": list(items)}),
        TermKind::Set(items) => json!({"type": "set", "value": list(items)}),
        TermKind::Object(entries) => {
            json!({"type": "object", "value": entries.iter().map(pair).collect::<Vec<_>>()})
        }
        TermKind::Comprehension(comprehension) => self::comprehension(comprehension),
    }
}

/// Through text, as OPA's come: what is no number in JSON is left as text.
fn number_value(number: &str) -> Value {
    serde_json::from_str(number).unwrap_or_else(|_| json!(number))
}

fn list(items: &[Term]) -> Vec<Value> {
    items.iter().map(term).collect()
}

fn pair(entry: &Entry) -> Value {
    json!([term(&entry.key), term(&entry.value)])
}

fn comprehension(comprehension: &Comprehension) -> Value {
    match comprehension {
        Comprehension::Array(head, inner) => {
            json!({"type": "arraycomprehension", "value": {"term": term(head), "body": body(inner)}})
        }
        Comprehension::Set(head, inner) => {
            json!({"type": "setcomprehension", "value": {"term": term(head), "body": body(inner)}})
        }
        Comprehension::Object(Entry { key, value }, inner) => json!({
            "type": "objectcomprehension",
            "value": {"key": term(key), "value": term(value), "body": body(inner)},
        }),
    }
}

fn parts(template: &Template) -> Value {
    let part = |part: &Part| match part {
        Part::Text(_, text) => string(text),
        Part::Hole(statement) => match &statement.kind {
            StatementKind::Term(constant)
                if matches!(
                    constant.kind,
                    TermKind::Null | TermKind::Bool(_) | TermKind::Number(_) | TermKind::String(_)
                ) =>
            {
                term(constant)
            }
            _ => expression(statement, 0),
        },
    };
    let parts: Vec<Value> = template.parts.iter().map(part).collect();
    let parts = if parts.is_empty() { Value::Null } else { json!(parts) };
    json!({"parts": parts, "multi_line": template.raw})
}

fn callee_of(callee: &Term) -> Value {
    match &callee.kind {
        TermKind::Var(name) => operator(name),
        TermKind::Reference(reference) => json!({"type": "ref", "value": steps(reference)}),
        _ => json!({"type": "ref", "value": [term(callee)]}),
    }
}

fn steps(reference: &Reference) -> Vec<Value> {
    let head = match &reference.head.kind {
        TermKind::Var(name) => var(name),
        _ => term(&reference.head),
    };
    std::iter::once(head).chain(reference.path.iter().map(term)).collect()
}

fn membership(key: Option<&Term>, value: &Term, collection: &Term) -> Value {
    let name = if key.is_some() { "member_3" } else { "member_2" };
    let callee = json!({"type": "ref", "value": [var("internal"), string(name)]});
    let arguments: Vec<Value> = key.into_iter().chain([value, collection]).map(term).collect();
    call(callee, &arguments)
}

fn call(callee: Value, arguments: &[Value]) -> Value {
    json!({"type": "call", "value": std::iter::once(callee).chain(arguments.iter().cloned()).collect::<Vec<_>>()})
}

pub(super) fn operator(name: &str) -> Value {
    json!({"type": "ref", "value": [var(name)]})
}

pub(super) fn var(name: &str) -> Value {
    json!({"type": "var", "value": name})
}

pub(super) fn string(text: &str) -> Value {
    json!({"type": "string", "value": text})
}

/// Brings sets and objects into one order, without doubles, and calls all wildcards `_`.
fn canonical(value: &mut Value) {
    match value {
        Value::Array(items) => items.iter_mut().for_each(canonical),
        Value::Object(members) => {
            members.values_mut().for_each(canonical);
            if members.get("type").is_some_and(|kind| kind == "var") {
                let is_wildcard = members["value"].as_str().is_some_and(|name| name.starts_with('$'));
                if is_wildcard {
                    members["value"] = json!("_");
                }
            }
            let kind = members.get("type").and_then(Value::as_str).unwrap_or_default();
            if matches!(kind, "set" | "object") {
                let is_object = kind == "object";
                sort(members["value"].as_array_mut().expect("a list"), is_object);
            }
            if members.get("name").and_then(Value::as_str).is_some_and(|name| name.starts_with('$')) {
                members["name"] = json!("_");
            }
            if members.get("alias").and_then(Value::as_str).is_some_and(|name| name.starts_with('$')) {
                members["alias"] = json!("_");
            }
        }
        _ => {}
    }
}

fn sort(items: &mut Vec<Value>, is_object: bool) {
    let key = |item: &Value| if is_object { item[0].to_string() } else { item.to_string() };
    // Of two members of one key the later one counts; wildcards are never the same.
    items.reverse();
    items.sort_by_key(|item| key(item));
    items.dedup_by(|a, b| key(a) == key(b) && !key(a).contains("\"value\":\"_\""));
}
