//! `hookgate eval` through the binary: the decision is the gate's, in its words, and the exit code says which.

use std::fs;
use std::io::Write as _;
use std::path::Path;
use std::process::{Output, Stdio};

use serde_json::{Value, json};
use tempfile::TempDir;

use crate::support::{TestServer, hookgate, on_each_database};

const POLICY: &str = r#"package policy

hook_result := {
	"is_passed": count(bad) == 0,
	"err_msg": "buckets must be private",
	"findings": [{"message": "is public", "severity": "high", "resource": {"address": name}} | some name in bad],
} if {
	input.stack.labels.env != "silent"
	print("asked about", input.operation, "by", input.actor)
}

bad contains bucket.name if {
	some bucket in input.buckets
	bucket.acl == "public"
}
"#;

const PUBLIC: &str =
    r#"{"buckets": [{"name": "assets", "acl": "public"}, {"name": "logs", "acl": "private"}]}"#;

/// A folder with a policy that looks at labels, another that passes, and two inputs.
fn folder() -> TempDir {
    let folder = tempfile::tempdir().unwrap();
    for (path, text) in [
        ("public-buckets/policy.rego", POLICY),
        ("passing.rego", "package policy\n\nhook_result := {\"is_passed\": true}\n"),
        ("broken.rego", "package policy\n\nx := foo.bar(1)\n"),
        ("public.json", PUBLIC),
        ("private.json", "{\"buckets\": []}"),
    ] {
        let path = folder.path().join(path);
        fs::create_dir_all(path.parent().unwrap()).unwrap();
        fs::write(path, text).unwrap();
    }
    folder
}

/// How `eval` ends inside `folder`, and what it says on its two outputs.
fn eval_in(folder: &Path, arguments: &[&str]) -> (i32, String, String) {
    let mut command = hookgate(&[&["eval"], arguments].concat());
    let Output { status, stdout, stderr } = command.current_dir(folder).output().unwrap();
    let text = |bytes| String::from_utf8(bytes).unwrap();
    (status.code().unwrap(), text(stdout), text(stderr))
}

/// The common arguments: one policy, the input that it refuses, a label that it needs.
const REFUSED: [&str; 6] = ["--policy", "public-buckets", "--input", "public.json", "--label", "env=prod"];

/// What is said of an input that has nothing but the plan.
const MADE_UP: &str = "hookgate: the input does not say what is to happen: `DeployStack` is taken (--operation), which stack: `example` \
    is taken (--stack)\n";

#[track_caller]
fn check(more: &[&str], (code, words): (i32, &str)) {
    let (found, out, err) = eval_in(folder().path(), &[&REFUSED, more].concat());
    assert_eq!(found, code, "{out}{err}");
    assert!(out.contains(words), "{out}{err}");
}

#[test]
fn a_decision_is_told_to_people() {
    let folder = folder();
    let arguments = [&REFUSED, ["--policy", "passing.rego", "--actor", "ci"].as_slice()].concat();
    let (code, out, err) = eval_in(folder.path(), &arguments);
    insta::assert_snapshot!("eval", out);
    assert_eq!(
        (code, err.as_str()),
        (
            1,
            format!("{MADE_UP}public-buckets: printed at policy.rego:9: asked about DeployStack by ci\n")
                .as_str()
        )
    );
    let (_, out, _) = eval_in(folder.path(), &[&arguments, ["--explain"].as_slice()].concat());
    insta::assert_snapshot!("eval_explained", out);
}

#[test]
fn modes_and_settings_decide_as_at_the_gate() {
    check(&["--actor", "ci"], (1, "✗ DENIED  DeployStack of stack `example`\n"));
    check(&["--actor", "ci", "--failure-mode", "WARN"], (0, "✓ ALLOWED"));
    check(&["--operation", "DeleteStack", "--stack", "shop"], (1, "DeleteStack of stack `shop`\n"));
    let silent = REFUSED.map(|word| if word == "env=prod" { "env=silent" } else { word });
    let (code, out, _) = eval_in(folder().path(), &silent);
    assert!(code == 0 && out.contains("  ✓ public-buckets  UNDEFINED"), "{out}");
    let (code, out, _) =
        eval_in(folder().path(), &[&silent, ["--undefined-result", "fail"].as_slice()].concat());
    assert!(code == 1 && out.contains("  ✗ public-buckets  UNDEFINED"), "{out}");
    // Of two values nobody could say which is meant.
    let (code, _, err) = eval_in(folder().path(), &[&REFUSED, ["--label", "env=dev"].as_slice()].concat());
    assert!(code == 2 && err.contains("`--label env=…` is given twice"), "{err}");
}

#[test]
fn without_an_input_an_empty_object_is_judged() {
    let folder = folder();
    assert_eq!(
        eval_in(folder.path(), &["--policy", "passing.rego"]),
        (
            0,
            "✓ ALLOWED  DeployStack of stack `example`\n  ✓ passing.rego  PASSED\n".to_owned(),
            MADE_UP.to_owned()
        )
    );
}

#[test]
fn the_input_may_come_from_standard_input() {
    let folder = folder();
    let mut command = hookgate(&[
        "eval",
        "--policy",
        "public-buckets",
        "--label",
        "env=prod",
        "--actor",
        "a",
        "--input",
        "-",
    ]);
    let command =
        command.current_dir(folder.path()).stdin(Stdio::piped()).stdout(Stdio::piped()).stderr(Stdio::null());
    let mut child = command.spawn().unwrap();
    child.stdin.take().unwrap().write_all(PUBLIC.as_bytes()).unwrap();
    assert_eq!(child.wait_with_output().unwrap().status.code(), Some(1));
}

#[test]
fn what_cannot_be_decided_ends_with_two() {
    let folder = folder();
    let refused = "broken.rego:3:6: error[unknown_function]: there is no function `foo.bar`\n  3 | x := foo.bar(1)\n    |      ^\n\
                   hookgate: nothing was decided: 1 policy is refused\n";
    for (arguments, complaint) in [
        (["--policy", "broken.rego"].as_slice(), refused),
        (&["--policy", "missing"], "hookgate: cannot read `missing`: no such file or directory\n"),
        (
            &["--policy", "passing.rego", "--plan", "public.json"],
            "hookgate: `public.json` is no plan: it has neither",
        ),
        (
            &["--policy", "passing.rego", "--input", "passing.rego"],
            "hookgate: `passing.rego` cannot be the input: it is not JSON",
        ),
        (
            &["--policy", "passing.rego", "--operation", "Nothing"],
            "hookgate: `operation` must be one of `CreateExecutionPlan`",
        ),
        (
            &["--policy", "-", "--input", "-"],
            "hookgate: the policy and the input cannot both be read from standard input\n",
        ),
    ] {
        let (code, out, err) = eval_in(folder.path(), arguments);
        assert_eq!((code, out.as_str()), (2, ""), "{err}");
        assert!(err.starts_with(complaint), "{err}");
    }
}

/// `object` without what a file has no part in, or what is never the same twice.
fn comparable(mut object: Value) -> Value {
    for member in ["phases", "findings_count", "input", "revision", "created_at"] {
        object.as_object_mut().unwrap().remove(member);
    }
    for hook in object["hooks"].as_array_mut().unwrap() {
        let hook = hook.as_object_mut().unwrap();
        for member in ["hook_name", "duration_us", "path"] {
            hook.remove(member);
        }
    }
    object
}

/// The same policy, asked the same at the gate.
#[tokio::test]
async fn the_answer_for_machines_is_that_of_a_check() {
    on_each_database(async |server: &TestServer| {
        let body = json!({
            "operation": "DeployStack", "stack": {"name": "shop", "labels": {"env": "prod"}}, "actor": "ci",
            "input": serde_json::from_str::<Value>(PUBLIC).unwrap(), "hooks": [{"policy_body": POLICY}],
        });
        for (path, more) in [("/v1/checks", None), ("/v1/checks?explain=true", Some("--explain"))] {
            let checked = server.client().post(path, &body).await.expect(200);
            let folder = folder();
            fs::copy(folder.path().join("public-buckets/policy.rego"), folder.path().join("policy.rego"))
                .unwrap();
            let mut arguments =
                vec!["--policy", "policy.rego", "--input", "public.json", "--label", "env=prod"];
            arguments.extend(["--actor", "ci", "--stack", "shop", "--format", "json"]);
            arguments.extend(more);
            let (code, out, _) = eval_in(folder.path(), &arguments);
            let evaluated: Value = serde_json::from_str(&out).unwrap();
            assert_eq!((code, comparable(evaluated)), (1, comparable(checked)));
        }
    })
    .await;
}

/// What the document says holds: the shipped cases come out of `eval` as they are expected to.
#[test]
fn shipped_cases_give_what_they_expect() {
    let policies = Path::new(env!("CARGO_MANIFEST_DIR")).join("policies");
    let mut wrong = Vec::new();
    for policy in fs::read_dir(&policies).unwrap().map(|entry| entry.unwrap().path()) {
        let Ok(cases) = fs::read_dir(policy.join("cases")) else { continue };
        for case in cases.map(|case| case.unwrap().path()) {
            let expected: Value =
                serde_json::from_slice(&fs::read(case.join("expect.json")).unwrap()).unwrap();
            let input = case.join("input.json");
            let paths = [policy.to_str().unwrap(), input.to_str().unwrap()];
            let (_, out, err) =
                eval_in(&policies, &["--policy", paths[0], "--input", paths[1], "--format", "json"]);
            let found: Value = serde_json::from_str(&out).unwrap_or_else(|_| panic!("{out}{err}"));
            if found["hooks"][0]["result"] != expected["result"] {
                wrong.push(format!("{}: {}", case.display(), found["hooks"][0]));
            }
        }
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}

#[test]
fn what_the_document_does_not_say_is_made_up_and_told_and_flags_win() {
    let folder = folder();
    let policy = "package policy\n\nhook_result := {\"is_passed\": false, \"err_msg\": json.marshal([input.operation, \
        input.stack, input.actor, input.work_id, input.phase])}\n";
    fs::write(folder.path().join("echo.rego"), policy).unwrap();
    let document = json!({"operation": "DeleteStack", "stack": {"name": "shop", "labels": {"env": 7}}, "actor": "ann",
        "work_id": "w-1", "phase": "pre"});
    fs::write(folder.path().join("whole.json"), document.to_string()).unwrap();
    let arguments = ["--policy", "echo.rego", "--format", "json", "--input"];
    let message =
        |out: &str| serde_json::from_str::<Value>(out).unwrap()["message"].as_str().unwrap().to_owned();
    let (_, out, err) = eval_in(folder.path(), &[&arguments, ["whole.json"].as_slice()].concat());
    assert_eq!(err, "");
    assert_eq!(message(&out), r#"["DeleteStack",{"labels":{"env":7},"name":"shop"},"ann","w-1","pre"]"#);
    let flags = ["whole.json", "--operation", "CreateStack", "--stack", "other", "--actor", "bob"];
    let (_, out, _) = eval_in(folder.path(), &[&arguments, flags.as_slice()].concat());
    assert_eq!(message(&out), r#"["CreateStack",{"labels":{"env":7},"name":"other"},"bob","w-1","pre"]"#);
    let (_, _, err) = eval_in(folder.path(), &[&arguments, ["private.json"].as_slice()].concat());
    assert_eq!(err, MADE_UP);
}
