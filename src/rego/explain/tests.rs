//! What is said about policies: as snapshots for people, and what must hold of every explanation.

use std::fs;
use std::path::{Path, PathBuf};
use std::time::Duration;

use serde_json::json;

use super::explain;
use crate::domain::bundle::{Bundle, BundleFile};
use crate::domain::explanation::Explanation;
use crate::domain::telling::tell_explanation;
use crate::rego::compile::{Language, compile};
use crate::rego::evaluate::Limits;
use crate::rego::input::{self, Input};
use crate::rego::policy::Policy;

const LIMITS: Limits = Limits { timeout: Duration::from_secs(5), now_ns: 0 };

fn policy(text: &str) -> Policy {
    let text = format!("package policy\n\n{text}\n");
    let bundle = Bundle { files: vec![BundleFile { path: "policy.rego".to_owned(), text }] };
    compile(&bundle, &Language::default()).unwrap()
}

fn input(value: &serde_json::Value) -> Input {
    input::parse(value.to_string().as_bytes(), "{}").unwrap()
}

fn about(text: &str, value: &serde_json::Value) -> Explanation {
    explain(&policy(text), &input(value), &LIMITS)
}

fn told(text: &str, value: &serde_json::Value) -> String {
    tell_explanation(&about(text, value), usize::MAX)
}

const VIOLATIONS: &str = r#"hook_result := {"is_passed": is_passed, "err_msg": "buckets must be private"}

is_passed := count(violations) == 0

violations contains bucket.address if {
	some bucket in input.buckets
	bucket.acl == "public"
}"#;

#[test]
fn the_rules_behind_a_verdict_are_shown_with_their_values() {
    let buckets = json!({"buckets": [{"address": "a", "acl": "public"}, {"address": "b", "acl": "private"},
        {"address": "c", "acl": "public"}]});
    insta::assert_snapshot!(told(VIOLATIONS, &buckets));
    insta::assert_snapshot!(told(VIOLATIONS, &json!({"buckets": []})));
}

#[test]
fn of_a_body_that_is_not_true_the_first_statement_that_failed_is_shown() {
    let text = r#"default hook_result := {"is_passed": false, "err_msg": "label the stack with its owner"}

hook_result := {"is_passed": true} if {
	labels := input.stack.labels
	not is_empty(labels)
	labels.owner != ""
	startswith(labels.owner, "team-")
	input.never.reached
}

is_empty := false"#;
    let text =
        &text.replace("not is_empty(labels)", "not labels.frozen").replace("\n\nis_empty := false", "");
    insta::assert_snapshot!(told(text, &json!({"stack": {"labels": {"owner": "web"}}})));
    insta::assert_snapshot!(told(text, &json!({"stack": {"labels": {}}})));
    insta::assert_snapshot!(told(text, &json!({"stack": {}})));
}

#[test]
fn statements_in_any_order_loops_and_errors_are_told() {
    let text = r#"hook_result.is_passed := false if {
	size > input.limit
	some disk in input.disks
	size = disk.size
	every tag in disk.tags { startswith(tag, "t") }
}
hook_result.err_msg := sprintf("%d", [1])"#;
    let disks = json!([{"size": 5, "tags": ["t1"]}, {"size": 9, "tags": [1]}]);
    insta::assert_snapshot!(told(text, &json!({"limit": 4, "disks": disks})));
    insta::assert_snapshot!(told(text, &json!({"limit": 6, "disks": [{"size": 5, "tags": []}]})));
}

#[test]
fn what_a_policy_prints_is_kept_with_its_place_and_stops_nothing() {
    let text = r#"hook_result := {"is_passed": false} if {
	print("before", input.missing, [input.n])
	some i in numbers.range(1, 300)
	print(i)
	i == 300
}"#;
    let explanation = about(text, &json!({"n": 1}));
    assert_eq!(explanation.prints.len(), 100);
    assert_eq!(explanation.prints[0].at, "policy.rego:4");
    assert_eq!(explanation.prints[0].text, "before <undefined> [1]");
    assert_eq!(explanation.note.as_deref(), Some("201 more lines were printed"));
}

#[test]
fn secrets_do_not_show_in_values_and_prints() {
    let text = r#"hook_result := {"is_passed": count(bad) == 0} if {
	print("see", input.db, sprintf("<%s>", [input.db.password]))
}

bad contains message if {
	password := input.db.password
	upper(input.db.password) != "X"
	message := sprintf("weak: %s", [password])
}"#;
    let told = told(text, &json!({"db": {"password": "hunter2", "user": "root"}}));
    assert!(!told.contains("hunter2") && !told.contains("HUNTER2"), "{told}");
    assert!(told.contains(r#"see {"password": "***", "user": "root"} <***>"#), "{told}");
    assert!(told.contains(r#"["weak: ***"]"#), "{told}");
}

#[test]
fn an_explanation_is_bounded_whatever_the_policy_does() {
    let rules = (0..200).map(|rule| format!("bad contains m if {{ input.n > {rule}; m := \"{rule}\" }}\n"));
    let many = format!("hook_result := {{\"is_passed\": count(bad) == 0}}\n{}", rules.collect::<String>());
    let long = "hook_result := {\"is_passed\": count(x) == 0}\nx := [y | some n in numbers.range(1, 50000); y := [n, \"é\"]]";
    for text in [&many, long] {
        let explanation = about(text, &json!({"n": 500}));
        let size = serde_json::to_string(&explanation).unwrap().len();
        assert!(size < 100_000, "{size}");
        assert!(!explanation.rules.is_empty());
    }
}

#[test]
fn it_ends_in_time_and_says_so() {
    let slow = "hook_result := {\"is_passed\": count(x) == 0}\n\
        x := [1 | some a in numbers.range(1, 9000); some b in numbers.range(1, 9000); a == b + 0]";
    let begin = std::time::Instant::now();
    let limits = Limits { timeout: Duration::from_millis(200), now_ns: 0 };
    let explanation = explain(&policy(slow), &Input::empty(), &limits);
    assert!(begin.elapsed() < Duration::from_secs(3), "{:?}", begin.elapsed());
    assert!(tell_explanation(&explanation, usize::MAX).contains("error: "));
}

#[test]
fn the_lines_that_were_evaluated_are_the_authors() {
    let text = "hook_result := {\n\t\"is_passed\": ok,\n}\n\nok if {\n\tinput.a\n\tinput.b\n} else := false\n\nunused if input.c";
    let rows = about(text, &json!({})).evaluated;
    assert_eq!(rows.iter().map(|file| file.file.as_str()).collect::<Vec<_>>(), ["policy.rego"]);
    let rows = &rows[0].rows;
    assert!(rows.contains(&8) && !rows.contains(&9) && !rows.contains(&12), "{rows:?}");
}

fn shipped() -> Vec<PathBuf> {
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("policies");
    let folders = fs::read_dir(root).unwrap().map(|entry| entry.unwrap().path());
    let mut folders: Vec<_> = folders.filter(|path| path.join("policy.rego").exists()).collect();
    folders.sort();
    folders
}

/// For every case of every shipped policy: all rules are found, and all parts have a value or are undefined.
#[test]
fn every_shipped_policy_can_be_explained() {
    for folder in shipped() {
        let text = fs::read_to_string(folder.join("policy.rego")).unwrap();
        let bundle = Bundle { files: vec![BundleFile { path: "policy.rego".to_owned(), text }] };
        let policy = compile(&bundle, &Language::default()).unwrap();
        for case in fs::read_dir(folder.join("cases")).unwrap() {
            let case = case.unwrap().path();
            let bytes = fs::read(case.join("input.json")).unwrap();
            let explanation = explain(&policy, &input::parse(&bytes, "{}").unwrap(), &LIMITS);
            let name = case.display();
            assert_eq!(explanation.rules[0].rule, "hook_result", "{name}");
            assert_eq!(explanation.rules[0].times, 1, "{name}");
            assert!(explanation.rules.len() > 1 && !explanation.evaluated.is_empty(), "{name}");
            assert!(!explanation.note.as_deref().unwrap_or_default().contains("taken apart"), "{name}");
            let parts = explanation.rules.iter().flat_map(|rule| &rule.parts);
            assert!(parts.clone().all(|part| part.error.is_none()), "{name}: {explanation:?}");
        }
    }
}

#[test]
fn a_refusal_of_a_shipped_policy_reads_well() {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("policies/public-buckets");
    let text = fs::read_to_string(folder.join("policy.rego")).unwrap();
    let bundle = Bundle { files: vec![BundleFile { path: "policy.rego".to_owned(), text }] };
    let policy = compile(&bundle, &Language::default()).unwrap();
    let bytes = fs::read(folder.join("cases/a-public-read-acl-is-refused/input.json")).unwrap();
    let explanation = explain(&policy, &input::parse(&bytes, "{}").unwrap(), &LIMITS);
    insta::assert_snapshot!(tell_explanation(&explanation, usize::MAX));
}
