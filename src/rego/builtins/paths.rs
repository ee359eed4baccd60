//! `json.filter` and `json.remove`: documents and the paths in them that are kept or left out.

use std::collections::{BTreeMap, BTreeSet};

use regorus::Value;

use crate::rego::builtins::{Refusal, argument, measure};

/// The paths as a tree; where one ends, there is nothing below.
type Paths = BTreeMap<Value, Below>;

enum Below {
    End,
    More(Paths),
}

pub(super) fn filter(arguments: &[Value]) -> Result<Value, Refusal> {
    let (document, paths) = document_and_paths(arguments)?;
    Ok(kept(document, &paths).unwrap_or_else(Value::new_object))
}

pub(super) fn remove(arguments: &[Value]) -> Result<Value, Refusal> {
    let (document, paths) = document_and_paths(arguments)?;
    Ok(without(document, &paths))
}

fn document_and_paths(arguments: &[Value]) -> Result<(&Value, Paths), Refusal> {
    let document = argument(arguments, 0)?;
    document.as_object().map_err(|_| Refusal::wrong_argument())?;
    measure::check(arguments)?;
    let mut tree = Paths::new();
    match argument(arguments, 1)? {
        Value::Array(paths) => paths.iter().try_for_each(|path| add(&mut tree, path))?,
        Value::Set(paths) => paths.iter().try_for_each(|path| add(&mut tree, path))?,
        _ => return Err(Refusal::wrong_argument()),
    }
    Ok((document, tree))
}

fn add(tree: &mut Paths, path: &Value) -> Result<(), Refusal> {
    let mut parts = parse(path)?;
    let Some(last) = parts.pop() else { return Ok(()) };
    let mut node = tree;
    for part in parts {
        match node.entry(part).or_insert_with(|| Below::More(Paths::new())) {
            Below::End => return Ok(()),
            Below::More(below) => node = below,
        }
    }
    node.insert(last, Below::End);
    Ok(())
}

/// A path is a list of keys, or a text of them between slashes.
fn parse(path: &Value) -> Result<Vec<Value>, Refusal> {
    match path {
        Value::String(text) if text.is_empty() => Ok(Vec::new()),
        Value::String(text) => {
            let parts = text.trim_start_matches('/').split('/');
            Ok(parts.map(|part| Value::from(part.replace("~1", "/").replace("~0", "~"))).collect())
        }
        Value::Array(parts) => Ok(parts.iter().cloned().collect()),
        _ => Err(Refusal::wrong_argument()),
    }
}

/// What of `value` the paths lead to. Where a path leads on and the value doesn't, the value is kept.
fn kept(value: &Value, paths: &Paths) -> Option<Value> {
    let below = |key: &Value, value: &Value| match paths.get(key)? {
        Below::End => Some(value.clone()),
        Below::More(paths) => kept(value, paths),
    };
    match value {
        Value::Object(members) => {
            Some(object(members.iter().filter_map(|(key, member)| Some((key, below(key, member)?)))))
        }
        Value::Array(items) => {
            let items = items.iter().enumerate();
            Some(items.filter_map(|(index, item)| below(&position(index), item)).collect::<Vec<_>>().into())
        }
        Value::Set(items) => {
            Some(items.iter().filter_map(|item| below(item, item)).collect::<BTreeSet<_>>().into())
        }
        Value::Undefined => None,
        scalar => Some(scalar.clone()),
    }
}

/// `value` without what the paths lead to.
fn without(value: &Value, paths: &Paths) -> Value {
    let below = |key: &Value, value: &Value| match paths.get(key) {
        None => Some(value.clone()),
        Some(Below::End) => None,
        Some(Below::More(paths)) => Some(without(value, paths)),
    };
    match value {
        Value::Object(members) => {
            object(members.iter().filter_map(|(key, member)| Some((key, below(key, member)?))))
        }
        Value::Array(items) => {
            let items = items.iter().enumerate();
            items.filter_map(|(index, item)| below(&position(index), item)).collect::<Vec<_>>().into()
        }
        Value::Set(items) => {
            items.iter().filter_map(|item| below(item, item)).collect::<BTreeSet<_>>().into()
        }
        scalar => scalar.clone(),
    }
}

/// The places of an array are keys as texts.
fn position(index: usize) -> Value {
    Value::from(index.to_string())
}

fn object<'a>(members: impl Iterator<Item = (&'a Value, Value)>) -> Value {
    members.map(|(key, member)| (key.clone(), member)).collect::<BTreeMap<_, _>>().into()
}
