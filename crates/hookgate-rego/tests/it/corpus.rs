//! The modules at hand: what is shipped, fixtures, and OPA's own cases where a file of them is named.

use std::fs;
use std::path::{Path, PathBuf};

/// What is longer, or stands in this folder, attacks the reader, and OPA is not quick with it.
const LONGEST: usize = 50_000;
const ATTACKS: &str = "fixtures/attacks";

/// Every text of Rego in the repository, with its name; and OPA's cases, if `HOOKGATE_CONFORMANCE` names their file.
pub(crate) fn all() -> Vec<(String, String)> {
    let mut found = repository();
    found.extend(conformance());
    found
}

/// Texts that hold all of the language.
pub(crate) fn whole_language() -> [String; 2] {
    [include_str!("../texts/everything.rego"), include_str!("../texts/logic.rego")].map(str::to_owned)
}

/// Every text of Rego in the repository.
pub(crate) fn repository() -> Vec<(String, String)> {
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("../..");
    let mut files = Vec::new();
    for folder in
        ["policies", "fixtures", "integrations", "tests", "docs", "crates/hookgate-rego/tests/texts"]
    {
        collect(&root.join(folder), &mut files);
    }
    files.sort();
    let read = |path: PathBuf| {
        let text = fs::read_to_string(&path).ok().filter(|text| text.len() < LONGEST)?;
        Some((path.strip_prefix(&root).ok()?.display().to_string(), text))
    };
    files.into_iter().filter_map(read).collect()
}

fn collect(folder: &Path, files: &mut Vec<PathBuf>) {
    for entry in fs::read_dir(folder).into_iter().flatten().flatten() {
        let path = entry.path();
        if path.ends_with(ATTACKS) {
            continue;
        }
        if path.is_dir() {
            collect(&path, files);
        } else if path.extension().is_some_and(|extension| extension == "rego") {
            files.push(path);
        }
    }
}

#[expect(
    clippy::disallowed_methods,
    reason = "the cases are not part of the repository, so a test is told where they are"
)]
fn conformance() -> Vec<(String, String)> {
    let Ok(file) = std::env::var("HOOKGATE_CONFORMANCE") else { return Vec::new() };
    let mut found = Vec::new();
    for line in fs::read_to_string(file).unwrap().lines() {
        let case: serde_json::Value = serde_json::from_str(line).unwrap();
        let note = case["note"].as_str().unwrap_or_default().to_owned();
        for module in case["modules"].as_array().into_iter().flatten() {
            found.push((note.clone(), module.as_str().unwrap().to_owned()));
        }
    }
    found
}
