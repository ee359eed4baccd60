//! What tests come to, as data in `fixtures/unit_tests`, and that OPA says the same where there is one.

use std::collections::BTreeMap;
use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;
use std::time::Duration;

use serde::Deserialize;
use serde_json::Value as Json;

use super::{Limits, Suite};
use crate::domain::bundle::{Bundle, BundleFile};
use crate::domain::unit_test::{TestOutcome, TestResult};
use crate::rego::compile::Language;
use crate::rego::opa;

pub(super) const LIMITS: Limits =
    Limits { timeout: Duration::from_secs(5), now_ns: 1_795_334_400_000_000_000 };

/// What is expected of one test.
#[derive(Debug, PartialEq, Deserialize)]
#[serde(deny_unknown_fields)]
struct Expected {
    outcome: TestOutcome,
    /// Row of the test.
    row: u32,
    #[serde(default)]
    cases: BTreeMap<String, bool>,
    failed_row: Option<u32>,
    #[serde(default)]
    prints: Vec<String>,
    strict_error: Option<String>,
    message: Option<String>,
}

fn folders() -> Vec<PathBuf> {
    folders_in("unit_tests")
}

pub(super) fn folders_in(name: &str) -> Vec<PathBuf> {
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("fixtures").join(name);
    let mut folders: Vec<_> = fs::read_dir(root).unwrap().map(|entry| entry.unwrap().path()).collect();
    folders.sort();
    folders
}

fn read(folder: &Path, below: &Path, files: &mut Vec<BundleFile>) {
    for entry in fs::read_dir(below).unwrap() {
        let path = entry.unwrap().path();
        if path.is_dir() {
            read(folder, &path, files);
        } else if path.file_name().unwrap() != "expect.json" {
            let name = path.strip_prefix(folder).unwrap().to_str().unwrap().to_owned();
            files.push(BundleFile { path: name, text: fs::read_to_string(&path).unwrap() });
        }
    }
}

pub(super) fn bundle(folder: &Path) -> Bundle {
    let mut files = Vec::new();
    read(folder, folder, &mut files);
    files.sort_by(|a, b| a.path.cmp(&b.path));
    Bundle { files }
}

fn full_name(result: &TestResult) -> String {
    format!("{}.{}", result.test.package, result.test.name)
}

fn seen(result: TestResult) -> Expected {
    Expected {
        outcome: result.outcome,
        row: result.test.place.unwrap().row,
        cases: result.cases.into_iter().map(|case| (case.name, case.is_passed)).collect(),
        failed_row: result.failed_at.map(|place| place.row),
        prints: result.prints,
        strict_error: result.strict_error,
        message: result.message,
    }
}

fn run(bundle: &Bundle) -> BTreeMap<String, TestResult> {
    let suite = Suite::load(bundle.clone(), Language::default()).unwrap();
    let results = suite.run_from(0, LIMITS);
    results.map(|result| (full_name(&result), result)).collect()
}

/// What a real OPA says: the outcome and the failed cases of each test.
fn judge(folder: &Path) -> Option<BTreeMap<String, Json>> {
    let mut command = Command::new(opa::find()?);
    let output = command.args(["test", "--bundle", "--format", "json"]).arg(folder).output().unwrap();
    let results: Vec<Json> = serde_json::from_slice(&output.stdout)
        .unwrap_or_else(|_| panic!("opa: {}", String::from_utf8_lossy(&output.stderr)));
    let name = |result: &Json| {
        format!("{}.{}", result["package"].as_str().unwrap(), result["name"].as_str().unwrap())
    };
    Some(results.into_iter().map(|result| (name(&result), result)).collect())
}

fn outcome_of_opa(result: &Json) -> TestOutcome {
    let is = |key: &str| result[key].as_bool() == Some(true);
    match () {
        () if is("skip") => TestOutcome::Skipped,
        () if result.get("error").is_some() => TestOutcome::Errored,
        () if is("fail") => TestOutcome::Failed,
        () => TestOutcome::Passed,
    }
}

#[test]
fn tests_come_to_what_is_expected_of_them() {
    for folder in folders() {
        let text = fs::read_to_string(folder.join("expect.json")).unwrap();
        let expected: BTreeMap<String, Expected> = serde_json::from_str(&text).unwrap();
        let found: BTreeMap<_, _> =
            run(&bundle(&folder)).into_iter().map(|(name, result)| (name, seen(result))).collect();
        assert_eq!(found.keys().collect::<Vec<_>>(), expected.keys().collect::<Vec<_>>());
        for (name, found) in found {
            assert_eq!(found, expected[&name], "{}: {name}", folder.display());
        }
    }
}

#[test]
fn opa_says_the_same() {
    for folder in folders() {
        let Some(judged) = judge(&folder) else {
            println!("left out: no `opa` on the search path or in ~/go/bin");
            return;
        };
        let found = run(&bundle(&folder));
        let names = |name: &String| name.clone();
        assert_eq!(found.keys().map(names).collect::<Vec<_>>(), judged.keys().map(names).collect::<Vec<_>>());
        for (name, result) in &found {
            let opa = &judged[name];
            assert_eq!(result.outcome, outcome_of_opa(opa), "{}: {name}", folder.display());
            let cases = opa["sub_results"].as_object().cloned().unwrap_or_default();
            let failed =
                cases.iter().map(|(name, case)| (name.clone(), case["fail"].as_bool() != Some(true)));
            let ours = result.cases.iter().map(|case| (case.name.clone(), case.is_passed));
            assert_eq!(ours.collect::<BTreeMap<_, _>>(), failed.collect::<BTreeMap<_, _>>(), "{name}");
        }
    }
}

#[test]
fn a_pattern_keeps_the_tests_it_is_found_in() {
    let text = "package policy\n\ntest_ab if true\n\ntest_b if true\n\ntest_c if true\n";
    let file = BundleFile { path: "policy_test.rego".to_owned(), text: text.to_owned() };
    let mut suite = Suite::load(Bundle { files: vec![file] }, Language::default()).unwrap();
    suite.keep(r"policy\.test_a?b$").unwrap();
    assert_eq!(suite.tests().map(|test| test.name).collect::<Vec<_>>(), ["test_ab", "test_b"]);
    assert_eq!(suite.run_from(1, LIMITS).count(), 1);
    assert!(suite.keep("(").unwrap_err().contains("is not closed"));
}

#[test]
fn a_test_that_does_not_end_is_stopped() {
    let text = "package policy\n\nxs := numbers.range(1, 10000)\n\ntest_x if {\n\tsome a in xs\n\tsome b in xs\n\ta + b < 0\n}\n";
    let file = BundleFile { path: "policy_test.rego".to_owned(), text: text.to_owned() };
    let suite = Suite::load(Bundle { files: vec![file] }, Language::default()).unwrap();
    let limits = Limits { timeout: Duration::from_millis(50), ..LIMITS };
    let result = suite.run_from(0, limits).next().unwrap();
    assert_eq!(result.outcome, TestOutcome::Errored);
    assert_eq!(result.message.unwrap(), "stopped: over the time limit of 50ms");
}

/// The values of the one test in `text`, and both sides of its statement.
#[track_caller]
fn check_values(text: &str, values: &[(&str, &str)], sides: Option<(&str, &str)>) {
    let text = format!(
        "package policy\n\nok(x) if x > 1\n\nyes(_) := true\n\nfound contains x if {{\n\tsome x in input.xs\n\tok(x)\n}}\n\n{text}\n"
    );
    let file = BundleFile { path: "policy_test.rego".to_owned(), text };
    let suite = Suite::load(Bundle { files: vec![file] }, Language { allow_functions: true }).unwrap();
    let result = suite.run_from(0, LIMITS).next().unwrap();
    assert_eq!(result.outcome, TestOutcome::Failed);
    let found: Vec<_> =
        result.values.iter().map(|value| (value.expression.as_str(), value.value.as_str())).collect();
    assert_eq!(found, values);
    let found = result.sides.as_ref().map(|sides| (sides.left.as_str(), sides.right.as_str()));
    assert_eq!(found, sides);
}

#[test]
fn a_statement_that_failed_is_told_with_its_values() {
    check_values(
        "test_x if {\n\txs := data.policy.found with input.xs as [1, 2]\n\tcount(xs) == 2\n}",
        &[("count(xs) == 2", "false"), ("count(xs)", "1"), ("xs", "[2]")],
        Some(("1", "2")),
    );
    check_values("test_x if not 1 in [1]", &[("not 1 in [1]", "false"), ("1 in [1]", "true")], None);
    check_values("test_x if input.missing", &[("input.missing", "undefined")], None);
}

/// In the place of a function a question cannot put another: rather nothing is told than something wrong.
#[test]
fn nothing_is_told_where_functions_are_replaced() {
    let mocked = "test_x if {\n\tfound := data.policy.found with input.xs as [1, 2] with ok as yes\n\tcount(found) == 1\n}";
    check_values(mocked, &[], None);
    check_values(
        "test_x if data.policy.found == set() with input.xs as [1] with data.policy.ok as data.policy.yes",
        &[],
        None,
    );
}
