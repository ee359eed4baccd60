//! Folders of policies and cases.

use std::path::{Path, PathBuf};
use std::{env, fs};

use serde_json::Value as Json;

/// The files of a policy, path and text.
pub(crate) type Files = Vec<(String, String)>;

/// The policies in a folder that are run, by their names.
pub(crate) fn policies(folder: &Path) -> Files {
    let is_policy = |path: &PathBuf| {
        let name = path.to_str().unwrap();
        path.extension().is_some_and(|end| end == "rego") && !name.ends_with("_test.rego")
    };
    let read = |path: PathBuf| {
        (path.file_name().unwrap().to_str().unwrap().to_owned(), fs::read_to_string(&path).unwrap())
    };
    entries(folder).into_iter().filter(is_policy).map(read).collect()
}

/// The document in a file.
pub(crate) fn json(path: &Path) -> Json {
    let text = fs::read_to_string(path).unwrap_or_else(|why| panic!("{}: {why}", path.display()));
    serde_json::from_str(&text).unwrap_or_else(|why| panic!("{}: {why}", path.display()))
}

/// The folders in a folder.
pub(crate) fn folders(path: &Path) -> Vec<PathBuf> {
    entries(path).into_iter().filter(|path| path.is_dir()).collect()
}

fn entries(path: &Path) -> Vec<PathBuf> {
    let read = fs::read_dir(path).unwrap_or_else(|why| panic!("{}: {why}", path.display()));
    let mut entries: Vec<PathBuf> = read.map(|entry| entry.unwrap().path()).collect();
    entries.sort();
    entries
}

/// A folder of the repository.
pub(crate) fn root(folder: &str) -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join(folder)
}

/// A setting for these tests.
#[expect(clippy::disallowed_methods, reason = "tests have no configuration")]
pub(crate) fn setting(name: &str) -> Option<String> {
    env::var(name).ok()
}

/// A number as a setting.
pub(crate) fn number(name: &str) -> Option<u64> {
    setting(name).map(|text| text.parse().unwrap_or_else(|_| panic!("{name} is no number")))
}
