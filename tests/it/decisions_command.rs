//! `hookgate decisions` through the binary: what the server recorded, listed, shown and exported.

use serde_json::{Value, json};

use crate::support::process::Ended;
use crate::support::{HELLO, PASS, REFUSE, ServerProcess, hookgate};

/// A database that leaves nothing behind.
const MEMORY: &str = "sqlite::memory:";

fn decisions(server: &ServerProcess, arguments: &[&str]) -> Ended {
    let mut command = hookgate(&[&["decisions"], arguments].concat());
    Ended::of(command.env("HOOKGATE_SERVER", &server.base).env("COLUMNS", "200"))
}

async fn begin(server: &ServerProcess, stack: &str) -> String {
    let body = json!({"operation": "DeployStack", "stack": {"name": stack}, "actor": "ci", "input": {"message": stack}});
    let begun = server.client().post("/v1/operations", &body).await.expect(201);
    begun["work_id"].as_str().unwrap().to_owned()
}

/// `text` with every moment and every one of `ids` made the same.
fn steady(text: &str, ids: &[&str]) -> String {
    ids.iter().fold(minutes(text), |text, id| text.replace(id, &"w".repeat(36)))
}

fn minutes(text: &str) -> String {
    let parts: Vec<_> = text.split(" UTC").collect();
    let (last, before) = parts.split_last().unwrap();
    let before = before.iter().map(|part| format!("{}YYYY-MM-DD hh:mm UTC", &part[..part.len() - 16]));
    before.chain([(*last).to_owned()]).collect()
}

#[tokio::test]
async fn decisions_are_listed_the_newest_first_and_filtered() {
    let server = ServerProcess::start(MEMORY);
    decisions(&server, &["list"]).prints(0, "there are no such decisions\n");
    server.client().gate("hello", HELLO).await;
    let (world, moon) = (begin(&server, "world").await, begin(&server, "moon").await);
    let listed = decisions(&server, &["list"]);
    insta::assert_snapshot!("decisions_list", steady(&listed.out, &[&world, &moon]));
    let denied = decisions(&server, &["list", "--decision", "DENIED", "--format", "json"]).out;
    let denied: Value = serde_json::from_str(&denied).unwrap();
    assert_eq!((denied.as_array().unwrap().len(), &denied[0]["work_id"]), (1, &json!(moon)));
    let of_stack = decisions(&server, &["list", "--stack", "world", "--since", "2020-01-01"]);
    assert_eq!(of_stack.out.lines().count(), 2, "{of_stack:?}");
    let before = decisions(&server, &["list", "--until", "2020-01-01"]);
    before.prints(0, "there are no such decisions\n");
    let one = decisions(&server, &["list", "--limit", "1"]);
    assert_eq!(one.out.lines().count(), 2, "{one:?}");
    assert_eq!(one.err, "hookgate: there are older ones: `--limit` lists more, `decisions export` all\n");
}

#[tokio::test]
async fn a_decision_is_shown_with_what_each_hook_said() {
    let server = ServerProcess::start(MEMORY);
    let unchecked = begin(&server, "shop").await;
    server.client().gate("hello", HELLO).await;
    server.client().gate_in("lax", REFUSE, "WARN").await;
    let begun = begin(&server, "world").await;
    let shown = decisions(&server, &["show", &begun]);
    insta::assert_snapshot!("decisions_show", steady(&shown.out, &[&begun]));
    let shown = decisions(&server, &["show", &begun, "--format", "json"]).out;
    let shown: Value = serde_json::from_str(&shown).unwrap();
    let path = format!("/v1/operations/{begun}");
    assert_eq!(shown, server.client().get(&path).await.expect(200));
    let shown = decisions(&server, &["show", &unchecked]);
    assert!(shown.out.ends_with("\nno hook was asked, so nothing was checked\n"), "{shown:?}");
    let missing = decisions(&server, &["show", "01a22e74-49f0-71e1-9d7b-6db3486ae8c4"]);
    missing.complains(1, "with status 404: there is no operation");
    decisions(&server, &["show", "7"]).complains(2, "a work id is a UUID: `hookgate decisions list` shows");
}

#[tokio::test]
async fn the_policy_that_decided_is_given_also_when_its_hook_is_gone() {
    let server = ServerProcess::start(MEMORY);
    server.client().gate("hello", HELLO).await;
    let begun = begin(&server, "world").await;
    server.client().delete("/v1/private-hooks/hello").await.expect(204);
    decisions(&server, &["show", &begun, "--policy"]).prints(0, HELLO);
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join("policy.rego");
    let written = decisions(&server, &["show", &begun, "--policy", "-o", file.to_str().unwrap()]);
    assert!(written.out.contains("bytes\nsha256 "), "{written:?}");
    assert_eq!(std::fs::read_to_string(file).unwrap(), HELLO);

    let unchecked = begin(&server, "world").await;
    let none = decisions(&server, &["show", &unchecked, "--policy"]);
    none.complains(2, "the operation asked no hook, so no policy decided it");
    server.client().gate("one", PASS).await;
    server.client().gate("another", REFUSE).await;
    let of_two = begin(&server, "world").await;
    let which = decisions(&server, &["show", &of_two, "--policy"]);
    which.complains(2, "the operation asked several hooks: say which with `--hook`: `one`, `another`");
    decisions(&server, &["show", &of_two, "--policy", "--hook", "another"]).prints(0, REFUSE);
    let other = decisions(&server, &["show", &of_two, "--policy", "--hook", "hello"]);
    other.complains(2, "the operation did not ask that hook: it asked `one`, `another`");
}

#[tokio::test]
async fn an_export_asks_the_server_until_nothing_is_left() {
    let server = ServerProcess::start(MEMORY);
    server.client().gate("pass", PASS).await;
    for _ in 0..45 {
        begin(&server, "shop").await;
    }
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join("log.ndjson");
    let file = file.to_str().unwrap();
    let path = "/v1/decisions?without_inputs=true";
    let whole = server.client().get("/v1/decisions").await;
    decisions(&server, &["export"]).prints(0, std::str::from_utf8(whole.expect_bytes(200)).unwrap());
    decisions(&server, &["export", "--without-inputs", "-o", file]).prints(0, "");
    let small = server.client().get(path).await;
    assert_eq!(std::fs::read(file).unwrap(), small.expect_bytes(200));
    assert!(!String::from_utf8(small.bytes).unwrap().contains("\"input\""));
    // What was there stays when there is nothing to be had.
    let gone = ["export", "--server", "http://127.0.0.1:1", "-o", file];
    decisions(&server, &gone).complains(2, "cannot be reached");
    assert_eq!(std::fs::read_to_string(file).unwrap().lines().count(), 45);
    for (arguments, words) in [
        (["--account", "default/local"], "`--account` goes with `--database`"),
        (["--since", "2026-11-31"], "or a day such as `2026-11-22`"),
        (["--stack", ""], "a stack is shorter than"),
    ] {
        decisions(&server, &[&["export"], &arguments[..]].concat()).complains(2, words);
    }
    decisions(&server, &["export", "--database", MEMORY, "--server", "http://localhost"])
        .complains(2, "cannot be used with");
}
