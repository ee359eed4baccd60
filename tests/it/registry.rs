//! Hooks over the private-hook API: create, list, show, update, delete (RFS 1 to 8, 11, 24 to 27, 30 to 32).

use serde_json::{Value, json};

use crate::support::{Client, HELLO, PASS, TestServer, on_each_database, on_each_database_with};

fn hook(name: &str) -> Value {
    json!({"hook_name": name, "hook_version": "0.0.1", "policy_body": HELLO})
}

async fn create(client: &Client, name: &str) -> String {
    client.post("/v1/private-hooks", &hook(name)).await.expect(201)["hook_id"].as_str().unwrap().to_owned()
}

/// RFS 1.
#[tokio::test]
async fn a_hook_is_created_with_its_first_version() {
    on_each_database(async |server: &TestServer| {
        let client = server.client();
        let mut body = hook("greeting-hook");
        body["configuration"] = json!({"target_stacks": "ALL", "failure_mode": "FAIL"});
        body["hook_description"] = json!("greets");
        let created = client.post("/v1/private-hooks", &body).await.expect(201);
        let id = created["hook_id"].as_str().unwrap();
        assert_eq!(created.as_object().unwrap().len(), 1);
        assert!(uuid::Uuid::try_parse(id).is_ok() && id == id.to_lowercase());

        let shown = client.get("/v1/private-hooks/greeting-hook/metadata").await.expect(200);
        let now = server.now_text();
        assert_eq!(
            shown,
            json!({
                "hook_name": "greeting-hook", "hook_id": id, "hook_description": "greets", "default_version": "0.0.1",
                "configuration": {"target_stacks": "ALL", "failure_mode": "FAIL"},
                "create_time": now, "update_time": now,
            })
        );
    })
    .await;
}

/// RFS 2.
#[tokio::test]
async fn a_name_is_taken_once_in_each_domain() {
    on_each_database(async |server: &TestServer| {
        let client = server.client();
        create(&client, "one-hook").await;
        client.post("/v1/private-hooks", &hook("one-hook")).await.fails(409, "RF.10013591");
        create(&client.of_domain("another"), "one-hook").await;
    })
    .await;
}

/// RFS 3.
#[tokio::test]
async fn names_follow_the_pattern_of_the_contract() {
    on_each_database(async |server: &TestServer| {
        let client = server.client();
        let long = "a".repeat(128);
        for name in ["a", "钩子-检查_1", "龥x", "A-1_b", "a-1_b", long.as_str()] {
            client.post("/v1/private-hooks", &hook(name)).await.expect(201);
        }
        for (name, code) in [
            ("1a", "RF.10011010"),
            ("_a", "RF.10011010"),
            ("-a", "RF.10011010"),
            ("\u{9FA6}a", "RF.10011010"),
            ("a.b", "RF.10011008"),
            ("a b", "RF.10011008"),
            ("Zürich", "RF.10011008"),
            ("", "RF.10011006"),
            ("a".repeat(129).as_str(), "RF.10011005"),
        ] {
            client.post("/v1/private-hooks", &hook(name)).await.fails(400, code);
        }
    })
    .await;
}

/// RFS 4.
#[tokio::test]
async fn versions_are_semantic() {
    on_each_database(async |server: &TestServer| {
        let client = server.client();
        for version in ["1", "1.0", "v1.0.0", "", "01.0.0", "1.0.0-", "1.0.18446744073709551616"] {
            let mut body = hook("a-hook");
            body["hook_version"] = json!(version);
            assert_eq!(client.post("/v1/private-hooks", &body).await.status, 400, "{version}");
        }
        let mut body = hook("a-hook");
        body["hook_version"] = json!("1.0.0-rc.1+build");
        client.post("/v1/private-hooks", &body).await.expect(201);
        let shown = client.get("/v1/private-hooks/a-hook/metadata").await.expect(200);
        assert_eq!(shown["default_version"], "1.0.0-rc.1+build");
    })
    .await;
}

/// RFS 5.
#[tokio::test]
async fn exactly_one_source_of_policy_is_given() {
    on_each_database(async |server: &TestServer| {
        let client = server.client();
        let mut both = hook("a-hook");
        both["policy_uri"] = json!("https://example.com/p.rego");
        client.post("/v1/private-hooks", &both).await.fails(400, "RF.10011904");
        let neither = json!({"hook_name": "a-hook", "hook_version": "1.0.0"});
        client.post("/v1/private-hooks", &neither).await.fails(400, "RF.10011904");
        // A null counts as absent, as the Terraform provider sends it.
        let mut null = hook("a-hook");
        null["policy_uri"] = Value::Null;
        null["configuration"] = Value::Null;
        client.post("/v1/private-hooks", &null).await.expect(201);
    })
    .await;
}

/// RFS 7 and 32, and all faults of a request at once.
#[tokio::test]
async fn every_fault_of_a_request_is_reported() {
    on_each_database(async |server: &TestServer| {
        let client = server.client();
        let body = json!({
            "hook_name": "9", "hook_version": "1", "hook_description": "x".repeat(1025), "policy_body": 5, "colour": "red",
            "configuration": {"target_stacks": "SOME", "failure_mode": "fail", "extra": 1},
        });
        let answer = client.post("/v1/private-hooks", &body).await.expect(400);
        assert_eq!(answer["error_code"], "RF.10011028");
        let details: Vec<&str> =
            answer["details"].as_array().unwrap().iter().map(|detail| detail["error_msg"].as_str().unwrap()).collect();
        for expected in [
            "`hook_name` must begin with a Latin or Chinese letter",
            "`hook_version` is shorter than 5 characters",
            "`hook_description` is longer than 1024 characters",
            "`policy_body` must be a string",
            "`configuration.target_stacks` must be one of `NONE`, `ALL`",
            "`configuration.failure_mode` must be one of `WARN`, `FAIL`",
            "`configuration.extra` is not recognised: allowed are `target_stacks`, `failure_mode`",
        ] {
            assert!(details.contains(&expected), "{expected} is not in {details:#?}");
        }
        assert!(details.iter().any(|detail| detail.starts_with("`colour` is not recognised")));
    })
    .await;
}

/// RFS 8.
#[tokio::test]
async fn a_syntax_error_is_shown_with_its_place_and_nothing_is_stored() {
    on_each_database(async |server: &TestServer| {
        let client = server.client();
        let mut body = hook("broken-hook");
        body["policy_body"] = json!("package policy\n\nhook_result := {\"is_passed\": }\n");
        let answer = client.post("/v1/private-hooks", &body).await.expect(400);
        assert_eq!(answer["error_code"], "RF.10011911");
        let message = answer["error_msg"].as_str().unwrap();
        assert!(message.starts_with("policy.rego:3:"), "{message}");
        assert_eq!(answer["details"].as_array().unwrap().len(), 1);
        client.get("/v1/private-hooks/broken-hook/metadata").await.fails(404, "RF.10013091");
    })
    .await;
}

/// RFS 11 and the patch semantics of section 10.
#[tokio::test]
async fn a_patch_changes_what_it_names_and_nothing_else() {
    on_each_database(async |server: &TestServer| {
        let client = server.client();
        let id = create(&client, "a-hook").await;
        let path = "/v1/private-hooks/a-hook/metadata";
        assert!(client.get(path).await.expect(200).get("configuration").is_none());

        server.advance(5);
        client.patch(path, &json!({"configuration": {"target_stacks": "ALL"}})).await.expect(204);
        let shown = client.get(path).await.expect(200);
        assert_eq!(shown["configuration"], json!({"target_stacks": "ALL", "failure_mode": "WARN"}));
        assert_eq!(shown["update_time"], server.now_text());
        assert_ne!(shown["update_time"], shown["create_time"]);

        let patch = json!({"configuration": {"failure_mode": "FAIL"}, "hook_description": "", "hook_id": id});
        client.patch(path, &patch).await.expect(204);
        let shown = client.get(path).await.expect(200);
        assert_eq!(shown["configuration"], json!({"target_stacks": "ALL", "failure_mode": "FAIL"}));

        for empty in [json!({}), json!({"hook_id": id}), json!({"configuration": null})] {
            client.patch(path, &empty).await.fails(400, "RF.10011084");
        }
        client.send(reqwest::Method::PATCH, path, &[], Vec::new()).await.fails(400, "RF.10011084");
        client.patch(path, &json!({"default_version": "9.9.9"})).await.fails(404, "RF.10013092");
        // RFS 24: a policy is no part of a hook's metadata.
        client.patch(path, &json!({"policy_body": PASS})).await.fails(400, "RF.10011002");
    })
    .await;
}

/// RFS 26.
#[tokio::test]
async fn a_deleted_hook_frees_its_name_and_never_its_id() {
    on_each_database(async |server: &TestServer| {
        let client = server.client();
        let first = create(&client, "a-hook").await;
        client.delete("/v1/private-hooks/a-hook").await.expect(204);
        for path in ["/v1/private-hooks/a-hook/metadata", "/v1/private-hooks/a-hook/versions/0.0.1/metadata"]
        {
            client.get(path).await.fails(404, "RF.10013091");
        }
        client.delete("/v1/private-hooks/a-hook").await.fails(404, "RF.10013091");
        assert_ne!(create(&client, "a-hook").await, first);
    })
    .await;
}

/// RFS 27.
#[tokio::test]
async fn an_id_that_is_not_the_hooks_is_refused_everywhere() {
    on_each_database(async |server: &TestServer| {
        let client = server.client();
        create(&client, "a-hook").await;
        let other = create(&client, "other-hook").await;
        let version = json!({"hook_id": other, "hook_version": "2.0.0", "policy_body": PASS});
        client.post("/v1/private-hooks/a-hook/versions", &version).await.fails(400, "RF.10011901");
        let patch = json!({"hook_id": other, "hook_description": "x"});
        client.patch("/v1/private-hooks/a-hook/metadata", &patch).await.fails(400, "RF.10011901");
        for path in ["metadata", "versions", "versions/0.0.1/metadata", "versions/0.0.1/policies"] {
            let path = format!("/v1/private-hooks/a-hook/{path}?hook_id={other}");
            client.get(&path).await.fails(400, "RF.10011901");
        }
        for path in ["", "/versions/0.0.1"] {
            let path = format!("/v1/private-hooks/a-hook{path}?hook_id={other}");
            client.delete(&path).await.fails(400, "RF.10011901");
        }
        let upper = other.to_uppercase();
        let path = format!("/v1/private-hooks/a-hook/metadata?hook_id={upper}");
        client.get(&path).await.fails(400, "RF.10011903");
    })
    .await;
}

/// RFS 31 and the pages of section 5.
#[tokio::test]
async fn lists_come_in_pages_both_ways() {
    on_each_database(async |server: &TestServer| {
        let client = server.client();
        assert_eq!(
            client.get("/v1/private-hooks").await.expect(200),
            json!({"hooks": [], "page_info": {"next_marker": null, "previous_marker": null, "current_count": 0}})
        );
        // Two by two at one moment, so that creation times tie.
        let names: Vec<String> = (0..23).map(|n| format!("hook-{n:02}")).collect();
        for (n, name) in names.iter().enumerate() {
            create(&client, name).await;
            if n % 2 == 1 {
                server.advance(1);
            }
        }
        let reversed: Vec<String> = names.iter().rev().cloned().collect();
        for (sort, expected) in [("asc", &names), ("desc", &reversed)] {
            let path = format!("/v1/private-hooks?limit=10&sort_key=create_time&sort_dir={sort}");
            assert_eq!(&walk(&client, &path, "next_marker").await, expected);
        }
        assert_eq!(walk(&client, "/v1/private-hooks", "next_marker").await, reversed);
        let first = client.get("/v1/private-hooks?limit=10").await.expect(200);
        let next = first["page_info"]["next_marker"].as_str().unwrap();
        let second = client.get(&format!("/v1/private-hooks?limit=10&marker={next}")).await.expect(200);
        let previous = second["page_info"]["previous_marker"].as_str().unwrap();
        let back = client.get(&format!("/v1/private-hooks?limit=10&marker={previous}")).await.expect(200);
        assert_eq!(back["hooks"], first["hooks"]);
        assert_eq!(first["page_info"]["previous_marker"], Value::Null);

        for (query, code) in [
            ("limit=9", "RF.10011036"),
            ("limit=1001", "RF.10011036"),
            ("limit=ten", "RF.10011036"),
            ("sort_key=hook_name&sort_dir=asc", "RF.10011027"),
            ("sort_key=create_time&sort_dir=up", "RF.10011027"),
            ("sort_key=create_time", "RF.10011904"),
            ("marker=nonsense", "RF.10011905"),
            ("marker=", "RF.10011006"),
            ("colour=red", "RF.10011002"),
        ] {
            client.get(&format!("/v1/private-hooks?{query}")).await.fails(400, code);
        }
        let foreign = format!("/v1/private-hooks?sort_key=create_time&sort_dir=asc&marker={next}");
        client.get(&foreign).await.fails(400, "RF.10011905");
    })
    .await;
}

/// The names on all pages, from `path` on.
async fn walk(client: &Client, path: &str, marker: &str) -> Vec<String> {
    let (mut names, mut at) = (Vec::new(), path.to_owned());
    loop {
        let page = client.get(&at).await.expect(200);
        let hooks = page["hooks"].as_array().unwrap();
        assert_eq!(page["page_info"]["current_count"], hooks.len());
        names.extend(hooks.iter().map(|hook| hook["hook_name"].as_str().unwrap().to_owned()));
        let Some(next) = page["page_info"][marker].as_str() else { return names };
        let joint = if path.contains('?') { '&' } else { '?' };
        at = format!("{path}{joint}marker={next}");
    }
}

/// RFS 6.
#[tokio::test]
async fn request_ids_are_checked_and_given_back() {
    on_each_database(async |server: &TestServer| {
        let client = server.client();
        let get = async |id: &str| {
            client
                .send(reqwest::Method::GET, "/v1/private-hooks", &[("client-request-id", id)], Vec::new())
                .await
        };
        let id = "0b8f2f6e-9f37-4c55-8a5e-0d6a1c1a2b3c";
        assert_eq!(get(id).await.header("x-request-id"), Some(id));
        assert!(client.get("/v1/private-hooks").await.header("x-request-id").is_some());
        for malformed in
            ["short", &"a".repeat(129), "-b8f2f6e-9f37-4c55-8a5e-0d6a1c1a2b3c", &format!("{id}!")]
        {
            get(malformed).await.fails(400, "RF.10011906");
        }
    })
    .await;
    on_each_database_with(&[("strict_request_id", "true")], async |server: &TestServer| {
        server.client().get("/v1/private-hooks").await.fails(400, "RF.10011906");
    })
    .await;
}

/// The quota of hooks: 403 past it, and room again after a deletion.
#[tokio::test]
async fn an_account_has_a_quota_of_hooks() {
    on_each_database_with(&[("limits.hooks", "2")], async |server: &TestServer| {
        let client = server.client();
        create(&client, "a-hook").await;
        create(&client, "b-hook").await;
        client.post("/v1/private-hooks", &hook("c-hook")).await.fails(403, "RF.10012591");
        create(&client.of_domain("another"), "c-hook").await;
        client.delete("/v1/private-hooks/a-hook").await.expect(204);
        create(&client, "c-hook").await;
    })
    .await;
}
