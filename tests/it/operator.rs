//! What whoever runs a server sees of it: at its start, in its log, in its probes, and when its database goes away.

use std::fs;
use std::path::Path;
use std::process::Stdio;

use serde_json::{Value, json};

use crate::support::silence::Wire;
use crate::support::{HELLO, ServerProcess, find_variable, hookgate, on_each_url};

fn url(path: &Path) -> String {
    format!("sqlite://{}", path.display())
}

async fn begin(server: &ServerProcess) -> crate::support::Reply {
    let body = json!({"operation": "DeployStack", "stack": {"name": "shop"}, "input": {"message": "world"}});
    server.client().post("/v1/operations", &body).await
}

#[tokio::test]
async fn a_server_says_whether_it_made_its_database_and_what_is_in_it() {
    on_each_url(async |database: &str| {
        let server = ServerProcess::start(database);
        let said = server.screen.clone();
        assert!(
            said.starts_with("made the database `")
                && said.ends_with("`: 0 accounts, 0 hooks, 0 of them in force\n"),
            "{said}"
        );
        server.client().gate("in-force", HELLO).await;
        let idle = json!({"hook_name": "idle", "hook_version": "1.0.0", "policy_body": HELLO});
        server.client().post("/v1/private-hooks", &idle).await.expect(201);
        drop(server);
        let said = ServerProcess::start(database).screen.clone();
        assert!(
            said.starts_with("opened the database `")
                && said.ends_with("`: 1 account, 2 hooks, 1 of them in force\n"),
            "{said}"
        );
    })
    .await;
}

#[test]
fn what_is_wrong_with_a_database_is_said_with_its_file_and_what_to_do() {
    let folder = tempfile::tempdir().unwrap();
    let inside = |name: &str| folder.path().join(name);
    fs::write(
        inside("text.db"),
        "this is no database, but a text that is long enough to be read as one\n".repeat(100),
    )
    .unwrap();
    for (path, words) in [
        (inside("missing/a.db"), "cannot be made: there is no folder"),
        (folder.path().to_owned(), "is a folder: name a file in it"),
        (inside("text.db"), "is no SQLite database: name another file"),
    ] {
        let ended =
            hookgate(&["serve", "--listen", "127.0.0.1:0", "--database", &url(&path)]).output().unwrap();
        let said = String::from_utf8(ended.stderr).unwrap();
        assert_eq!(ended.status.code(), Some(2), "{said}");
        assert!(said.contains(&format!("the database file `{}` {words}", path.display())), "{said}");
    }
}

#[test]
fn who_only_reads_makes_no_database() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("misspelt.db");
    let ended = hookgate(&["decisions", "export", "--database", &url(&path)]).output().unwrap();
    let said = String::from_utf8(ended.stderr).unwrap();
    assert_eq!((ended.status.code(), ended.stdout.len()), (Some(2), 0), "{said}");
    assert!(said.contains("misspelt.db` is not there: name the one that `hookgate serve` has"), "{said}");
    assert!(!path.exists());
}

/// What is written to a file that nobody finds again is lost.
#[tokio::test]
async fn a_server_whose_file_was_taken_away_answers_nothing_until_it_is_back() {
    let folder = tempfile::tempdir().unwrap();
    let (path, away) = (folder.path().join("a.db"), folder.path().join("b.db"));
    let server = ServerProcess::start(&url(&path));
    server.client().gate("hello", HELLO).await;
    begin(&server).await.expect(201);
    fs::rename(&path, &away).unwrap();
    for another in [false, true] {
        if another {
            fs::write(&path, "").unwrap();
        }
        let said = begin(&server).await.fails(503, "RF.10010901");
        assert!(
            said.contains("a.db` was moved, deleted or replaced") && said.contains("put it back"),
            "{said}"
        );
        server.client().get("/v1/private-hooks").await.fails(503, "RF.10010901");
        let said = server.client().get("/readyz").await.fails(503, "RF.10010901");
        assert!(said.starts_with("not ready: the database file"), "{said}");
    }
    fs::rename(&away, &path).unwrap();
    server.client().get("/readyz").await.expect(200);
    begin(&server).await.expect(201);
    let list = server.client().get("/v1/operations").await.expect(200);
    assert_eq!(list["operations"].as_array().unwrap().len(), 2);
}

/// A probe that hangs with what it looks at says nothing to whoever asks.
#[tokio::test]
async fn a_database_that_says_nothing_makes_a_server_unready() {
    let Some(database) = find_variable("HOOKGATE_TEST_POSTGRES") else { return };
    let (before, after) = database.split_once('@').unwrap();
    let (host, name) = after.split_once('/').unwrap();
    let wire = Wire::to(host);
    let server = ServerProcess::start(&format!("{before}@{}/{name}", wire.address));
    server.client().get("/readyz").await.expect(200);
    wire.fall_silent();
    let said = server.client().get("/readyz").await.fails(503, "RF.10010901");
    assert_eq!(said, "not ready: the database did not answer within 800ms");
}

/// The lines that a server logs as JSON while `doing` goes on.
async fn logged(options: &[&str], doing: impl AsyncFnOnce(&ServerProcess)) -> Vec<Value> {
    let folder = tempfile::tempdir().unwrap();
    let log = folder.path().join("log");
    let mut command = hookgate(&[&["serve", "--database", "sqlite::memory:"], options].concat());
    command.env("HOOKGATE_LOG_FORMAT", "json");
    let file = fs::File::create(&log).unwrap();
    let server = ServerProcess::spawn_logging(command, Stdio::from(file));
    doing(&server).await;
    server.terminate();
    assert!(server.wait().success());
    let text = fs::read_to_string(&log).unwrap();
    text.lines().map(|line| serde_json::from_str(line).unwrap()).collect()
}

#[tokio::test]
async fn the_log_has_a_line_for_each_decision_and_none_for_probes() {
    let lines = logged(&["--listen", "127.0.0.1:0"], async |server| {
        server.client().gate("hello", HELLO).await;
        begin(server).await.expect(201);
        server.client().get("/livez").await.expect(200);
        server.client().get("/readyz").await.expect(200);
    })
    .await;
    let decided: Vec<_> = lines.iter().filter(|line| line["decision"] == "ALLOWED").collect();
    let [line] = decided.as_slice() else { panic!("{lines:?}") };
    assert_eq!(line["message"], "ALLOWED DeployStack of stack `shop`");
    assert_eq!((&line["stack.name"], &line["account.domain"]), (&json!("shop"), &json!("default")));
    assert_eq!((&line["hooks.asked"], &line["hooks.refusing"]), (&json!(1), &json!(0)));
    assert!(line["duration_ms"].is_u64() && line["work.id"].is_string(), "{line}");
    let routes: Vec<_> = lines.iter().filter_map(|line| line["span"]["http.route"].as_str()).collect();
    assert!(
        routes.contains(&"/v1/operations") && !routes.iter().any(|route| route.ends_with('z')),
        "{routes:?}"
    );
}

#[tokio::test]
async fn a_server_that_is_open_to_everybody_says_so_at_each_start() {
    let open = ["--listen", "0.0.0.0:0", "--i-know-this-is-open"];
    let lines = logged(&open, async |_: &ServerProcess| ()).await;
    let warning = lines.iter().find(|line| line["level"] == "WARN").unwrap();
    assert!(
        warning["message"].as_str().unwrap().starts_with("whoever reaches 0.0.0.0:0 may do everything"),
        "{warning}"
    );
}

#[test]
fn a_second_server_on_one_file_says_so() {
    let folder = tempfile::tempdir().unwrap();
    let database = url(&folder.path().join("a.db"));
    let start = |name: &str| {
        let log = folder.path().join(name);
        let command = hookgate(&["serve", "--listen", "127.0.0.1:0", "--database", &database]);
        let server = ServerProcess::spawn_logging(command, Stdio::from(fs::File::create(&log).unwrap()));
        (server, fs::read_to_string(log).unwrap())
    };
    let (first, said) = start("first");
    assert!(!said.contains("another server"), "{said}");
    let (_second, said) = start("second");
    assert!(said.contains("another server has this database open"), "{said}");
    drop(first);
    let (_third, said) = start("third");
    assert!(said.contains("another server has this database open"), "{said}");
}
