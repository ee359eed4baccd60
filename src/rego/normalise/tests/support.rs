//! Runs policies bare and rewritten.

use regorus::unstable::{Module, Ref};
use regorus::{Engine, Value};
use serde_json::Value as Json;

use crate::rego::guard;
use crate::rego::normalise::packages::by_package;
use crate::rego::normalise::print::print;
use crate::rego::normalise::{NormalisedModule, normalise};

/// The files of a policy, path and text.
pub(super) type Files = Vec<(String, String)>;

/// What a policy says to a query.
#[derive(Debug, Clone, PartialEq)]
pub(super) enum Answer {
    /// The bindings and values of each result, sets as sorted lists; nothing when it is undefined.
    Results(Vec<Json>),
    /// Why there is none.
    Failed(String),
}

/// An engine with these files as they are.
pub(super) fn bare(files: &Files) -> Result<Engine, String> {
    let mut engine = Engine::new();
    engine.set_gather_prints(true);
    engine.set_policy_length_config(guard::length_limits());
    for (path, text) in files {
        engine.add_policy(path.clone(), text.clone()).map_err(|error| error.to_string())?;
    }
    Ok(engine)
}

/// The syntax of files.
pub(super) fn parse(files: &Files) -> Result<Vec<Ref<Module>>, String> {
    bare(files).map(|mut engine| engine.get_modules().clone())
}

/// The modules that files become.
pub(super) fn rewrite(files: &Files) -> Result<Vec<NormalisedModule>, String> {
    let modules = parse(files)?;
    normalise(&modules).map_err(|found| found.iter().map(ToString::to_string).collect::<Vec<_>>().join("\n"))
}

/// The files that files become.
pub(super) fn rewritten(files: &Files) -> Result<Files, String> {
    let modules = rewrite(files)?;
    Ok(modules.into_iter().map(|module| (module.path, module.text)).collect())
}

/// The files as they are printed without any rewriting but that of names.
pub(super) fn plain(files: &Files) -> Files {
    let modules = parse(files).unwrap();
    let packages = by_package(&modules).into_iter().map(|files| {
        let text = print(&files.unite().unwrap().package).text;
        (files.paths().remove(0), text)
    });
    packages.collect()
}

/// Asks an engine.
pub(super) fn ask(engine: &Engine, query: &str, data: Option<&Json>, input: Option<&Json>) -> Answer {
    let mut engine = engine.clone();
    if let Some(data) = data
        && let Err(error) = engine.add_data(Value::from(data.clone()))
    {
        return Answer::Failed(error.to_string());
    }
    if let Some(input) = input {
        engine.set_input(Value::from(input.clone()));
    }
    match engine.eval_query(query.to_owned(), false) {
        Err(error) => Answer::Failed(error.to_string()),
        Ok(results) => Answer::Results(results.result.iter().map(|row| {
            let bindings: Json = serde_json::from_str(&row.bindings.to_json_str().unwrap()).unwrap();
            if bindings.as_object().is_some_and(|object| !object.is_empty()) {
                bindings
            } else {
                serde_json::from_str(&row.expressions.last().unwrap().value.to_json_str().unwrap()).unwrap()
            }
        }).collect()),
    }
}

/// A document in which no order matters but that of keys.
pub(super) fn sorted(value: &Json) -> Json {
    match value {
        Json::Array(items) => {
            let mut items = items.iter().map(sorted).collect::<Vec<_>>();
            items.sort_by_key(ToString::to_string);
            Json::Array(items)
        }
        Json::Object(fields) => fields.iter().map(|(key, value)| (key.clone(), sorted(value))).collect(),
        Json::Number(number) => number.as_f64().map_or_else(|| value.clone(), Json::from),
        other => other.clone(),
    }
}
