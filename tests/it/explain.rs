//! Why a hook said what it said: on request, in the answer only.

use serde_json::{Value, json};

use crate::support::{TestServer, on_each_database};

const POLICY: &str = r#"package policy

hook_result := {"is_passed": count(violations) == 0, "err_msg": "buckets must be private"}

violations contains bucket.address if {
	some bucket in input.buckets
	bucket.acl == "public"
	print("public:", bucket)
}
"#;

fn body() -> Value {
    let buckets = json!([{"address": "a", "acl": "public", "access_key": "AKIA-1234"}, {"address": "b"}]);
    json!({"operation": "DeployStack", "stack": {"name": "shop"}, "input": {"buckets": buckets}})
}

#[track_caller]
fn check(hook: &Value) {
    assert_eq!((&hook["result"], &hook["location"]["row"]), (&json!("REFUSED"), &json!(3)));
    let explanation = &hook["explanation"];
    let rules = explanation["rules"].as_array().unwrap();
    let [verdict, violations] = rules.as_slice() else { panic!("{explanation}") };
    assert_eq!((&verdict["rule"], &verdict["location"]["row"]), (&json!("hook_result"), &json!(3)));
    let parts = verdict["parts"].as_array().unwrap().iter();
    let parts: Vec<_> =
        parts.map(|part| (part["expression"].as_str().unwrap(), part["values"].clone())).collect();
    let expected = [
        ("\"is_passed\": count(violations) == 0", json!(["false"])),
        ("count(violations)", json!(["1"])),
        ("violations", json!(["[\"a\"]"])),
    ];
    assert_eq!(parts, expected);
    assert_eq!((&violations["location"]["row"], &violations["times"]), (&json!(5), &json!(1)));
    assert_eq!(explanation["evaluated"][0]["file"], "policy.rego");
    let print = json!({"at": "policy.rego:8", "text": r#"public: {"access_key": "***", "acl": "public", "address": "a"}"#});
    assert_eq!(explanation["prints"], json!([print]));
    assert!(!hook.to_string().contains("AKIA"), "{hook}");
}

#[tokio::test]
async fn a_decision_is_explained_on_request_and_stored_without() {
    on_each_database(async |server: &TestServer| {
        let client = server.client();
        client.gate("a-hook", POLICY).await;
        let operation = client.post("/v1/operations?explain=true", &body()).await.expect(201);
        check(&operation["hooks"][0]);
        let path = format!("/v1/operations/{}", operation["work_id"].as_str().unwrap());
        let stored = client.get(&path).await.expect(200);
        assert_eq!(stored["hooks"][0]["location"], operation["hooks"][0]["location"]);
        for unexplained in [
            stored,
            client.post("/v1/operations", &body()).await.expect(201),
            client.post("/v1/operations?explain=false", &body()).await.expect(201),
        ] {
            assert_eq!(unexplained["hooks"][0].get("explanation"), None, "{unexplained}");
        }
    })
    .await;
}

#[tokio::test]
async fn a_check_of_an_unsaved_policy_is_explained() {
    on_each_database(async |server: &TestServer| {
        let mut body = body();
        body["hooks"] = json!([{"policy_body": POLICY}]);
        let checked = server.client().post("/v1/checks?explain=true", &body).await.expect(200);
        check(&checked["hooks"][0]);
    })
    .await;
}

#[tokio::test]
async fn other_values_and_other_parameters_are_refused() {
    on_each_database(async |server: &TestServer| {
        for path in ["/v1/operations", "/v1/checks"] {
            for query in ["explain=1", "explain=true&explain=true", "explian=true"] {
                let reply = server.client().post(&format!("{path}?{query}"), &body()).await;
                let name = query.split('=').next().unwrap();
                assert!(reply.expect(400).to_string().contains(name), "{path}?{query}");
            }
        }
    })
    .await;
}
