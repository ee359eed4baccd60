//! The gate over HTTP: results, verdicts, decisions, events (RFS 12 to 23, 29, 33; PHS 1 and 15).

use std::collections::BTreeMap;

use serde_json::{Value, json};

use crate::support::{HELLO, PASS, REFUSE, TestServer, on_each_database, on_each_database_with};

const SILENT: &str = "package policy\n\nhook_result := {\"is_passed\": false}\n";

/// PHS 1.
#[tokio::test]
async fn without_hooks_everything_is_allowed() {
    on_each_database(async |server: &TestServer| {
        let operation = server.client().begin(&json!({})).await;
        assert_eq!(operation["decision"], "ALLOWED");
        assert_eq!(operation["stack_status"], "DEPLOYMENT_IN_PROGRESS");
        assert_eq!(operation["hooks"], json!([]));
        assert_eq!(operation["revision"], 0);
        let skipped = json!({"status": "skipped"});
        assert_eq!(operation["phases"], json!({"pre": skipped, "success": skipped, "post": skipped}));
        assert!(uuid::Uuid::try_parse(operation["work_id"].as_str().unwrap()).is_ok());
        assert_eq!(server.client().events().await, Vec::<Value>::new());
    })
    .await;
}

/// RFS 12 and 13: only a hook that is configured for all stacks is asked.
#[tokio::test]
async fn a_hook_is_asked_once_it_is_configured() {
    on_each_database(async |server: &TestServer| {
        let client = server.client();
        let body = json!({"hook_name": "a-hook", "hook_version": "1.0.0", "policy_body": REFUSE});
        client.post("/v1/private-hooks", &body).await.expect(201);
        let metadata = "/v1/private-hooks/a-hook/metadata";
        assert_eq!(client.begin(&json!({})).await["hooks"], json!([]));
        for (target, decision) in [("NONE", "ALLOWED"), ("ALL", "DENIED"), ("NONE", "ALLOWED")] {
            let patch = json!({"configuration": {"target_stacks": target, "failure_mode": "FAIL"}});
            client.patch(metadata, &patch).await.expect(204);
            assert_eq!(client.begin(&json!({})).await["decision"], decision);
        }
    })
    .await;
}

/// RFS 14 and 15.
#[tokio::test]
async fn a_refusal_denies_and_says_why() {
    on_each_database(async |server: &TestServer| {
        let client = server.client();
        let id = client.gate("a-hook", REFUSE).await;
        let operation = client.begin(&json!({"message": "world"})).await;
        assert_eq!(operation["decision"], "DENIED");
        assert_eq!(operation["stack_status"], "DEPLOYMENT_FAILED");
        assert_eq!(operation["message"], "buckets must be private");
        assert_eq!(operation["phases"]["pre"], json!({"status": "failed", "error": "buckets must be private"}));
        let hook = &operation["hooks"][0];
        for (field, value) in [
            ("hook_name", "a-hook"),
            ("hook_id", &id),
            ("hook_version", "1.0.0"),
            ("failure_mode", "FAIL"),
            ("result", "REFUSED"),
            ("verdict", "FAIL"),
            ("err_msg", "buckets must be private"),
        ] {
            assert_eq!(hook[field], value, "{field}");
        }
        assert_eq!(hook["location"], json!({"file": "policy.rego", "row": 3, "col": 1}));
        let events = client.events().await;
        assert_eq!(
            events,
            [json!({
                "event_type": "ERROR", "event_message": "buckets must be private", "time": server.now_text_in_seconds(),
                "work_id": operation["work_id"], "hook_name": "a-hook", "hook_id": id, "hook_version": "1.0.0",
            })]
        );
        client.patch("/v1/private-hooks/a-hook/metadata", &json!({"configuration": {"target_stacks": "NONE"}})).await.expect(204);
        client.gate("silent-hook", SILENT).await;
        assert_eq!(client.begin(&json!({})).await["message"], "private hook validation failed");
    })
    .await;
}

/// RFS 16.
#[tokio::test]
async fn a_warning_lets_the_operation_go_on() {
    on_each_database(async |server: &TestServer| {
        let client = server.client();
        client.gate_in("a-hook", REFUSE, "WARN").await;
        let operation = client.begin(&json!({})).await;
        assert_eq!(
            (&operation["decision"], &operation["hooks"][0]["verdict"]),
            (&json!("ALLOWED"), &json!("WARN"))
        );
        assert!(operation.get("message").is_none());
        let events = client.events().await;
        assert_eq!(
            (&events[0]["event_type"], &events[0]["event_message"]),
            (&json!("LOG"), &json!("buckets must be private"))
        );
    })
    .await;
}

/// RFS 17.
#[tokio::test]
async fn a_rule_without_a_value_passes_with_an_event() {
    on_each_database(async |server: &TestServer| {
        let client = server.client();
        client.gate("hello-hook", HELLO).await;
        client.gate("empty-hook", "package policy\n\nx := 1\n").await;
        let operation = client.begin(&json!({})).await;
        assert_eq!(operation["decision"], "ALLOWED");
        assert_eq!(operation["hooks"][0]["result"], "UNDEFINED");
        assert_eq!(operation["hooks"][1]["result"], "NOT_DECLARED");
        let events = client.events().await;
        assert_eq!(events.len(), 1);
        assert_eq!(
            (&events[0]["event_type"], &events[0]["hook_name"]),
            (&json!("LOG"), &json!("hello-hook"))
        );
        assert_eq!(client.begin(&json!({"message": "world"})).await["hooks"][0]["result"], "PASSED");
        assert_eq!(client.begin(&json!({"message": "moon"})).await["hooks"][0]["result"], "REFUSED");
    })
    .await;
    on_each_database_with(&[("undefined_result", "fail")], async |server: &TestServer| {
        let client = server.client();
        client.gate("hello-hook", HELLO).await;
        let operation = client.begin(&json!({})).await;
        assert_eq!(operation["decision"], "DENIED");
        assert_eq!(client.events().await[0]["event_type"], "ERROR");
    })
    .await;
}

/// RFS 18 and 19: an answer that cannot be read, or an error, is no permission.
#[tokio::test]
async fn a_broken_answer_counts_as_a_failure() {
    on_each_database(async |server: &TestServer| {
        let client = server.client();
        for (name, result, value) in [
            ("text-hook", "MALFORMED", "\"yes\""),
            ("empty-hook", "MALFORMED", "{}"),
            ("number-hook", "MALFORMED", "{\"is_passed\": 1}"),
            ("error-hook", "ERRORED", "{\"is_passed\": startswith(input.number, \"x\")}"),
        ] {
            let domain = client.of_domain(name);
            domain.gate(name, &format!("package policy\n\nhook_result := {value}\n")).await;
            let operation = domain.begin(&json!({"number": 5})).await;
            assert_eq!(
                (&operation["decision"], &operation["hooks"][0]["result"]),
                (&json!("DENIED"), &json!(result)),
                "{name}"
            );
            let warn = json!({"configuration": {"failure_mode": "WARN"}});
            domain.patch(&format!("/v1/private-hooks/{name}/metadata"), &warn).await.expect(204);
            let operation = domain.begin(&json!({"number": 5})).await;
            assert_eq!(
                (&operation["decision"], &operation["hooks"][0]["verdict"]),
                (&json!("ALLOWED"), &json!("WARN")),
                "{name}"
            );
        }
    })
    .await;
}

/// RFS 21.
#[tokio::test]
async fn all_hooks_are_asked_in_creation_order() {
    on_each_database(async |server: &TestServer| {
        let client = server.client();
        for (name, policy) in [("z-hook", SILENT), ("m-hook", PASS), ("a-hook", REFUSE)] {
            client.gate(name, policy).await;
        }
        for _ in 0..3 {
            let operation = client.begin(&json!({})).await;
            let hooks: Vec<(&str, &str)> = operation["hooks"]
                .as_array()
                .unwrap()
                .iter()
                .map(|hook| (hook["hook_name"].as_str().unwrap(), hook["verdict"].as_str().unwrap()))
                .collect();
            assert_eq!(hooks, [("z-hook", "FAIL"), ("m-hook", "PASS"), ("a-hook", "FAIL")]);
            assert_eq!(operation["message"], "private hook validation failed");
        }
    })
    .await;
}

/// RFS 22.
#[tokio::test]
async fn the_operations_of_the_contract_are_gated_and_others_are_refused() {
    on_each_database_with(&[("operations.extra", "RotateKeys")], async |server: &TestServer| {
        let client = server.client();
        client.gate("a-hook", REFUSE).await;
        for operation in [
            "CreateExecutionPlan",
            "ApplyExecutionPlan",
            "CreateStack",
            "DeployStack",
            "ContinueDeployStack",
            "DeleteStack",
            "DeleteStackEnhanced",
            "CreateCluster",
            "AddNode",
            "RemoveNode",
            "DeleteCluster",
            "EnrollCertificate",
            "RotateKeys",
        ] {
            let body = json!({"operation": operation, "stack": {"name": "shop"}});
            let answer = client.post("/v1/operations", &body).await.expect(201);
            assert_eq!(
                (&answer["decision"], &answer["stack_status"]),
                (&json!("DENIED"), &json!("DEPLOYMENT_FAILED")),
                "{operation}"
            );
        }
        for operation in ["UpdateStack", "deploystack", ""] {
            let body = json!({"operation": operation, "stack": {"name": "shop"}});
            client.post("/v1/operations", &body).await.fails(400, "RF.10011027");
        }
        client
            .patch("/v1/private-hooks/a-hook/metadata", &json!({"configuration": {"target_stacks": "NONE"}}))
            .await
            .expect(204);
        for (operation, status) in
            [("DeleteStack", json!("DELETION_IN_PROGRESS")), ("CreateExecutionPlan", Value::Null)]
        {
            let body = json!({"operation": operation, "stack": {"name": "shop"}});
            assert_eq!(client.post("/v1/operations", &body).await.expect(201)["stack_status"], status);
        }
    })
    .await;
}

/// What the gate sets in `input`, over what was sent.
#[tokio::test]
async fn the_gates_own_members_win() {
    let policy = r#"package policy

hook_result := {"is_passed": false, "err_msg": text} if {
    text := json.marshal([input.operation, input.stack, input.actor, input.phase, input.kept])
}
"#;
    on_each_database(async |server: &TestServer| {
        let client = server.client();
        client.gate("a-hook", policy).await;
        let body = json!({
            "operation": "DeployStack", "actor": "ci@example.com",
            "stack": {"name": "shöp 商店", "id": "0c5e", "labels": {"env": "prod"}},
            "input": {"operation": "forged", "stack": {"name": "forged"}, "phase": "post", "kept": 7, "work_id": "forged"},
        });
        let answer = client.post("/v1/operations", &body).await.expect(201);
        let seen: Value = serde_json::from_str(answer["message"].as_str().unwrap()).unwrap();
        assert_eq!(
            seen,
            json!(["DeployStack", {"name": "shöp 商店", "id": "0c5e", "labels": {"env": "prod"}}, "ci@example.com", "pre", 7])
        );
    })
    .await;
}

/// RFS 20: nothing that could reach out is accepted.
#[tokio::test]
async fn ways_out_are_refused_at_creation() {
    on_each_database(async |server: &TestServer| {
        let client = server.client();
        let listener = tokio::net::TcpListener::bind("127.0.0.1:0").await.unwrap();
        let url = format!("http://{}/", listener.local_addr().unwrap());
        for call in [
            format!("http.send({{\"method\": \"get\", \"url\": \"{url}\"}})"),
            "opa.runtime()".to_owned(),
            "net.lookup_ip_addr(\"localhost\")".to_owned(),
            "rand.intn(\"x\", 9)".to_owned(),
            "uuid.rfc4122(\"x\")".to_owned(),
        ] {
            let policy =
                format!("package policy\n\nhook_result := {{\"is_passed\": true}} if {{\n\t{call}\n}}\n");
            let body = json!({"hook_name": "a-hook", "hook_version": "1.0.0", "policy_body": policy});
            let message = client.post("/v1/private-hooks", &body).await.fails(400, "RF.10011913");
            assert!(message.starts_with("policy.rego:4:2:"), "{message}");
        }
        // Nobody has knocked: accepting would have to wait.
        let nobody = std::future::poll_fn(|context| {
            std::task::Poll::Ready(listener.poll_accept(context).is_pending())
        })
        .await;
        assert!(nobody);
    })
    .await;
}

/// RFS 29 and PHS 15: a policy that does not end fails within its limit, and the others answer.
#[tokio::test]
async fn an_endless_policy_is_timed_out_and_the_others_answer() {
    let endless = r#"package policy

hook_result := {"is_passed": count(found) == 0}

found contains z if {
    input.operation == "DeployStack" # not on the empty input it is tried out with
    some x in numbers.range(1, 100000)
    some y in numbers.range(1, 100000)
    z := x * y
    z < 0
}
"#;
    on_each_database_with(&[("evaluation.timeout", "200ms")], async |server: &TestServer| {
        let client = server.client();
        client.gate("endless-hook", endless).await;
        client.gate("good-hook", PASS).await;
        let operation = client.begin(&json!({})).await;
        let results: Vec<&Value> =
            operation["hooks"].as_array().unwrap().iter().map(|hook| &hook["result"]).collect();
        assert_eq!(results, ["TIMED_OUT", "PASSED"]);
        assert_eq!(operation["decision"], "DENIED");
        assert!(operation["message"].as_str().unwrap().contains("200"), "{}", operation["message"]);
        assert_eq!(client.of_domain("another").begin(&json!({})).await["decision"], "ALLOWED");
    })
    .await;
}

/// Some keys mean something to the library that reads JSON; to a policy they are labels as any other.
#[tokio::test]
async fn labels_reach_policies_as_they_were_sent_whatever_their_names() {
    let policy = "package policy\n\nhook_result := {\"is_passed\": false, \"err_msg\": json.marshal(input.stack.labels)}\n";
    on_each_database(async |server: &TestServer| {
        let client = server.client();
        client.gate("labels-hook", policy).await;
        for key in ["$serde_json::private::RawValue", "$serde_json::private::Number", "__proto__"] {
            for value in ["{\"env\": \"prod\"}", "not json", "1"] {
                let stack = json!({"name": "shop", "labels": {key: value}});
                let reply =
                    client.post("/v1/operations", &json!({"operation": "DeployStack", "stack": stack})).await;
                // Read by its text: our own reader of JSON knows these keys as well.
                let answer = String::from_utf8(reply.expect_bytes(201).to_vec()).unwrap();
                let expected = json!(BTreeMap::from([(key, value)])).to_string();
                let said = format!("\"err_msg\":{}", json!(expected));
                assert!(answer.contains(&said), "{answer}");
            }
        }
    })
    .await;
}

/// No hook, and a hook without an opinion: allowed with a warning, and denied where hooks are required.
#[tokio::test]
async fn a_yes_that_checked_nothing_says_so_and_can_be_forbidden() {
    on_each_database(async |server: &TestServer| {
        let client = server.client();
        let body = json!({"operation": "DeployStack", "stack": {"name": "shop"}});
        let warning = "no hook is in force in this account: nothing was checked";
        let answer = client.post("/v1/operations", &body).await.expect(201);
        assert_eq!((&answer["decision"], &answer["warnings"]), (&json!("ALLOWED"), &json!([warning])));
        let path = format!("/v1/operations/{}", answer["work_id"].as_str().unwrap());
        assert_eq!(client.get(&path).await.expect(200)["warnings"], json!([warning]));
        assert_eq!(client.post("/v1/checks", &body).await.expect(200)["warnings"], json!([warning]));

        let required = json!({"operation": "DeployStack", "stack": {"name": "shop"}, "require_hooks": true});
        let answer = client.post("/v1/operations", &required).await.expect(201);
        let message = format!("{warning}, and a hook is required (`require_hooks`)");
        assert_eq!((&answer["decision"], &answer["message"]), (&json!("DENIED"), &json!(message)));
        assert_eq!(answer["phases"]["pre"]["status"], "failed");
        let events = client.get("/v1/stacks/shop/events").await.expect(200);
        assert_eq!(events["stack_events"][0]["event_message"], json!(message));

        client.gate("silent-hook", "package policy\n\ndeny := true\n").await;
        let answer = client.post("/v1/operations", &body).await.expect(201);
        let words = answer["warnings"][0].as_str().unwrap();
        assert!(words.contains("`silent-hook` declares no `hook_result`"), "{words}");
        client.gate("hello-hook", "package policy\n\nhook_result := {\"is_passed\": true}\n").await;
        let answer = client.post("/v1/operations", &required).await.expect(201);
        assert_eq!((&answer["decision"], answer.get("warnings")), (&json!("ALLOWED"), None));
    })
    .await;
}

#[tokio::test]
async fn a_server_can_require_hooks() {
    on_each_database_with(&[("require_hooks", "true")], async |server: &TestServer| {
        let body = json!({"operation": "DeployStack", "stack": {"name": "shop"}});
        let answer = server.client().post("/v1/operations", &body).await.expect(201);
        assert_eq!(answer["decision"], "DENIED");
    })
    .await;
}
