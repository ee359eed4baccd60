//! One place below `data` holds one thing, as data in `fixtures/conflicts`; OPA refuses the same where there is one.

use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;

use serde::Deserialize;

use crate::domain::bundle::{Bundle, BundleFile};
use crate::domain::diagnostic::{Diagnostic, Fault};
use crate::rego::compile::{Language, compile};
use crate::rego::opa;

#[derive(Debug, PartialEq, Deserialize)]
#[serde(deny_unknown_fields)]
struct Expected {
    refused: Vec<Refusal>,
}

#[derive(Debug, PartialEq, Deserialize)]
#[serde(deny_unknown_fields)]
struct Refusal {
    file: String,
    row: u32,
    col: u32,
    message: String,
}

fn list(folder: &Path) -> Vec<PathBuf> {
    let mut paths: Vec<_> = fs::read_dir(folder).unwrap().map(|entry| entry.unwrap().path()).collect();
    paths.sort();
    paths
}

fn cases() -> Vec<PathBuf> {
    let cases = list(&Path::new(env!("CARGO_MANIFEST_DIR")).join("fixtures/conflicts"));
    assert!(cases.len() > 10, "the fixtures are missing");
    cases
}

fn expected(case: &Path) -> Expected {
    serde_json::from_str(&fs::read_to_string(case.join("expect.json")).unwrap()).unwrap()
}

fn files(case: &Path, folder: &Path) -> Vec<BundleFile> {
    let file = |path: PathBuf| {
        if path.is_dir() {
            return files(case, &path);
        }
        let name = path.strip_prefix(case).unwrap().to_str().unwrap().to_owned();
        vec![BundleFile { path: name, text: fs::read_to_string(path).unwrap() }]
    };
    list(folder).into_iter().flat_map(file).filter(|file| file.path != "expect.json").collect()
}

fn refusal(found: Diagnostic) -> Refusal {
    assert_eq!(found.fault, Fault::Conflict);
    let place = found.place.unwrap();
    Refusal { file: place.file, row: place.row, col: place.col, message: found.message }
}

#[test]
fn what_is_two_things_at_one_place_is_refused_with_both_places() {
    for case in cases() {
        let bundle = Bundle { files: files(&case, &case) };
        let found = compile(&bundle, &Language { allow_functions: true }).err().unwrap_or_default();
        let found = Expected { refused: found.into_iter().map(refusal).collect() };
        assert_eq!(found, expected(&case), "{}", case.display());
    }
}

#[test]
fn opa_refuses_the_same() {
    let Some(program) = opa::find() else { return println!("left out: there is no `opa`") };
    for case in cases() {
        let mut command = Command::new(&program);
        let status =
            command.args(["check", "--bundle", "--ignore", "expect.json"]).arg(&case).output().unwrap();
        let refused = !expected(&case).refused.is_empty();
        assert_eq!(!status.status.success(), refused, "{}", case.display());
    }
}
