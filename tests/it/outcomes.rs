//! Reporting outcomes: what is accepted, what is answered, and how often it counts (PHS 1, 4, 12, 14, 17 to 19).

use serde_json::{Value, json};
use sqlx::Connection as _;
use sqlx::any::install_default_drivers;

use crate::support::{Client, PASS, REFUSE, TestServer, on_each_database, on_each_database_with};

const SUCCEEDED: &str = "SUCCEEDED";

fn succeeded() -> Value {
    json!({"status": SUCCEEDED})
}

fn failed(error: &str) -> Value {
    json!({"status": "FAILED", "error": error})
}

/// The texts of the events of stack `shop`, oldest first.
async fn told(client: &Client) -> Vec<String> {
    let text = |event: &Value| {
        format!("{} {}", event["event_type"].as_str().unwrap(), event["event_message"].as_str().unwrap())
    };
    client.events().await.iter().rev().map(text).collect()
}

/// PHS 1: from begin to end.
#[tokio::test]
async fn without_hooks_an_outcome_closes_the_operation() {
    on_each_database(async |server: &TestServer| {
        let client = server.client();
        let begun = client.begin(&json!({})).await;
        assert_eq!((&begun["closed"], begun.get("outcome")), (&json!(false), None));
        server.advance(1000);
        let report = json!({"status": SUCCEEDED, "outputs": {"url": "https://shop", "n": 1.50}});
        let answer = client.report(&begun, &report).await;
        assert!(String::from_utf8_lossy(&answer.bytes).contains(r#"{"n":1.5,"url":"https://shop"}"#));
        let closed = answer.expect(200);
        let mut expected = begun.clone();
        expected["outcome"] = json!(SUCCEEDED);
        expected["outputs"] = report["outputs"].clone();
        expected["outcome_at"] = json!(server.now_text());
        expected["closed"] = json!(true);
        expected["stack_status"] = json!("DEPLOYMENT_COMPLETE");
        assert_eq!(closed, expected);
        assert_eq!(client.show(&begun).await, closed);
        assert_eq!(told(&client).await, ["LOG the operation succeeded"]);
    })
    .await;
}

#[tokio::test]
async fn a_failure_keeps_its_error() {
    on_each_database(async |server: &TestServer| {
        let client = server.client();
        let begun = client.begin(&json!({})).await;
        let closed = client.report(&begun, &failed("quota\nexceeded \u{0} 配额")).await.expect(200);
        assert_eq!(
            (&closed["outcome"], &closed["outcome_error"], &closed["closed"]),
            (&json!("FAILED"), &json!("quota\nexceeded \u{FFFD} 配额"), &json!(true))
        );
        assert_eq!(told(&client).await, ["ERROR the operation failed: quota\nexceeded \u{FFFD} 配额"]);
        let long = client.begin(&json!({})).await;
        let cut = client.report(&long, &failed(&"配".repeat(9_000))).await.expect(200);
        assert_eq!(cut["outcome_error"], "配".repeat(8_192 / 3));
        assert_eq!(client.show(&long).await, cut);
        let silent = client.begin(&json!({})).await;
        let answer = client.report(&silent, &json!({"status": "FAILED", "error": null})).await.expect(200);
        assert!(answer["outcome_error"].as_str().is_some_and(|text| !text.is_empty()));
    })
    .await;
}

/// PHS 18: the first report stands.
#[tokio::test]
async fn the_same_outcome_again_is_answered_the_same_and_another_is_refused() {
    on_each_database(async |server: &TestServer| {
        let client = server.client();
        let begun = client.begin(&json!({})).await;
        let first = client.report(&begun, &failed("one")).await.expect(200);
        server.advance(1000);
        assert_eq!(client.report(&begun, &failed("another text")).await.expect(200), first);
        let message = client.report(&begun, &succeeded()).await.fails(409, "RF.10013596");
        assert!(message.contains("is FAILED already"), "{message}");
        assert_eq!(told(&client).await.len(), 1);
    })
    .await;
}

#[tokio::test]
async fn outcomes_reported_at_once_are_one() {
    on_each_database(async |server: &TestServer| {
        let client = server.client();
        let begun = client.begin(&json!({})).await;
        let reports: Vec<_> = (0..10)
            .map(|n| {
                let (client, begun) = (client.clone(), begun.clone());
                let report = if n % 2 == 0 { succeeded() } else { failed("no") };
                tokio::spawn(async move { client.report(&begun, &report).await })
            })
            .collect();
        let mut answers = Vec::new();
        for report in reports {
            let reply = report.await.unwrap();
            match reply.status.as_u16() {
                200 => answers.push(reply.expect(200)),
                _ => drop(reply.fails(409, "RF.10013596")),
            }
        }
        assert_eq!(answers.len(), 5);
        answers.dedup();
        assert_eq!((answers.len(), told(&client).await.len()), (1, 1));
    })
    .await;
}

/// PHS 19.
#[tokio::test]
async fn only_an_allowed_operation_of_the_account_has_an_outcome() {
    on_each_database(async |server: &TestServer| {
        let client = server.client();
        let allowed = client.begin(&json!({})).await;
        client.of_domain("another").report(&allowed, &succeeded()).await.fails(404, "RF.10013093");
        client.report(&json!({"work_id": "nonsense"}), &succeeded()).await.fails(404, "RF.10013093");
        client.gate("a-hook", REFUSE).await;
        let denied = client.begin(&json!({})).await;
        assert_eq!(denied["closed"], true);
        for report in [succeeded(), failed("x")] {
            client.report(&denied, &report).await.fails(409, "RF.10013595");
        }
        assert_eq!(client.show(&denied).await, denied);
        assert_eq!(told(&client).await, ["ERROR buckets must be private"]);
    })
    .await;
}

#[tokio::test]
async fn every_fault_of_a_report_is_named() {
    on_each_database(async |server: &TestServer| {
        let client = server.client();
        let begun = client.begin(&json!({})).await;
        for (report, code) in [
            (json!({}), "RF.10011001"),
            (json!({"status": "DONE"}), "RF.10011027"),
            (json!({"status": "ABANDONED"}), "RF.10011027"),
            (json!({"status": true}), "RF.10011038"),
            (json!({"status": "FAILED", "error": {"text": "x"}}), "RF.10011038"),
            (json!({"status": SUCCEEDED, "error": "x"}), "RF.10011904"),
            (json!({"status": SUCCEEDED, "outputs": [1]}), "RF.10011038"),
            (json!({"status": SUCCEEDED, "outputs": {"x": "y".repeat(65_536)}}), "RF.10011005"),
            (json!({"status": SUCCEEDED, "colour": "red"}), "RF.10011002"),
        ] {
            client.report(&begun, &report).await.fails(400, code);
        }
        let several = json!({"status": "DONE", "error": 1, "outputs": "x"});
        let answer = client.report(&begun, &several).await.expect(400);
        assert_eq!(
            (&answer["error_code"], answer["details"].as_array().unwrap().len()),
            (&json!("RF.10011028"), 3)
        );
        assert_eq!(client.show(&begun).await, begun);
    })
    .await;
}

/// An answer to begin that comes again is the same, whatever has become of the operation.
#[tokio::test]
async fn a_repeated_begin_is_answered_as_at_first() {
    on_each_database(async |server: &TestServer| {
        let client = server.client();
        let key = [("client-request-id", "0b8f2f6e-9f37-4c55-8a5e-0d6a1c1a2b3c")];
        let body = json!({"operation": "DeployStack", "stack": {"name": "shop"}}).to_string();
        let begin = async || {
            client.send(reqwest::Method::POST, "/v1/operations", &key, body.clone().into_bytes()).await
        };
        let first = begin().await.expect(201);
        client.report(&first, &succeeded()).await.expect(200);
        assert_eq!(begin().await.expect(201), first);
    })
    .await;
}

/// What the stack is to be set to follows the operation to its end.
#[tokio::test]
async fn a_closed_operation_has_the_final_status_of_its_stack() {
    on_each_database(async |server: &TestServer| {
        let client = server.client();
        for (operation, status, expected) in [
            ("DeployStack", "SUCCEEDED", json!("DEPLOYMENT_COMPLETE")),
            ("DeployStack", "FAILED", json!("DEPLOYMENT_FAILED")),
            ("AddNode", "SUCCEEDED", json!("DEPLOYMENT_COMPLETE")),
            ("DeleteStack", "SUCCEEDED", Value::Null),
            ("DeleteStackEnhanced", "FAILED", json!("DELETION_FAILED")),
            ("CreateExecutionPlan", "SUCCEEDED", Value::Null),
        ] {
            let body = json!({"operation": operation, "stack": {"name": "shop"}});
            let begun = client.post("/v1/operations", &body).await.expect(201);
            let closed = client.report(&begun, &json!({"status": status})).await.expect(200);
            assert_eq!(
                (&closed["closed"], &closed["stack_status"]),
                (&json!(true), &expected),
                "{operation}"
            );
            assert_eq!(client.show(&begun).await["stack_status"], expected, "{operation}");
        }
        let log = client.get("/v1/decisions?limit=1").await.expect(200);
        assert_eq!(log["stack_status"], "DEPLOYMENT_COMPLETE");
        client.gate("refuse", REFUSE).await;
        assert_eq!(client.begin(&json!({})).await["stack_status"], "DEPLOYMENT_FAILED");
    })
    .await;
}

/// PHS 4 and 12: a refusal that is ignored is told, and the operation goes on, in either spelling of the setting.
#[tokio::test]
async fn a_refusal_that_is_ignored_lets_the_operation_go_on() {
    for setting in ["ignore_pre_hook_failure", "allow_pre_hook_failure"] {
        on_each_database_with(&[(setting, "true")], async |server: &TestServer| {
            let client = server.client();
            client.gate("a-hook", REFUSE).await;
            let begun = client.begin(&json!({})).await;
            assert_eq!(
                (&begun["decision"], &begun["stack_status"], &begun["closed"]),
                (&json!("ALLOWED"), &json!("DEPLOYMENT_IN_PROGRESS"), &json!(false))
            );
            assert!(begun.get("message").is_none());
            assert_eq!(begun["hooks"][0]["verdict"], "FAIL");
            let ignored = json!({"status": "ignored", "error": "buckets must be private"});
            assert_eq!(begun["phases"]["pre"], ignored);
            assert_eq!(told(&client).await, ["LOG buckets must be private"]);
            let closed = client.report(&begun, &succeeded()).await.expect(200);
            assert_eq!((&closed["outcome"], &closed["phases"]["pre"]), (&json!(SUCCEEDED), &ignored));
        })
        .await;
    }
}

/// PHS 14: fail closed, and the others are asked all the same.
#[tokio::test]
async fn a_stored_policy_that_is_gone_denies_with_a_clear_message() {
    on_each_database(async |server: &TestServer| {
        let client = server.client();
        client.gate("damaged-hook", PASS).await;
        client.gate("whole-hook", &format!("{PASS}\n# whole\n")).await;
        install_default_drivers();
        let mut database = sqlx::AnyConnection::connect(server.database()).await.unwrap();
        let broken = "UPDATE bundles SET content = $1 WHERE digest = (SELECT v.digest FROM hook_versions v \
            JOIN hooks h ON h.hook_id = v.hook_id WHERE h.hook_name = 'damaged-hook')";
        sqlx::query(broken).bind(b"package".as_slice()).execute(&mut database).await.unwrap();
        database.close().await.unwrap();
        // A server that has not met the policy yet.
        let second = server.twin().await;
        let denied = second.client().begin(&json!({})).await;
        let results: Vec<&Value> =
            denied["hooks"].as_array().unwrap().iter().map(|hook| &hook["result"]).collect();
        assert_eq!(results, ["ERRORED", "PASSED"]);
        assert_eq!(denied["decision"], "DENIED");
        assert!(denied["message"].as_str().unwrap().starts_with("the stored policy is missing or damaged"));
        second.stop().await;
    })
    .await;
}

/// PHS 17.
#[tokio::test]
async fn what_a_hook_says_besides_its_verdict_is_ignored() {
    let policy = r#"package policy

hook_result := {"is_passed": true, "decision": "DENIED", "verdict": "FAIL", "outcome": "FAILED", "work_id": "x"}

decision := "DENIED"
"#;
    on_each_database(async |server: &TestServer| {
        let client = server.client();
        client.gate("talkative-hook", policy).await;
        let begun = client.begin(&json!({})).await;
        assert_eq!(
            (&begun["decision"], &begun["hooks"][0]["verdict"], begun.get("outcome")),
            (&json!("ALLOWED"), &json!("PASS"), None)
        );
        assert_ne!(begun["work_id"], "x");
    })
    .await;
}
