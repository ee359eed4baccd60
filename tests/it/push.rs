//! `hookgate push` through the binary: what is stored, what is not, and what is said when only a part of it could be done.

use std::fs;

use serde_json::{Value, json};
use tempfile::TempDir;

use crate::support::process::Ended;
use crate::support::proxy::{self, Meddling};
use crate::support::{HELLO, PASS, REFUSE, ServerProcess, hookgate};

/// A database that leaves nothing behind.
const MEMORY: &str = "sqlite::memory:";
const TEST: &str = "package policy_test\n\nimport data.policy\n\n\
    test_it_passes if policy.hook_result.is_passed with input as {\"message\": \"world\"}\n";
/// A project that wants to hear of no rule of the linter.
const QUIET: &str = "lint: {rules: {all: ignore}}\n";
/// What is said of a hook that nobody configured.
const UNASKED: &str = "no operation asks it yet; `hookgate hooks configure a-hook ALL:FAIL` changes that\n";

/// A folder with a policy and its test, of which nothing is told but why it is refused.
fn folder(policy: &str) -> TempDir {
    let folder = tempfile::tempdir().unwrap();
    fs::write(folder.path().join(".hookgate.yaml"), QUIET).unwrap();
    fs::write(folder.path().join("policy.rego"), policy).unwrap();
    fs::write(folder.path().join("policy_test.rego"), TEST).unwrap();
    folder
}

/// `hookgate push a-hook` of `folder`.
fn push(base: &str, folder: &TempDir, options: &[&str]) -> Ended {
    let fixed = ["push", "--server", base, "a-hook", "."];
    Ended::of(hookgate(&[fixed.as_slice(), options].concat()).current_dir(folder.path()))
}

async fn show(server: &ServerProcess) -> Value {
    server.client().get("/v1/private-hooks/a-hook/metadata").await.expect(200)
}

async fn versions(server: &ServerProcess) -> Vec<String> {
    let list = server.client().get("/v1/private-hooks/a-hook/versions").await.expect(200);
    let versions = list["versions"].as_array().unwrap().iter();
    versions.map(|version| version["hook_version"].as_str().unwrap().to_owned()).collect()
}

#[tokio::test]
async fn a_hook_is_created_with_its_first_version() {
    let (server, folder) = (ServerProcess::start(MEMORY), folder(HELLO));
    let words = ["--description", "says hello", "--version-description", "the first"];
    let options = [["--version", "1.0.0", "--configure", "ALL:FAIL"].as_slice(), &words].concat();
    let pushed = push(&server.base, &folder, &options);
    pushed.prints(0, "1 test or case passed\ncreated hook `a-hook` with version 1.0.0, which decides\n");
    let hook = show(&server).await;
    assert_eq!(hook["hook_description"], "says hello");
    assert_eq!(hook["configuration"], json!({"target_stacks": "ALL", "failure_mode": "FAIL"}));
    let version = server.client().get("/v1/private-hooks/a-hook/versions/1.0.0/metadata").await.expect(200);
    assert_eq!(version["hook_version_description"], "the first");
    // What was pushed is what decides.
    let operation = server.client().begin(&json!({"message": "nobody"})).await;
    assert_eq!(operation["decision"], "DENIED");
}

#[tokio::test]
async fn a_version_is_added_and_decides_when_it_is_told_to() {
    let (server, folder) = (ServerProcess::start(MEMORY), folder(PASS));
    server.client().gate("a-hook", REFUSE).await;
    let pushed = push(&server.base, &folder, &["--version", "1.1.0"]);
    let decides = "version 1.0.0 still decides; `hookgate hooks set-default a-hook 1.1.0` changes that\n";
    pushed.prints(0, &format!("1 test or case passed\nstored version 1.1.0 of hook `a-hook`\n{decides}"));
    assert_eq!(show(&server).await["default_version"], "1.0.0");

    let pushed =
        push(&server.base, &folder, &["--version", "1.2.0", "--make-default", "--configure", "NONE:WARN"]);
    let done = "stored version 1.2.0 of hook `a-hook`\ndone: make 1.2.0 the default\ndone: configure the hook as NONE:WARN\n";
    pushed.prints(0, &format!("1 test or case passed\n{done}{UNASKED}"));
    let hook = show(&server).await;
    assert_eq!(hook["default_version"], "1.2.0");
    assert_eq!(hook["configuration"], json!({"target_stacks": "NONE", "failure_mode": "WARN"}));
}

/// A pipeline that is run again must not fail, and must not change anything.
#[tokio::test]
async fn pushing_the_same_again_changes_nothing() {
    let (server, folder) = (ServerProcess::start(MEMORY), folder(PASS));
    let options =
        ["--version", "1.0.0", "--configure", "ALL:WARN", "--make-default", "--description", "passes"];
    push(&server.base, &folder, &options);
    let before = show(&server).await;
    let again = push(&server.base, &folder, &options);
    again.prints(
        0,
        "1 test or case passed\nversion 1.0.0 of hook `a-hook` is there already, with the same policy\n",
    );
    assert_eq!(show(&server).await, before);
    assert_eq!(versions(&server).await, ["1.0.0"]);
}

#[tokio::test]
async fn a_version_never_changes_and_the_next_one_is_named() {
    let server = ServerProcess::start(MEMORY);
    for version in ["1.2.0", "1.2.4", "1.3.0"] {
        assert_eq!(push(&server.base, &folder(PASS), &["--version", version]).code, 0);
    }
    let pushed = push(&server.base, &folder(HELLO), &["--version", "1.2.0"]);
    pushed.complains(
        1,
        "hookgate: hook `a-hook` has version 1.2.0 already, with another policy, and a version never changes: the next patch would be 1.2.5\n",
    );
    assert_eq!(versions(&server).await.len(), 3);
    // As SemVer has it, this is the same version.
    push(&server.base, &folder(HELLO), &["--version", "1.2.0+new"])
        .complains(1, "has version 1.2.0+new already");
}

#[tokio::test]
async fn what_is_refused_or_fails_its_tests_is_not_sent() {
    let server = ServerProcess::start(MEMORY);
    let wrong = folder("package policy\n\nhook_result := {\"is_passed\": foo.bar(1)}\n");
    let pushed = push(&server.base, &wrong, &["--version", "1.0.0"]);
    pushed.complains(1, "./policy.rego:3:30: error[unknown_function]: there is no function `foo.bar`\n");
    assert!(pushed.err.ends_with("\nnothing was sent\n"), "{pushed:?}");
    let failing = push(&server.base, &folder(REFUSE), &["--version", "1.0.0"]);
    failing.complains(
        1,
        "  ✗ data.policy_test.test_it_passes\n      ./policy_test.rego:5:19: this is not true\n",
    );
    failing.complains(1, "hookgate: 1 of 1 test or case failed\nnothing was sent\n");
    server.client().get("/v1/private-hooks/a-hook/metadata").await.fails(404, "RF.10013091");

    let case = folder(HELLO);
    fs::create_dir_all(case.path().join("cases/a")).unwrap();
    fs::write(case.path().join("cases/a/input.json"), "{}").unwrap();
    fs::write(case.path().join("cases/a/expect.json"), "{\"result\": \"PASSED\"}").unwrap();
    push(&server.base, &case, &["--version", "1.0.0"])
        .complains(1, "1 of 2 tests and cases failed\nnothing was sent\n");

    let pushed = push(&server.base, &folder(REFUSE), &["--version", "1.0.0", "--no-test"]);
    pushed.prints(0, &format!("created hook `a-hook` with version 1.0.0, which decides\n{UNASKED}"));
}

/// As Conftest has it: the gate would ask it for nothing, and every operation would pass.
#[tokio::test]
async fn a_policy_that_declares_no_result_is_not_sent_unless_that_is_meant() {
    let server = ServerProcess::start(MEMORY);
    let conftest = folder("package main\n\ndeny contains \"no\" if input.bad\n");
    fs::remove_file(conftest.path().join("policy_test.rego")).unwrap();
    let pushed = push(&server.base, &conftest, &["--version", "1.0.0"]);
    let line = "hook_result := {\"is_passed\": count(data.main.deny) == 0, \"err_msg\": concat(\"; \", data.main.deny)}";
    pushed.complains(1, "no rule `hook_result` in package `policy`");
    pushed.complains(1, &format!("write in `package policy`: `{line}`"));
    pushed.complains(1, "`--allow-undeclared`\nnothing was sent\n");
    server.client().get("/v1/private-hooks/a-hook/metadata").await.fails(404, "RF.10013091");
    let pushed = push(&server.base, &conftest, &["--version", "1.0.0", "--allow-undeclared"]);
    assert_eq!(pushed.code, 0, "{pushed:?}");
    assert!(pushed.out.contains("which decides nothing: it has no `hook_result`\n"), "{pushed:?}");
    // What is to be written makes a hook of it.
    let made = format!("package policy\n\n{line}\n");
    fs::write(conftest.path().join("result.rego"), made).unwrap();
    let pushed =
        push(&server.base, &conftest, &["--version", "1.0.1", "--make-default", "--configure", "ALL:FAIL"]);
    assert_eq!(pushed.code, 0, "{pushed:?}");
    let operation = server.client().begin(&json!({"bad": true})).await;
    assert_eq!((&operation["decision"], &operation["message"]), (&json!("DENIED"), &json!("no")));
}

/// As the contract's own sample has it.
#[test]
fn what_the_linter_finds_is_told_and_goes_along() {
    let (server, folder) = (ServerProcess::start(MEMORY), folder(HELLO));
    fs::remove_file(folder.path().join(".hookgate.yaml")).unwrap();
    push(&server.base, &folder, &["--version", "1.0.0"])
        .complains(0, "./policy.rego:3:30: error[undefined-result]: ");
}

#[tokio::test]
async fn a_dry_run_looks_and_changes_nothing() {
    let server = ServerProcess::start(MEMORY);
    let options = ["--version", "1.0.0", "--dry-run", "--make-default", "--configure", "ALL:FAIL"];
    let dry = push(&server.base, &folder(PASS), &options);
    dry.prints(
        0,
        "1 test or case passed\nwould create hook `a-hook` with version 1.0.0, which would decide\n",
    );
    server.client().get("/v1/private-hooks/a-hook/metadata").await.fails(404, "RF.10013091");
    push(&server.base, &folder(PASS), &["--version", "0.1.0"]);
    let dry = push(&server.base, &folder(PASS), &options);
    let would = "would store version 1.0.0 of hook `a-hook`\nwould make 1.0.0 the default\nwould configure the hook as ALL:FAIL\n";
    dry.prints(0, &format!("1 test or case passed\n{would}"));
    assert_eq!(versions(&server).await, ["0.1.0"]);
}

#[tokio::test]
async fn what_was_done_and_what_was_not_is_said() {
    let (server, folder) = (ServerProcess::start(MEMORY), folder(PASS));
    server.client().gate("a-hook", REFUSE).await;
    let answer = "{\"error_code\":\"RF.1\",\"error_msg\":\"not now\"}";
    let half = proxy::meddling(&server.base, "PATCH ", Meddling::Answer("503 Service Unavailable", answer));
    let options = ["--version", "1.1.0", "--make-default", "--configure", "ALL:WARN"];
    let pushed = push(&half, &folder, &options);
    pushed.complains(
        2,
        "hookgate: version 1.1.0 of hook `a-hook` is stored, but the server did not make 1.1.0 the default and configure the hook \
         as ALL:WARN: the server answers with status 503: not now (RF.1); the same command goes on from here\n",
    );
    assert_eq!(versions(&server).await, ["1.1.0", "1.0.0"]);
    assert_eq!(show(&server).await["default_version"], "1.0.0");
    // And so it does.
    assert_eq!(push(&server.base, &folder, &options).code, 0);
    assert_eq!(show(&server).await["default_version"], "1.1.0");

    let lossy = proxy::meddling(&server.base, "POST ", Meddling::LoseAnswer);
    let pushed = push(&lossy, &folder, &["--version", "1.2.0"]);
    pushed.complains(
        2,
        "hookgate: whether version 1.2.0 of hook `a-hook` is stored is not known: push it again, nothing is stored twice: ",
    );
    let again = push(&lossy, &folder, &["--version", "1.2.0"]);
    assert!(again.code == 0 && again.out.contains("is there already"), "{again:?}");
}

#[tokio::test]
async fn the_servers_own_refusal_is_an_answer() {
    let server = ServerProcess::spawn({
        let mut command = hookgate(&["serve", "--listen", "127.0.0.1:0", "--database", MEMORY]);
        command.env("HOOKGATE_LIMITS_HOOKS", "1").env("HOOKGATE_LIMITS_VERSIONS", "1");
        command
    });
    server.client().gate("other-hook", PASS).await;
    let pushed = push(&server.base, &folder(PASS), &["--version", "1.0.0"]);
    pushed.complains(1, "hookgate: version 1.0.0 of hook `a-hook` was not stored: the server refuses the request with status 403");
    server.client().delete("/v1/private-hooks/other-hook").await.expect(204);
    assert_eq!(push(&server.base, &folder(PASS), &["--version", "1.0.0"]).code, 0);
    let pushed = push(&server.base, &folder(PASS), &["--version", "1.0.1"]);
    pushed.complains(1, "hookgate: version 1.0.1 of hook `a-hook` was not stored: the server refuses the request with status 403");
}

#[test]
fn what_makes_no_sense_is_said_before_anybody_is_asked() {
    let (nobody, folder) = ("http://127.0.0.1:1", folder(PASS));
    for (options, words) in [
        (["--version", "1.0"].as_slice(), "a version is shorter than 5 characters"),
        (&[], "--version <VERSION>"),
        (
            &["--version", "1.0.0", "--configure", "SOME:FAIL"],
            "the target `SOME` must be one of `NONE`, `ALL`",
        ),
        (&["--version", "1.0.0", "--configure", "ALL"], "it must be TARGET:MODE, such as `ALL:FAIL`"),
        (&["--version", "1.0.0"], "`http://127.0.0.1:1` cannot be reached: Connection refused"),
    ] {
        push(nobody, &folder, options).complains(2, words);
    }
    let bad = ["push", "--version", "1.0.0", "1-hook", "."];
    Ended::of(hookgate(&bad).current_dir(folder.path()))
        .complains(2, "a name must begin with a Latin or Chinese letter");
    let elsewhere = ["push", "--version", "1.0.0", "a-hook", ".", "--server", "example.com"];
    Ended::of(hookgate(&elsewhere).current_dir(folder.path()))
        .complains(2, "`example.com` is not the address of a server");
}

#[tokio::test]
async fn server_and_domain_come_from_flag_variable_or_file() {
    let (server, folder) = (ServerProcess::start(MEMORY), folder(PASS));
    let base = server.base.as_str();
    fs::write(folder.path().join(".hookgate.yaml"), format!("server: {base}\ndomain: team-a\n{QUIET}"))
        .unwrap();
    let run = |options: &[&str], variables: &[(&str, &str)]| {
        let mut command =
            hookgate(&[["push", "a-hook", ".", "--version", "1.0.0"].as_slice(), options].concat());
        Ended::of(command.current_dir(folder.path()).envs(variables.iter().copied())).code
    };
    assert_eq!(run(&[], &[]), 0);
    assert_eq!(run(&[], &[("HOOKGATE_DOMAIN", "team-b")]), 0);
    assert_eq!(run(&["--domain", "team-c"], &[("HOOKGATE_DOMAIN", "team-b")]), 0);
    assert_eq!(run(&[], &[("HOOKGATE_SERVER", "http://127.0.0.1:1")]), 2);
    assert_eq!(run(&["--server", base], &[("HOOKGATE_SERVER", "http://127.0.0.1:1")]), 0);
    for domain in ["team-a", "team-b", "team-c"] {
        server.client().of_domain(domain).get("/v1/private-hooks/a-hook/metadata").await.expect(200);
    }
}

#[tokio::test]
async fn one_file_and_a_bundle_of_opa_are_pushed_too() {
    let server = ServerProcess::start(MEMORY);
    let root = concat!(env!("CARGO_MANIFEST_DIR"), "/fixtures/opa_bundle/bundle.tar.gz");
    let pushed =
        Ended::of(&mut hookgate(&["push", "--server", &server.base, "of-opa", root, "--version", "1.0.0"]));
    assert_eq!((pushed.code, pushed.out.lines().next()), (0, Some("1 test or case passed")), "{pushed:?}");
    let folder = folder(PASS);
    let run = |path: &str, name: &str| {
        let mut command = hookgate(&["push", "--server", &server.base, name, path, "--version", "1.0.0"]);
        Ended::of(command.current_dir(folder.path()))
    };
    // The tests that lie beside it are run, and stay there.
    let pushed = run("policy.rego", "of-rego");
    assert_eq!((pushed.code, pushed.out.lines().next()), (0, Some("1 test or case passed")), "{pushed:?}");
    fs::remove_file(folder.path().join("policy_test.rego")).unwrap();
    let pushed = run("policy.rego", "without-tests");
    assert_eq!((pushed.code, pushed.out.lines().next()), (0, Some("it brings no tests along")), "{pushed:?}");
    let policy = server.client().get("/v1/private-hooks/of-rego/versions/1.0.0/policies?inline=true").await;
    assert_eq!(policy.expect_bytes(200), PASS.as_bytes());
}
