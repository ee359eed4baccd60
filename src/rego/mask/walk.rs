//! One walk through a document: what Terraform marks sensitive, what has a secret name, what looks like a secret.
//!
//! Terraform's marks stand beside what they are about, in every part of a plan or state: so nobody needs to know where in a
//! document the plan is, and a change taken out of a plan is masked like one in it.

use std::collections::HashMap;

use regorus::value::Object;
use regorus::{Rc, Value};
use serde_json::json;

use crate::domain::mask::{InputRecord, MARKER};
use crate::rego::mask::path::Path;
use crate::rego::mask::secrets::Secrets;
use crate::rego::mask::{names, values};

/// Members that hold marks, and what they mark.
const MARKS: [(&str, &str); 3] =
    [("after_sensitive", "after"), ("before_sensitive", "before"), ("sensitive_values", "values")];
/// What in an object with `"sensitive": true`, an output or a variable, holds the value.
const MARKED_WHOLE: [&str; 2] = ["value", "default"];
/// What in an object of Terraform's that has a secret name holds a value; the rest describes it.
const HOLDERS: [&str; 3] = ["value", "default", "constant_value"];
/// What an object of Terraform's is known by.
const WRAPPED: [&str; 4] = ["value", "default", "constant_value", "references"];

/// What a member's name says.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Kind {
    Plain,
    Secret,
    /// It may say something about other members.
    Telling,
}

/// The walk, and what it has found.
#[derive(Debug, Default)]
pub(super) struct Walk {
    /// The paths of what was masked.
    pub(super) masked: Vec<String>,
    /// What was masked.
    pub(super) secrets: Secrets,
    path: Path,
    /// By address: equal names of a document share one text.
    kinds: HashMap<usize, Kind>,
}

impl Walk {
    /// `value` with its secrets masked; `None` when it has none.
    pub(super) fn walk(&mut self, value: &Value) -> Option<Value> {
        match value {
            Value::String(text) if values::looks_secret(text) => {
                if let Some(password) = values::password_of(text) {
                    self.secrets.add_text(password);
                }
                self.replace(value)
            }
            Value::Array(_) => self.each_item(value, Self::walk),
            Value::Object(object) => self.walk_object(object),
            Value::Null
            | Value::Bool(_)
            | Value::Number(_)
            | Value::String(_)
            | Value::Set(_)
            | Value::Undefined => None,
        }
    }

    fn walk_object(&mut self, object: &Rc<Object>) -> Option<Value> {
        let is_telling = object.keys().any(|key| self.kind(key) == Kind::Telling);
        let marked = if is_telling { self.apply_marks(object) } else { None };
        let source = marked.as_ref().unwrap_or(object);
        let mut changes = Vec::new();
        for (key, member) in source.iter() {
            let is_secret = self.kind(key) == Kind::Secret;
            let change =
                self.within(key, |walk| if is_secret { walk.hide(member) } else { walk.walk(member) });
            changes.extend(change.map(|change| (key.clone(), change)));
        }
        if changes.is_empty() { marked.map(Value::Object) } else { Some(with(source, changes)) }
    }

    /// What Terraform says about members of `object`.
    fn apply_marks(&mut self, object: &Rc<Object>) -> Option<Rc<Object>> {
        let mut changes = Vec::new();
        for (marks, marked) in MARKS {
            let key = Value::from(marked);
            if let (Some(marks), Some(value)) = (member(object, marks), object.get(&key)) {
                let change = self.within(&key, |walk| walk.apply(marks, value));
                changes.extend(change.map(|change| (key, change)));
            }
        }
        if member(object, "sensitive") == Some(&Value::Bool(true)) {
            for name in MARKED_WHOLE {
                let key = Value::from(name);
                let change = object.get(&key).and_then(|value| self.within(&key, |walk| walk.replace(value)));
                changes.extend(change.map(|change| (key, change)));
            }
            // An output that is written out.
            let (key, marks) = (Value::from("expression"), Value::from(json!({ "constant_value": true })));
            let change =
                object.get(&key).and_then(|value| self.within(&key, |walk| walk.apply(&marks, value)));
            changes.extend(change.map(|change| (key, change)));
        }
        changes.extend(self.variables(object).map(|change| (Value::from("variables"), change)));
        if changes.is_empty() { None } else { Some(updated(object, changes)) }
    }

    /// The values of the variables that the configuration of the same plan declares sensitive.
    fn variables(&mut self, plan: &Object) -> Option<Value> {
        let variables = member(plan, "variables")?.as_object().ok()?;
        let declared = ["root_module", "variables"]
            .into_iter()
            .try_fold(member(plan, "configuration")?, |inner, name| member(inner.as_object().ok()?, name));
        let mut changes = Vec::new();
        for (name, declaration) in declared?.as_object().ok()?.iter() {
            let is_sensitive = declaration
                .as_object()
                .is_ok_and(|object| member(object, "sensitive") == Some(&Value::Bool(true)));
            let (Some(Value::Object(variable)), true) = (variables.get(name), is_sensitive) else { continue };
            let key = Value::from("value");
            let Some(value) = variable.get(&key) else { continue };
            self.path.push_key(&Value::from("variables"));
            self.path.push_key(name);
            let change = self.within(&key, |walk| walk.replace(value));
            self.path.pop();
            self.path.pop();
            changes.extend(change.map(|change| (name.clone(), with(variable, vec![(key, change)]))));
        }
        if changes.is_empty() {
            return None;
        }
        let mut masked = variables.clone();
        for (name, change) in changes {
            drop(masked.insert(name, change));
        }
        Some(Value::Object(Rc::new(masked)))
    }

    /// `value` as far as `marks`, a tree of the same form, has `true` in it.
    fn apply(&mut self, marks: &Value, value: &Value) -> Option<Value> {
        match (marks, value) {
            (Value::Bool(true), _) => self.replace(value),
            (Value::Array(marks), Value::Array(_)) => {
                let mut marks = marks.iter();
                self.each_item(value, |walk, item| walk.apply(marks.next()?, item))
            }
            (Value::Object(marks), Value::Object(object)) => {
                let mut changes = Vec::new();
                for (key, mark) in marks.iter() {
                    let change =
                        object.get(key).and_then(|inner| self.within(key, |walk| walk.apply(mark, inner)));
                    changes.extend(change.map(|change| (key.clone(), change)));
                }
                if changes.is_empty() { None } else { Some(with(object, changes)) }
            }
            _ => None,
        }
    }

    /// The texts in what has a secret name.
    fn hide(&mut self, value: &Value) -> Option<Value> {
        match value {
            Value::String(text) if !text.is_empty() && !names::is_option(text) => self.replace(value),
            Value::Number(_) => self.replace(value),
            Value::Array(_) => self.each_item(value, Self::hide),
            Value::Object(object) => {
                let is_wrapped = WRAPPED.iter().any(|name| member(object, name).is_some());
                let mut changes = Vec::new();
                for (key, inner) in object.iter() {
                    let is_value =
                        !is_wrapped || key.as_string().is_ok_and(|name| HOLDERS.contains(&&**name));
                    let change =
                        self.within(key, |walk| if is_value { walk.hide(inner) } else { walk.walk(inner) });
                    changes.extend(change.map(|change| (key.clone(), change)));
                }
                if changes.is_empty() { None } else { Some(with(object, changes)) }
            }
            Value::Null | Value::Bool(_) | Value::String(_) | Value::Set(_) | Value::Undefined => None,
        }
    }

    /// The marker in the place of the whole `value`. Null says that a value is not there or not known yet.
    fn replace(&mut self, value: &Value) -> Option<Value> {
        if matches!(value, Value::Null) || value.as_string().is_ok_and(|text| &**text == MARKER) {
            return None;
        }
        self.secrets.add(value);
        if self.masked.len() < InputRecord::MAX_PATHS {
            self.masked.push(self.path.to_text());
        }
        Some(Value::from(MARKER))
    }

    fn each_item(
        &mut self,
        array: &Value,
        mut job: impl FnMut(&mut Self, &Value) -> Option<Value>,
    ) -> Option<Value> {
        let mut changes = Vec::new();
        for (index, item) in array.as_array().ok()?.iter().enumerate() {
            self.path.push_index(index);
            changes.extend(job(self, item).map(|change| (index, change)));
            self.path.pop();
        }
        if changes.is_empty() {
            return None;
        }
        let mut masked = array.clone();
        let items = masked.as_array_mut().ok()?;
        for (index, change) in changes {
            *items.get_mut(index)? = change;
        }
        Some(masked)
    }

    fn within<T>(&mut self, key: &Value, job: impl FnOnce(&mut Self) -> T) -> T {
        self.path.push_key(key);
        let done = job(self);
        self.path.pop();
        done
    }

    fn kind(&mut self, key: &Value) -> Kind {
        let Ok(name) = key.as_string() else { return Kind::Plain };
        *self.kinds.entry(name.as_ptr().addr()).or_insert_with(|| {
            let is_telling = MARKS.iter().any(|(marks, _)| *marks == &**name)
                || matches!(&**name, "sensitive" | "configuration");
            match (is_telling, names::looks_secret(name)) {
                (true, _) => Kind::Telling,
                (false, true) => Kind::Secret,
                (false, false) => Kind::Plain,
            }
        })
    }
}

fn member<'o>(object: &'o Object, name: &str) -> Option<&'o Value> {
    object.get(&Value::from(name))
}

fn with(object: &Rc<Object>, changes: Vec<(Value, Value)>) -> Value {
    Value::Object(updated(object, changes))
}

fn updated(object: &Rc<Object>, changes: Vec<(Value, Value)>) -> Rc<Object> {
    let mut object = Rc::clone(object);
    let members = Rc::make_mut(&mut object);
    for (key, change) in changes {
        drop(members.insert(key, change));
    }
    object
}
