//! Versions over the private-hook API: add, list, show, delete, and the policy itself (RFS 23 to 28).

use reqwest::Method;
use serde_json::{Value, json};

use crate::support::bundles::{zip, zip_uri};
use crate::support::{Client, HELLO, PASS, REFUSE, TestServer, on_each_database, on_each_database_with};

const VERSIONS: &str = "/v1/private-hooks/a-hook/versions";

fn version(version: &str, policy: &str) -> Value {
    json!({"hook_version": version, "policy_body": policy})
}

async fn create(client: &Client, policy: &str) -> String {
    let body = json!({"hook_name": "a-hook", "hook_version": "1.0.0", "policy_body": policy});
    client.post("/v1/private-hooks", &body).await.expect(201)["hook_id"].as_str().unwrap().to_owned()
}

/// Sections 4, 7 and 8 of the contract.
#[tokio::test]
async fn a_version_is_added_without_becoming_the_default() {
    on_each_database(async |server: &TestServer| {
        let client = server.client();
        let id = create(&client, HELLO).await;
        server.advance(1);
        let mut body = version("1.1.0", PASS);
        body["hook_version_description"] = json!("passes");
        let reply = client.post(VERSIONS, &body).await;
        reply.expect(201);
        assert!(reply.bytes.is_empty());
        let shown = client.get(&format!("{VERSIONS}/1.1.0/metadata")).await.expect(200);
        assert_eq!(
            shown,
            json!({"hook_name": "a-hook", "hook_id": id, "hook_version": "1.1.0",
                "hook_version_description": "passes", "create_time": server.now_text()})
        );
        let hook = client.get("/v1/private-hooks/a-hook/metadata").await.expect(200);
        assert_eq!(hook["default_version"], "1.0.0");
        let list = client.get(VERSIONS).await.expect(200);
        let versions: Vec<&Value> =
            list["versions"].as_array().unwrap().iter().map(|entry| &entry["hook_version"]).collect();
        assert_eq!(versions, ["1.1.0", "1.0.0"]);
        client.get(&format!("{VERSIONS}/9.9.9/metadata")).await.fails(404, "RF.10013092");
        client.get("/v1/private-hooks/no-hook/versions").await.fails(404, "RF.10013091");
    })
    .await;
}

/// RFS 25.
#[tokio::test]
async fn a_version_is_never_replaced() {
    on_each_database(async |server: &TestServer| {
        let client = server.client();
        create(&client, PASS).await;
        client.post(VERSIONS, &version("1.0.0", REFUSE)).await.fails(409, "RF.10013592");
        // SemVer 2.0 gives both one precedence.
        client.post(VERSIONS, &version("1.0.0+build.2", REFUSE)).await.fails(409, "RF.10013592");
        let policy = client.get(&format!("{VERSIONS}/1.0.0/policies?inline=true")).await;
        assert_eq!(policy.bytes, PASS.as_bytes());
    })
    .await;
}

/// RFS 25: the quota.
#[tokio::test]
async fn a_hook_has_a_quota_of_versions() {
    on_each_database_with(&[("limits.versions", "3")], async |server: &TestServer| {
        let client = server.client();
        create(&client, PASS).await;
        client.post(VERSIONS, &version("2.0.0", PASS)).await.expect(201);
        client.post(VERSIONS, &version("3.0.0", PASS)).await.expect(201);
        client.post(VERSIONS, &version("4.0.0", PASS)).await.fails(403, "RF.10012592");
    })
    .await;
}

/// RFS 26.
#[tokio::test]
async fn the_default_version_cannot_be_deleted() {
    on_each_database(async |server: &TestServer| {
        let client = server.client();
        create(&client, PASS).await;
        client.post(VERSIONS, &version("2.0.0", REFUSE)).await.expect(201);
        client.delete(&format!("{VERSIONS}/1.0.0")).await.fails(403, "RF.10012593");
        client
            .patch("/v1/private-hooks/a-hook/metadata", &json!({"default_version": "2.0.0"}))
            .await
            .expect(204);
        client.delete(&format!("{VERSIONS}/2.0.0")).await.fails(403, "RF.10012593");
        client.delete(&format!("{VERSIONS}/1.0.0")).await.expect(204);
        client.delete(&format!("{VERSIONS}/1.0.0")).await.fails(404, "RF.10013092");
        // A deleted version may come again, with another policy: it is another version then.
        client.post(VERSIONS, &version("1.0.0", REFUSE)).await.expect(201);
    })
    .await;
}

/// RFS 23.
#[tokio::test]
async fn the_default_version_decides_and_a_new_one_does_not() {
    on_each_database(async |server: &TestServer| {
        let client = server.client();
        client.gate("a-hook", PASS).await;
        client.post(VERSIONS, &version("2.0.0", REFUSE)).await.expect(201);
        assert_eq!(client.begin(&json!({})).await["decision"], "ALLOWED");
        client
            .patch("/v1/private-hooks/a-hook/metadata", &json!({"default_version": "2.0.0"}))
            .await
            .expect(204);
        let refused = client.begin(&json!({})).await;
        assert_eq!(refused["decision"], "DENIED");
        assert_eq!(refused["hooks"][0]["hook_version"], "2.0.0");
    })
    .await;
}

/// SemVer 2.0: what differs in build metadata alone is one version, and is shown as it was registered.
#[tokio::test]
async fn build_metadata_does_not_make_another_version() {
    on_each_database(async |server: &TestServer| {
        let client = server.client();
        client.gate("a-hook", PASS).await;
        client.post(VERSIONS, &version("2.0.0+build.1", REFUSE)).await.expect(201);
        let shown = client.get(&format!("{VERSIONS}/2.0.0/metadata")).await.expect(200);
        assert_eq!(shown["hook_version"], "2.0.0+build.1");
        let patch = json!({"default_version": "2.0.0+build.2"});
        client.patch("/v1/private-hooks/a-hook/metadata", &patch).await.expect(204);
        let hook = client.get("/v1/private-hooks/a-hook/metadata").await.expect(200);
        assert_eq!(hook["default_version"], "2.0.0+build.1");
        assert_eq!(client.begin(&json!({})).await["hooks"][0]["hook_version"], "2.0.0+build.1");
    })
    .await;
}

/// RFS 24: there is no call that changes a version.
#[tokio::test]
async fn no_call_changes_a_version() {
    on_each_database(async |server: &TestServer| {
        let client = server.client();
        create(&client, PASS).await;
        for method in [Method::PUT, Method::PATCH, Method::POST] {
            let path = format!("{VERSIONS}/1.0.0");
            let reply =
                client.send(method, &path, &[], version("1.0.0", REFUSE).to_string().into_bytes()).await;
            reply.fails(405, "RF.10013991");
        }
    })
    .await;
}

/// RFS 28.
#[tokio::test]
async fn a_policy_is_downloaded_by_a_link_that_expires() {
    on_each_database(async |server: &TestServer| {
        let client = server.client();
        let bytes = zip(&[("policy.rego", PASS.as_bytes()), ("docs/README.md", b"# why\n")]);
        let body = json!({"hook_name": "a-hook", "hook_version": "1.0.0", "policy_uri": zip_uri(&bytes)});
        client.post("/v1/private-hooks", &body).await.expect(201);

        let reply = client.get(&format!("{VERSIONS}/1.0.0/policies")).await;
        assert_eq!(reply.status, 307);
        assert!(reply.bytes.is_empty());
        let location = reply.header("location").unwrap().to_owned();
        assert!(location.starts_with(&client.base), "{location}");
        // The link needs no account: it is the credential.
        let policy = client.of_domain("another").get(&location).await;
        assert_eq!((policy.status.as_u16(), policy.bytes.as_slice()), (200, bytes.as_slice()));
        assert_eq!(policy.header("content-type"), Some("application/zip"));

        let mut tampered = location.clone();
        tampered.replace_range(location.len() - 1.., if location.ends_with('A') { "B" } else { "A" });
        let longer = location.replace("expires=", "expires=9");
        for changed in [tampered.as_str(), &longer, location.split("&signature").next().unwrap()] {
            client.get(changed).await.fails(403, "RF.10012594");
        }
        server.advance(5 * 60 * 1000 - 1);
        client.get(&location).await.expect_bytes(200);
        server.advance(1);
        client.get(&location).await.fails(403, "RF.10012594");
    })
    .await;
}

/// A policy that has no effect is accepted, and the answer says so.
#[tokio::test]
async fn a_policy_without_hook_result_is_accepted_with_a_warning() {
    on_each_database(async |server: &TestServer| {
        let client = server.client();
        create(&client, PASS).await;
        for (number, policy) in
            ["package policy\n\nx := 1\n", "package other\n\nhook_result := {\"is_passed\": true}\n"]
                .iter()
                .enumerate()
        {
            let reply = client.post(VERSIONS, &version(&format!("2.0.{number}"), policy)).await;
            reply.expect(201);
            assert!(reply.header("x-hookgate-warnings").unwrap().contains("hook_result"));
        }
        let reply = client.post(VERSIONS, &version("3.0.0", PASS)).await;
        assert_eq!(reply.header("x-hookgate-warnings"), None);
    })
    .await;
}
