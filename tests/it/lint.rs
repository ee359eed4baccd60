//! `hookgate lint` through the binary: what it takes for a policy, what it prints, how it ends, and that no attack holds it up.

use std::fs;
use std::io::{Read as _, Write as _};
use std::os::unix::fs::symlink;
use std::path::Path;
use std::process::{Output, Stdio};
use std::time::{Duration, Instant};

use hookgate::domain::bundle::limits::{MAX_BYTES, MAX_FILES};
use serde_json::{Value, json};
use tempfile::TempDir;

use crate::support::cases::{At, Survival, expected, list_folders, name_of, policy_in};
use crate::support::{HELLO, hookgate};

/// The bound on an examination is 2 s; a machine does other things besides.
const BOUNDED: Duration = Duration::from_secs(6);

const WRONG: &str = "package policy\n\nx := foo.bar(1)\n";

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

/// What turns off the rules, so that only what registration refuses is told.
const CHECKS_ONLY: [&str; 2] = ["--level", "all=ignore"];

/// How `lint` without its rules ends inside `folder`, and what it says on its two outputs.
fn check_in(folder: &Path, arguments: &[&str]) -> (i32, String, String) {
    lint_in(folder, &[&CHECKS_ONLY, arguments].concat())
}

/// How `lint` ends inside `folder`, and what it says on its two outputs.
fn lint_in(folder: &Path, arguments: &[&str]) -> (i32, String, String) {
    let mut command = hookgate(&[&["lint"], arguments].concat());
    let Output { status, stdout, stderr } = command.current_dir(folder).output().unwrap();
    let text = |bytes| String::from_utf8(bytes).unwrap();
    (status.code().unwrap(), text(stdout), text(stderr))
}

#[track_caller]
fn check(files: &[(&str, &str)], arguments: &[&str], code: i32, printed: &str) {
    let folder = folder(files);
    assert_eq!(check_in(folder.path(), arguments), (code, printed.to_owned(), String::new()));
}

#[track_caller]
fn check_failure(files: &[(&str, &str)], arguments: &[&str], complaint: &str) {
    let folder = folder(files);
    let complaint = format!("hookgate: {complaint}\n");
    assert_eq!(check_in(folder.path(), arguments), (2, String::new(), complaint));
}

#[test]
fn what_we_ship_is_clean() {
    let root = Path::new(env!("CARGO_MANIFEST_DIR"));
    let policies = list_folders("policies").len();
    // A freeze is about dates: it says so where it asks for the time.
    let printed = format!("{policies} policies checked: none refused, 1 ignored\n");
    assert_eq!(lint_in(root, &["policies"]), (0, printed, String::new()));
}

#[test]
fn a_fault_has_its_place_its_line_and_a_caret() {
    let printed = "a/p.rego:3:6: error[unknown_function]: there is no function `foo.bar`\n  \
                   3 | x := foo.bar(1)\n    |      ^\n1 policy checked: 1 refused, 1 error\n";
    check(&[("a/p.rego", WRONG)], &["a/p.rego"], 1, printed);
    check(&[("a/p.rego", WRONG)], &["a"], 1, printed);
    let crlf = "package policy\r\n\r\nx := [\"é\", foo.bar(1)]\r\n";
    let printed = "p.rego:3:12: error[unknown_function]: there is no function `foo.bar`\n  \
                   3 | x := [\"é\", foo.bar(1)]\n    |            ^\n1 policy checked: 1 refused, 1 error\n";
    check(&[("p.rego", crlf)], &["p.rego"], 1, printed);
}

#[test]
fn findings_weigh_what_they_are_told_to() {
    let odd = ("p.rego", "package policy\n\nhook_result := true\n");
    let printed = |level: &str, count: &str| {
        format!(
            "p.rego:3:1: {level}[hook-result-form]: this `hook_result` has no boolean `is_passed`: the hook would fail\n  \
             3 | hook_result := true\n    | ^\n1 policy checked: none refused, {count}\n"
        )
    };
    let check = |flags: &[&str], code, text: &str| check(&[odd], &[flags, &["p.rego"]].concat(), code, text);
    check(&["--level", "hook-result-form=error"], 1, &printed("error", "1 error"));
    check(&["--level", "hook-result-form=warning"], 1, &printed("warning", "1 warning"));
    let lenient = ["--level", "hook-result-form=warning", "--fail-level", "error"];
    check(&lenient, 0, &printed("warning", "1 warning"));
    check(&[], 0, "1 policy checked: none refused\n");
}

#[test]
fn the_nearest_project_file_sets_levels() {
    let project = "lint:\n  fail-level: error\n  rules:\n    all: ignore\n    hook-result-form: warning\n";
    let files = [(".hookgate.yaml", project), ("a/b/p.rego", "package policy\n\nhook_result := true\n")];
    let folder = folder(&files);
    let (code, out, err) = lint_in(&folder.path().join("a/b"), &["p.rego"]);
    assert_eq!((code, err.as_str()), (0, ""));
    assert!(out.starts_with("p.rego:3:1: warning[hook-result-form]: "), "{out}");
    let (code, out, _) = lint_in(&folder.path().join("a/b"), &["p.rego", "--fail-level", "warning"]);
    assert_eq!(code, 1, "{out}");
    fs::write(folder.path().join("a/.hookgate.yaml"), "lint: {rules: {no-such: error}}\n").unwrap();
    let (code, _, err) = lint_in(&folder.path().join("a/b"), &["p.rego"]);
    assert_eq!(code, 2);
    assert!(err.contains("a/.hookgate.yaml` cannot be used: there is no rule `no-such`"), "{err}");
}

#[test]
fn an_ignored_finding_is_counted_and_not_told() {
    let ignored =
        "package policy\n\n# hookgate ignore: hook-result-form it is a sample\nhook_result := true\n";
    let flags = ["p.rego", "--level", "hook-result-form=error"];
    check(&[("p.rego", ignored)], &flags, 0, "1 policy checked: none refused, 1 ignored\n");
}

#[test]
fn a_file_is_called_as_it_was_named() {
    let printed = "a/b.rego: error[forbidden_entry]: `a/b.rego` is an archive itself: archives cannot be nested\n\
                   1 policy checked: 1 refused, 1 error\n";
    check(&[("a/b.rego", "Rar!\u{1a}\u{7}")], &["a/b.rego"], 1, printed);
}

#[test]
fn a_folder_is_one_policy_or_holds_some() {
    let one = "1 policy checked: none refused\n";
    let lib = ("lib/names.rego", "package lib\n\nbad contains \"x\"\n");
    let main = "package policy\n\nhook_result := {\"is_passed\": count(data.lib.bad) == 1}\n";
    let data = ("lib/data.yaml", "names: [a]");
    let ignored = (".git/x.rego", "package broken {");
    check(&[("main.rego", main), lib, data, ignored], &["."], 0, one);
    check(&[("policy/main.rego", main), lib, data], &["."], 0, one);
    let test = ("a/policy_test.rego", "package policy\n\nf(x) := x\n");
    check(
        &[("a/policy.rego", HELLO), test, ("b/policy.rego", HELLO)],
        &["."],
        0,
        "2 policies checked: none refused\n",
    );
}

/// Whatever its files are called: what each decides tells policies from the parts of one.
#[test]
fn a_repository_of_policies_in_folders_is_checked_one_by_one_without_naming_it() {
    let names: Vec<_> = (0..62).map(|number| format!("rules/r{number}/rule_{number}.rego")).collect();
    let files: Vec<_> = names.iter().map(|name| (name.as_str(), HELLO)).collect();
    check(&files, &[], 0, "62 policies checked: none refused\n");
    let conftest = "package main\n\ndeny contains \"x\" if input.x == 1\n";
    check(&[("a/x.rego", conftest), ("b/y.rego", conftest)], &[], 0, "2 policies checked: none refused\n");
}

#[test]
fn a_file_that_is_never_loaded_is_named() {
    let unloaded = |file: &str, renamed: &str| {
        format!(
            "`{file}` is never loaded, as its extension is not `.rego` in small letters: rename it to `{renamed}`"
        )
    };
    let folder = folder(&[("p/policy.rego", HELLO), ("p/lib/MORE.REGO", "package lib")]);
    let (code, out, err) = check_in(folder.path(), &["p"]);
    assert_eq!((code, out.as_str()), (0, "1 policy checked: none refused\n"));
    assert_eq!(err, format!("hookgate: `p`: {}\n", unloaded("lib/MORE.REGO", "lib/MORE.rego")));
    let alone = [("q/MORE.Rego", HELLO)];
    check_failure(&alone, &["q"], &unloaded("q/MORE.Rego", "q/MORE.rego"));
    check_failure(&alone, &["q/MORE.Rego"], &unloaded("q/MORE.Rego", "q/MORE.rego"));
}

#[test]
fn what_is_no_policy_is_said_in_words() {
    check_failure(&[], &["missing"], "cannot read `missing`: no such file or directory");
    check_failure(
        &[("a/README.md", "x")],
        &["a"],
        "no policy in `a`: there is no `.rego` file in it or below (tests and what begins with a dot do not count)",
    );
    check_failure(
        &[("a.txt", "x")],
        &["a.txt"],
        "`a.txt` is no policy: name a `.rego` file, a `.zip`, a bundle of OPA (`.tar.gz`), a folder, or `-` for standard input",
    );
    check_failure(
        &[("a_test.rego", "package a")],
        &["a_test.rego"],
        "`a_test.rego` holds tests, which are no policy by themselves: name the folder it lies in",
    );
}

#[test]
fn one_path_that_fails_does_not_hide_the_findings_of_others() {
    let folder = folder(&[("p.rego", WRONG)]);
    let (code, out, err) = check_in(folder.path(), &["missing", "p.rego"]);
    assert_eq!(code, 2);
    assert!(out.ends_with("1 policy checked: 1 refused, 1 error\n"), "{out}");
    assert_eq!(err, "hookgate: cannot read `missing`: no such file or directory\n");
}

#[test]
fn folders_are_refused_for_what_archives_are_refused_for() {
    let linked = folder(&[("a/policy.rego", HELLO)]);
    symlink("/etc/passwd", linked.path().join("a/passwd.rego")).unwrap();
    symlink("../a", linked.path().join("a/self")).unwrap();
    let (code, out, _) = check_in(linked.path(), &["a"]);
    assert!(code == 1 && out.starts_with("a: error[forbidden_entry]: "), "{out}");

    let many: Vec<_> = (0..=MAX_FILES).map(|number| format!("a/{number}.rego")).collect();
    let files: Vec<_> = many.iter().map(|path| (path.as_str(), HELLO)).collect();
    let printed = "a: error[too_many_files]: the folder has 101 files: at most 100 are allowed; move what is no part of the policy \
                   out of it, or name the `.rego` file alone\n1 policy checked: 1 refused, 1 error\n";
    check(&files, &["a"], 1, printed);

    let full = "x".repeat(MAX_BYTES - HELLO.len());
    let files = [("a/p.rego", HELLO), ("a/more.txt", full.as_str())];
    check(&files, &["a"], 0, "1 policy checked: none refused\n");
    let printed = "a: error[unpacked_too_large]: the folder holds 1048577 bytes: at most 1048576 are allowed; move what is \
                   no part of the policy out of it, or name the `.rego` file alone\n1 policy checked: 1 refused, 1 error\n";
    check(&[files.as_slice(), &[("a/x", "x")]].concat(), &["a"], 1, printed);

    let files =
        [("a/b/p.rego", HELLO), ("a/c/p.rego", "package c"), ("a/x", full.as_str()), ("a/y", full.as_str())];
    let folder = folder(&files);
    let (_, out, _) = check_in(folder.path(), &["a"]);
    assert!(out.contains("; if it holds several policies, name the folder of each: `a/b a/c`\n"), "{out}");
}

#[test]
fn standard_input_is_one_policy() {
    let mut command = hookgate(&["lint", "-"]);
    let mut child = command.stdin(Stdio::piped()).stdout(Stdio::piped()).spawn().unwrap();
    child.stdin.take().unwrap().write_all(WRONG.as_bytes()).unwrap();
    let Output { status, stdout, .. } = child.wait_with_output().unwrap();
    assert_eq!(status.code(), Some(1));
    assert!(stdout.starts_with(b"stdin:3:6: error[unknown_function]: "), "{stdout:?}");
}

#[test]
fn functions_are_allowed_by_flag_variable_and_file() {
    let function = "package policy\n\nhook_result := {\"is_passed\": f(1)}\n\nf(x) if x == 1\n";
    let folder = folder(&[("p.rego", function), ("on.toml", "policy.allow_functions = true")]);
    let (code, refused, _) = check_in(folder.path(), &["p.rego"]);
    assert!(code == 1 && refused.contains("`--allow-functions`"), "{refused}");
    assert!(refused.contains("`policy.allow_functions`"), "{refused}");
    assert_eq!(check_in(folder.path(), &["p.rego", "--allow-functions"]).0, 0);
    assert_eq!(check_in(folder.path(), &["p.rego", "--config", "on.toml"]).0, 0);
    let mut command = hookgate(&["lint", "p.rego"]);
    command.args(CHECKS_ONLY).current_dir(folder.path()).env("HOOKGATE_POLICY_ALLOW_FUNCTIONS", "true");
    assert_eq!(command.output().unwrap().status.code(), Some(0));
}

#[test]
fn machines_read_an_array_of_policies() {
    let missing = "package policy # hookgate ignore: hook-result-missing a sample\n";
    let folder = folder(&[("a/policy.rego", WRONG), ("b/policy.rego", missing)]);
    let flags = ["--level", "hook-result-missing=warning", "--format", "json", "a", "b"];
    let (code, out, _) = check_in(folder.path(), &flags);
    let expected = json!([
        {"path": "a", "accepted": false, "diagnostics": [{
            "severity": "error", "fault": "unknown_function", "message": "there is no function `foo.bar`",
            "file": "a/policy.rego", "row": 3, "col": 6, "line": "x := foo.bar(1)",
        }, {
            "severity": "warning", "rule": "hook-result-missing",
            "message": "no rule `hook_result` in package `policy`: the policy has no effect",
            "file": "a/policy.rego", "row": 1, "col": 1, "line": "package policy",
        }]},
        {"path": "b", "accepted": true, "diagnostics": [{
            "severity": "warning", "rule": "hook-result-missing", "ignored": "a sample",
            "message": "no rule `hook_result` in package `policy`: the policy has no effect",
            "file": "b/policy.rego", "row": 1, "col": 1, "line": missing.trim(),
        }]},
    ]);
    assert_eq!((code, serde_json::from_str::<Value>(&out).unwrap()), (1, expected));
}

/// What is printed is what runs: it is a policy again, and rewriting it changes little.
#[test]
fn the_modules_that_run_are_shown_one_for_each_package() {
    let lib = "package lib\n\nbad contains r.name if some r in input.rs\n";
    let main = "package policy\n\nhook_result := {\"is_passed\": count(data.lib.bad) == 0}\n";
    let folder = folder(&[("p/policy.rego", main), ("p/lib.rego", lib)]);
    let (code, out, _) = check_in(folder.path(), &["--show-normalised", "p"]);
    assert_eq!(code, 0);
    assert!(out.contains("# p/lib.rego: package lib, as it runs\npackage lib\n"), "{out}");
    assert!(out.contains("# p/policy.rego: package policy, as it runs\npackage policy\n"), "{out}");
    assert!(out.contains("bad contains __"), "the head is bound in the body: {out}");
}

#[test]
fn a_module_longer_than_a_message_is_shown_whole() {
    let lines: Vec<_> = (0..250).map(|n| format!("r{n} := \"{}\"", "é".repeat(1_500))).collect();
    let folder = folder(&[("p.rego", &format!("package policy\n\n{}", lines.join("\n")))]);
    let (code, out, _) = check_in(folder.path(), &["--format", "json", "--show-normalised", "p.rego"]);
    let shown: Value = serde_json::from_str(&out).unwrap();
    let text = shown[0]["normalised"][0]["text"].as_str().unwrap();
    assert_eq!((code, shown[0]["normalised"].as_array().unwrap().len()), (0, 1));
    assert_eq!(text.matches(&"é".repeat(1_500)).count(), 250);
}

#[test]
fn a_reader_that_goes_away_is_no_error_worth_words() {
    let files: Vec<_> = (0..40).map(|number| format!("p{number}/policy.rego")).collect();
    let folder = folder(&files.iter().map(|path| (path.as_str(), WRONG)).collect::<Vec<_>>());
    let mut command = hookgate(&["lint", "."]);
    command.current_dir(folder.path()).stdout(Stdio::piped()).stderr(Stdio::piped());
    let mut child = command.spawn().unwrap();
    drop(child.stdout.take());
    let mut complaints = String::new();
    child.stderr.take().unwrap().read_to_string(&mut complaints).unwrap();
    assert_eq!((child.wait().unwrap().code(), complaints.as_str()), (Some(2), ""));
}

#[test]
fn every_attack_gets_a_clear_answer_in_time() {
    let cases = list_folders("fixtures/attacks");
    assert!(cases.len() >= 80, "{} cases", cases.len());
    let mut wrong = Vec::new();
    for case in &cases {
        let (upload, folder) = (policy_in(case), tempfile::tempdir().unwrap());
        let name = format!("policy.{}", upload.format.as_str());
        fs::write(folder.path().join(&name), &upload.bytes).unwrap();
        let begin = Instant::now();
        let (code, out, err) = check_in(folder.path(), &[&name]);
        let time = begin.elapsed();
        let Survival { at, .. } = expected(case);
        let is_expected = match at {
            At::Registration => code == 1 && out.starts_with("policy.") && out.contains(": error["),
            // On a slow machine some take longer to be checked than they may.
            At::Evaluation => code == 0 || out.contains("error[too_complex]: "),
        };
        if !is_expected || !err.is_empty() || time > BOUNDED {
            wrong.push(format!("{}: {code} after {time:?}: {out}{err}", name_of(case)));
        }
    }
    assert!(wrong.is_empty(), "{wrong:#?}");
}
