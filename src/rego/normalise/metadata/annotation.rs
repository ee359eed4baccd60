//! One annotation as OPA shows it.

use regorus::Value;
use regorus::value::Object;

/// What an annotation is about.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Scope {
    Rule,
    Document,
    Package,
    Subpackages,
}

/// What a comment stands before.
#[derive(Debug)]
pub(super) struct Node {
    pub(super) row: u32,
    /// Below `data`.
    pub(super) path: Vec<String>,
    pub(super) is_rule: bool,
}

/// An annotation, and where what it is about begins.
#[derive(Debug)]
pub(super) struct Annotation {
    pub(super) scope: Scope,
    pub(super) path: Vec<String>,
    pub(super) file: String,
    pub(super) row: u32,
    pub(super) value: Value,
}

/// Fields that OPA shows as they are.
const PLAIN: [&str; 4] = ["title", "description", "organizations", "custom"];
/// Fields that it shows in a form of their own.
const NOT_SHOWN: [&str; 3] = ["schemas", "compile", "labels"];

impl Annotation {
    /// An annotation with the fields of a comment before a node.
    ///
    /// # Errors
    /// Says what of it cannot be told.
    pub(super) fn new(file: &str, node: &Node, fields: &Value) -> Result<Self, String> {
        let fields = fields.as_object().map_err(|_| "the metadata must be fields with values".to_owned())?;
        if let Some(name) = NOT_SHOWN.into_iter().find(|name| field(fields, name).is_some()) {
            return Err(format!("`rego.metadata` cannot show the field `{name}`: leave it out"));
        }
        let is_entry = field(fields, "entrypoint") == Some(&Value::Bool(true));
        let (scope, word) = scope_of(field(fields, "scope"), node, is_entry)?;
        let mut shown = Value::new_object();
        let into = shown.as_object_mut().map_err(|error| error.to_string())?;
        into.insert(Value::from("scope"), Value::from(word));
        if is_entry {
            into.insert(Value::from("entrypoint"), Value::Bool(true));
        }
        for name in PLAIN {
            if let Some(value) = field(fields, name).filter(|value| !is_empty(value)) {
                into.insert(Value::from(name), value.clone());
            }
        }
        for (name, show) in [("authors", author as fn(&Value) -> Value), ("related_resources", resource)] {
            let items = field(fields, name).and_then(|value| value.as_array().ok());
            if let Some(items) = items.filter(|items| items.iter().next().is_some()) {
                let items = items.iter().map(show).collect::<Vec<_>>();
                into.insert(Value::from(name), Value::from(items));
            }
        }
        Ok(Self { scope, path: node.path.clone(), file: file.to_owned(), row: node.row, value: shown })
    }
}

fn field<'o>(fields: &'o Object, name: &str) -> Option<&'o Value> {
    fields.get(&Value::from(name))
}

fn scope_of(said: Option<&Value>, node: &Node, is_entry: bool) -> Result<(Scope, &'static str), String> {
    let said = said.and_then(|said| said.as_string().ok()).map(ToString::to_string);
    match (said.as_deref(), node.is_rule) {
        (None, true) if is_entry => Ok((Scope::Document, "document")),
        (None | Some("rule"), true) => Ok((Scope::Rule, "rule")),
        (Some("document"), true) => Ok((Scope::Document, "document")),
        (None | Some("package"), false) => Ok((Scope::Package, "package")),
        (Some("subpackages"), false) => Ok((Scope::Subpackages, "subpackages")),
        (Some(other), _) => Err(format!("metadata of scope `{other}` cannot stand here")),
    }
}

fn is_empty(value: &Value) -> bool {
    match value {
        Value::String(text) => text.is_empty(),
        Value::Array(items) => items.iter().next().is_none(),
        Value::Object(members) => members.is_empty(),
        Value::Null | Value::Undefined => true,
        Value::Bool(_) | Value::Number(_) | Value::Set(_) => false,
    }
}

/// `Jane Doe <jane@example.com>` in its parts.
fn author(value: &Value) -> Value {
    let Ok(text) = value.as_string() else { return value.clone() };
    let (name, email) = match text.rsplit_once(' ') {
        Some((name, email)) if email.starts_with('<') && email.ends_with('>') => {
            (name.trim(), Some(email.trim_matches(['<', '>'])))
        }
        _ if text.starts_with('<') && text.ends_with('>') => ("", Some(text.trim_matches(['<', '>']))),
        _ => (text.trim(), None),
    };
    object([("name", Some(name)), ("email", email)])
}

fn resource(value: &Value) -> Value {
    match value.as_string() {
        Ok(address) => object([("ref", Some(address.as_ref())), ("description", None)]),
        Err(_) => value.clone(),
    }
}

fn object(members: [(&str, Option<&str>); 2]) -> Value {
    let mut object = Value::new_object();
    if let Ok(into) = object.as_object_mut() {
        for (name, text) in members {
            if let Some(text) = text {
                into.insert(Value::from(name), Value::from(text));
            }
        }
    }
    object
}
