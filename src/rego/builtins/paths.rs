//! `json.filter` and `json.remove`: documents and the paths in them that are kept or left out.

use std::collections::{BTreeMap, BTreeSet};

use regorus::Value;

use crate::rego::builtins::{Refusal, argument, items_of, measure};

/// The paths as a tree; where one ends, there is nothing below.
type Paths = BTreeMap<Value, Below>;

enum Below {
    End,
    More(Paths),
}

pub(super) fn filter(arguments: &[Value]) -> Result<Value, Refusal> {
    let (document, paths) = document_and_paths(arguments)?;
    Ok(kept(document, &paths))
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
    items_of(argument(arguments, 1)?)?.into_iter().try_for_each(|path| add(&mut tree, path))?;
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
        Value::Null
        | Value::Bool(_)
        | Value::Number(_)
        | Value::Set(_)
        | Value::Object(_)
        | Value::Undefined => Err(Refusal::wrong_argument()),
    }
}

/// What of `value` the paths lead to. Where a path leads on and the value doesn't, the value is kept.
fn kept(value: &Value, paths: &Paths) -> Value {
    select(value, |key, member| match paths.get(key)? {
        Below::End => Some(member.clone()),
        Below::More(paths) => Some(kept(member, paths)),
    })
}

/// `value` without what the paths lead to.
fn without(value: &Value, paths: &Paths) -> Value {
    select(value, |key, member| match paths.get(key) {
        None => Some(member.clone()),
        Some(Below::End) => None,
        Some(Below::More(paths)) => Some(without(member, paths)),
    })
}

/// `value` with what `choose` makes of its members; an item of a set is its own key.
fn select(value: &Value, choose: impl Fn(&Value, &Value) -> Option<Value>) -> Value {
    match value {
        Value::Object(members) => {
            let chosen = members.iter().filter_map(|(key, member)| Some((key.clone(), choose(key, member)?)));
            chosen.collect::<BTreeMap<_, _>>().into()
        }
        Value::Array(items) => {
            let items = items.iter().enumerate();
            items.filter_map(|(index, item)| choose(&position(index), item)).collect::<Vec<_>>().into()
        }
        Value::Set(items) => {
            items.iter().filter_map(|item| choose(item, item)).collect::<BTreeSet<_>>().into()
        }
        Value::Null | Value::Bool(_) | Value::Number(_) | Value::String(_) | Value::Undefined => {
            value.clone()
        }
    }
}

/// The places of an array are keys as texts.
fn position(index: usize) -> Value {
    Value::from(index.to_string())
}
