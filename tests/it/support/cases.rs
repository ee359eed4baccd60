//! Cases that are folders: what is shipped in `policies`, what is promised and survived in `fixtures`.

use std::fs;
use std::path::{Path, PathBuf};

use hookgate::domain::bundle::{PolicyFormat, PolicyUpload};
use serde::Deserialize;
use serde::de::DeserializeOwned;

use super::bundles::zip;

/// The folders in `folder` of the repository, by name.
pub(crate) fn list_folders(folder: impl AsRef<Path>) -> Vec<PathBuf> {
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).join(folder);
    let entries = fs::read_dir(root).unwrap().map(|entry| entry.unwrap().path());
    let mut folders: Vec<_> = entries.filter(|path| path.is_dir()).collect();
    folders.sort();
    folders
}

/// The name of a case or policy.
pub(crate) fn name_of(folder: &Path) -> &str {
    folder.file_name().unwrap().to_str().unwrap()
}

/// What `expect.json` of a case says.
pub(crate) fn expected<T: DeserializeOwned>(case: &Path) -> T {
    let text = fs::read_to_string(case.join("expect.json")).unwrap();
    serde_json::from_str(&text).unwrap_or_else(|error| panic!("{}: {error}", case.display()))
}

/// What the policy of a case is asked about.
pub(crate) fn input_of(case: &Path) -> String {
    fs::read_to_string(case.join("input.json")).unwrap_or_else(|_| "{}".to_owned())
}

/// The policy in `folder`: `policy.zip` as it is, its only file, or all of them in a zip. What belongs to its cases is left out.
pub(crate) fn policy_in(folder: &Path) -> PolicyUpload {
    if let Ok(bytes) = fs::read(folder.join("policy.zip")) {
        return PolicyUpload { format: PolicyFormat::Zip, bytes };
    }
    let files = list_files(folder, folder);
    if let [(_, text)] = files.as_slice() {
        return PolicyUpload { format: PolicyFormat::Rego, bytes: text.clone().into_bytes() };
    }
    let files: Vec<_> = files.iter().map(|(name, text)| (name.as_str(), text.as_bytes())).collect();
    PolicyUpload { format: PolicyFormat::Zip, bytes: zip(&files) }
}

fn list_files(root: &Path, folder: &Path) -> Vec<(String, String)> {
    let mut files = Vec::new();
    for entry in fs::read_dir(folder).unwrap() {
        let path = entry.unwrap().path();
        let name = path.strip_prefix(root).unwrap().to_str().unwrap().to_owned();
        match name.as_str() {
            "cases" | "expect.json" | "input.json" => {}
            _ if path.is_dir() => files.extend(list_files(root, &path)),
            _ => files.push((name, fs::read_to_string(&path).unwrap())),
        }
    }
    files.sort();
    files
}

/// What `expect.json` of an attack says: where it ends, and how.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct Survival {
    pub(crate) at: At,
    pub(crate) outcome: Outcome,
}

/// Where an attack ends.
#[derive(Debug, Clone, Copy, PartialEq, Deserialize)]
#[serde(rename_all = "snake_case")]
pub(crate) enum At {
    Registration,
    Evaluation,
}

/// How an attack ends.
#[derive(Debug, Clone, Copy, PartialEq, Deserialize)]
#[serde(rename_all = "snake_case")]
pub(crate) enum Outcome {
    Refused,
    Errored,
    TimedOut,
    /// Errored or timed out: memory and time run a race.
    Stopped,
    /// Refused by the hook, because the denial in it is not lost.
    Denied,
    AnyBounded,
}
