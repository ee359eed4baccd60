//! Clients that are slow, confused or hostile: each is answered or let go, the others are served, and nothing is a 500.

use reqwest::Method;
use serde_json::{Value, json};
use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};
use tokio::net::TcpStream;

use crate::support::{Client, HELLO, PASS, TestServer, on_each_database, on_each_database_with};

async fn connect(client: &Client) -> TcpStream {
    TcpStream::connect(client.base.strip_prefix("http://").unwrap()).await.unwrap()
}

/// Everything the server says to `bytes` until it closes the connection.
async fn talk(client: &Client, bytes: &[u8]) -> String {
    let mut stream = connect(client).await;
    // The server may have had enough before the end.
    drop(stream.write_all(bytes).await);
    let mut said = Vec::new();
    drop(stream.read_to_end(&mut said).await);
    String::from_utf8(said).unwrap()
}

/// The statuses of the answers in `said`.
fn statuses(said: &str) -> Vec<&str> {
    let answers = said.split("HTTP/1.").skip(1);
    answers.map(|answer| answer.split_whitespace().nth(1).unwrap()).collect()
}

/// That the server is as it should be.
async fn check_alive(client: &Client) {
    assert_eq!(client.begin(&json!({"message": "world"})).await["hooks"][0]["result"], "PASSED");
}

fn begin_request(headers: &str, body: &str) -> Vec<u8> {
    format!("POST /v1/operations HTTP/1.1\r\nHost: h\r\nConnection: close\r\n{headers}\r\n{body}")
        .into_bytes()
}

const BEGIN: &str = r#"{"operation": "DeployStack", "stack": {"name": "shop"}}"#;

#[tokio::test]
async fn bytes_that_are_no_request_are_no_errors_of_ours() {
    let long = "a".repeat(1 << 20);
    let get = |rest: &str| format!("GET /livez HTTP/1.1\r\nHost: h\r\n{rest}\r\n\r\n").into_bytes();
    let cases: Vec<Vec<u8>> = vec![
        b"\0\0\0\0\0\0\r\n\r\n".to_vec(),
        b"\x16\x03\x01\x02\0\x01\0\x01\xfc\x03\x03".repeat(20),
        b"SSH-2.0-OpenSSH_9.7\r\n\r\n".to_vec(),
        b"GET /livez\r\n\r\n".to_vec(),
        b"GET /livez HTTP/7.3\r\n\r\n".to_vec(),
        b"GET  /livez HTTP/1.1\r\n\r\n".to_vec(),
        b"GET /liv\0ez HTTP/1.1\r\nHost: h\r\n\r\n".to_vec(),
        b"G\xffT /livez HTTP/1.1\r\nHost: h\r\n\r\n".to_vec(),
        format!("GET /{long} HTTP/1.1\r\nHost: h\r\n\r\n").into_bytes(),
        get("no colon"),
        get("x: a\0b"),
        get(&format!("x: {long}")),
        get(&"x: y\r\n".repeat(1000)),
        get("Content-Length: -1"),
        get("Content-Length: 5\r\nContent-Length: 6"),
        get("Content-Length: 99999999999999999999999"),
        get("Transfer-Encoding: gzip"),
        begin_request("Transfer-Encoding: chunked\r\n", "xyz\r\n"),
        begin_request("Transfer-Encoding: chunked\r\n", "ffffffffffffffffff\r\n"),
        begin_request("Transfer-Encoding: chunked\r\nContent-Length: 4\r\n", "ffffffffffffffffff\r\n"),
    ];
    on_each_database(async |server: &TestServer| {
        let client = server.client();
        client.gate("a-hook", HELLO).await;
        for case in &cases {
            let said = talk(&client, case).await;
            let refused = statuses(&said).into_iter().all(|status| status.starts_with('4'));
            assert!(refused, "{}: {said}", case.iter().take(80).copied().map(char::from).collect::<String>());
        }
        check_alive(&client).await;
    })
    .await;
}

#[tokio::test]
async fn long_headers_and_addresses_that_can_still_be_read_are_answered() {
    on_each_database(async |server: &TestServer| {
        let client = server.client();
        let long = "a".repeat(30_000);
        client.get(&format!("/{long}")).await.fails(404, "RF.10013094");
        client.get(&format!("/v1/private-hooks/{long}/metadata")).await.fails(400, "RF.10011005");
        client.get(&format!("/v1/private-hooks?marker={long}")).await.fails(400, "RF.10011005");
        client.get(&format!("/v1/private-hooks?{long}=1")).await.fails(400, "RF.10011002");
        for (header, code) in [("x-domain-id", "RF.10011005"), ("client-request-id", "RF.10011906")] {
            let headers = [(header, long.as_str())];
            client.send(Method::GET, "/v1/private-hooks", &headers, Vec::new()).await.fails(400, code);
        }
    })
    .await;
}

/// A client that says how much it will send, sends half of it and waits.
#[tokio::test]
async fn bodies_that_stop_halfway_hold_up_nobody() {
    on_each_database(async |server: &TestServer| {
        let client = server.client();
        client.gate("a-hook", HELLO).await;
        let (sent, rest) = BEGIN.split_at(20);
        let mut waiting = Vec::new();
        for _ in 0..100 {
            let mut stream = connect(&client).await;
            let headers = format!("Content-Length: {}\r\n", BEGIN.len());
            stream.write_all(&begin_request(&headers, sent)).await.unwrap();
            waiting.push(stream);
        }
        check_alive(&client).await;
        // Half of them go away, the others send the rest after all.
        for mut stream in waiting.split_off(50) {
            stream.write_all(rest.as_bytes()).await.unwrap();
            let mut said = String::new();
            stream.read_to_string(&mut said).await.unwrap();
            assert_eq!(statuses(&said), ["201"], "{said}");
        }
        drop(waiting);
        check_alive(&client).await;
        // One for each that sent all of it, and our own two.
        let list = client.get("/v1/operations").await.expect(200);
        assert_eq!(list["page_info"]["current_count"], 52);
    })
    .await;
}

#[tokio::test]
async fn many_idle_connections_hold_up_nobody() {
    on_each_database(async |server: &TestServer| {
        let client = server.client();
        client.gate("a-hook", HELLO).await;
        let mut idle = Vec::new();
        for number in 0..200 {
            let mut stream = connect(&client).await;
            // Some say nothing, some stop within their head, some have been answered once.
            let said: &[u8] =
                [b"".as_slice(), b"GET /livez HTTP/1.1\r\nHost:", b"GET /livez HTTP/1.1\r\nHost: h\r\n\r\n"]
                    [number % 3];
            stream.write_all(said).await.unwrap();
            idle.push(stream);
        }
        check_alive(&client).await;
    })
    .await;
}

#[tokio::test]
async fn pipelined_requests_are_answered_in_their_order() {
    on_each_database(async |server: &TestServer| {
        let client = server.client();
        let get = |path: &str| format!("GET {path} HTTP/1.1\r\nHost: h\r\n\r\n");
        let requests = format!("{}{}{}\0\0garbage\r\n\r\n", get("/livez"), get("/nowhere"), get("/version"));
        let said = talk(&client, requests.as_bytes()).await;
        assert_eq!(statuses(&said), ["200", "404", "200", "400"], "{said}");
    })
    .await;
}

#[tokio::test]
async fn old_clients_and_heads_are_served() {
    on_each_database(async |server: &TestServer| {
        let client = server.client();
        let said = talk(&client, b"GET /livez HTTP/1.0\r\n\r\n").await;
        assert!(said.starts_with("HTTP/1.0 200 OK\r\n") && said.ends_with(r#"{"status":"ok"}"#), "{said}");
        let body = format!("POST /v1/operations HTTP/1.0\r\nContent-Length: {}\r\n\r\n{BEGIN}", BEGIN.len());
        assert_eq!(statuses(&talk(&client, body.as_bytes()).await), ["201"]);
        for (path, status) in
            [("/livez", 200), ("/v1/private-hooks", 200), ("/nowhere", 404), ("/v1/checks", 405)]
        {
            let reply = client.send(Method::HEAD, path, &[], Vec::new()).await;
            assert_eq!((reply.status.as_u16(), reply.bytes.len()), (status, 0), "{path}");
            assert!(reply.header("x-request-id").is_some());
        }
    })
    .await;
}

#[tokio::test]
async fn bodies_may_come_in_chunks() {
    on_each_database_with(&[("limits.input", "64KiB")], async |server: &TestServer| {
        let client = server.client();
        let chunked = "Transfer-Encoding: chunked\r\n";
        let (first, second) = BEGIN.split_at(17);
        let body = format!(
            "{:x};why=not\r\n{first}\r\n{:X}\r\n{second}\r\n0\r\nTrailer: x\r\n\r\n",
            first.len(),
            second.len()
        );
        assert_eq!(statuses(&talk(&client, &begin_request(chunked, &body)).await), ["201"]);
        let single: Vec<String> = BEGIN.chars().map(|letter| format!("1\r\n{letter}\r\n")).collect();
        let single = single.concat();
        assert_eq!(
            statuses(&talk(&client, &begin_request(chunked, &format!("{single}0\r\n\r\n"))).await),
            ["201"]
        );
        // Without an end it is not a request.
        let mut cut = connect(&client).await;
        cut.write_all(&begin_request(chunked, &single)).await.unwrap();
        drop(cut);
        let large = format!("8000\r\n{}\r\n", " ".repeat(0x8000)).repeat(3);
        let said = talk(&client, &begin_request(chunked, &format!("{large}0\r\n\r\n"))).await;
        assert_eq!(statuses(&said), ["413"], "{said}");
        assert_eq!(client.get("/v1/operations").await.expect(200)["page_info"]["current_count"], 2);
    })
    .await;
}

/// A client that asks before it sends is told to go on, or spared the sending.
#[tokio::test]
async fn clients_may_ask_before_they_send() {
    on_each_database(async |server: &TestServer| {
        let client = server.client();
        let mut stream = connect(&client).await;
        let headers = format!("Expect: 100-continue\r\nContent-Length: {}\r\n", BEGIN.len());
        stream.write_all(&begin_request(&headers, "")).await.unwrap();
        let mut go_on = [0; 25];
        stream.read_exact(&mut go_on).await.unwrap();
        assert_eq!(&go_on, b"HTTP/1.1 100 Continue\r\n\r\n");
        stream.write_all(BEGIN.as_bytes()).await.unwrap();
        let mut said = String::new();
        stream.read_to_string(&mut said).await.unwrap();
        assert_eq!(statuses(&said), ["201"], "{said}");

        let headers = "Expect: 100-continue\r\nContent-Length: 999999999\r\n";
        let said = talk(&client, &begin_request(headers, "")).await;
        assert_eq!(statuses(&said), ["413"], "{said}");
    })
    .await;
}

/// A database may not take a NUL, and JSON can carry one into every text.
#[tokio::test]
async fn a_nul_in_any_text_is_refused_or_kept_but_never_an_error_of_ours() {
    on_each_database(async |server: &TestServer| {
        let client = server.client();
        client.gate("a-hook", PASS).await;
        let hook = json!({"hook_name": "b-hook", "hook_version": "1.0.0", "policy_body": PASS,
            "hook_description": "b", "hook_version_description": "b"});
        let operation = json!({"operation": "DeployStack", "actor": "me", "input": {"text": "a"},
            "stack": {"name": "shop", "id": "1", "labels": {"env": "prod"}}});
        let patch = json!({"hook_description": "b", "default_version": "1.0.0"});
        for (method, path, body) in [
            (Method::POST, "/v1/private-hooks", &hook),
            (Method::POST, "/v1/operations", &operation),
            (Method::POST, "/v1/checks", &operation),
            (Method::PATCH, "/v1/private-hooks/a-hook/metadata", &patch),
        ] {
            for spoiled in spoil(body) {
                let sent = spoiled.to_string().into_bytes();
                let reply = client.send(method.clone(), path, &[], sent).await;
                let is_input = spoiled["input"] != body["input"];
                let expected = if is_input { [200, 201] } else { [400, 400] };
                assert!(expected.contains(&reply.status.as_u16()), "{path} {spoiled}: {reply:?}");
            }
        }
        for path in [
            "/v1/stacks/a%00b/events",
            "/v1/operations?stack_name=a%00b",
            "/v1/operations?operation=%00",
            "/v1/private-hooks?marker=%00",
            "/v1/stacks/shop/events?deployment_id=%00",
            "/v1/stacks/shop/events?filter=event_type==%00",
            "/v1/stacks/shop/events?filter=resource_name==%00",
            "/v1/operations/%00",
            "/v1/policy-downloads/%00?expires=1&signature=%00",
        ] {
            let reply = client.get(path).await;
            assert!(!reply.status.is_server_error(), "{path}: {reply:?}");
        }
    })
    .await;
}

/// `body` with a NUL in one of its texts, for each of them.
fn spoil(body: &Value) -> Vec<Value> {
    fn pointers(value: &Value, at: &str, found: &mut Vec<String>) {
        match value {
            Value::Object(members) => {
                members.iter().for_each(|(name, value)| pointers(value, &format!("{at}/{name}"), found));
            }
            Value::String(_) => found.push(at.to_owned()),
            Value::Null | Value::Bool(_) | Value::Number(_) | Value::Array(_) => {}
        }
    }
    let mut found = Vec::new();
    pointers(body, "", &mut found);
    let spoiled = |pointer: String| {
        let mut spoiled = body.clone();
        *spoiled.pointer_mut(&pointer).unwrap() = json!("a\0b");
        spoiled
    };
    found.into_iter().map(spoiled).collect()
}

/// What a policy says is as untrusted as what a client says.
#[tokio::test]
async fn a_nul_in_what_a_policy_says_is_no_error_of_ours() {
    let policy = r#"package policy

hook_result := {"is_passed": false, "err_msg": "no\u0000pe", "findings": [{"message": "a\u0000b", "rule_id": "\u0000"}]}
"#;
    on_each_database(async |server: &TestServer| {
        let client = server.client();
        client.gate("a-hook", policy).await;
        let operation = client.begin(&json!({})).await;
        assert_eq!(operation["decision"], "DENIED");
        let path = format!("/v1/operations/{}", operation["work_id"].as_str().unwrap());
        assert_eq!(client.get(&path).await.expect(200), operation);
        assert_eq!(client.events().await.len(), 1);
    })
    .await;
}
