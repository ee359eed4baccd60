//! `data.system.log.mask`: what a policy itself wants hidden, in OPA's convention.

use std::time::Duration;

use regorus::value::Object;
use regorus::{Rc, Value};

use crate::domain::mask::{InputRecord, MARKER, Mask, MaskOp};
use crate::rego::evaluate::{Limits, question};
use crate::rego::input::Input;
use crate::rego::mask::secrets::Secrets;
use crate::rego::policy::Policy;

const QUESTION: &str = "data.system.log.mask";
/// The most entries of a mask.
const MAX_ENTRIES: usize = 10_000;

/// What `policy` wants hidden of `input`.
pub fn ask(policy: &Policy, input: &Input, limits: &Limits) -> Mask {
    if !policy.declares_mask() {
        return Mask::Undeclared;
    }
    let mut event = Value::new_object();
    if let Ok(members) = event.as_object_mut() {
        members.insert(Value::from("input"), input.0.clone());
        members.insert(Value::from("path"), Value::from("policy/hook_result"));
    }
    let failed = |cause: &str| Mask::Failed(format!("`data.system.log.mask` {cause}"));
    match question(policy, &Input(event), QUESTION, limits) {
        Err(()) if limits.timeout == Duration::ZERO => failed("has no time left"),
        Err(()) => failed("cannot be evaluated"),
        Ok(value) => {
            read(&value).unwrap_or_else(|| failed("must be a set of paths or of operations on paths"))
        }
    }
}

fn read(value: &Value) -> Option<Mask> {
    let entries: Vec<&Value> = match value {
        Value::Undefined => Vec::new(),
        Value::Set(entries) => entries.iter_sorted().take(MAX_ENTRIES.saturating_add(1)).collect(),
        Value::Array(entries) => entries.iter().take(MAX_ENTRIES.saturating_add(1)).collect(),
        Value::Null | Value::Bool(_) | Value::Number(_) | Value::String(_) | Value::Object(_) => return None,
    };
    if entries.len() > MAX_ENTRIES {
        return None;
    }
    entries.into_iter().map(read_entry).collect::<Option<_>>().map(Mask::Named)
}

fn read_entry(entry: &Value) -> Option<MaskOp> {
    let path = |text: &Value| {
        let text = text.as_string().ok()?;
        let is_known =
            ["input", "result", "nd_builtin_cache"].contains(&text.strip_prefix('/')?.split('/').next()?);
        is_known.then(|| text.to_string())
    };
    let Ok(object) = entry.as_object() else { return Some(MaskOp { path: path(entry)?, value: None }) };
    let member = |name: &str| object.get(&Value::from(name));
    let path = path(member("path")?)?;
    match member("op")?.as_string().ok()?.as_ref() {
        "remove" => Some(MaskOp { path, value: None }),
        "upsert" => {
            let value = member("value").unwrap_or(&Value::Null);
            Some(MaskOp { path, value: Some(serde_json::to_value(value).ok()?) })
        }
        _ => None,
    }
}

/// What stands at `path` in `input`.
pub(super) fn look<'v>(input: &'v Value, path: &str) -> Option<&'v Value> {
    path.split('/').skip(2).try_fold(input, |inner, step| match inner {
        Value::Object(object) => object.get(&find(object, step)?),
        Value::Array(items) => items.get(step.parse().ok()?),
        Value::Null
        | Value::Bool(_)
        | Value::Number(_)
        | Value::String(_)
        | Value::Set(_)
        | Value::Undefined => None,
    })
}

/// Does to `document` what `op` says; says whether there was something to do it to.
pub(super) fn apply(document: &mut Value, op: &MaskOp, secrets: &mut Secrets) -> bool {
    let mut steps = op.path.split('/').skip(2).peekable();
    let mut inner = document;
    while let Some(step) = steps.next() {
        if steps.peek().is_none() {
            return set(inner, step, op.value.as_ref(), secrets);
        }
        let next = match inner {
            Value::Object(object) => find(object, step).and_then(|key| Rc::make_mut(object).get_mut(&key)),
            Value::Array(items) => step.parse().ok().and_then(|index| Rc::make_mut(items).get_mut(index)),
            Value::Null
            | Value::Bool(_)
            | Value::Number(_)
            | Value::String(_)
            | Value::Set(_)
            | Value::Undefined => None,
        };
        match next {
            Some(next) => inner = next,
            None => return false,
        }
    }
    // The whole input.
    secrets.add(inner);
    *inner = Value::new_object();
    true
}

fn set(inner: &mut Value, step: &str, value: Option<&serde_json::Value>, secrets: &mut Secrets) -> bool {
    let new = value.map(|value| Value::from(value.clone()));
    match inner {
        Value::Object(object) => {
            let Some(key) = find(object, step) else { return upsert(object, step, new) };
            object.get(&key).into_iter().for_each(|old| secrets.add(old));
            let object = Rc::make_mut(object);
            drop(match new {
                Some(new) => object.insert(key, new),
                None => object.remove(&key),
            });
            true
        }
        Value::Array(items) => {
            let item = step.parse().ok().and_then(|index| Rc::make_mut(items).get_mut(index));
            let Some(item) = item else { return false };
            secrets.add(item);
            // Removed, it would move those behind it under other paths.
            *item = new.unwrap_or_else(|| Value::from(MARKER));
            true
        }
        Value::Null
        | Value::Bool(_)
        | Value::Number(_)
        | Value::String(_)
        | Value::Set(_)
        | Value::Undefined => false,
    }
}

/// OPA puts a value also where none was.
fn upsert(object: &mut Rc<Object>, step: &str, new: Option<Value>) -> bool {
    new.is_some_and(|new| {
        drop(Rc::make_mut(object).insert(Value::from(step), new));
        true
    })
}

/// The member that `step` names, as it is written or as JSON pointers write it.
fn find(object: &Object, step: &str) -> Option<Value> {
    let unescaped = step.replace("~1", "/").replace("~0", "~");
    [step, &unescaped].into_iter().map(Value::from).find(|key| object.contains_key(key))
}

/// Adds a path to a list that is bounded.
pub(super) fn list(paths: &mut Vec<String>, path: &str) {
    if paths.len() < InputRecord::MAX_PATHS && !paths.iter().any(|known| known == path) {
        paths.push(path.to_owned());
    }
}
