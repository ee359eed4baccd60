//! Careless shapes as people write them, and careful ones that look alike: what is said of each, by hand.

use std::fs;
use std::path::{Path, PathBuf};

use hookgate_rego::model;
use hookgate_rego::syntax::{Dialect, Lines, parse};
use serde_json::{Value, json};

use super::server::Server;

fn folders() -> Vec<PathBuf> {
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../fixtures/careless");
    let entries = fs::read_dir(root).unwrap().map(|entry| entry.unwrap().path());
    let mut folders: Vec<PathBuf> = entries.filter(|path| path.is_dir()).collect();
    folders.sort();
    folders
}

fn text(folder: &Path) -> String {
    fs::read_to_string(folder.join("policy.rego")).unwrap()
}

fn expected(folder: &Path) -> Value {
    serde_json::from_str(&fs::read_to_string(folder.join("expect.json")).unwrap_or_default())
        .unwrap_or_default()
}

/// What is said of a text: the code, the row, the words.
fn told(text: &str) -> Value {
    let parsed = parse(text, Dialect::V1);
    let lines = Lines::new(text);
    if !parsed.errors.is_empty() {
        let one = |error: &hookgate_rego::syntax::SyntaxError| json!({"code": "Syntax", "row": lines.row(error.span.start), "message": error.message});
        return parsed.errors.iter().map(one).collect();
    }
    let found = model::check(&[&parsed.module], &|_| false);
    let one = |refusal: &model::Refusal| {
        let row = lines.row(refusal.span.start);
        json!({"code": format!("{:?}", refusal.code), "row": row, "message": refusal.message})
    };
    found.iter().map(one).collect()
}

#[test]
fn careless_shapes_are_refused_in_these_words_and_near_ones_accepted() {
    let mut wrong = Vec::new();
    for folder in folders() {
        let (told, expected) = (told(&text(&folder)), expected(&folder));
        if told != expected {
            wrong.push(format!("{}\n{}", folder.display(), serde_json::to_string_pretty(&told).unwrap()));
        }
        let is_near = folder.file_name().is_some_and(|name| name.to_string_lossy().starts_with("near-"));
        if is_near != (expected == json!([])) {
            wrong.push(format!("{} expects the contrary of its name", folder.display()));
        }
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}

#[test]
fn careless_shapes_are_refused_at_the_rows_of_opa() {
    let Some(server) = Server::start() else { return };
    let mut judge = server.judge("shape");
    // A server leaves `print` out; `opa check` does not.
    let is_asked = |folder: &PathBuf| !text(folder).contains("print(");
    for folder in folders().into_iter().filter(is_asked) {
        let theirs = judge.faults(&text(&folder)).expect("OPA's answer");
        let expected = expected(&folder);
        let rows: Vec<u64> =
            expected.as_array().into_iter().flatten().filter_map(|one| one["row"].as_u64()).collect();
        // OPA tells of two defaults at the package.
        let is_told = |row: u32| row <= 1 || rows.contains(&u64::from(row));
        assert_eq!(theirs.is_empty(), rows.is_empty(), "{}: {theirs:?}", folder.display());
        assert!(theirs.iter().all(|(row, ..)| is_told(*row)), "{}: {theirs:?} {rows:?}", folder.display());
    }
}
