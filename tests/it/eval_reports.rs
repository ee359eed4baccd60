//! What `hookgate eval` prints for other programs: each finding of a hook that does not pass is one result, about the file that was judged.

use std::collections::BTreeSet;
use std::fs;
use std::path::Path;

use serde_json::{Value, json};
use tempfile::TempDir;

use crate::support::process::{Ended, without_times};
use crate::support::{REFUSE, hookgate, sarif};

const FINDINGS: &str = r#"package policy

hook_result := {"is_passed": false, "err_msg": "volumes must be encrypted", "findings": [
	{
		"message": "is not encrypted", "rule_id": "VOL-1", "severity": input.severity,
		"resource": {"address": "aws_ebs_volume.data[\"a b\"]", "type": "aws_ebs_volume"},
		"remediation": {"message": "set encrypted", "url": "https://example.com/volumes"},
	},
	{"message": "has no key", "rule_id": "VOL-1", "resource": {"address": "aws_ebs_volume.data[\"a b\"]"}},
	{"message": ""},
]}
"#;

/// Policies of each kind, in files called after their results, and an input.
fn folder() -> TempDir {
    let folder = tempfile::tempdir().unwrap();
    for (name, text) in [
        ("volumes.rego", FINDINGS),
        ("refused.rego", REFUSE),
        ("errored.rego", "package policy\n\nhook_result := {\"is_passed\": 1 / input.zero == 1}\n"),
        ("malformed.rego", "package policy\n\nhook_result := input.zero\n"),
        ("passed.rego", "package policy\n\nhook_result := {\"is_passed\": input.zero == 0}\n"),
        ("undefined.rego", "package policy\n\nhook_result := {\"is_passed\": input.missing}\n"),
        ("undeclared.rego", "package policy\n\nx := 1\n"),
        ("the plan.json", r#"{"zero": 0, "severity": "medium", "resource_changes": []}"#),
    ] {
        fs::write(folder.path().join(name), text).unwrap();
    }
    folder
}

fn eval_in(folder: &Path, arguments: &[&str]) -> Ended {
    Ended::of(hookgate(&[&["eval"], arguments].concat()).current_dir(folder))
}

/// The results of a valid log about `policies`.
#[track_caller]
fn results(folder: &Path, (code, arguments): (i32, &[&str])) -> Vec<Value> {
    let ended = eval_in(folder, &[arguments, &["--format", "sarif"]].concat());
    assert_eq!(ended.code, code, "{}", ended.err);
    let log: Value = serde_json::from_str(&ended.out).unwrap();
    sarif::check(&sarif::validator(), &log);
    let rules = log["runs"][0]["tool"]["driver"]["rules"].as_array().unwrap();
    let results = log["runs"][0]["results"].as_array().unwrap().clone();
    for result in &results {
        assert_eq!(
            rules[usize::try_from(result["ruleIndex"].as_u64().unwrap()).unwrap()]["id"],
            result["ruleId"]
        );
        assert!(result.get("suppressions").is_none());
    }
    let prints: BTreeSet<_> = results.iter().map(print_of).collect();
    assert_eq!(prints.len(), results.len(), "a fingerprint belongs to one result");
    results
}

fn print_of(result: &Value) -> String {
    result["partialFingerprints"].to_string()
}

#[test]
fn each_finding_is_a_result_about_the_input() {
    let folder = folder();
    let plan = ["--policy", "volumes.rego", "passed.rego", "--plan", "the plan.json"];
    let results = results(folder.path(), (1, &plan));
    let told: Vec<_> = results
        .iter()
        .map(|result| (&result["ruleId"], &result["level"], &result["message"]["text"]))
        .collect();
    let first =
        "aws_ebs_volume.data[\"a b\"]: is not encrypted\n→ set encrypted\n→ https://example.com/volumes";
    assert_eq!(
        json!(told),
        json!([
            ["VOL-1", "warning", first],
            ["VOL-1", "error", "aws_ebs_volume.data[\"a b\"]: has no key"],
            ["volumes", "error", "volumes must be encrypted"],
        ])
    );
    assert_eq!(
        results[0]["locations"],
        json!([{
            "physicalLocation": {"artifactLocation": {"uri": "the%20plan.json"}},
            "logicalLocations": [{"fullyQualifiedName": "aws_ebs_volume.data[\"a b\"]", "kind": "resource"}],
        }])
    );
    let related = &results[0]["relatedLocations"][0]["physicalLocation"];
    assert_eq!(
        *related,
        json!({"artifactLocation": {"uri": "volumes.rego"}, "region": {"startLine": 3, "startColumn": 1}})
    );
}

#[test]
fn what_has_no_findings_is_a_result_of_the_hook() {
    let folder = folder();
    let all = ["errored", "malformed", "passed", "refused", "undeclared", "undefined"];
    let files = all.map(|name| format!("{name}.rego"));
    let mut arguments = vec!["--input", "the plan.json", "--policy"];
    arguments.extend(files.iter().map(String::as_str));
    let check = |more: &[&str], (code, expected): (i32, &[&str])| {
        let found = results(folder.path(), (code, &[&arguments, more].concat()));
        let told: Vec<_> = found
            .iter()
            .map(|result| [&result["level"], &result["ruleId"]].map(|text| text.as_str().unwrap()).join(" "))
            .collect();
        assert_eq!(told, expected);
        assert!(found.iter().all(|result| result["message"]["text"] != ""), "{found:?}");
    };
    check(&[], (1, &["error errored", "error malformed", "error refused"]));
    check(&["--failure-mode", "WARN"], (0, &["warning errored", "warning malformed", "warning refused"]));
    check(
        &["--undefined-result", "fail"],
        (1, &["error errored", "error malformed", "error refused", "error undefined"]),
    );
}

#[test]
fn without_a_file_the_result_is_about_the_policy() {
    let folder = folder();
    let results = results(folder.path(), (1, &["--policy", "refused.rego"]));
    assert_eq!(
        results[0]["locations"],
        json!([{"physicalLocation": {
            "artifactLocation": {"uri": "refused.rego"},
            "region": {"startLine": 3, "startColumn": 1},
        }}])
    );
    assert!(results[0].get("relatedLocations").is_none());
}

#[test]
fn a_result_is_known_again_when_rows_and_messages_change() {
    let folder = folder();
    let arguments = ["--policy", "volumes.rego", "--input", "the plan.json"];
    let prints = |text: &str| {
        fs::write(folder.path().join("volumes.rego"), text).unwrap();
        results(folder.path(), (1, &arguments)).iter().map(print_of).collect::<Vec<_>>()
    };
    let before = prints(FINDINGS);
    let moved = FINDINGS.replace("package policy\n", "package policy\n\n# New.\n");
    assert_eq!(prints(&moved.replace("is not encrypted", "is in the clear")), before);
    assert_ne!(prints(&FINDINGS.replace("data[", "other[")), before);
}

#[test]
fn the_shipped_policies_have_valid_results() {
    let root = Path::new(env!("CARGO_MANIFEST_DIR"));
    let of = |plan| ["--policy", "policies", "--plan", plan];
    let public = results(root, (1, &of("fixtures/plans/web-service-public.json")));
    let rules: BTreeSet<_> = public.iter().map(|result| result["ruleId"].as_str().unwrap()).collect();
    assert!(rules.is_superset(&["open-ingress", "public-buckets"].into()), "{rules:?}");
    let compliant =
        [&of("fixtures/plans/web-service-compliant.json"), ["--label", "env=prod"].as_slice()].concat();
    let compliant = [&compliant, ["--label", "owner=shop"].as_slice()].concat();
    assert_eq!(results(root, (0, &compliant)), Vec::<Value>::new());
}

/// What is printed about policies of each kind, without the times.
fn printed(format: &str, mode: &str) -> String {
    let folder = folder();
    let mut arguments =
        vec!["--input", "the plan.json", "--failure-mode", mode, "--format", format, "--policy"];
    arguments.extend(["volumes.rego", "refused.rego", "errored.rego", "passed.rego", "undeclared.rego"]);
    let ended = eval_in(folder.path(), &arguments);
    assert_eq!(ended.code, i32::from(mode == "FAIL"), "{}", ended.err);
    without_times(&ended.out)
}

#[test]
fn a_workflow_shows_findings_at_the_rules_that_refused() {
    insta::assert_snapshot!("eval_github", printed("github", "FAIL"));
}

#[test]
fn build_servers_see_a_case_for_each_finding() {
    insta::assert_snapshot!("eval_junit", printed("junit", "FAIL"));
    insta::assert_snapshot!("eval_tap", printed("tap", "FAIL"));
}

#[test]
fn a_warning_does_not_fail_a_build() {
    let report = printed("junit", "WARN");
    assert!(report.contains(r#"failures="0" errors="0""#), "{report}");
    assert!(report.contains(r#"<skipped message="warning: buckets must be private"/>"#), "{report}");
    assert!(!printed("github", "WARN").contains("::error"));
}
