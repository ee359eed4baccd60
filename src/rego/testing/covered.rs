//! What tests come to of a policy, as data in `fixtures/covered`, and that OPA counts the same where there is one.

use std::collections::{BTreeMap, BTreeSet};
use std::fs;
use std::path::Path;
use std::process::Command;

use serde::Deserialize;
use serde_json::Value as Json;

use super::Suite;
use super::tests::{LIMITS, bundle, folders_in};
use crate::domain::coverage::Coverage;
use crate::rego::compile::Language;
use crate::rego::opa;

type Rows = BTreeMap<String, BTreeSet<u32>>;

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Expected {
    /// By the paths of the files.
    not_covered: Rows,
}

fn expected(folder: &Path) -> Rows {
    let text = fs::read_to_string(folder.join("expect.json")).unwrap();
    serde_json::from_str::<Expected>(&text).unwrap().not_covered
}

#[test]
fn what_no_test_comes_to_is_not_covered() {
    for folder in folders_in("covered") {
        let mut suite = Suite::load(bundle(&folder), Language { allow_functions: true }).unwrap();
        suite.cover();
        assert!(suite.run_from(0, LIMITS).count() > 0);
        let coverage = Coverage::of(&suite.coverable(), &suite.take_covered());
        let found: Rows = coverage.files.into_iter().map(|(path, file)| (path, file.not_covered)).collect();
        assert_eq!(found, expected(&folder), "{}", folder.display());
    }
}

/// OPA tells a row on which a statement was evaluated and its head did not hold under both: it is covered.
fn rows(file: &Json, member: &str) -> BTreeSet<u32> {
    let ranges = file[member].as_array().cloned().unwrap_or_default();
    let row = |range: &Json, end: &str| u32::try_from(range[end]["row"].as_u64().unwrap()).unwrap();
    ranges.iter().flat_map(|range| row(range, "start")..=row(range, "end")).collect()
}

#[test]
fn opa_counts_the_same() {
    let Some(program) = opa::find() else { return println!("left out: there is no `opa`") };
    for folder in folders_in("covered") {
        let mut command = Command::new(&program);
        let output = command.args(["test", "--coverage", "."]).current_dir(&folder).output().unwrap();
        let report: Json = serde_json::from_slice(&output.stdout).unwrap();
        for (path, not_covered) in expected(&folder) {
            let file = &report["files"][&path];
            let found = &rows(file, "not_covered") - &rows(file, "covered");
            assert_eq!(found, not_covered, "{}: {path}", folder.display());
        }
    }
}
