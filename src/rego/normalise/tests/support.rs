//! Runs policies bare and rewritten.

use std::path::{Path, PathBuf};
use std::{env, fs};

use regorus::unstable::{Module, Ref};
use regorus::{Engine, Value};
use serde_json::Value as Json;

use super::opa::Query;
use crate::rego::guard;
use crate::rego::normalise::{NormalisedModule, Purpose, normalise, reprint};

/// The files of a policy, path and text.
pub(super) type Files = Vec<(String, String)>;

/// What a policy says to a query.
#[derive(Debug, Clone, PartialEq)]
pub(super) enum Answer {
    /// The bindings of each result; none when it is undefined.
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
    normalise(&modules, Purpose::Gate)
        .map(|normal| normal.modules)
        .map_err(|found| found.iter().map(ToString::to_string).collect::<Vec<_>>().join("\n"))
}

/// The files that files become.
pub(super) fn rewritten(files: &Files) -> Result<Files, String> {
    let modules = rewrite(files)?;
    Ok(modules.into_iter().map(|module| (module.path, module.text)).collect())
}

/// The files as they are printed without any rewriting but that of names.
pub(super) fn plain(files: &Files) -> Files {
    let modules = reprint(&parse(files).unwrap()).unwrap();
    modules.into_iter().map(|module| (module.path, module.text)).collect()
}

/// Asks an engine.
pub(super) fn ask(engine: &Engine, query: &Query<'_>) -> Answer {
    let mut engine = engine.clone();
    if let Some(data) = query.data
        && let Err(error) = engine.add_data(Value::from(data.clone()))
    {
        return Answer::Failed(error.to_string());
    }
    if let Some(input) = query.input {
        engine.set_input(Value::from(input.clone()));
    }
    match engine.eval_query(query.text.to_owned(), false) {
        Err(error) => Answer::Failed(error.to_string()),
        Ok(results) => {
            let bindings = results.result.iter().map(|row| row.bindings.to_json_str().unwrap());
            Answer::Results(bindings.map(|text| serde_json::from_str(&text).unwrap()).collect())
        }
    }
}

/// What results bind to `x`, where no order matters.
pub(super) fn values(results: &[Json]) -> Json {
    sorted(&results.iter().map(|result| result["x"].clone()).collect())
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

/// A setting for tests.
#[expect(clippy::disallowed_methods, reason = "tests have no configuration")]
pub(super) fn setting(name: &str) -> Option<String> {
    env::var(name).ok()
}

/// The folders in a folder.
pub(super) fn folders(path: &Path) -> Vec<PathBuf> {
    entries(path).into_iter().filter(|path| path.is_dir()).collect()
}

/// What is in a folder, sorted.
pub(super) fn entries(path: &Path) -> Vec<PathBuf> {
    let mut entries: Vec<PathBuf> = fs::read_dir(path).unwrap().map(|entry| entry.unwrap().path()).collect();
    entries.sort();
    entries
}
