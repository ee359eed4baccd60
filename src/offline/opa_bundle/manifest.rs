//! The `.manifest` of a bundle: in which Rego it is written, and which packages and data it may hold.

use std::collections::BTreeMap;

use serde::Deserialize;
use serde_json::Value;

use crate::domain::bundle::FileKind;
use crate::domain::diagnostic::{Diagnostic, Fault};
use crate::offline::archive::ArchivedFile;

/// The Rego that is run here.
const REGO: i64 = 1;

/// What a manifest says, as far as it matters here.
#[derive(Debug, Default, Deserialize)]
#[serde(default)]
pub(super) struct Manifest {
    /// Paths with `/`, such as `policy/lib`; without them, everything.
    roots: Option<Vec<String>>,
    rego_version: Option<i64>,
    /// By path of a file, or pattern of such.
    file_rego_versions: Option<BTreeMap<String, i64>>,
}

impl Manifest {
    /// The manifest in `content`.
    ///
    /// # Errors
    /// When it is none, or of a bundle in another Rego.
    pub(super) fn parse(content: &[u8]) -> Result<Self, Diagnostic> {
        let manifest: Self = serde_json::from_slice(content).map_err(|cause| {
            Diagnostic::new(Fault::UnreadableArchive, format!("`.manifest` cannot be read: {cause}"))
        })?;
        if let Some(version) = manifest.rego_version.filter(|version| *version != REGO) {
            return Err(foreign(&format!(
                "the bundle is in Rego v{version} (`rego_version` of `.manifest`)"
            )));
        }
        let other = manifest.file_rego_versions.iter().flatten().find(|(_, version)| **version != REGO);
        match other {
            Some((file, version)) => {
                Err(foreign(&format!("`{file}` is in Rego v{version} (`file_rego_versions` of `.manifest`)")))
            }
            None => Ok(manifest),
        }
    }

    /// Refuses a file whose package or data lie outside of the roots.
    ///
    /// # Errors
    /// Names what does, and the roots.
    pub(super) fn check(&self, file: &ArchivedFile) -> Result<(), Diagnostic> {
        let Some(roots) = &self.roots else { return Ok(()) };
        let roots: Vec<&str> = roots.iter().map(|root| root.trim_matches('/')).collect();
        let outside = match FileKind::of(&file.path) {
            FileKind::Rego | FileKind::RegoTest => {
                find_package(&file.content).filter(|package| !is_below(package, &roots))
            }
            FileKind::JsonData => find_data(file, &roots),
            FileKind::YamlData => {
                let folder = folder_of(&file.path).to_owned();
                (!is_below(&folder, &roots)).then_some(folder)
            }
            FileKind::Other => None,
        };
        let Some(outside) = outside else { return Ok(()) };
        let message = format!(
            "`{}` defines `/{outside}`, which is outside of the roots of `.manifest`: {}",
            file.path,
            roots.iter().map(|root| format!("`/{root}`")).collect::<Vec<_>>().join(", ")
        );
        Err(Diagnostic::new(Fault::Conflict, message))
    }
}

fn foreign(what: &str) -> Diagnostic {
    Diagnostic::new(
        Fault::Syntax,
        format!("{what}: only Rego v{REGO} is run; rewrite it with `opa fmt --rego-v1`"),
    )
}

fn folder_of(path: &str) -> &str {
    path.rsplit_once('/').map_or("", |(folder, _)| folder)
}

/// Whether `path` is one of the roots, or lies in one.
fn is_below(path: &str, roots: &[&str]) -> bool {
    roots.iter().any(|root| {
        root.is_empty()
            || path.strip_prefix(root).is_some_and(|rest| rest.is_empty() || rest.starts_with('/'))
    })
}

/// The package of a module, as a path; `None` where it has none that can be read, which is for the evaluators to say.
fn find_package(module: &[u8]) -> Option<String> {
    let text = str::from_utf8(module).ok()?;
    let mut lines = text.lines().map(str::trim_start);
    let line = lines.find(|line| !line.is_empty() && !line.starts_with('#'))?;
    let path = line.strip_prefix("package")?.trim_start();
    let path = path.split(['#', ';']).next()?.trim_end();
    let parts = path.split(['.', '[', ']']).map(|part| part.trim_matches(['"', '`', ' ']));
    Some(parts.filter(|part| !part.is_empty()).collect::<Vec<_>>().join("/"))
}

/// The first path of a data document that is outside: above a root there are only objects.
fn find_data(file: &ArchivedFile, roots: &[&str]) -> Option<String> {
    let data = serde_json::from_slice::<Value>(&file.content).ok()?;
    let mut left = vec![(folder_of(&file.path).to_owned(), &data)];
    while let Some((path, value)) = left.pop() {
        if is_below(&path, roots) {
            continue;
        }
        let leads_to_a_root = path.is_empty() || roots.iter().any(|root| is_below(root, &[&path]));
        match value {
            Value::Object(members) if leads_to_a_root => {
                let below =
                    |key: &String| if path.is_empty() { key.clone() } else { format!("{path}/{key}") };
                left.extend(members.iter().map(|(key, value)| (below(key), value)));
            }
            Value::Null
            | Value::Bool(_)
            | Value::Number(_)
            | Value::String(_)
            | Value::Array(_)
            | Value::Object(_) => return Some(path),
        }
    }
    None
}

#[cfg(test)]
mod tests {
    use super::{Manifest, find_package};
    use crate::offline::archive::ArchivedFile;

    #[test]
    fn the_package_is_that_of_the_first_statement() {
        let check = |text: &str, package: Option<&str>| {
            assert_eq!(find_package(text.as_bytes()).as_deref(), package, "{text}");
        };
        check("# package no\n\n  package policy # yes\n", Some("policy"));
        check("package policy.lib[\"a-b\"].c; import rego.v1", Some("policy/lib/a-b/c"));
        check("import rego.v1\npackage x", None);
        check("", None);
    }

    #[track_caller]
    fn check(roots: &str, (path, content): (&str, &str), outside: Option<&str>) {
        let manifest = Manifest::parse(format!("{{\"roots\": {roots}}}").as_bytes()).unwrap();
        let file = ArchivedFile { path: path.to_owned(), content: content.into() };
        let found = manifest.check(&file).err().map(|fault| fault.message);
        let said = outside.map(|outside| format!("`{path}` defines `/{outside}`, which is outside"));
        match (found, said) {
            (None, None) => {}
            (Some(found), Some(said)) if found.starts_with(&said) => {}
            other => panic!("{other:?}"),
        }
    }

    #[test]
    fn packages_and_data_lie_below_the_roots() {
        check("[\"\"]", ("x.rego", "package a"), None);
        check("[\"policy\"]", ("x.rego", "package policy.lib"), None);
        check("[\"policy\"]", ("x.rego", "package policylib"), Some("policylib"));
        check("[\"/policy/lib/\"]", ("x.rego", "package policy"), Some("policy"));
        check("[\"policy\", \"a/b\"]", ("data.json", "{\"a\": {\"b\": 1}, \"policy\": 2}"), None);
        check("[\"a/b\"]", ("data.json", "{\"a\": {\"c\": 1}}"), Some("a/c"));
        check("[\"a/b\"]", ("data.json", "{\"a\": 1}"), Some("a"));
        check("[\"a/b\"]", ("a/data.json", "{\"b\": 1}"), None);
        check("[\"a\"]", ("b/data.json", "{}"), Some("b"));
        check("[\"a\"]", ("b/data.yaml", "x: 1"), Some("b"));
        check("[\"a\"]", ("b/README.md", "x"), None);
        check("null", ("b/data.json", "{}"), None);
        check("[]", ("data.json", "{\"a\": 1}"), Some("a"));
    }

    #[test]
    fn another_rego_is_refused_in_words() {
        let refused = |text: &str| Manifest::parse(text.as_bytes()).unwrap_err().message;
        assert!(refused("{\"rego_version\": 0}").starts_with("the bundle is in Rego v0 (`rego_version`"));
        let file = refused("{\"rego_version\": 1, \"file_rego_versions\": {\"/a.rego\": 0}}");
        assert!(file.starts_with("`/a.rego` is in Rego v0"), "{file}");
        assert!(refused("[").starts_with("`.manifest` cannot be read: "));
        assert!(Manifest::parse(b"{\"rego_version\": 1, \"wasm\": [], \"metadata\": {\"x\": 1}}").is_ok());
    }
}
