//! The real OPA, where this machine has one.

use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;

use serde_json::{Value, json};

/// How many modules one call of OPA reads.
const BATCH: usize = 400;

/// The program: on the search path, or where Go installs it. Says so if there is none.
pub(crate) fn find() -> Option<PathBuf> {
    let home = std::env::home_dir().map(|home| home.join("go/bin/opa"));
    let programs = [Some(PathBuf::from("opa")), home];
    let found =
        programs.into_iter().flatten().find(|program| Command::new(program).arg("version").output().is_ok());
    if found.is_none() {
        println!("left out: no `opa` on the search path or where Go installs it");
    }
    found
}

/// The tree of each text, or nothing if OPA refuses it. `None` within: OPA's tree cannot be shown as JSON.
pub(super) fn trees(opa: &Path, texts: &[String]) -> Vec<Option<Value>> {
    texts.chunks(BATCH).flat_map(|batch| trees_of_batch(opa, batch)).collect()
}

fn trees_of_batch(opa: &Path, texts: &[String]) -> Vec<Option<Value>> {
    let folder = tempfile::tempdir().unwrap();
    let input = folder.path().join("input.json");
    fs::write(&input, json!(texts).to_string()).unwrap();
    let query = r#"[[i, m] | some i, t in input; m := json.marshal(rego.parse_module("m", t))]"#;
    let output = Command::new(opa)
        .args(["eval", "--format", "json", "--input"])
        .arg(&input)
        .arg(query)
        .output()
        .unwrap();
    let answer: Value = serde_json::from_slice(&output.stdout).unwrap();
    let pairs =
        answer.pointer("/result/0/expressions/0/value").expect("an answer").as_array().unwrap().clone();
    let mut trees = vec![None; texts.len()];
    for pair in pairs {
        let at = pair[0].as_u64().unwrap() as usize;
        trees[at] = Some(serde_json::from_str(pair[1].as_str().unwrap()).unwrap_or(Value::Null));
    }
    trees
}

/// For each text the row of its first error and the message, if OPA refuses to parse it.
pub(super) fn errors(opa: &Path, texts: &[String], v0: bool) -> Vec<Option<(u64, String)>> {
    texts.chunks(BATCH).flat_map(|batch| errors_of_batch(opa, batch, v0)).collect()
}

fn errors_of_batch(opa: &Path, texts: &[String], v0: bool) -> Vec<Option<(u64, String)>> {
    let folder = tempfile::tempdir().unwrap();
    for (index, text) in texts.iter().enumerate() {
        fs::write(folder.path().join(format!("{index}.rego")), text).unwrap();
    }
    let mut command = Command::new(opa);
    command.args(["check", "--max-errors", "0", "--format", "json"]);
    if v0 {
        command.arg("--v0-compatible");
    }
    let output = command.arg(folder.path()).output().unwrap();
    let answer: Value = serde_json::from_slice(&output.stderr).unwrap_or_default();
    let mut errors = vec![None; texts.len()];
    for error in answer["errors"].as_array().into_iter().flatten() {
        let file = Path::new(error["location"]["file"].as_str().unwrap_or_default());
        let index = file.file_stem().and_then(|stem| stem.to_str()?.parse::<usize>().ok());
        let (Some(index), Some("rego_parse_error")) = (index, error["code"].as_str()) else { continue };
        let row = error["location"]["row"].as_u64().unwrap_or_default();
        let message = error["message"].as_str().unwrap_or_default().to_owned();
        let place: &mut Option<(u64, String)> = &mut errors[index];
        if place.as_ref().is_none_or(|(first, _)| row < *first) {
            *place = Some((row, message));
        }
    }
    errors
}

/// What OPA can do, by its own account.
pub(crate) fn capabilities() -> Option<Value> {
    let output = Command::new(find()?).args(["capabilities", "--current"]).output().unwrap();
    Some(serde_json::from_slice(&output.stdout).unwrap())
}

/// The names of OPA's built-ins.
pub(super) fn builtins(opa: &Path) -> Vec<String> {
    let output = Command::new(opa).args(["capabilities", "--current"]).output().unwrap();
    let capabilities: Value = serde_json::from_slice(&output.stdout).unwrap();
    let builtins = capabilities["builtins"].as_array().cloned().unwrap_or_default();
    builtins.iter().filter_map(|builtin| Some(builtin["name"].as_str()?.to_owned())).collect()
}

/// The tree of a text of v0; nothing if OPA refuses it.
pub(super) fn tree_of_v0(opa: &Path, text: &str) -> Option<Value> {
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join("m.rego");
    fs::write(&file, text).unwrap();
    let output =
        Command::new(opa).args(["parse", "--v0-compatible", "--format", "json"]).arg(&file).output().unwrap();
    output.status.success().then(|| serde_json::from_slice(&output.stdout).unwrap_or(Value::Null))
}
