//! Operations: records, lists, idempotency, checks, revisions (`gate.md` sections 3 and 5; RFS 33).

use reqwest::Method;
use serde_json::{Value, json};

use crate::support::{Client, HELLO, PASS, REFUSE, Reply, TestServer, on_each_database};

const KEY: &str = "0b8f2f6e-9f37-4c55-8a5e-0d6a1c1a2b3c";

fn begin_body(input: &Value) -> Value {
    json!({"operation": "DeployStack", "stack": {"name": "shop"}, "input": input})
}

async fn begin_with_key(client: &Client, key: &str, body: &Value) -> Reply {
    let headers = [("client-request-id", key)];
    client.send(Method::POST, "/v1/operations", &headers, body.to_string().into_bytes()).await
}

#[tokio::test]
async fn what_was_answered_is_what_is_kept() {
    on_each_database(async |server: &TestServer| {
        let client = server.client();
        client.gate("a-hook", REFUSE).await;
        let answered = client.begin(&json!({})).await;
        let path = format!("/v1/operations/{}", answered["work_id"].as_str().unwrap());
        assert_eq!(client.get(&path).await.expect(200), answered);
        client.of_domain("another").get(&path).await.fails(404, "RF.10013093");
        client.get("/v1/operations/nonsense").await.fails(404, "RF.10013093");
    })
    .await;
}

#[tokio::test]
async fn operations_are_listed_newest_first_with_filters() {
    on_each_database(async |server: &TestServer| {
        let client = server.client();
        for n in 0..25 {
            let (operation, stack) =
                if n % 2 == 0 { ("DeployStack", "even") } else { ("DeleteStack", "odd") };
            let body = json!({"operation": operation, "stack": {"name": stack}});
            client.post("/v1/operations", &body).await.expect(201);
            server.advance(1);
        }
        client.gate("a-hook", REFUSE).await;
        client.begin(&json!({})).await;

        let names = async |query: &str| -> Vec<String> {
            let list = client.get(&format!("/v1/operations?{query}")).await.expect(200);
            let operations = list["operations"].as_array().unwrap();
            assert_eq!(list["page_info"]["current_count"], operations.len());
            operations.iter().map(|one| one["stack"]["name"].as_str().unwrap().to_owned()).collect()
        };
        let all = names("").await;
        assert_eq!((all.len(), all[0].as_str(), all[1].as_str()), (26, "shop", "even"));
        assert_eq!(names("stack_name=odd").await.len(), 12);
        assert_eq!(names("operation=DeployStack").await.len(), 14);
        assert_eq!(names("decision=DENIED").await, ["shop"]);
        let first = client.get("/v1/operations?limit=10").await.expect(200);
        let marker = first["page_info"]["next_marker"].as_str().unwrap();
        assert_eq!(names(&format!("limit=10&marker={marker}")).await, all[10..20]);
        client.get(&format!("/v1/operations?stack_name=odd&marker={marker}")).await.fails(400, "RF.10011905");
        client.get("/v1/operations?decision=MAYBE").await.fails(400, "RF.10011027");
    })
    .await;
}

#[tokio::test]
async fn events_are_listed_with_the_filters_of_the_contract() {
    on_each_database(async |server: &TestServer| {
        let client = server.client();
        client.gate("a-hook", REFUSE).await;
        client.gate_in("b-hook", REFUSE, "WARN").await;
        let first = client.begin(&json!({})).await;
        server.advance(1000);
        client.begin(&json!({})).await;
        let types = async |query: &str| -> Vec<String> {
            let list = client.get(&format!("/v1/stacks/shop/events?{query}")).await.expect(200);
            let events = list["stack_events"].as_array().unwrap();
            events.iter().map(|event| event["event_type"].as_str().unwrap().to_owned()).collect()
        };
        assert_eq!(types("").await.len(), 4);
        assert_eq!(types("filter=event_type==ERROR").await, ["ERROR", "ERROR"]);
        assert_eq!(types("filter=event_type==ERROR|event_type==LOG").await.len(), 4);
        assert_eq!(types("filter=event_type==ERROR,event_type==LOG").await, Vec::<String>::new());
        let work_id = first["work_id"].as_str().unwrap();
        assert_eq!(types(&format!("deployment_id={work_id}")).await.len(), 2);
        let list = client.get("/v1/stacks/shop/events?field=event_message,hook_name").await.expect(200);
        let mut keys: Vec<&String> = list["stack_events"][0].as_object().unwrap().keys().collect();
        keys.sort();
        assert_eq!(keys, ["event_message", "event_type", "hook_name"]);
        client.get("/v1/stacks/shop/events?deployment_id=unknown").await.fails(404, "RF.10013093");
        client.get("/v1/stacks/shop/events?filter=event_type=ERROR").await.fails(400, "RF.10011903");
        client.get("/v1/stacks/shop/events?field=colour").await.fails(400, "RF.10011027");
        let none = client.get("/v1/stacks/never-seen/events").await.expect(200);
        assert_eq!(none["stack_events"], json!([]));
    })
    .await;
}

#[tokio::test]
async fn the_same_request_is_answered_once() {
    on_each_database(async |server: &TestServer| {
        let client = server.client();
        client.gate("a-hook", REFUSE).await;
        let body = begin_body(&json!({"n": 1}));
        let first = begin_with_key(&client, KEY, &body).await.expect(201);
        assert_eq!(begin_with_key(&client, KEY, &body).await.expect(201), first);
        let other = begin_body(&json!({"n": 2}));
        begin_with_key(&client, KEY, &other).await.fails(409, "RF.10013594");
        assert_eq!(client.events().await.len(), 1);
        // Another account's key is another key, and after a day it is free again.
        begin_with_key(&client.of_domain("another"), KEY, &other).await.expect(201);
        server.advance(24 * 60 * 60 * 1000);
        assert_ne!(begin_with_key(&client, KEY, &other).await.expect(201)["work_id"], first["work_id"]);
    })
    .await;
}

#[tokio::test]
async fn the_same_request_sent_at_once_is_answered_once() {
    on_each_database(async |server: &TestServer| {
        let client = server.client();
        client.gate("a-hook", REFUSE).await;
        let body = begin_body(&json!({}));
        let asked: Vec<_> = (0..8)
            .map(|_| {
                let (client, body) = (client.clone(), body.clone());
                tokio::spawn(async move { begin_with_key(&client, KEY, &body).await.expect(201) })
            })
            .collect();
        let mut answers = Vec::new();
        for one in asked {
            answers.push(one.await.unwrap());
        }
        answers.dedup();
        assert_eq!(answers.len(), 1);
        assert_eq!(client.events().await.len(), 1);
    })
    .await;
}

#[tokio::test]
async fn a_check_judges_and_stores_nothing() {
    on_each_database(async |server: &TestServer| {
        let client = server.client();
        client.gate("a-hook", REFUSE).await;
        let check = client.post("/v1/checks", &begin_body(&json!({}))).await.expect(200);
        assert_eq!(
            (&check["decision"], &check["message"]),
            (&json!("DENIED"), &json!("buckets must be private"))
        );
        assert!(check.get("work_id").is_none());
        assert_eq!(client.get("/v1/operations").await.expect(200)["operations"], json!([]));
        assert_eq!(client.events().await, Vec::<Value>::new());
    })
    .await;
}

#[tokio::test]
async fn a_check_can_name_versions_and_carry_unsaved_policies() {
    on_each_database(async |server: &TestServer| {
        let client = server.client();
        client.gate("a-hook", REFUSE).await;
        let version = json!({"hook_version": "2.0.0", "policy_body": PASS});
        client.post("/v1/private-hooks/a-hook/versions", &version).await.expect(201);
        let check = async |hooks: Value| {
            let mut body = begin_body(&json!({"message": "moon"}));
            body["hooks"] = hooks;
            client.post("/v1/checks", &body).await
        };
        let named = check(json!([{"hook_name": "a-hook", "hook_version": "2.0.0"}])).await.expect(200);
        assert_eq!(
            (&named["decision"], &named["hooks"][0]["hook_version"]),
            (&json!("ALLOWED"), &json!("2.0.0"))
        );
        let default = check(json!([{"hook_name": "a-hook"}])).await.expect(200);
        assert_eq!(default["decision"], "DENIED");
        let unsaved = check(json!([{"policy_body": HELLO}])).await.expect(200);
        assert_eq!(
            (&unsaved["decision"], &unsaved["hooks"][0]["result"]),
            (&json!("DENIED"), &json!("REFUSED"))
        );
        assert!(unsaved["hooks"][0].get("hook_id").is_none());
        check(json!([{"hook_name": "no-hook"}])).await.fails(404, "RF.10013091");
        check(json!([{"hook_name": "a-hook", "hook_version": "9.0.0"}])).await.fails(404, "RF.10013092");
        check(json!([{"policy_body": "package policy\n\nf(x) := x\n"}])).await.fails(400, "RF.10011912");
        check(json!([{"hook_name": "a-hook", "policy_body": PASS}])).await.fails(400, "RF.10011904");
        check(json!([{}])).await.fails(400, "RF.10011904");
        check(json!("all")).await.fails(400, "RF.10011038");
    })
    .await;
}

/// RFS 33 and the revision rule: what was changed with success is obeyed by every operation begun afterwards.
#[tokio::test]
async fn a_change_is_obeyed_by_every_operation_begun_afterwards_on_every_server() {
    on_each_database(async |server: &TestServer| {
        let second = server.twin().await;
        let (here, there) = (server.client(), second.client());
        here.gate("a-hook", PASS).await;
        let version = json!({"hook_version": "2.0.0", "policy_body": REFUSE});
        here.post("/v1/private-hooks/a-hook/versions", &version).await.expect(201);
        let metadata = "/v1/private-hooks/a-hook/metadata";
        for (default, decision) in [("2.0.0", "DENIED"), ("1.0.0", "ALLOWED"), ("2.0.0", "DENIED")] {
            here.patch(metadata, &json!({"default_version": default})).await.expect(204);
            for client in [&here, &there] {
                let operation = client.begin(&json!({})).await;
                assert_eq!(
                    (&operation["decision"], &operation["hooks"][0]["hook_version"]),
                    (&json!(decision), &json!(default))
                );
            }
        }
        second.stop().await;
    })
    .await;
}

/// Changes and operations at once: each operation's version is the one of its revision.
#[tokio::test]
async fn an_operation_never_mixes_two_hook_sets() {
    on_each_database(async |server: &TestServer| {
        let client = server.client();
        client.gate("a-hook", PASS).await;
        client.gate("b-hook", PASS).await;
        for hook in ["a-hook", "b-hook"] {
            let version = json!({"hook_version": "2.0.0", "policy_body": PASS});
            client.post(&format!("/v1/private-hooks/{hook}/versions"), &version).await.expect(201);
        }
        let changer = client.clone();
        let changes = tokio::spawn(async move {
            for n in 0..20 {
                let version = if n % 2 == 0 { "2.0.0" } else { "1.0.0" };
                let patch = json!({"default_version": version});
                changer.patch("/v1/private-hooks/a-hook/metadata", &patch).await.expect(204);
                changer.patch("/v1/private-hooks/b-hook/metadata", &patch).await.expect(204);
            }
        });
        let mut seen = std::collections::BTreeMap::new();
        while !changes.is_finished() {
            let operation = client.begin(&json!({})).await;
            let versions: Vec<String> = operation["hooks"]
                .as_array()
                .unwrap()
                .iter()
                .map(|hook| hook["hook_version"].as_str().unwrap().to_owned())
                .collect();
            let revision = operation["revision"].as_i64().unwrap();
            assert_eq!(seen.entry(revision).or_insert_with(|| versions.clone()), &versions);
        }
        changes.await.unwrap();
        let last = client.begin(&json!({})).await;
        assert_eq!(last["hooks"][1]["hook_version"], "1.0.0");
    })
    .await;
}
