//! `hookgate test` through the binary: what it takes for tests, what it prints in every form, how it ends.

use std::fs;
use std::io::{BufRead as _, BufReader, Write as _};
use std::os::unix::process::ExitStatusExt as _;
use std::path::Path;
use std::process::{Output, Stdio};

use rustix::process::Signal;
use serde_json::Value;
use tempfile::TempDir;

use crate::support::cases::list_folders;
use crate::support::process::{send, without_times};
use crate::support::{HELLO, hookgate};

const PASSING: &str = "package policy_test\n\nimport data.policy\n\ntest_it if is_object(policy.hook_result) with input as {\"message\": \"world\"}\n";
const FAILING: &str = "package policy\n\ntest_x if 1 + 1 == 3\n";

/// A folder with these files.
fn folder(files: &[(&str, &str)]) -> TempDir {
    let folder = tempfile::tempdir().unwrap();
    for (path, text) in files {
        let path = folder.path().join(path);
        fs::create_dir_all(path.parent().unwrap()).unwrap();
        fs::write(path, text).unwrap();
    }
    folder
}

/// How `test` ends inside `folder`, and what it says on its two outputs.
fn test_in(folder: &Path, arguments: &[&str]) -> (i32, String, String) {
    let mut command = hookgate(&[&["test"], arguments].concat());
    let Output { status, stdout, stderr } = command.current_dir(folder).output().unwrap();
    let text = |bytes| String::from_utf8(bytes).unwrap();
    (status.code().unwrap(), text(stdout), text(stderr))
}

#[track_caller]
fn check(files: &[(&str, &str)], arguments: &[&str], (code, out, err): (i32, &str, &str)) {
    let folder = folder(files);
    assert_eq!(test_in(folder.path(), arguments), (code, out.to_owned(), err.to_owned()));
}

/// What comes of `fixtures/tested` in a form, without how long it took.
fn shown(format: &str, more: &[&str]) -> String {
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("fixtures/tested");
    let arguments = [&["some-fail", "--timeout", "2s", "--format", format], more].concat();
    let (code, out, err) = test_in(&root, &arguments);
    assert_eq!((code, err.as_str()), (2, ""), "{out}");
    without_times(&out)
}

#[test]
fn what_failed_is_shown_to_people() {
    insta::assert_snapshot!("test_pretty", shown("pretty", &[]));
    insta::assert_snapshot!("test_verbose", shown("pretty", &["--verbose", "--coverage"]));
}

#[test]
fn what_failed_is_shown_to_programs() {
    insta::assert_snapshot!("test_json", shown("json", &[]));
    insta::assert_snapshot!("test_junit", shown("junit", &[]));
    insta::assert_snapshot!("test_tap", shown("tap", &[]));
    insta::assert_snapshot!("test_github", shown("github", &[]));
}

#[test]
fn everything_we_ship_passes() {
    let root = Path::new(env!("CARGO_MANIFEST_DIR"));
    let (code, out, err) = test_in(root, &["policies", "--format", "json"]);
    assert_eq!((code, err.as_str()), (0, ""), "{out}");
    let results: Value = serde_json::from_str(&out).unwrap();
    let policies = results["policies"].as_array().unwrap();
    assert_eq!(policies.len(), list_folders("policies").len());
    for policy in policies {
        let folder = policy["path"].as_str().unwrap();
        let names: Vec<_> =
            policy["tests"].as_array().unwrap().iter().map(|test| test["name"].as_str().unwrap()).collect();
        let cases = names.iter().filter(|name| name.starts_with("cases/")).count();
        assert_eq!(cases, list_folders(Path::new(folder).join("cases")).len(), "{folder}");
        assert!(names.len() > cases, "{folder} has tests");
    }
}

#[test]
fn a_file_brings_its_tests_and_a_folder_may_have_nothing_else() {
    let files = [("a/policy.rego", HELLO), ("a/policy_test.rego", PASSING), ("b/policy_test.rego", FAILING)];
    check(&files, &["a/policy.rego"], (0, "1 passed\n", ""));
    check(&files, &["a"], (0, "1 passed\n", ""));
    let folder = folder(&files);
    assert_eq!(test_in(folder.path(), &["b"]).0, 1);
    let complaint = "hookgate: `a/policy_test.rego` holds tests, which are no policy by themselves: name the folder it lies in\n";
    check(&files, &["a/policy_test.rego"], (2, "", complaint));
}

#[test]
fn a_folder_of_several_packages_is_one_bundle() {
    let main = "package main\n\nimport data.lib\n\ndeny contains \"no\" if lib.bad\n";
    let lib = "package lib\n\nbad if input.x == 1\n";
    let test = "package main_test\n\nimport data.main\n\ntest_deny if main.deny == {\"no\"} with input as {\"x\": 1}\n";
    check(
        &[("app/main.rego", main), ("lib/lib.rego", lib), ("test/main_test.rego", test)],
        &["."],
        (0, "1 passed\n", ""),
    );
}

#[test]
fn standard_input_and_archives_are_tested_too() {
    let mut command = hookgate(&["test", "-"]);
    let mut child = command.stdin(Stdio::piped()).stdout(Stdio::piped()).spawn().unwrap();
    child.stdin.take().unwrap().write_all(FAILING.as_bytes()).unwrap();
    let Output { status, stdout, .. } = child.wait_with_output().unwrap();
    let out = String::from_utf8(stdout).unwrap();
    assert_eq!(status.code(), Some(1));
    assert!(out.starts_with("stdin\n  ✗ data.policy.test_x\n      stdin:3:11: this is not true\n"), "{out}");
    assert!(out.contains("1 + 1 → 2\n"), "{out}");
    assert!(out.ends_with("\n0 passed, 1 failed\n"), "{out}");
}

#[test]
fn a_pattern_chooses_tests_and_cases() {
    let case = ("p/cases/one/input.json", "{\"message\": \"world\"}");
    let expect = ("p/cases/one/expect.json", "{\"result\": \"PASSED\"}");
    let files = [("p/policy.rego", HELLO), ("p/policy_test.rego", PASSING), case, expect];
    check(&files, &["p"], (0, "2 passed\n", ""));
    check(&files, &["p", "--run", "^cases/"], (0, "1 passed\n", ""));
    check(&files, &["p", "--run", r"policy_test\.test_it$"], (0, "1 passed\n", ""));
    let complaint = "hookgate: no test and no case matches `nothing` (`--run`)\n";
    check(&files, &["p", "--run", "nothing"], (2, "0 passed\n", complaint));
    check(&files, &["p", "--run", "nothing", "--allow-no-tests"], (0, "0 passed\n", ""));
    let folder = folder(&files);
    let (code, _, err) = test_in(folder.path(), &["p", "--run", "("]);
    assert!(code == 2 && err.contains("unclosed group"), "{err}");
}

#[test]
fn nothing_to_run_is_an_error_unless_it_is_allowed() {
    let complaint = "hookgate: there are no tests and no cases: write rules `test_…`, or allow it with `--allow-no-tests`\n";
    check(&[("p/policy.rego", HELLO)], &["p"], (2, "0 passed\n", complaint));
    check(&[("p/policy.rego", HELLO)], &["p", "--allow-no-tests"], (0, "0 passed\n", ""));
    let complaint = "hookgate: cannot read `missing`: no such file or directory\n";
    check(&[], &["missing"], (2, "", complaint));
}

#[test]
fn a_policy_that_is_refused_cannot_be_tested() {
    let printed = "p\n  ✗ refused[unknown_function]\n      p/policy.rego:3:6: there is no function `foo.bar`\n        \
                   3 | x := foo.bar(1)\n          |      ^\n\n0 passed, 1 could not be tried\n";
    check(&[("p/policy.rego", "package policy\n\nx := foo.bar(1)\n")], &["p"], (2, printed, ""));
}

/// The one that ends its child is an error, the others run.
#[test]
fn a_test_that_hangs_ends_with_its_time() {
    let slow = "package policy\n\ntest_slow if {\n\tsome a in numbers.range(1, 10000)\n\tsome b in numbers.range(1, 10000)\n\ta + b < 0\n}\n\ntest_after if true\n";
    let printed = "p\n  ✗ data.policy.test_slow\n      p/policy_test.rego:3:1: stopped: over the time limit of 100ms\n\n\
                   1 passed, 1 could not be evaluated\n";
    check(&[("p/policy_test.rego", slow)], &["p", "--timeout", "100ms"], (1, printed, ""));
}

#[test]
fn coverage_is_that_of_tests_and_cases_together() {
    let policy = "package policy\n\nhook_result := {\"is_passed\": ok}\n\nok if {\n\tinput.a == 1\n} else if {\n\tinput.b == 1\n} else := false\n";
    let test = "package policy_test\n\nimport data.policy\n\ntest_a if policy.hook_result.is_passed with input as {\"a\": 1}\n";
    let files = [("p/policy.rego", policy), ("p/policy_test.rego", test)];
    let printed = "p/policy.rego        50.00 %  not covered: 7-9\np/policy_test.rego  100.00 %\nall                  57.14 %\n\n1 passed\n";
    check(&files, &["p", "--coverage"], (0, printed, ""));
    let complaint = "hookgate: 57.14 % is covered, less than the 60 % of `--threshold`\n";
    check(&files, &["p", "--threshold", "60"], (1, printed, complaint));
    let case = ("p/cases/b/input.json", "{\"b\": 1}");
    let expect = ("p/cases/b/expect.json", "{\"result\": \"PASSED\"}");
    let printed = "p/policy.rego        83.33 %  not covered: 9\np/policy_test.rego  100.00 %\nall                  85.71 %\n\n2 passed\n";
    check(&[files[0], files[1], case, expect], &["p", "--threshold", "60"], (0, printed, ""));
}

/// The members that `opa test --coverage --format json` prints, with the same values.
#[test]
fn coverage_for_machines_has_the_shape_that_opa_gives_it() {
    let policy = "package policy\n\nok if {\n\tinput.a == 1\n\tinput.b == 1\n}\n";
    let test =
        "package policy_test\n\nimport data.policy\n\ntest_a if not policy.ok with input as {\"a\": 2}\n";
    let folder = folder(&[("p/policy.rego", policy), ("p/policy_test.rego", test)]);
    let (code, out, _) = test_in(folder.path(), &["p", "--coverage", "--format", "json"]);
    let report: Value = serde_json::from_str(&out).unwrap();
    let row = |row: u32| serde_json::json!({"start": {"row": row}, "end": {"row": row}});
    let file = serde_json::json!({
        "covered": [row(4)], "not_covered": [row(3), row(5)],
        "covered_lines": 1, "not_covered_lines": 2, "coverage": 33.33,
    });
    assert_eq!((code, &report["files"]["p/policy.rego"]), (0, &file));
    assert_eq!((&report["coverage"], &report["summary"]["passed"]), (&50.0.into(), &1.into()));
}

#[test]
fn no_text_of_a_policy_reaches_the_terminal_as_a_command() {
    let test = "package policy\n\ntest_x if {\n\tprint(\"\\u001b[31m\\n::stop-commands::x\")\n\t\"\\u001b[2J\" == \"##vso[x]\"\n}\n";
    let folder = folder(&[("p/policy_test.rego", test)]);
    for format in ["pretty", "tap", "junit", "github"] {
        let (_, out, _) = test_in(folder.path(), &["p", "--format", format]);
        assert!(!out.contains('\u{1b}') && !out.contains("##vso["), "{out}");
        assert!(!out.lines().any(|line| line.trim_start().starts_with("::stop")), "{out}");
    }
}

/// Every wait is for a line that is printed.
#[test]
fn a_change_is_tested_again_and_an_interrupt_ends_it() {
    let folder = folder(&[("p/policy.rego", HELLO), ("p/policy_test.rego", PASSING)]);
    let mut command = hookgate(&["test", "p", "--watch"]);
    let command = command.current_dir(folder.path()).stdout(Stdio::piped()).stderr(Stdio::piped());
    let mut child = command.spawn().unwrap();
    let mut out = BufReader::new(child.stdout.take().unwrap()).lines().map(Result::unwrap);
    let mut err = BufReader::new(child.stderr.take().unwrap()).lines().map(Result::unwrap);
    let mut wait_for = |words: &str| assert!(out.any(|line| line == words), "{words}");
    let mut is_watching =
        || assert_eq!(err.next().as_deref(), Some("hookgate: watching for changes; Ctrl-C ends"));
    wait_for("1 passed");
    is_watching();
    fs::write(folder.path().join("p/policy_test.rego"), FAILING).unwrap();
    wait_for("0 passed, 1 failed");
    is_watching();
    // Refused in between, as every text is that is half written.
    fs::write(folder.path().join("p/policy_test.rego"), "package").unwrap();
    wait_for("0 passed, 1 could not be tried");
    is_watching();
    let new = folder.path().join("new.rego");
    fs::write(&new, PASSING).unwrap();
    fs::rename(&new, folder.path().join("p/policy_test.rego")).unwrap();
    wait_for("1 passed");
    is_watching();
    send(Signal::INT, child.id());
    assert_eq!(child.wait().unwrap().signal(), Some(2));
}

#[test]
fn what_cannot_be_watched_is_said() {
    let complaint = "hookgate: standard input cannot be watched: name files or folders\n";
    check(&[], &["-", "--watch"], (2, "", complaint));
    let folder = folder(&[]);
    let (code, _, err) = test_in(folder.path(), &["missing", "--watch"]);
    assert!(code == 2 && err.starts_with("hookgate: cannot watch `missing`: "), "{err}");
}
