//! Who may name whom. The two tables are the ones of ARCHITECTURE.md.

use std::collections::BTreeMap;
use std::fs;
use std::path::{Path, PathBuf};

/// Module → the sibling modules it may name.
const MAY_USE: [(&str, &[&str]); 14] = [
    ("domain", &[]),
    ("clock", &["domain"]),
    ("rego", &["domain"]),
    ("evaluator", &["domain", "rego"]),
    ("store", &["domain"]),
    ("outbound", &["domain"]),
    ("service", &["domain", "clock", "evaluator", "store", "outbound"]),
    ("worker", &["domain", "service"]),
    ("http", &["domain", "service"]),
    ("config", &["domain", "outbound"]),
    ("client", &["domain", "outbound"]),
    (
        "app",
        &["domain", "clock", "rego", "evaluator", "store", "outbound", "service", "worker", "http", "config"],
    ),
    ("offline", &["domain", "evaluator", "config"]),
    ("cli", &["domain", "clock", "config", "client", "evaluator", "service", "app", "offline"]),
];

/// Rooms of the crate `hookgate-rego` → the rooms that it may name.
const ROOMS: [(&str, &[&str]); 2] = [("syntax", &[]), ("model", &["syntax"])];

/// What the crate of the language must not build on: it is read by more than the gate, and without the engine.
const NOT_FOR_THE_LANGUAGE: [&str; 2] = ["regorus", "hookgate"];

/// External crate → the modules that may name it. Crates that are not listed may be named anywhere.
const OWNED_BY: [(&str, &[&str]); 35] = [
    ("regorus", &["rego"]),
    ("zip", &["rego", "offline"]),
    ("flate2", &["rego", "offline"]),
    ("tar", &["offline"]),
    ("yaml_serde", &["rego", "config"]),
    ("unicode_normalization", &["rego"]),
    ("rustix", &["evaluator", "cli"]),
    ("tokio::process", &["evaluator", "cli"]),
    ("sqlx", &["store"]),
    ("reqwest", &["outbound"]),
    ("rustls", &["outbound"]),
    ("ipnet", &["outbound"]),
    ("url", &["outbound"]),
    ("axum", &["http"]),
    ("axum_server", &["http"]),
    ("hyper_util", &["http"]),
    ("tower_http", &["http"]),
    ("http_body_util", &["http"]),
    ("utoipa", &["http"]),
    ("utoipa_axum", &["http"]),
    ("clap", &["cli", "config"]),
    ("toml", &["config"]),
    ("humantime", &["config"]),
    ("bytesize", &["config"]),
    ("anyhow", &["app", "cli"]),
    ("tracing_subscriber", &["cli"]),
    ("include_dir", &["cli"]),
    ("unicode_width", &["cli"]),
    ("anstyle", &["cli"]),
    ("clap_complete", &["cli"]),
    ("clap_mangen", &["cli"]),
    ("indicatif", &["cli"]),
    ("quick_junit", &["cli"]),
    ("similar", &["cli"]),
    ("notify", &["cli"]),
];

/// Every module under a folder of the repository with its lines outside comments.
fn modules_of(folder: &str) -> BTreeMap<String, Vec<(PathBuf, usize, String)>> {
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).join(folder);
    let mut modules: BTreeMap<String, Vec<_>> = BTreeMap::new();
    for path in rust_files(&root) {
        let relative = path.strip_prefix(&root).unwrap().to_path_buf();
        let first = relative.components().next().unwrap().as_os_str().to_string_lossy().into_owned();
        let module = first.trim_end_matches(".rs").to_owned();
        let text = fs::read_to_string(&path).unwrap();
        let lines = text.lines().enumerate().filter(|(_, line)| !line.trim_start().starts_with("//"));
        let lines = lines.map(|(index, line)| (relative.clone(), index + 1, line.to_owned()));
        modules.entry(module).or_default().extend(lines);
    }
    modules
}

fn modules() -> BTreeMap<String, Vec<(PathBuf, usize, String)>> {
    modules_of("src")
}

fn rust_files(folder: &Path) -> Vec<PathBuf> {
    let mut files = Vec::new();
    for entry in fs::read_dir(folder).unwrap() {
        let path = entry.unwrap().path();
        if path.is_dir() {
            files.extend(rust_files(&path));
        } else if path.extension().is_some_and(|extension| extension == "rs") {
            files.push(path);
        }
    }
    files
}

/// Whether `line` names `path`, as a whole word at its beginning.
fn names(line: &str, path: &str) -> bool {
    line.match_indices(&format!("{path}::")).any(|(at, _)| {
        let before = line[..at].chars().next_back();
        before.is_none_or(|c| !(c.is_alphanumeric() || c == '_' || c == ':'))
    })
}

/// What modules name of their siblings without a right to.
fn trespasses(
    modules: BTreeMap<String, Vec<(PathBuf, usize, String)>>,
    table: &[(&str, &[&str])],
) -> Vec<String> {
    let mut broken = Vec::new();
    for (module, lines) in modules {
        if module == "lib" || module == "main" {
            continue;
        }
        let (_, allowed) = table
            .iter()
            .find(|(name, _)| *name == module)
            .unwrap_or_else(|| panic!("`{module}` is not in the table: give it a place"));
        for (path, row, line) in lines {
            for (other, _) in table.iter().filter(|(other, _)| *other != module && !allowed.contains(other)) {
                if names(&line, &format!("crate::{other}")) || line.contains(&format!("use crate::{other};"))
                {
                    broken.push(format!("{}:{row}: `{module}` names `{other}`", path.display()));
                }
            }
        }
    }
    broken
}

#[test]
fn modules_name_only_what_is_below_them() {
    let broken = trespasses(modules(), &MAY_USE);
    assert!(broken.is_empty(), "{}", broken.join("\n"));
}

#[test]
fn rooms_of_the_language_name_only_what_is_below_them() {
    let broken = trespasses(modules_of("crates/hookgate-rego/src"), &ROOMS);
    assert!(broken.is_empty(), "{}", broken.join("\n"));
}

#[test]
fn the_language_builds_on_neither_the_gate_nor_the_engine() {
    let manifest = Path::new(env!("CARGO_MANIFEST_DIR")).join("crates/hookgate-rego/Cargo.toml");
    let manifest: toml::Table = fs::read_to_string(manifest).unwrap().parse().unwrap();
    for kind in ["dependencies", "dev-dependencies", "build-dependencies"] {
        let named = manifest.get(kind).and_then(toml::Value::as_table).cloned().unwrap_or_default();
        for name in NOT_FOR_THE_LANGUAGE {
            assert!(!named.contains_key(name), "`{name}` is among the {kind}");
        }
    }
}

#[test]
fn every_external_crate_has_one_home() {
    let mut broken = Vec::new();
    for (module, lines) in modules() {
        for (path, row, line) in lines {
            for (name, _) in OWNED_BY.iter().filter(|(_, homes)| !homes.contains(&module.as_str())) {
                if names(&line, name) {
                    broken.push(format!("{}:{row}: `{module}` names `{name}`", path.display()));
                }
            }
        }
    }
    assert!(broken.is_empty(), "{}", broken.join("\n"));
}

#[test]
fn no_file_is_over_400_lines() {
    let root = Path::new(env!("CARGO_MANIFEST_DIR"));
    let files = ["src", "crates", "tests", "benches"].map(|folder| root.join(folder));
    let long =
        files.iter().filter(|folder| folder.exists()).flat_map(|folder| rust_files(folder)).filter_map(
            |path| {
                let lines = fs::read_to_string(&path).unwrap().lines().count();
                (lines > 400).then(|| format!("{}: {lines} lines", path.display()))
            },
        );
    let long: Vec<String> = long.collect();
    assert!(long.is_empty(), "{}", long.join("\n"));
}

#[test]
fn the_table_is_the_one_of_the_document() {
    let document = fs::read_to_string(Path::new(env!("CARGO_MANIFEST_DIR")).join("ARCHITECTURE.md")).unwrap();
    for (module, allowed) in MAY_USE.into_iter().chain(ROOMS) {
        let row = document
            .lines()
            .find(|line| line.starts_with(&format!("| `{module}` |")))
            .unwrap_or_else(|| panic!("ARCHITECTURE.md has no row for `{module}`"));
        let cell = row.split('|').nth(2).unwrap();
        let mut named: Vec<&str> = cell.split('`').skip(1).step_by(2).collect();
        let mut expected = allowed.to_vec();
        named.sort_unstable();
        expected.sort_unstable();
        assert_eq!(named, expected, "the row of `{module}`");
    }
}
