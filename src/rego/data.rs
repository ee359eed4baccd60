//! `data.json` and `data.yaml`: merged below `data` at the path of their folder, as OPA does it.

use std::collections::BTreeMap;

use regorus::Value;

use crate::domain::bundle::{Bundle, BundleFile, FileKind};
use crate::domain::diagnostic::{Diagnostic, Fault, Place};
use crate::rego::document;
use crate::rego::place::shown_line;

/// The most values of one file; a bundle's size sets a lower one in practice.
const MAX_VALUES: usize = 1_000_000;
/// The most folders above a data file.
const MAX_FOLDERS: usize = 64;

/// The data of a bundle as one document.
///
/// # Errors
/// Every file that is no object, and every one that defines what another has defined.
pub(super) fn merge(bundle: &Bundle) -> Result<Value, Vec<Diagnostic>> {
    let (mut merged, mut found) = (Value::new_object(), Vec::new());
    for file in &bundle.files {
        let read = match file.kind() {
            FileKind::JsonData => parse_json(file),
            FileKind::YamlData => parse_yaml(file),
            FileKind::Rego | FileKind::RegoTest | FileKind::Other => continue,
        };
        let added = read.and_then(|value| below_folders(file, value));
        let merging = added.and_then(|value| {
            let mut path = Vec::new();
            merge_into(&mut merged, &value, &mut path).map_err(|()| collision(file, &path))
        });
        found.extend(merging.err());
    }
    if found.is_empty() { Ok(merged) } else { Err(found) }
}

/// The data with an object at each of these paths.
///
/// For OPA the object that rules such as `p.a := …` make is there even if none of them has a value; the engine needs to
/// be given it.
pub(super) fn with_objects(mut data: Value, paths: &[Vec<String>]) -> Value {
    for path in paths {
        let object = path.iter().rev().fold(Value::new_object(), |inner, name| {
            Value::from(BTreeMap::from([(Value::from(name.as_str()), inner)]))
        });
        // What is no object there has been refused: a rule and data have one path.
        merge_into(&mut data, &object, &mut Vec::new()).unwrap_or_default();
    }
    data
}

fn parse_json(file: &BundleFile) -> Result<Value, Diagnostic> {
    document::parse_json(file.text.as_bytes(), MAX_VALUES)
        .map_err(|error| unreadable(file, &error.to_string(), Some((error.line(), error.column()))))
}

fn parse_yaml(file: &BundleFile) -> Result<Value, Diagnostic> {
    document::parse_yaml(&file.text, MAX_VALUES).map_err(|error| {
        let position = error.location().map(|at| (at.line(), at.column()));
        unreadable(file, &error.to_string(), position)
    })
}

fn unreadable(file: &BundleFile, cause: &str, position: Option<(usize, usize)>) -> Diagnostic {
    let cause = cause.split(" at line ").next().unwrap_or(cause);
    let message = format!("the data cannot be read: {cause}");
    let number = |number: usize| u32::try_from(number).unwrap_or(u32::MAX).max(1);
    match position {
        None => Diagnostic::new(Fault::BadData, format!("`{}`: {message}", file.path)),
        Some((row, col)) => {
            let place = Place { file: file.path.clone(), row: number(row), col: number(col) };
            let line = shown_line(&file.text, place.row);
            Diagnostic::at(Fault::BadData, place, line, message)
        }
    }
}

fn below_folders(file: &BundleFile, value: Value) -> Result<Value, Diagnostic> {
    let wrong = |what: &str| Err(Diagnostic::new(Fault::BadData, format!("`{}` {what}", file.path)));
    if !matches!(value, Value::Object(_)) {
        return wrong("must hold an object");
    }
    let folders: Vec<&str> = file.path.split('/').rev().skip(1).collect();
    if folders.len() > MAX_FOLDERS {
        return wrong("lies too deep: at most 64 folders are allowed above a data file");
    }
    Ok(folders
        .into_iter()
        .fold(value, |inner, folder| Value::from(BTreeMap::from([(Value::from(folder), inner)]))))
}

/// On failure `path` is where both have something and not both a folder.
fn merge_into(merged: &mut Value, added: &Value, path: &mut Vec<String>) -> Result<(), ()> {
    let (Ok(merged), Ok(added)) = (merged.as_object_mut(), added.as_object()) else { return Err(()) };
    for (key, value) in added.iter() {
        path.push(key.as_string().map(ToString::to_string).unwrap_or_default());
        match merged.get_mut(key) {
            Some(known) => merge_into(known, value, path)?,
            None => drop(merged.insert(key.clone(), value.clone())),
        }
        path.pop();
    }
    Ok(())
}

fn collision(file: &BundleFile, path: &[String]) -> Diagnostic {
    let message =
        format!("`{}` defines `{}`, which other data of the policy defines too", file.path, path.join("."));
    Diagnostic::new(Fault::BadData, message)
}

#[cfg(test)]
mod tests {
    use super::merge;
    use crate::domain::bundle::{Bundle, BundleFile};
    use serde_json::{Value, json};

    fn bundle(files: &[(&str, &str)]) -> Bundle {
        let file =
            |(path, text): &(&str, &str)| BundleFile { path: (*path).to_owned(), text: (*text).to_owned() };
        Bundle { files: files.iter().map(file).collect() }
    }

    #[track_caller]
    fn gives(files: &[(&str, &str)], expected: &Value) {
        let merged = merge(&bundle(files)).unwrap().to_json_str().unwrap();
        assert_eq!(serde_json::from_str::<Value>(&merged).unwrap(), *expected);
    }

    #[track_caller]
    fn refuses(files: &[(&str, &str)], expected: &str) {
        let found = merge(&bundle(files)).unwrap_err();
        assert_eq!(found.iter().map(ToString::to_string).collect::<Vec<_>>(), [expected]);
    }

    #[test]
    fn data_lies_at_the_path_of_its_folder() {
        gives(
            &[("data.json", r#"{"a":1}"#), ("b/c/data.yaml", "d: [1, x]")],
            &json!({"a": 1, "b": {"c": {"d": [1, "x"]}}}),
        );
        gives(
            &[("b/data.json", r#"{"x":1}"#), ("data.json", r#"{"b":{"y":2}}"#)],
            &json!({"b": {"x": 1, "y": 2}}),
        );
        gives(&[("a.json", "{"), ("b/other.yaml", "x: 1")], &json!({}));
    }

    #[test]
    fn data_defined_twice_is_refused_with_its_path() {
        let expected = "`data.json` defines `b.x`, which other data of the policy defines too";
        refuses(&[("b/data.json", r#"{"x":1}"#), ("data.json", r#"{"b":{"x":1}}"#)], expected);
        let expected = "`data.yaml` defines `b`, which other data of the policy defines too";
        refuses(&[("b/data.json", r#"{"x":1}"#), ("data.yaml", "b: 7")], expected);
    }

    #[test]
    fn data_that_is_no_object_is_refused() {
        refuses(&[("data.json", "[1]")], "`data.json` must hold an object");
        refuses(
            &[("data.json", "{\n \"a\": 1e400}")],
            "data.json:2:11: the data cannot be read: number out of range: \"a\": 1e400}",
        );
        refuses(
            &[("x/data.yaml", "a: [")],
            "x/data.yaml:2:1: the data cannot be read: did not find expected node content",
        );
    }

    #[test]
    fn every_file_that_is_wrong_is_reported() {
        assert_eq!(merge(&bundle(&[("a/data.json", "1"), ("b/data.json", "{")])).unwrap_err().len(), 2);
    }
}
