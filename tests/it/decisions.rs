//! The decision log: filters, export, and what is forgotten (`gate.md` section 5).

use std::collections::BTreeSet;

use serde_json::{Value, json};

use crate::support::{
    Client, HELLO, PASS, REFUSE, TestServer, hookgate, on_each_database, on_each_database_with, on_each_url,
};

const DAY: i64 = 24 * 60 * 60 * 1000;

/// The lines of an export.
fn lines(bytes: &[u8]) -> Vec<Value> {
    std::str::from_utf8(bytes).unwrap().lines().map(|line| serde_json::from_str(line).unwrap()).collect()
}

async fn export(client: &Client, query: &str) -> Vec<Value> {
    lines(client.get(&format!("/v1/decisions?{query}")).await.expect_bytes(200))
}

async fn begin(client: &Client, stack: &str, message: &str) -> Value {
    let body = json!({"operation": "DeployStack", "stack": {"name": stack}, "actor": "ci", "input": {"message": message}});
    client.post("/v1/operations", &body).await.expect(201)
}

#[tokio::test]
async fn operations_are_listed_by_every_filter_and_several() {
    on_each_database(async |server: &TestServer| {
        let client = server.client();
        client.gate("hello", HELLO).await;
        client.gate_in("lax", REFUSE, "WARN").await;
        for (stack, message) in [("a", "world"), ("a", "moon"), ("b", "world"), ("b", "moon")] {
            begin(&client, stack, message).await;
            server.advance(1000);
        }
        let count = async |query: &str| -> usize {
            let list = client.get(&format!("/v1/operations?{query}")).await.expect(200);
            list["operations"].as_array().unwrap().len()
        };
        for (query, expected) in [
            ("", 4),
            ("hook_name=hello", 4),
            ("hook_name=none", 0),
            ("result=REFUSED", 4),
            ("result=PASSED", 2),
            ("hook_name=hello&result=REFUSED", 2),
            ("hook_name=hello&result=REFUSED&stack_name=a", 1),
            ("hook_name=lax&result=PASSED", 0),
            ("decision=DENIED&stack_name=b", 1),
            ("outcome=SUCCEEDED", 0),
            ("result=PASSED&decision=ALLOWED&operation=DeployStack", 2),
            ("result=ERRORED", 0),
            ("since=2026-11-22T08:00:01Z", 3),
            ("since=2026-11-22", 4),
            ("since=2026-11-23", 0),
            ("until=2026-11-22", 0),
            ("since=2026-11-22&until=2026-11-23", 4),
            ("until=2026-11-22T08:00:01Z&hook_name=hello", 1),
            ("since=2026-11-22T08:00:01Z&until=2026-11-22T08:00:03Z&result=REFUSED", 2),
        ] {
            assert_eq!(count(query).await, expected, "{query}");
        }
        for query in ["result=MAYBE", "outcome=OPEN"] {
            client.get(&format!("/v1/operations?{query}")).await.fails(400, "RF.10011027");
        }
        client.get("/v1/operations?since=yesterday").await.fails(400, "RF.10011903");
    })
    .await;
}

#[tokio::test]
async fn findings_are_counted() {
    on_each_database(async |server: &TestServer| {
        let client = server.client();
        let policy = r#"package policy
hook_result := {"is_passed": true, "findings": [{"message": "a", "severity": "high"}, {"message": "b"}, {"message": 7}]}"#;
        client.gate("finds", policy).await;
        let begun = client.begin(&json!({})).await;
        let expected = json!({"total": 2, "critical": 0, "high": 1, "medium": 0, "low": 0, "informational": 0, "unrated": 1});
        assert_eq!(begun["findings_count"], expected);
        let list = client.get("/v1/operations").await.expect(200);
        assert_eq!(list["operations"][0]["findings_count"], expected);
        assert_eq!(begun["hooks"][0]["note"], "`findings[2].message` must be a string: found a number; `findings[2]` has no `message`");
    })
    .await;
}

/// The members that OPA 1.22 prints with `--set decision_logs.console=true`, with the types it gives them.
#[tokio::test]
async fn decisions_are_exported_in_the_form_of_opas_log() {
    on_each_database(async |server: &TestServer| {
        let client = server.client();
        client.gate("hello", HELLO).await;
        let begun = client.begin(&json!({"message": "moon", "password": "hunter2"})).await;
        let reply = client.get("/v1/decisions").await;
        assert_eq!(reply.header("content-type"), Some("application/x-ndjson"));
        let [event] = &lines(reply.expect_bytes(200))[..] else { panic!("one event") };
        assert_eq!(event["decision_id"], begun["work_id"]);
        assert_eq!(event["path"], "policy/hook_result");
        assert_eq!(event["result"], json!({"is_passed": false, "err_msg": "private hook validation failed"}));
        assert_eq!(event["timestamp"], "2026-11-22T08:00:00.123Z");
        assert_eq!(event["bundles"], json!({"hello": {"revision": "1.0.0"}}));
        assert_eq!(event["masked"], json!(["/input/password"]));
        assert_eq!(event["input"]["password"], "(masked)");
        assert_eq!(event["input"]["work_id"], begun["work_id"]);
        assert!(event["labels"].as_object().unwrap().values().all(Value::is_string));
        assert!(event["metrics"]["timer_rego_query_eval_ns"].is_u64());
        assert!(event["requested_by"].is_string());
        let ours = ["decision", "operation", "stack", "stack_status", "hooks", "generation", "marker"];
        let opas = [
            "labels",
            "decision_id",
            "path",
            "input",
            "result",
            "requested_by",
            "timestamp",
            "metrics",
            "masked",
            "bundles",
        ];
        let names: BTreeSet<&str> = event.as_object().unwrap().keys().map(String::as_str).collect();
        assert_eq!(names, ours.into_iter().chain(opas).collect());
        assert_eq!(event["hooks"][0]["result"], "REFUSED");
    })
    .await;
}

#[tokio::test]
async fn an_export_goes_on_where_it_ended() {
    on_each_database(async |server: &TestServer| {
        let client = server.client();
        client.gate("hello", HELLO).await;
        let mut expected = Vec::new();
        for number in 0..230 {
            let begun = begin(&client, if number % 2 == 0 { "even" } else { "odd" }, "world").await;
            expected.push(begun["work_id"].clone());
            server.advance(number % 3);
        }
        let ids =
            |events: &[Value]| events.iter().map(|event| event["decision_id"].clone()).collect::<Vec<_>>();
        let all = export(&client, "").await;
        assert_eq!(
            ids(&all).into_iter().map(|id| id.to_string()).collect::<BTreeSet<_>>(),
            expected.iter().map(Value::to_string).collect()
        );
        assert_eq!(all.len(), 230);
        let first = export(&client, "limit=101").await;
        assert_eq!(first, all[..101]);
        let marker = first[100]["marker"].as_str().unwrap();
        assert_eq!(export(&client, &format!("marker={marker}")).await, all[101..]);
        assert_eq!(
            export(&client, &format!("marker={}", all[229]["marker"].as_str().unwrap())).await,
            Vec::<Value>::new()
        );
        assert_eq!(export(&client, "stack_name=odd").await.len(), 115);
        assert_eq!(export(&client.of_domain("another"), "").await.len(), 0);
        client.get(&format!("/v1/decisions?stack_name=odd&marker={marker}")).await.fails(400, "RF.10011905");
        client.get("/v1/decisions?limit=0").await.fails(400, "RF.10011036");
    })
    .await;
}

#[tokio::test]
async fn an_export_leaves_inputs_out_when_it_is_told_to() {
    on_each_database(async |server: &TestServer| {
        let client = server.client();
        client.gate("hello", HELLO).await;
        begin(&client, "a", "world").await;
        let with = export(&client, "without_inputs=false").await;
        assert_eq!(with[0]["input"]["message"], "world");
        let mut expected = with;
        expected[0].as_object_mut().unwrap().remove("input");
        assert_eq!(export(&client, "without_inputs=true").await, expected);
        client.get("/v1/decisions?without_inputs=yes").await.fails(400, "RF.10011027");
        client.get("/v1/decisions?without_inputs=true&without_inputs=false").await.fails(400, "RF.10011903");
    })
    .await;
}

#[tokio::test]
async fn the_policies_of_an_operation_can_be_had_when_their_hooks_are_gone() {
    on_each_database(async |server: &TestServer| {
        let client = server.client();
        client.gate("hello", HELLO).await;
        let begun = begin(&client, "a", "world").await;
        client.delete("/v1/private-hooks/hello").await.expect(204);
        client.gate("later", PASS).await;
        let later = begin(&client, "a", "world").await;
        let path = |operation: &Value, asked: &Value| {
            let (work_id, digest) = (&operation["work_id"], &asked["hooks"][0]["policy_digest"]);
            format!("/v1/operations/{}/policies/{}", work_id.as_str().unwrap(), digest.as_str().unwrap())
        };
        let reply = client.get(&path(&begun, &begun)).await;
        assert_eq!(reply.expect_bytes(200), HELLO.as_bytes());
        assert_eq!(reply.header("content-type"), Some("text/plain; charset=utf-8"));
        assert_eq!(reply.header("x-content-type-options"), Some("nosniff"));
        // Neither a policy that another operation asked, nor one of another account.
        let said = client.get(&path(&begun, &later)).await.fails(404, "RF.10013096");
        assert!(said.ends_with("the digests are those of its hooks, as `policy_digest`"), "{said}");
        client.of_domain("another").get(&path(&begun, &begun)).await.fails(404, "RF.10013093");
        client.get(&format!("{}0", path(&begun, &begun))).await.fails(404, "RF.10013096");
        // The line of the log names the same digest.
        assert_eq!(export(&client, "").await[0]["hooks"][0]["digest"], begun["hooks"][0]["policy_digest"]);
    })
    .await;
}

#[tokio::test]
async fn the_command_exports_what_the_server_does() {
    on_each_url(async |database: &str| {
        let server = crate::support::ServerProcess::start(database);
        let client = server.client();
        client.gate("hello", HELLO).await;
        begin(&client, "a", "world").await;
        begin(&client.of_domain("another"), "b", "moon").await;
        let asked = |more: &[&str]| {
            let arguments = [&["decisions", "export", "--server", &server.base], more].concat();
            let output = hookgate(&arguments).output().unwrap();
            assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
            lines(&output.stdout)
        };
        assert_eq!(asked(&[]), export(&client, "").await);
        assert_eq!(asked(&["--domain", "another", "--stack", "b"]).len(), 1);
        assert_eq!(asked(&["--stack", "b"]).len(), 0);
        let run = |more: &[&str]| {
            let output = hookgate(&[&["decisions", "export", "--database", database], more].concat())
                .output()
                .unwrap();
            assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
            lines(&output.stdout)
        };
        assert_eq!(run(&["--account", "default/local"]), export(&client, "").await);
        assert_eq!(run(&[]).len(), 2);
        assert_eq!(run(&["--since", "2999-01-01T00:00:00Z"]).len(), 0);
        assert_eq!(run(&["--until", "2999-01-01", "--stack", "b"]).len(), 1);
        assert!(run(&["--without-inputs"]).iter().all(|line| line.get("input").is_none()));
        let folder = tempfile::tempdir().unwrap();
        let file = folder.path().join("log.ndjson");
        assert_eq!(run(&["-o", file.to_str().unwrap()]).len(), 0);
        assert_eq!(lines(&std::fs::read(file).unwrap()).len(), 2);
        for wrong in [["--since", "yesterday"], ["--account", "default"]] {
            let output = hookgate(&[&["decisions", "export", "--database", database][..], &wrong].concat())
                .output()
                .unwrap();
            assert_eq!(output.status.code(), Some(2));
        }
    })
    .await;
}

async fn stored(client: &Client) -> usize {
    client.get("/v1/operations").await.expect(200)["operations"].as_array().unwrap().len()
}

#[tokio::test]
async fn operations_that_are_over_are_forgotten_after_their_time_and_open_ones_are_not() {
    on_each_database_with(&[("operations.outcome_timeout", "365d")], async |server: &TestServer| {
        let client = server.client();
        client.gate("hello", HELLO).await;
        let open = begin(&client, "a", "world").await;
        for _ in 0..3 {
            begin(&client, "a", "moon").await;
        }
        server.advance(50 * DAY);
        let shared = begin(&client, "b", "moon").await;
        server.advance(40 * DAY);
        assert_eq!(server.clean_up().await, 0);
        server.advance(1);
        assert_eq!(server.clean_up().await, 3);
        let left = client.get("/v1/operations").await.expect(200);
        assert_eq!(left["operations"][0]["work_id"], shared["work_id"]);
        assert_eq!(left["operations"][1]["work_id"], open["work_id"]);
        // The document was one for all that were denied.
        let path = format!("/v1/operations/{}/input", shared["work_id"].as_str().unwrap());
        assert_eq!(client.get(&path).await.expect(200)["message"], "moon");
        assert_eq!(client.get("/v1/stacks/a/events").await.expect(200)["stack_events"], json!([]));
    })
    .await;
}

#[tokio::test]
async fn an_account_keeps_as_many_operations_as_it_may() {
    on_each_database_with(&[("decisions.max_per_account", "150")], async |server: &TestServer| {
        let client = server.client();
        client.gate("refuse", REFUSE).await;
        // All of one moment, which is the harder case.
        for _ in 0..260 {
            client.begin(&json!({})).await;
        }
        client.of_domain("another").gate("pass", PASS).await;
        client.of_domain("another").begin(&json!({})).await;
        assert_eq!(server.clean_up().await, 110);
        assert_eq!((stored(&client).await, stored(&client.of_domain("another")).await), (150, 1));
        assert_eq!(server.clean_up().await, 0);
    })
    .await;
}
