//! Functions that only the program has for which policies were written: declared in Rego, so that their files can be
//! compiled and their tests, which replace them by `with`, can be run. Both engines get the same text.

use std::collections::BTreeSet;
use std::fs;
use std::path::Path;

/// The files of `shims/`, each a package below `data.shims`.
pub(crate) struct Shims {
    files: Vec<(String, String)>,
}

impl Shims {
    pub(crate) fn read() -> Self {
        let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/published/shims");
        let mut files: Vec<_> = fs::read_dir(folder).unwrap().map(|entry| entry.unwrap().path()).collect();
        files.sort();
        let name = |path: &Path| format!("shims/{}", path.file_name().unwrap().to_string_lossy());
        let files = files.iter().map(|path| (name(path), fs::read_to_string(path).unwrap()));
        Self { files: files.collect() }
    }

    pub(crate) fn files(&self) -> impl Iterator<Item = (&str, &str)> {
        self.files.iter().map(|(path, text)| (path.as_str(), text.as_str()))
    }

    /// Replaces functions that are refused here, so that the tests of policies around them can be run.
    pub(crate) fn replace(&self, text: &str) -> String {
        let replaced = self.files.iter().filter_map(|(_, shim)| {
            let name = shim.lines().find_map(|line| line.strip_prefix("# in tests instead of: "))?;
            let package = shim.lines().find_map(|line| line.strip_prefix("package "))?;
            Some((format!("{name}("), format!("data.{package}.match(")))
        });
        replaced.fold(text.to_owned(), |text, (from, to)| text.replace(&from, &to))
    }

    /// Adds the imports that a text needs in the line after that of its package.
    pub(crate) fn add_imports(&self, text: &str) -> String {
        let needed: BTreeSet<_> = self.files.iter().filter_map(|(_, shim)| import(text, shim)).collect();
        let mut lines = String::new();
        let mut is_added = false;
        for line in text.split_inclusive('\n') {
            lines.push_str(line);
            if !is_added && line.starts_with("package ") {
                needed.iter().for_each(|import| lines.push_str(&format!("import {import}\n")));
                is_added = true;
            }
        }
        lines
    }
}

/// What a text has to import to use a shim: its first two lines say what it is for.
fn import<'a>(text: &str, shim: &'a str) -> Option<&'a str> {
    let said = |name: &str| shim.lines().find_map(|line| line.strip_prefix(name));
    let (used, import) = (said("# for: ")?, said("# import: ")?);
    let alias = used.trim_end_matches(['.', '(']).split('.').next()?;
    let is_name =
        |letter: char| letter.is_ascii_alphanumeric() || matches!(letter, '_' | '.' | '"' | '-' | '/');
    let is_used = text.match_indices(used).any(|(at, _)| !text[..at].ends_with(is_name));
    let is_taken =
        |line: &str| line.starts_with("import ") && line.trim_end().ends_with(&format!(".{alias}"));
    (is_used && !text.lines().any(is_taken)).then_some(import)
}
