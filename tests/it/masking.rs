//! Secrets of an input: in nothing that is stored, logged or answered (`gate.md` section 5).

use std::fs;
use std::path::Path;

use serde_json::{Value, json};
use sqlx::{AssertSqlSafe, Connection as _, Row as _};

use crate::support::bundles::{zip, zip_uri};
use crate::support::{
    Client, ServerProcess, TestServer, hookgate, on_each_database, on_each_database_with, on_each_url,
};

/// A policy that tells everything it sees.
const TELLTALE: &str = r#"package policy

hook_result := {
	"is_passed": false,
	"err_msg": sprintf("refused: %v", [input]),
	"findings": [{"message": sprintf("%v", [input.plan.variables]), "rule_id": input.plan.variables.db_pass.value}],
}
"#;

fn fixture(name: &str) -> String {
    fs::read_to_string(Path::new(env!("CARGO_MANIFEST_DIR")).join("fixtures/masking").join(name)).unwrap()
}

fn plan() -> Value {
    serde_json::from_str(&fixture("plan.json")).unwrap()
}

#[track_caller]
fn check_clean(what: &str, bytes: &[u8]) {
    for secret in fixture("secrets.txt").lines().chain(["hunter2-by-name"]) {
        let found = bytes.windows(secret.len()).any(|window| window == secret.as_bytes());
        assert!(!found, "{secret} stands in {what}");
    }
}

#[tokio::test]
async fn no_secret_of_a_plan_is_stored_logged_or_answered() {
    on_each_url(async |database: &str| {
        let folder = tempfile::tempdir().unwrap();
        let log = folder.path().join("log");
        let mut command = hookgate(&["serve", "--listen", "127.0.0.1:0", "--database", database]);
        command.env("HOOKGATE_LOG_LEVEL", "trace");
        let server = ServerProcess::spawn_logging(command, fs::File::create(&log).unwrap().into());
        let client = server.client();
        client.gate("telltale", TELLTALE).await;
        client.gate_in("warned", TELLTALE, "WARN").await;
        let input =
            json!({"plan": plan(), "db_password": "hunter2-by-name", "note": "it is hunter2-by-name"});
        let begun = client.begin(&input).await;
        assert_eq!(begun["decision"], "DENIED");
        assert!(begun["message"].as_str().unwrap().starts_with("refused: "), "{begun}");
        let body = json!({"operation": "DeployStack", "stack": {"name": "shop"}, "input": input});
        let path = format!("/v1/operations/{}", begun["work_id"].as_str().unwrap());
        check_clean("the answer of begin", begun.to_string().as_bytes());
        check_clean("the answer of a check", &client.post("/v1/checks", &body).await.bytes);
        for path in
            ["/v1/operations", "/v1/stacks/shop/events", "/v1/decisions", &path, &format!("{path}/input")]
        {
            let reply = client.get(path).await;
            check_clean(path, reply.expect_bytes(200));
        }
        check_files(database);
        server.terminate();
        assert!(server.wait().success());
        let log = fs::read(&log).unwrap();
        assert!(log.windows(7).any(|words| words == b"serving"), "the log was looked at");
        check_clean("the log", &log);
        check_files(database);
        check_rows(database).await;
    })
    .await;
}

/// Every byte of the files of a SQLite database, its journal included.
fn check_files(database: &str) {
    let Some(path) = database.strip_prefix("sqlite://") else { return };
    for suffix in ["", "-wal", "-shm"] {
        if let Ok(bytes) = fs::read(format!("{path}{suffix}")) {
            check_clean(&format!("the file {suffix}"), &bytes);
        }
    }
}

/// Every row of every table of a PostgreSQL database, and what is kept of inputs, unpacked.
async fn check_rows(database: &str) {
    if !database.starts_with("postgres") {
        return;
    }
    let mut connection = sqlx::PgConnection::connect(database).await.unwrap();
    for table in
        ["operations", "operation_hooks", "stack_events", "inputs", "idempotency_keys", "hook_versions"]
    {
        let sql = AssertSqlSafe(format!("SELECT row_to_json(t)::text FROM {table} t"));
        for row in sqlx::query(sql).fetch_all(&mut connection).await.unwrap() {
            check_clean(table, row.get::<String, _>(0).as_bytes());
        }
    }
}

#[tokio::test]
async fn the_input_is_shown_as_policies_saw_it_with_its_secrets_masked() {
    on_each_database(async |server: &TestServer| {
        let client = server.client();
        let begun = client.begin(&json!({"b": {"password": "hunter2"}, "a": [1.5, null, "é\n"], "actor": "mine"})).await;
        let work_id = begun["work_id"].as_str().unwrap();
        let path = format!("/v1/operations/{work_id}");
        let shown = client.get(&format!("{path}/input")).await;
        let expected = json!({
            "a": [1.5, null, "é\n"], "b": {"password": "(masked)"}, "operation": "DeployStack", "phase": "pre",
            "actor": null, "work_id": work_id, "stack": {"name": "shop", "id": null, "labels": {}},
        });
        assert_eq!(shown.expect(200), expected);
        assert_eq!(begun["input"]["kept"], true);
        assert_eq!(begun["input"]["masked"], json!(["/input/b/password"]));
        assert_eq!(client.get(&path).await.expect(200)["input"], begun["input"]);
        let empty = client.begin(&json!({})).await;
        let path = format!("/v1/operations/{}/input", empty["work_id"].as_str().unwrap());
        assert_eq!(client.get(&path).await.expect(200)["phase"], "pre");
        client.of_domain("another").get(&path).await.fails(404, "RF.10013093");
    })
    .await;
}

async fn kept(client: &Client, begun: &Value) -> bool {
    let path = format!("/v1/operations/{}/input", begun["work_id"].as_str().unwrap());
    let reply = client.get(&path).await;
    if reply.status != 200 {
        reply.fails(404, "RF.10013095");
    }
    reply.status == 200
}

#[tokio::test]
async fn only_the_inputs_that_the_setting_names_are_kept() {
    for (setting, expected) in [("all", [true, true]), ("denied", [false, true]), ("none", [false, false])] {
        on_each_database_with(&[("decisions.keep_input", setting)], async |server: &TestServer| {
            let client = server.client();
            client.gate("hello", crate::support::HELLO).await;
            let allowed = client.begin(&json!({"message": "world"})).await;
            let denied = client.begin(&json!({"message": "moon"})).await;
            assert_eq!([kept(&client, &allowed).await, kept(&client, &denied).await], expected, "{setting}");
            assert_eq!((&allowed["decision"], &denied["decision"]), (&json!("ALLOWED"), &json!("DENIED")));
        })
        .await;
    }
}

#[tokio::test]
async fn a_mask_policy_holds_for_all_hooks_and_one_that_fails_keeps_everything_back() {
    on_each_database(async |server: &TestServer| {
        let client = server.client();
        let told = "package policy\nhook_result := {\"is_passed\": false, \"err_msg\": sprintf(\"got %v\", [input.plain])}";
        client.gate("first", told).await;
        let masking = [
            ("policy.rego", &b"package policy\nhook_result := {\"is_passed\": true}"[..]),
            ("mask.rego", b"package system.log\nmask contains \"/input/plain\"\nmask contains startswith(input.input.n, \"x\") if input.input.n"),
        ];
        let configuration = json!({"target_stacks": "ALL", "failure_mode": "FAIL"});
        let body = json!({"hook_name": "second", "hook_version": "1.0.0", "policy_uri": zip_uri(&zip(&masking)), "configuration": configuration});
        client.post("/v1/private-hooks", &body).await.expect(201);
        let begun = client.begin(&json!({"plain": "private-value"})).await;
        assert_eq!((&begun["message"], &begun["input"]["erased"]), (&json!("got (masked)"), &json!(["/input/plain"])));
        assert!(kept(&client, &begun).await);
        let failed = client.begin(&json!({"plain": "private-value", "n": 7})).await;
        assert_eq!(failed["decision"], "DENIED");
        assert!(!failed.to_string().contains("private-value"), "{failed}");
        assert!(failed["input"]["reason"].as_str().unwrap().contains("system.log.mask"), "{failed}");
        assert!(!kept(&client, &failed).await);
    })
    .await;
}
