//! Outcomes: who started an operation, and what became of it, also when the gate could not be told at once.

use std::fs;
use std::path::Path;

use serde_json::{Value, json};

use crate::support::process::Ended;
use crate::support::proxy::{Meddling, meddling};
use crate::support::{REFUSE, ServerProcess, hookgate};

/// A database that leaves nothing behind.
const MEMORY: &str = "sqlite::memory:";

fn run(base: &str, home: &Path, command: &str) -> Ended {
    let fixed =
        ["run", "--server", base, "--stack", "shop", "--operation", "DeployStack", "--no-input", "--"];
    Ended::of(hookgate(&[fixed.as_slice(), &["/bin/sh", "-c", command]].concat()).env("HOME", home))
}

fn report(home: &Path, arguments: &[&str]) -> Ended {
    Ended::of(hookgate(&[&["report"], arguments].concat()).env("HOME", home))
}

async fn operation(server: &ServerProcess, work_id: &str) -> Value {
    server.client().get(&format!("/v1/operations/{work_id}")).await.expect(200)
}

/// The work id of the one outcome that is kept, whose server is from now on `server`.
fn kept(home: &Path, proxy: &str, server: &str) -> String {
    let folder = home.join(".local/state/hookgate/pending");
    let [file] = fs::read_dir(folder)
        .unwrap()
        .map(|entry| entry.unwrap().path())
        .collect::<Vec<_>>()
        .try_into()
        .unwrap();
    let text = fs::read_to_string(&file).unwrap().replace(proxy, server);
    fs::write(&file, &text).unwrap();
    serde_json::from_str::<Value>(&text).unwrap()["work_id"].as_str().unwrap().to_owned()
}

#[tokio::test]
async fn an_outcome_that_could_not_be_reported_is_kept_and_reported_later() {
    let (server, home) = (ServerProcess::start(MEMORY), tempfile::tempdir().unwrap());
    let deaf = meddling(&server.base, "/outcome", Meddling::Answer("503 Service Unavailable", "{}"));
    // Two at once: each waits some seconds for the server to come back.
    let other = tempfile::tempdir().unwrap();
    let (ended, second) = std::thread::scope(|scope| {
        let second = scope.spawn(|| run(&deaf, other.path(), "exit 4"));
        (run(&deaf, home.path(), "exit 3"), second.join().unwrap())
    });
    for (ended, code) in [(&ended, 3), (&second, 4)] {
        ended.complains(
            code,
            "it is kept, and the next `hookgate run` or `hookgate report --pending` reports it",
        );
    }

    let work_id = kept(home.path(), &deaf, &server.base);
    assert_eq!(operation(&server, &work_id).await["outcome"], Value::Null);
    let next = run(&server.base, home.path(), "true");
    next.complains(0, &format!("the outcome FAILED of operation {work_id}, kept until now, is reported"));
    let told = operation(&server, &work_id).await;
    assert_eq!(told["outcome_error"], "`/bin/sh -c 'exit 3'` ended with exit code 3");

    let work_id = kept(other.path(), &deaf, &server.base);
    let sent = report(other.path(), &["--pending"]);
    sent.prints(0, &format!("the outcome FAILED of operation {work_id}, kept until now, is reported\n"));
    assert_eq!(operation(&server, &work_id).await["outcome"], "FAILED");
    report(other.path(), &["--pending"]).prints(0, "no outcome is waiting to be reported\n");
}

#[tokio::test]
async fn an_outcome_is_reported_by_hand() {
    let (server, home) = (ServerProcess::start(MEMORY), tempfile::tempdir().unwrap());
    let body = json!({"operation": "DeployStack", "stack": {"name": "shop"}});
    let begun = server.client().post("/v1/operations", &body).await.expect(201);
    let work_id = begun["work_id"].as_str().unwrap();
    let at = ["--server", &server.base];
    let report = |arguments: &[&str]| report(home.path(), &[arguments, &at].concat());
    report(&[work_id]).complains(2, "--status <WORD>");
    report(&[]).complains(2, "<WORK_ID>");
    report(&[work_id, "--status", "ABANDONED"]).complains(2, "must be `SUCCEEDED` or `FAILED`");
    report(&[work_id, "--status", "SUCCEEDED", "--error", "x"])
        .complains(2, "`--error` goes with `--status FAILED`");
    let failed = ["--status", "FAILED", "--error", "no room"];
    report(&[&[work_id], failed.as_slice()].concat()).prints(0, &format!("operation {work_id}: FAILED\n"));
    assert_eq!(operation(&server, work_id).await["outcome_error"], "no room");
    report(&[work_id, "--status", "SUCCEEDED"]).complains(1, "409");

    server.client().gate("refusing-hook", REFUSE).await;
    let denied = server.client().post("/v1/operations", &body).await.expect(201);
    report(&[denied["work_id"].as_str().unwrap(), "--status", "SUCCEEDED"]).complains(1, "409");
}

#[tokio::test]
async fn a_build_server_says_who_starts_an_operation() {
    let server = ServerProcess::start(MEMORY);
    for (variables, actor) in [
        ([("USER", "root"), ("GITHUB_ACTOR", "gil")].as_slice(), "gil"),
        (&[("USER", "root"), ("GITLAB_USER_LOGIN", "lea")], "lea"),
        (&[("USER", "root"), ("GITHUB_ACTOR", "")], "root"),
    ] {
        let fixed = ["run", "--server", &server.base, "--stack", "shop", "--operation", "DeployStack"];
        let mut command = hookgate(&[fixed.as_slice(), &["--no-input", "--", "true"]].concat());
        let ended = Ended::of(command.envs(variables.iter().copied()).env("PATH", "/usr/bin:/bin"));
        assert_eq!(ended.code, 0, "{ended:?}");
        let list = server.client().get("/v1/operations").await.expect(200);
        assert_eq!(list["operations"][0]["actor"], actor);
    }
}
