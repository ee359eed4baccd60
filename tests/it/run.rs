//! `hookgate run`: a command behind the gate (`gate.md` section 6), with stand-ins of the shell, and with `terraform` where there is one.

use std::io::{BufRead as _, BufReader, Read as _};
use std::path::Path;
use std::process::{Command, Stdio};

use rustix::process::Signal;
use serde_json::{Value, json};

use crate::support::process::send;
use crate::support::{HELLO, ServerProcess, find_variable, hookgate};

/// A database that leaves nothing behind.
const MEMORY: &str = "sqlite::memory:";
/// Refuses plans that change anything, and says what, in a voice that would steer a terminal.
const NO_CHANGES: &str = r#"package policy

changed contains change.address if some change in input.resource_changes

hook_result := {"is_passed": count(changed) == 0, "err_msg": "\u001b[2Jno changes today", "findings": findings}

findings := [finding |
	some address in changed
	finding := {"message": "it changes", "resource": {"address": address}, "remediation": {"message": "wait"}}
]
"#;

/// How `hookgate run` ended, and what was said.
#[derive(Debug)]
struct Ran {
    code: i32,
    out: String,
    err: String,
}

/// `hookgate run` on stack `shop`, with `options`, of `command`.
fn run_command(base: &str, options: &[&str], command: &[&str]) -> Command {
    let fixed = ["run", "--server", base, "--stack", "shop", "--operation", "DeployStack"];
    hookgate(&[fixed.as_slice(), options, &["--"], command].concat())
}

fn run(base: &str, options: &[&str], command: &[&str]) -> Ran {
    let ended = run_command(base, options, command).output().unwrap();
    let text = |bytes| String::from_utf8(bytes).unwrap();
    Ran { code: ended.status.code().unwrap(), out: text(ended.stdout), err: text(ended.stderr) }
}

/// The newest operation the server knows.
async fn newest(server: &ServerProcess) -> Value {
    let list = server.client().get("/v1/operations").await.expect(200);
    list["operations"][0].clone()
}

/// `text` with the work id made the same in every run.
fn without_ids(text: &str) -> String {
    let mut words = text.to_owned();
    while let Some((before, after)) = words.split_once("work id 0") {
        let rest = after.trim_start_matches(|c: char| c.is_ascii_hexdigit() || c == '-');
        words = format!("{before}work id …{rest}");
    }
    words
}

#[tokio::test]
async fn an_allowed_command_runs_and_its_outcome_is_reported() {
    let server = ServerProcess::start(MEMORY);
    let ran = run(&server.base, &[], &["/bin/sh", "-c", "echo out; echo err >&2"]);
    assert_eq!((ran.code, ran.out.as_str()), (0, "out\n"), "{}", ran.err);
    insta::assert_snapshot!("run_allowed", without_ids(&ran.err));
    assert_eq!(newest(&server).await["outcome"], "SUCCEEDED");

    let ran = run(
        &server.base,
        &["--actor", "ci", "--label", "env=prod", "--stack-id", "s-1"],
        &["/bin/sh", "-c", "exit 3"],
    );
    assert_eq!(ran.code, 3, "{}", ran.err);
    let operation = newest(&server).await;
    assert_eq!(operation["outcome"], "FAILED");
    assert_eq!(operation["outcome_error"], "`/bin/sh -c 'exit 3'` ended with exit code 3");
    assert_eq!(operation["actor"], "ci");
    assert_eq!(operation["stack"], json!({"name": "shop", "id": "s-1", "labels": {"env": "prod"}}));
}

#[tokio::test]
async fn a_denied_command_does_not_run_and_the_reasons_are_shown() {
    let server = ServerProcess::start(MEMORY);
    server.client().gate("quiet-hook", NO_CHANGES).await;
    server.client().gate_in("hello-hook", HELLO, "WARN").await;
    let plan = concat!(env!("CARGO_MANIFEST_DIR"), "/fixtures/plans/web-service-public.json");
    let folder = tempfile::tempdir().unwrap();
    let trace = folder.path().join("ran");
    let command = ["/bin/touch", trace.to_str().unwrap()];
    let ran = run(&server.base, &["--plan", plan], &command);
    assert_eq!((ran.code, ran.out.as_str()), (10, ""), "{}", ran.err);
    let said = ran.err.replace(trace.to_str().unwrap(), "TRACE");
    insta::assert_snapshot!("run_denied", without_ids(&said));
    assert!(!trace.exists());
    assert_eq!(newest(&server).await["outcome"], Value::Null);

    let ran = run(&server.base, &["--plan", plan, "--output", "json"], &command);
    assert_eq!((ran.code, ran.out.as_str()), (10, ""));
    let line: Value = serde_json::from_str(&ran.err).unwrap();
    assert_eq!(line["event"], "decided");
    assert_eq!(line["answer"]["decision"], "DENIED");
    assert_eq!(line["answer"]["hooks"][0]["err_msg"], "\u{1b}[2Jno changes today");
    assert!(line["answer"]["revision"].is_number(), "{line}");

    let ran = run(&server.base, &["--plan", plan, "--color", "always"], &command);
    assert!(ran.err.contains("\u{1b}[1m\u{1b}[31m✗ DENIED\u{1b}[0m"), "{}", ran.err);
    assert!(!ran.err.contains("\u{1b}[2J"), "a policy steers the terminal: {}", ran.err);
}

#[tokio::test]
async fn the_end_of_a_command_is_told_as_a_shell_would() {
    let server = ServerProcess::start(MEMORY);
    for (command, code, error) in [
        (["/bin/sh", "-c", "kill -9 $$"].as_slice(), 137, "`/bin/sh -c 'kill -9 $$'` was ended by signal 9"),
        (&["/no/such/program"], 127, "`/no/such/program` cannot be started: there is no such program"),
        (&["/etc/passwd"], 126, "`/etc/passwd` cannot be started: Permission denied (os error 13)"),
        (&["/bin/sh", "-c", "exit 10"], 10, "`/bin/sh -c 'exit 10'` ended with exit code 10"),
    ] {
        let ran = run(&server.base, &[], command);
        assert_eq!(ran.code, code, "{command:?}: {}", ran.err);
        let operation = newest(&server).await;
        assert_eq!((&operation["outcome"], &operation["outcome_error"]), (&json!("FAILED"), &json!(error)));
    }
}

#[test]
fn signals_reach_the_command_and_its_end_is_waited_for() {
    let server = ServerProcess::start(MEMORY);
    for (name, signal) in
        [("TERM", Signal::TERM), ("INT", Signal::INT), ("HUP", Signal::HUP), ("USR1", Signal::USR1)]
    {
        // By KILL: a shell that has only just forked would lose any other.
        let script =
            format!("trap 'kill -KILL $!; echo caught; exit 5' {name}; sleep 1000 & echo ready; wait");
        let mut command = run_command(&server.base, &[], &["/bin/sh", "-c", &script]);
        let mut child = command.stdout(Stdio::piped()).stderr(Stdio::piped()).spawn().unwrap();
        let mut out = BufReader::new(child.stdout.take().unwrap());
        let mut line = String::new();
        out.read_line(&mut line).unwrap();
        assert_eq!(line, "ready\n");
        send(signal, child.id());
        let mut rest = String::new();
        out.read_to_string(&mut rest).unwrap();
        assert_eq!((rest.as_str(), child.wait().unwrap().code()), ("caught\n", Some(5)), "{name}");
    }
}

#[test]
fn without_a_gate_nothing_runs_unless_that_is_wanted_and_recorded() {
    let nobody = "http://127.0.0.1:1";
    let folder = tempfile::tempdir().unwrap();
    let trace = folder.path().join("ran");
    let command = ["/bin/touch", trace.to_str().unwrap()];
    let ran = run(nobody, &[], &command);
    assert_eq!((ran.code, ran.out.as_str()), (11, ""));
    let said = "✗ NO DECISION  DeployStack of stack `shop`: `http://127.0.0.1:1` cannot be reached: Connection refused (os error 111)\n";
    assert!(ran.err.starts_with(said), "{}", ran.err);
    assert!(!trace.exists());

    // A record that cannot be written.
    let ran = run(nobody, &["--fail-open", "--fail-open-record", "/dev/null/record"], &command);
    assert_eq!(ran.code, 2);
    assert!(
        ran.err.contains("cannot be recorded in `/dev/null/record`, so the command was not run"),
        "{}",
        ran.err
    );
    assert!(!trace.exists());

    let record = folder.path().join("deep/record.ndjson");
    let options = ["--fail-open", "--fail-open-record", record.to_str().unwrap()];
    let ran = run(nobody, &options, &["/bin/sh", "-c", "exit 7"]);
    assert_eq!(ran.code, 7);
    assert!(ran.err.starts_with("! UNCHECKED  DeployStack of stack `shop`"), "{}", ran.err);
    run(nobody, &options, &command);
    assert!(trace.exists());
    let lines = std::fs::read_to_string(record).unwrap();
    let lines: Vec<Value> = lines.lines().map(|line| serde_json::from_str(line).unwrap()).collect();
    assert_eq!(lines.len(), 2);
    assert_eq!(lines[0]["record"]["command"], "/bin/sh -c 'exit 7'");
    assert_eq!(lines[0]["record"]["stack"], "shop");
}

#[test]
fn a_question_that_is_wrong_is_not_a_gate_that_cannot_be_reached() {
    let server = ServerProcess::start(MEMORY);
    let readme = concat!(env!("CARGO_MANIFEST_DIR"), "/README.md");
    let input = concat!(env!("CARGO_MANIFEST_DIR"), "/fixtures/normalise");
    let long = "x".repeat(129);
    for (options, words) in [
        (["--plan", readme].as_slice(), "/README.md` is no plan: it is not JSON"),
        (&["--plan", "/no/such/plan"], "cannot read `/no/such/plan`: No such file or directory"),
        (&["--input", input], "Is a directory"),
        (&["--input", "-"], "`standard input` cannot be the input: it is not JSON"),
        (&["--actor", "\u{7}"], "the server refuses the request with status 400: `actor`"),
        (&["--stack-id", &long], "nothing was run"),
        (&["--server", "example.com"], "the argument '--server <URL>' cannot be used multiple times"),
        (&["--label", "env"], "`env` is not KEY=VALUE"),
        (&["--plan", readme, "--input", "-"], "cannot be used with '--input <FILE>'"),
    ] {
        let ran = run(
            &server.base,
            &[options, &["--fail-open-record", "/dev/null/x", "--fail-open"]].concat(),
            &["/bin/true"],
        );
        assert_eq!((ran.code, ran.out.as_str()), (2, ""), "{options:?}: {}", ran.err);
        assert!(ran.err.contains(words), "{options:?}: {}", ran.err);
    }
}

/// The folder that is judged does not choose its judge.
#[test]
fn the_file_of_a_project_is_not_read() {
    let server = ServerProcess::start(MEMORY);
    let folder = tempfile::tempdir().unwrap();
    std::fs::write(folder.path().join(".hookgate.yaml"), "server: [").unwrap();
    let mut command = run_command(&server.base, &[], &["/bin/true"]);
    let ended = command.current_dir(folder.path()).output().unwrap();
    assert_eq!(ended.status.code(), Some(0), "{ended:?}");
}

/// The README's scene with the real tool: plan, gate, apply. Needs no provider: `terraform_data` is built in.
#[tokio::test]
async fn terraform_applies_only_what_the_gate_allows() {
    let Some(terraform) = find_terraform() else { return };
    let server = ServerProcess::start(MEMORY);
    let folder = tempfile::tempdir().unwrap();
    let main = "resource \"terraform_data\" \"web\" {\n  input = \"small\"\n}\n";
    std::fs::write(folder.path().join("main.tf"), main).unwrap();
    terraform_does(&terraform, folder.path(), &["init", "-no-color"]);
    terraform_does(&terraform, folder.path(), &["plan", "-no-color", "-out", "plan.out"]);
    let apply = |server: &ServerProcess| {
        let command = [terraform.as_str(), "apply", "-no-color", "plan.out"];
        let mut command = run_command(&server.base, &["--plan", "plan.out"], &command);
        let ended = command.current_dir(folder.path()).env("HOME", folder.path()).output().unwrap();
        (ended.status.code().unwrap(), String::from_utf8(ended.stderr).unwrap())
    };

    server.client().gate("quiet-hook", NO_CHANGES).await;
    let (code, said) = apply(&server);
    assert_eq!(code, 10, "{said}");
    assert!(said.contains("- terraform_data.web: it changes"), "{said}");
    assert!(!folder.path().join("terraform.tfstate").exists());

    server.client().delete("/v1/private-hooks/quiet-hook").await.expect(204);
    let (code, said) = apply(&server);
    assert_eq!(code, 0, "{said}");
    assert!(folder.path().join("terraform.tfstate").exists());
    assert_eq!(newest(&server).await["outcome"], "SUCCEEDED");
}

/// The real tool, where `tests/run` has found it.
fn find_terraform() -> Option<String> {
    find_variable("HOOKGATE_TEST_TERRAFORM")
}

#[track_caller]
fn terraform_does(terraform: &str, folder: &Path, arguments: &[&str]) {
    let mut command = Command::new(terraform);
    let ended = command.args(arguments).current_dir(folder).env_clear().env("HOME", folder).output().unwrap();
    assert!(ended.status.success(), "{}", String::from_utf8_lossy(&ended.stderr));
}
