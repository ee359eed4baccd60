//! Bad input: the common envelope, never a 500, never a dropped connection; and the catalogue of codes (RFS 30).

use std::collections::BTreeSet;

use hookgate::http::codes;
use reqwest::Method;
use serde_json::{Value, json};

use crate::support::{PASS, TestServer, on_each_database, on_each_database_with};

#[tokio::test]
async fn bodies_that_are_no_objects_are_refused() {
    on_each_database(async |server: &TestServer| {
        let client = server.client();
        client.gate("a-hook", PASS).await;
        let deep = "[".repeat(100_000);
        let bodies: [(&[u8], &str); 9] = [
            (b"", "RF.10011032"),
            (b"  \n", "RF.10011032"),
            (b"{", "RF.10011033"),
            (b"[]", "RF.10011033"),
            (b"null", "RF.10011033"),
            (b"\"text\"", "RF.10011033"),
            (b"{\"a\": \xff}", "RF.10011033"),
            (b"{\"a\": 1} trailing", "RF.10011033"),
            (deep.as_bytes(), "RF.10011033"),
        ];
        for path in [
            "/v1/private-hooks",
            "/v1/private-hooks/a-hook/versions",
            "/v1/operations",
            "/v1/operations/none/outcome",
            "/v1/checks",
        ] {
            for (body, code) in bodies {
                client.send(Method::POST, path, &[], body.to_vec()).await.fails(400, code);
            }
        }
    })
    .await;
}

#[tokio::test]
async fn bodies_of_another_encoding_are_refused_by_its_name() {
    on_each_database(async |server: &TestServer| {
        let client = server.client();
        let body = r#"{"operation": "DeployStack", "stack": {"name": "shop"}, "input": {}}"#;
        let utf16 = |encode: fn(u16) -> [u8; 2]| body.encode_utf16().flat_map(encode).collect::<Vec<u8>>();
        let gzip = b"\x1f\x8b\x08\0\0\0\0\0\0\x03\xab\xae\x05\0".to_vec();
        let half = |text: &str| body.replace("shop", text).into_bytes();
        let marked = |mark: &[u8], text: &[u8]| [mark, text].concat();
        let bodies = [
            (marked(b"\xef\xbb\xbf", body.as_bytes()), "UTF-8 with a byte-order mark"),
            (utf16(u16::to_le_bytes), "UTF-16"),
            (utf16(u16::to_be_bytes), "UTF-16"),
            (marked(b"\xff\xfe", &utf16(u16::to_le_bytes)), "UTF-16"),
            (marked(b"\xfe\xff", &utf16(u16::to_be_bytes)), "UTF-16"),
            (gzip.clone(), "compressed with gzip"),
            (half(r"\ud800"), "half of a character at line 1 column 49"),
            (half(r"\udc00\ud800"), "half of a character at line 1 column 49"),
        ];
        for path in ["/v1/private-hooks", "/v1/operations", "/v1/operations/none/outcome", "/v1/checks"] {
            for (body, words) in &bodies {
                let said = client.send(Method::POST, path, &[], body.clone()).await.fails(400, "RF.10011085");
                assert!(said.contains(words), "{said}");
            }
            for encoding in ["gzip", "br", "identity, gzip"] {
                let headers = [("content-encoding", encoding)];
                let reply = client.send(Method::POST, path, &headers, gzip.clone()).await;
                let said = reply.fails(400, "RF.10011085");
                assert!(said.contains(&format!("`{encoding}` (`Content-Encoding`)")), "{said}");
            }
        }
        // In the input as well, and neither a whole pair nor a backslash before the letters is half of anything.
        let input = |text: &str| {
            body.replace(r#""input": {}"#, &format!(r#""input": {{"a": "{text}"}}"#)).into_bytes()
        };
        let send = async |body| {
            client.send(Method::POST, "/v1/checks", &[("content-encoding", "identity")], body).await
        };
        send(input(r"\ud800")).await.fails(400, "RF.10011085");
        send(input(r"\ud83d\ude00 \\ud800")).await.expect(200);
    })
    .await;
}

#[tokio::test]
async fn what_is_given_twice_is_refused_by_its_name() {
    on_each_database(async |server: &TestServer| {
        let client = server.client();
        for (stack, name) in [
            (r#""stack": {"name": "s"}, "stack": {"name": "t"}"#, "stack"),
            (r#""stack": {"name": "s", "name": "t"}"#, "stack.name"),
            (r#""stack": {"name": "s", "labels": {}, "labels": {}}"#, "stack.labels"),
            (r#""stack": {"name": "s", "labels": {"env": "prod", "env": "dev"}}"#, "stack.labels.env"),
            (r#""stack": {"name": "s", "labels": {"env": "prod", "\u0065nv": "prod"}}"#, "stack.labels.env"),
            (r#""stack": {"name": "s"}, "input": {}, "input": {}"#, "input"),
        ] {
            let body = format!(r#"{{"operation": "DeployStack", {stack}}}"#).into_bytes();
            for path in ["/v1/operations", "/v1/checks"] {
                let said = client.send(Method::POST, path, &[], body.clone()).await.fails(400, "RF.10011903");
                assert_eq!(said, format!("`{name}` is given twice"));
            }
        }
        let id = "0123456789-0123456789-0123456789-0123456789";
        for (header, value, code) in
            [("x-domain-id", "a", "RF.10011903"), ("client-request-id", id, "RF.10011906")]
        {
            for other in [value, "another-0123456789-0123456789-0123456789"] {
                let headers = [(header, value), (header, other)];
                let reply = client.send(Method::GET, "/v1/operations", &headers, Vec::new()).await;
                let said = reply.fails(400, code);
                assert!(said.to_ascii_lowercase().contains(&format!("`{header}` is given twice")), "{said}");
            }
        }
        client.get("/v1/operations?limit=10&limit=10").await.fails(400, "RF.10011903");
    })
    .await;
}

#[tokio::test]
async fn fields_of_other_types_are_refused() {
    on_each_database(async |server: &TestServer| {
        let client = server.client();
        let good = json!({"operation": "DeployStack", "stack": {"name": "shop", "labels": {}}, "actor": "me", "input": {}});
        client.post("/v1/operations", &good).await.expect(201);
        for (pointer, wrong, code) in [
            ("/operation", json!(5), "RF.10011038"),
            ("/stack", json!("shop"), "RF.10011038"),
            ("/stack/name", json!(["shop"]), "RF.10011038"),
            ("/stack/name", json!(""), "RF.10011006"),
            ("/stack/name", json!("a\u{0}b"), "RF.10011008"),
            ("/stack/name", json!("x".repeat(129)), "RF.10011005"),
            ("/stack/labels", json!({"env": 1}), "RF.10011038"),
            ("/stack/labels", json!({"env": "a\nb"}), "RF.10011008"),
            ("/stack", json!({"name": "shop", "colour": "red"}), "RF.10011002"),
            ("/actor", json!(true), "RF.10011038"),
            ("/input", json!([1]), "RF.10011038"),
            ("/input", json!("{}"), "RF.10011038"),
        ] {
            let mut body = good.clone();
            *body.pointer_mut(pointer).unwrap() = wrong.clone();
            for path in ["/v1/operations", "/v1/checks"] {
                let reply = client.post(path, &body).await;
                let answer = reply.expect(400);
                assert_eq!(answer["error_code"], code, "{pointer} = {wrong}: {answer}");
            }
        }
        let mut unknown = good.clone();
        unknown["colour"] = json!("red");
        client.post("/v1/operations", &unknown).await.fails(400, "RF.10011002");
        let twice = br#"{"operation": "DeployStack", "operation": "DeleteStack", "stack": {"name": "shop"}}"#;
        client.send(Method::POST, "/v1/operations", &[], twice.to_vec()).await.fails(400, "RF.10011903");
    })
    .await;
}

#[tokio::test]
async fn paths_that_are_not_there_are_not_found() {
    on_each_database(async |server: &TestServer| {
        let client = server.client();
        for (method, path) in [
            (Method::GET, "/"),
            (Method::GET, "/v1"),
            (Method::GET, "/v1/private-hooks/a-hook/versions/1.0.0/policies/more"),
        ] {
            let message = client.send(method.clone(), path, &[], Vec::new()).await.fails(404, "RF.10013094");
            assert!(message.contains(path), "{method} {path}: {message}");
        }
        for path in [
            "/v1/private-hooks/%FF/metadata",
            "/v1/private-hooks/a%00b/metadata",
            "/v1/private-hooks/9/metadata",
        ] {
            assert_eq!(client.get(path).await.expect(400)["error_code"].as_str().unwrap().len(), 11);
        }
        client.get("/v1/private-hooks/a-hook/versions/one/metadata").await.expect(400);
        client.of_domain("no such domain").get("/v1/private-hooks").await.fails(400, "RF.10011008");
    })
    .await;
}

#[tokio::test]
async fn methods_that_a_path_does_not_take_are_answered_with_those_it_does() {
    on_each_database(async |server: &TestServer| {
        let client = server.client();
        for (method, path, allowed) in [
            (Method::PUT, "/v1/private-hooks", "GET,HEAD,POST"),
            (Method::PATCH, "/v1/private-hooks/a-hook", "DELETE"),
            (Method::GET, "/v1/private-hooks/a-hook", "DELETE"),
            (Method::DELETE, "/v1/operations", "GET,HEAD,POST"),
            (Method::OPTIONS, "/v1/checks", "POST"),
            (Method::POST, "/livez", "GET,HEAD"),
        ] {
            let reply = client.send(method.clone(), path, &[], Vec::new()).await;
            let found: BTreeSet<String> =
                reply.header("allow").unwrap().split(',').map(|word| word.trim().to_owned()).collect();
            let wanted: BTreeSet<String> = allowed.split(',').map(str::to_owned).collect();
            assert_eq!(found, wanted, "{method} {path}");
            let message = reply.fails(405, "RF.10013991");
            assert!(message.contains(path), "{method} {path}: {message}");
        }
    })
    .await;
}

#[tokio::test]
async fn bodies_that_are_too_large_are_answered_too() {
    on_each_database_with(&[("limits.input", "1MiB")], async |server: &TestServer| {
        let client = server.client();
        let large = vec![b' '; 3 << 20];
        client.send(Method::POST, "/v1/operations", &[], large.clone()).await.fails(413, "RF.10011991");
        client.send(Method::POST, "/v1/checks", &[], large).await.fails(413, "RF.10011991");
        let huge = vec![b'['; 16 << 20];
        client.send(Method::POST, "/v1/private-hooks", &[], huge).await.fails(400, "RF.10011013");
        client.begin(&json!({})).await;
    })
    .await;
}

#[tokio::test]
async fn inputs_that_no_policy_can_be_asked_about_are_refused() {
    on_each_database(async |server: &TestServer| {
        let client = server.client();
        client.gate("a-hook", PASS).await;
        let nested = format!("{}{}", "[".repeat(200), "]".repeat(200));
        for input in [format!("{{\"x\": {nested}}}"), "{\"x\": 1e400}".to_owned()] {
            let body = format!(
                "{{\"operation\": \"DeployStack\", \"stack\": {{\"name\": \"shop\"}}, \"input\": {input}}}"
            );
            client
                .send(Method::POST, "/v1/operations", &[], body.into_bytes())
                .await
                .fails(400, "RF.10011941");
        }
        let magic = json!({"x": {"$serde_json::private::Number": "1e1000000000"}, "__proto__": {"y": 1}});
        assert_eq!(client.begin(&magic).await["decision"], "ALLOWED");
    })
    .await;
}

#[test]
fn codes_are_unique_and_in_the_band_of_their_status() {
    let codes: BTreeSet<&str> = codes::ALL.iter().map(|code| code.code).collect();
    assert_eq!(codes.len(), codes::ALL.len());
    for code in codes::ALL {
        let band = match code.status.as_u16() {
            400 | 413 => "RF.10011",
            401 => "RF.100120",
            403 => "RF.100125",
            404 => "RF.100130",
            405 => "RF.100139",
            409 => "RF.100135",
            429 => "RF.100140",
            500 | 503 => "RF.10010",
            other => panic!("{} has the status {other}", code.code),
        };
        assert!(code.code.starts_with(band) && code.code.len() == 11, "{}", code.code);
    }
}

#[test]
fn the_catalogue_is_as_it_was_reviewed() {
    let lines: Vec<String> = codes::ALL
        .iter()
        .map(|code| format!("{} {} {}", code.code, code.status.as_u16(), code.meaning))
        .collect();
    insta::assert_snapshot!(lines.join("\n"));
}

/// The description lists every route that answers, and no other.
#[tokio::test]
async fn the_description_and_the_routes_agree() {
    on_each_database(async |server: &TestServer| {
        let client = server.client();
        let description = client.get("/openapi.json").await.expect(200);
        assert_eq!(description["openapi"], "3.1.0");
        let operations: BTreeSet<String> = description["paths"]
            .as_object()
            .unwrap()
            .values()
            .flat_map(|path| path.as_object().unwrap().values())
            .filter_map(|operation| operation["operationId"].as_str().map(str::to_owned))
            .collect();
        for expected in [
            "CreatePrivateHook",
            "ListPrivateHooks",
            "DeletePrivateHook",
            "ShowPrivateHookMetadata",
            "UpdatePrivateHookMetadata",
            "CreatePrivateHookVersion",
            "ListPrivateHookVersions",
            "DeletePrivateHookVersion",
            "ShowPrivateHookVersionMetadata",
            "ShowPrivateHookVersionPolicy",
        ] {
            assert!(operations.contains(expected), "{expected}");
        }
        for (path, methods) in description["paths"].as_object().unwrap() {
            let concrete = path
                .replace("{hook_name}", "no-hook")
                .replace("{hook_version}", "1.0.0")
                .replace("{work_id}", "none")
                .replace("{stack_name}", "none")
                .replace("{digest}", "none");
            for method in ["get", "put", "post", "delete", "patch"] {
                let sent = Method::from_bytes(method.to_uppercase().as_bytes()).unwrap();
                let reply = client.send(sent, &concrete, &[], Vec::new()).await;
                let body: Value = serde_json::from_slice(&reply.bytes).unwrap_or_default();
                let routed = body["error_code"] != "RF.10013991";
                assert_eq!(routed, methods.get(method).is_some(), "{method} {path}");
            }
        }
    })
    .await;
}

/// The shapes of request bodies in the description have the fields that are read, and no other.
#[tokio::test]
async fn the_description_and_the_bodies_agree() {
    on_each_database(async |server: &TestServer| {
        let client = server.client();
        client.gate("a-hook", PASS).await;
        let description = client.get("/openapi.json").await.expect(200);
        for (method, path, shape) in [
            (Method::POST, "/v1/private-hooks", "CreatePrivateHookBody"),
            (Method::POST, "/v1/private-hooks/a-hook/versions", "CreatePrivateHookVersionBody"),
            (Method::PATCH, "/v1/private-hooks/a-hook/metadata", "UpdatePrivateHookMetadataBody"),
            (Method::POST, "/v1/operations", "BeginOperationBody"),
            (Method::POST, "/v1/checks", "CheckOperationBody"),
            (Method::POST, "/v1/operations/none/outcome", "ReportOutcomeBody"),
        ] {
            let described: BTreeSet<String> = description["components"]["schemas"][shape]["properties"]
                .as_object()
                .unwrap()
                .keys()
                .cloned()
                .collect();
            let body = json!({"no_such_field": 1}).to_string().into_bytes();
            let answer = client.send(method, path, &[], body).await.expect(400);
            let said = answer["error_msg"].as_str().unwrap();
            let (_, allowed) = said.rsplit_once("allowed are ").unwrap();
            let read: BTreeSet<String> =
                allowed.split(", ").map(|name| name.trim_matches('`').to_owned()).collect();
            assert_eq!(described, read, "{shape}");
        }
    })
    .await;
}

#[tokio::test]
async fn health_and_version_answer() {
    on_each_database(async |server: &TestServer| {
        let client = server.client();
        assert_eq!(client.get("/livez").await.expect(200), json!({"status": "ok"}));
        assert_eq!(client.get("/readyz").await.expect(200), json!({"status": "ok"}));
        assert_eq!(client.get("/version").await.expect(200)["version"], env!("CARGO_PKG_VERSION"));
    })
    .await;
}
