//! Policies as they arrive: inline, as `data:`, and fetched; at each limit and past it (RFS 9 and 10).

use serde_json::{Value, json};
use tokio::io::AsyncWriteExt as _;
use tokio::net::TcpListener;

use crate::support::bundles::{altered, encrypted, stored_zip, text_uri, zip, zip_uri, zip_with_link};
use crate::support::object_store::{ObjectStore, accept};
use crate::support::{Client, PASS, Reply, TestServer, on_each_database, on_each_database_with};

/// Settings under which this machine may be fetched from.
const LOCAL: [(&str, &str); 2] = [("outbound.allow", "127.0.0.0/8"), ("outbound.allow_http", "true")];
const MIB: usize = 1 << 20;

/// Asks for a hook with the policy that `field` gives; nothing of it is left afterwards.
async fn register(client: &Client, field: &str, value: &str) -> Reply {
    let body = json!({"hook_name": "a-hook", "hook_version": "1.0.0", field: value});
    let reply = client.post("/v1/private-hooks", &body).await;
    let stored = client.delete("/v1/private-hooks/a-hook").await.status == 204;
    assert_eq!(stored, reply.status == 201, "{}", String::from_utf8_lossy(&reply.bytes));
    reply
}

#[track_caller]
fn check_refused(reply: &Reply, code: &str, case: &str) {
    let body: Value = serde_json::from_slice(&reply.bytes).unwrap();
    assert_eq!((reply.status.as_u16(), &body["error_code"]), (400, &json!(code)), "{case}: {body}");
}

/// That `zip` is accepted, whichever way it comes.
async fn check_accepted(client: &Client, case: &str, zip: &[u8]) {
    let store = ObjectStore::with(zip).await;
    for uri in [zip_uri(zip), store.uri("p.zip")] {
        let reply = register(client, "policy_uri", &uri).await;
        assert_eq!(reply.status, 201, "{case}: {}", String::from_utf8_lossy(&reply.bytes));
    }
}

/// That `zip` is refused with `code`, whichever way it comes.
async fn check_archive(client: &Client, case: &str, (zip, code): (&[u8], &str)) {
    let store = ObjectStore::with(zip).await;
    for uri in [zip_uri(zip), store.uri("p.zip")] {
        check_refused(&register(client, "policy_uri", &uri).await, code, case);
    }
}

/// A policy of exactly `size` bytes, most of them comments.
fn policy_of(size: usize) -> String {
    let line = format!("# {}\n", "-".repeat(97));
    let mut text = PASS.to_owned();
    text.push_str(&line.repeat((size - PASS.len()) / line.len()));
    let rest = size - text.len();
    text.push_str(&"#".repeat(rest));
    text
}

/// A zip of a policy and `more` small texts.
fn zip_of_many(more: usize) -> Vec<u8> {
    let names: Vec<String> = (0..more).map(|n| format!("folder/{n}.txt")).collect();
    let texts = names.iter().map(|name| (name.as_str(), b"text".as_slice()));
    zip(&std::iter::once(("policy.rego", PASS.as_bytes())).chain(texts).collect::<Vec<_>>())
}

/// A stored zip of exactly `size` bytes.
fn zip_of_size(size: usize) -> Vec<u8> {
    let of = |text: &[u8]| stored_zip(&[("policy.rego", PASS.as_bytes()), ("more.txt", text)]);
    let frame = of(b"").len();
    of(&vec![b'-'; size - frame])
}

/// A zip whose files have `size` bytes together.
fn zip_of_unpacked(size: usize) -> Vec<u8> {
    zip(&[("policy.rego", PASS.as_bytes()), ("more.txt", &vec![b'-'; size - PASS.len()])])
}

/// A zip of a policy whose path has `chars` characters, in folders of one each.
fn zip_of_path(chars: usize) -> Vec<u8> {
    let name = if chars.is_multiple_of(2) { "a.rego" } else { "ab.rego" };
    let path = format!("{}{name}", "é/".repeat((chars - name.len()) / 2));
    assert_eq!(path.chars().count(), chars);
    zip(&[(&path, PASS.as_bytes())])
}

/// A zip of a policy whose name has `bytes` bytes.
fn zip_of_name(bytes: usize) -> Vec<u8> {
    zip(&[(&format!("folder/{}.rego", "a".repeat(bytes - 5)), PASS.as_bytes())])
}

#[tokio::test]
async fn archives_at_each_limit_are_accepted() {
    on_each_database_with(&LOCAL, async |server: &TestServer| {
        let client = server.client();
        check_accepted(&client, "1 MiB packed", &zip_of_size(MIB)).await;
        check_accepted(&client, "1 MiB unpacked", &zip_of_unpacked(MIB)).await;
        check_accepted(&client, "100 files", &zip_of_many(99)).await;
        check_accepted(&client, "a name of 255 bytes", &zip_of_name(255)).await;
        check_accepted(&client, "a path of 2048 characters", &zip_of_path(2048)).await;
    })
    .await;
}

#[tokio::test]
async fn what_a_system_leaves_in_an_archive_is_accepted_with_a_warning() {
    on_each_database_with(&LOCAL, async |server: &TestServer| {
        let files: [(&str, &[u8]); 3] = [
            ("policy.rego", PASS.as_bytes()),
            ("__MACOSX/._policy.rego", b"\0\x05"),
            ("Thumbs.db", b"\xd0\xcf"),
        ];
        let reply = register(&server.client(), "policy_uri", &zip_uri(&zip(&files))).await;
        assert_eq!(reply.status, 201, "{}", String::from_utf8_lossy(&reply.bytes));
        let warnings = reply.header("x-hookgate-warnings").unwrap();
        for file in
            ["__MACOSX/._policy.rego:1:1: the file is left out", "Thumbs.db:1:1: the file is left out"]
        {
            assert!(warnings.contains(file), "{warnings}");
        }
    })
    .await;
}

#[tokio::test]
async fn archives_past_a_limit_are_refused_with_its_code() {
    on_each_database_with(&LOCAL, async |server: &TestServer| {
        let client = server.client();
        let bomb = zip(&[("policy.rego", PASS.as_bytes()), ("bomb.txt", &vec![0; 100 * MIB])]);
        assert!(bomb.len() < 200 << 10);
        for (case, zip, code) in [
            ("unpacked", zip_of_unpacked(MIB + 1), "RF.10011026"),
            ("a bomb", bomb, "RF.10011026"),
            ("101 files", zip_of_many(100), "RF.10011041"),
            ("a name of 256 bytes", zip_of_name(256), "RF.10011152"),
            ("a path of 2049 characters", zip_of_path(2049), "RF.10011151"),
        ] {
            check_archive(&client, case, (&zip, code)).await;
        }
        let large = zip_of_size(MIB + 1);
        check_refused(&register(&client, "policy_uri", &zip_uri(&large)).await, "RF.10011005", "in data");
        let store = ObjectStore::with(&large).await;
        check_refused(&register(&client, "policy_uri", &store.uri("p.zip")).await, "RF.10011013", "fetched");
    })
    .await;
}

#[tokio::test]
async fn hostile_archives_are_refused_with_their_code() {
    let policy = ("policy.rego", PASS.as_bytes());
    let with = |name: &str, content: &[u8]| zip(&[policy, (name, content)]);
    let inner = zip(&[policy]);
    let cases = [
        ("traversal", with("../evil.rego", b""), "RF.10011083"),
        ("traversal inside", with("a/../../evil.rego", b""), "RF.10011083"),
        ("traversal with backslashes", altered(with("..*evil.rego", b""), b"..*", b"..\\"), "RF.10011083"),
        ("absolute", altered(with("*etc/passwd.txt", b""), b"*etc", b"/etc"), "RF.10011155"),
        ("a drive", with("C:/evil.rego", b""), "RF.10011155"),
        ("an empty part", with("a//b.rego", b""), "RF.10011156"),
        ("a symbolic link", zip_with_link(PASS), "RF.10011922"),
        ("one name twice", altered(with("qolicy.rego", b""), b"qolicy", b"policy"), "RF.10011921"),
        ("names that differ by case", with("POLICY.rego", b""), "RF.10011921"),
        ("a nested archive", with("inner.zip", &inner), "RF.10011922"),
        ("a nested archive under another name", with("inner.txt", &inner), "RF.10011922"),
        ("a binary", with("logo.png", b"\x89PNG\r\n\x1a\n\0\0"), "RF.10011922"),
        ("encrypted", encrypted(inner.clone()), "RF.10011922"),
        ("not UTF-8", with("more.rego", b"package \xff\n"), "RF.10011085"),
        ("a byte-order mark", with("more.rego", b"\xef\xbb\xbfpackage more\n"), "RF.10011085"),
        ("no policy", zip(&[("README.md", b"# why\n")]), "RF.10011925"),
        ("data before", [b"#!/bin/sh\n".as_slice(), &inner].concat(), "RF.10011075"),
        ("data behind", [inner.as_slice(), b"more"].concat(), "RF.10011102"),
        ("cut off", inner[..inner.len() - 5].to_vec(), "RF.10011102"),
        ("no archive at all", PASS.as_bytes().to_vec(), "RF.10011075"),
        ("nothing", Vec::new(), "RF.10011075"),
    ];
    on_each_database_with(&LOCAL, async |server: &TestServer| {
        for (case, zip, code) in &cases {
            check_archive(&server.client(), case, (zip, code)).await;
        }
    })
    .await;
}

#[tokio::test]
async fn a_single_policy_may_have_one_mebibyte_and_no_more() {
    on_each_database_with(&LOCAL, async |server: &TestServer| {
        let client = server.client();
        let (most, more) = (policy_of(MIB), policy_of(MIB + 1));
        assert_eq!((most.len(), more.len()), (MIB, MIB + 1));
        let fetched = ObjectStore::with(most.as_bytes()).await;
        let sources = [("policy_body", most.clone()), ("policy_uri", text_uri(most.as_bytes()))];
        for (field, value) in sources.into_iter().chain([("policy_uri", fetched.uri("p.rego"))]) {
            assert_eq!(register(&client, field, &value).await.status, 201, "{field}");
        }
        let fetched = ObjectStore::with(more.as_bytes()).await;
        for (field, value, code) in [
            ("policy_body", more.clone(), "RF.10011005"),
            ("policy_uri", text_uri(more.as_bytes()), "RF.10011005"),
            ("policy_uri", fetched.uri("p.rego"), "RF.10011013"),
        ] {
            check_refused(&register(&client, field, &value).await, code, field);
        }
    })
    .await;
}

#[tokio::test]
async fn a_single_policy_is_a_plain_text() {
    on_each_database_with(&LOCAL, async |server: &TestServer| {
        let client = server.client();
        for (case, bytes, code) in [
            ("not UTF-8", b"package policy\n# \xc3\x28\n".to_vec(), "RF.10011085"),
            ("a byte-order mark", [b"\xef\xbb\xbf", PASS.as_bytes()].concat(), "RF.10011085"),
            ("NUL", [PASS.as_bytes(), b"# \0\n"].concat(), "RF.10011923"),
            ("a bidirectional control", format!("{PASS}# \u{202e}\n").into_bytes(), "RF.10011923"),
            ("a zip", zip(&[("policy.rego", PASS.as_bytes())]), "RF.10011075"),
        ] {
            let store = ObjectStore::with(&bytes).await;
            for uri in [text_uri(&bytes), store.uri("p.rego")] {
                check_refused(&register(&client, "policy_uri", &uri).await, code, case);
            }
            if let Ok(text) = String::from_utf8(bytes) {
                check_refused(&register(&client, "policy_body", &text).await, code, case);
            }
        }
        for uri in ["p.tar.gz", "p.REGO", "p", "p.zip/", "p.rego#top"] {
            let store = ObjectStore::with(PASS.as_bytes()).await;
            check_refused(&register(&client, "policy_uri", &store.uri(uri)).await, "RF.10011903", uri);
            assert_eq!(store.count_visits(), 0);
        }
    })
    .await;
}

#[tokio::test]
async fn nothing_is_contacted_that_the_operator_does_not_allow() {
    let store = ObjectStore::with(PASS.as_bytes()).await;
    let refused = async |server: &TestServer| {
        let reply = register(&server.client(), "policy_uri", &store.uri("p.rego")).await;
        check_refused(&reply, "RF.10011932", "not allowed");
    };
    on_each_database(refused).await;
    on_each_database_with(&LOCAL[..1], refused).await;
    on_each_database_with(&LOCAL[1..], refused).await;
    assert_eq!(store.count_visits(), 0);
    on_each_database_with(&LOCAL, async |server: &TestServer| {
        let before = store.count_visits();
        assert_eq!(register(&server.client(), "policy_uri", &store.uri("p.rego")).await.status, 201);
        assert_eq!(store.count_visits(), before + 1);
    })
    .await;
}

#[tokio::test]
async fn only_an_answer_with_status_200_is_a_policy() {
    let elsewhere = ObjectStore::with(PASS.as_bytes()).await;
    on_each_database_with(&LOCAL, async |server: &TestServer| {
        for status in [204, 206, 301, 302, 303, 307, 308, 401, 404, 500] {
            let (target, length) = (elsewhere.uri("p.rego"), PASS.len());
            let head =
                format!("HTTP/1.1 {status} Word\r\nLocation: {target}\r\nContent-Length: {length}\r\n\r\n");
            let store = ObjectStore::answering([head.as_bytes(), PASS.as_bytes()].concat()).await;
            let reply = register(&server.client(), "policy_uri", &store.uri("p.rego")).await;
            check_refused(&reply, "RF.10011931", &status.to_string());
            assert_eq!(store.count_visits(), 1);
        }
        let nonsense = ObjectStore::answering(b"SSH-2.0-OpenSSH_9.7\r\n".to_vec()).await;
        let reply = register(&server.client(), "policy_uri", &nonsense.uri("p.rego")).await;
        check_refused(&reply, "RF.10011931", "not HTTP");
    })
    .await;
    assert_eq!(elsewhere.count_visits(), 0);
}

/// The limit holds whatever the answer announces, and for one that has no end.
#[tokio::test]
async fn an_answer_is_read_no_further_than_the_limit() {
    on_each_database_with(&LOCAL, async |server: &TestServer| {
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let uri = format!("http://{}/p.rego", listener.local_addr().unwrap());
        let endless = tokio::spawn(async move {
            let mut visitor = accept(&listener).await;
            let mut piece = b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n".to_vec();
            let mut sent = 0;
            while visitor.write_all(&piece).await.is_ok() {
                piece = [b"1000\r\n", [b'#'; 0x1000].as_slice(), b"\r\n"].concat();
                sent += 0x1000;
            }
            sent
        });
        check_refused(&register(&server.client(), "policy_uri", &uri).await, "RF.10011013", "endless");
        // What the kernel holds on the way is not read.
        assert!(endless.await.unwrap() < 32 * MIB);
    })
    .await;
}

#[tokio::test]
async fn a_slow_answer_holds_up_nobody_else() {
    on_each_database_with(&LOCAL, async |server: &TestServer| {
        let client = server.client();
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let uri = format!("http://{}/p.rego", listener.local_addr().unwrap());
        let body = json!({"hook_name": "slow-hook", "hook_version": "1.0.0", "policy_uri": uri});
        let asker = client.clone();
        let slow = tokio::spawn(async move { asker.post("/v1/private-hooks", &body).await });
        let mut visitor = accept(&listener).await;
        visitor.write_all(b"HTTP/1.1 200 OK\r\nContent-Length: 1000\r\n\r\npackage ").await.unwrap();

        client.gate("quick-hook", PASS).await;
        assert_eq!(client.begin(&json!({})).await["hooks"][0]["result"], "PASSED");
        client.get("/v1/private-hooks/slow-hook/metadata").await.fails(404, "RF.10013091");
        assert!(!slow.is_finished());
        drop(visitor);
        check_refused(&slow.await.unwrap(), "RF.10011931", "broken off");
        client.get("/v1/private-hooks/slow-hook/metadata").await.fails(404, "RF.10013091");
    })
    .await;
}
