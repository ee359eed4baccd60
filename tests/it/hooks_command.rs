//! `hookgate hooks` through the binary: tables, JSON, changes, and deletions that want to be meant.

use std::process::Command;

use serde_json::{Value, json};

use crate::support::process::Ended;
use crate::support::{PASS, ServerProcess, hookgate};

/// A database that leaves nothing behind.
const MEMORY: &str = "sqlite::memory:";

fn hooks(server: &ServerProcess, arguments: &[&str]) -> Ended {
    let mut command: Command = hookgate(&[&["hooks"], arguments].concat());
    Ended::of(command.env("HOOKGATE_SERVER", &server.base).env("COLUMNS", "80"))
}

/// `text` with every moment made the same.
fn without_times(text: &str) -> String {
    let parts: Vec<_> = text.split(" UTC").collect();
    let (last, before) = parts.split_last().unwrap();
    let before = before.iter().map(|part| format!("{}YYYY-MM-DD hh:mm UTC", &part[..part.len() - 16]));
    before.chain([(*last).to_owned()]).collect()
}

async fn add_version(server: &ServerProcess, version: &str) {
    let body = json!({"hook_version": version, "policy_body": PASS, "hook_version_description": "mends it"});
    server.client().post("/v1/private-hooks/a-hook/versions", &body).await.expect(201);
}

#[tokio::test]
async fn hooks_are_listed_in_a_table_that_fits() {
    let server = ServerProcess::start(MEMORY);
    hooks(&server, &["list"]).prints(0, "there are no hooks\n");
    hooks(&server, &["list", "--format", "json"]).prints(0, "[]\n");
    server.client().gate("a-hook", PASS).await;
    let long = "refuses what nobody wants to have, and says why at some length";
    let body = json!({"hook_name": "私-hook", "hook_version": "10.0.0", "policy_body": PASS, "hook_description": long});
    server.client().post("/v1/private-hooks", &body).await.expect(201);
    let listed = hooks(&server, &["list"]);
    assert_eq!(
        without_times(&listed.out),
        "NAME     DEFAULT  STACKS  MODE  CHANGED               DESCRIPTION\n\
         私-hook  10.0.0   -       -     YYYY-MM-DD hh:mm UTC  refuses what nobody wants…\n\
         a-hook   1.0.0    ALL     FAIL  YYYY-MM-DD hh:mm UTC\n"
    );
    let listed: Value = serde_json::from_str(&hooks(&server, &["list", "--format", "json"]).out).unwrap();
    assert_eq!(listed[0]["hook_description"], long);
    assert_eq!(listed[1]["configuration"]["failure_mode"], "FAIL");
    assert_eq!(listed[1]["hook_id"].as_str().map(str::len), Some(36));
}

#[tokio::test]
async fn pages_are_followed_to_their_end() {
    let server = ServerProcess::start(MEMORY);
    server.client().gate("a-hook", PASS).await;
    for number in 1..25 {
        add_version(&server, &format!("1.0.{number}")).await;
    }
    // The default page of a real server is larger than its quota of versions: it is made smaller on the way.
    let small = crate::support::proxy::small_pages(&server.base);
    let listed = Ended::of(&mut hookgate(&["hooks", "versions", "a-hook", "--server", &small]));
    assert_eq!(listed.out.lines().count(), 26, "{listed:?}");
    assert!(listed.out.lines().nth(1).unwrap().starts_with("1.0.24 "), "{listed:?}");
}

#[tokio::test]
async fn a_hook_and_its_versions_are_shown() {
    let server = ServerProcess::start(MEMORY);
    let body = json!({"hook_name": "a-hook", "hook_version": "1.0.0", "policy_body": PASS});
    server.client().post("/v1/private-hooks", &body).await.expect(201);
    add_version(&server, "1.1.0").await;
    let shown = hooks(&server, &["show", "a-hook"]);
    assert_eq!(
        without_times(&shown.out),
        "name         a-hook\ndescription\ndefault      1.0.0\nstacks       -\nmode         -\n\
         created      YYYY-MM-DD hh:mm UTC\nchanged      YYYY-MM-DD hh:mm UTC\n\
         it was never configured, so no operation asks it\n"
    );
    let shown: Value =
        serde_json::from_str(&hooks(&server, &["show", "a-hook", "--format", "json"]).out).unwrap();
    assert_eq!(shown["default_version"], "1.0.0");
    assert_eq!(shown.get("configuration"), None);
    let listed = hooks(&server, &["versions", "a-hook"]);
    assert_eq!(
        without_times(&listed.out),
        "VERSION  DEFAULT  CREATED               DESCRIPTION\n\
         1.1.0             YYYY-MM-DD hh:mm UTC  mends it\n\
         1.0.0    yes      YYYY-MM-DD hh:mm UTC\n"
    );
    let listed = hooks(&server, &["versions", "a-hook", "--format", "json"]).out;
    let listed: Value = serde_json::from_str(&listed).unwrap();
    assert_eq!(listed[0]["hook_version_description"], "mends it");
}

#[tokio::test]
async fn a_hook_is_changed() {
    let server = ServerProcess::start(MEMORY);
    server.client().gate("a-hook", PASS).await;
    add_version(&server, "1.1.0").await;
    let set = hooks(&server, &["set-default", "a-hook", "1.1.0"]);
    set.prints(0, "version 1.1.0 of hook `a-hook` decides from now on\n");
    let configured = hooks(&server, &["configure", "a-hook", "NONE:WARN"]);
    configured.prints(0, "hook `a-hook` is configured as NONE:WARN\n");
    let hook = server.client().get("/v1/private-hooks/a-hook/metadata").await.expect(200);
    assert_eq!(hook["default_version"], "1.1.0");
    assert_eq!(hook["configuration"], json!({"target_stacks": "NONE", "failure_mode": "WARN"}));
    hooks(&server, &["set-default", "a-hook", "9.9.9"]).complains(1, "with status 404: ");
    hooks(&server, &["configure", "a-hook", "all:fail"])
        .complains(2, "the target `all` must be one of `NONE`, `ALL`");
}

#[tokio::test]
async fn what_is_deleted_is_meant_to_be() {
    let server = ServerProcess::start(MEMORY);
    server.client().gate("a-hook", PASS).await;
    add_version(&server, "1.1.0").await;
    let unasked = "hookgate: nobody can be asked here: say `--yes` to delete hook `a-hook` with 2 versions\n";
    hooks(&server, &["delete", "a-hook"]).complains(2, unasked);
    let default = hooks(&server, &["delete", "a-hook", "--version", "1.0.0", "--yes"]);
    default.complains(1, "hookgate: the server refuses the request with status 403: ");
    let deleted = hooks(&server, &["delete", "a-hook", "--version", "1.1.0", "--yes"]);
    deleted.prints(0, "deleted version 1.1.0 of hook `a-hook`\n");
    hooks(&server, &["delete", "a-hook", "--yes"]).prints(0, "deleted hook `a-hook` with 1 version\n");
    hooks(&server, &["delete", "a-hook", "--yes"]).complains(1, "with status 404: ");
    hooks(&server, &["delete", "a-hook", "--version", "1.0.0", "--yes"]).complains(1, "with status 404: ");
}

#[test]
fn a_server_that_is_gone_and_a_bad_name_are_failures() {
    for arguments in [["hooks", "list"].as_slice(), &["hooks", "show", "a-hook"]] {
        let gone = Ended::of(hookgate(arguments).env("HOOKGATE_SERVER", "http://127.0.0.1:1"));
        gone.complains(
            2,
            "hookgate: `http://127.0.0.1:1` cannot be reached: Connection refused (os error 111)\n",
        );
    }
    Ended::of(&mut hookgate(&["hooks", "show", "a/b"]))
        .complains(2, "a name has characters that are not allowed");
}
