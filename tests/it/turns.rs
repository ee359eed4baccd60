//! Whose turn it is: several servers, servers that stall, servers that stop (INT 4; two servers never run a phase at once).

use std::collections::BTreeSet;
use std::sync::Arc;

use serde_json::{Value, json};

use crate::support::{Client, Receiver, Script, ScriptedHooks, TestServer, on_each_database_hooked};

/// Answers to reports come at once.
const AT_ONCE: [(&str, &str); 1] = [("operations.answer_timeout", "0s")];
/// Longer than any lease of these tests.
const HOURS: i64 = 2 * 60 * 60 * 1000;

async fn report(client: &Client, begun: &Value) -> Value {
    client.report(begun, &json!({"status": "SUCCEEDED"})).await.expect(200)
}

/// INT 4: the hooks of the later phases are those that were there when the operation began.
#[tokio::test]
async fn the_hooks_are_pinned_when_the_operation_begins() {
    let receiver = Receiver::start().await;
    let before = Script::of(&receiver, &["old-hook"], &[]);
    let after = Script::of(&receiver, &[], &["new-hook"]);
    let hooks = ScriptedHooks::new(before.clone());
    let shared: Arc<ScriptedHooks> = Arc::clone(&hooks);
    on_each_database_hooked(&AT_ONCE, shared, async |server: &TestServer| {
        let client = server.client();
        *hooks.0.lock().unwrap() = before.clone();
        let old = client.begin(&json!({})).await;
        *hooks.0.lock().unwrap() = after.clone();
        let new = client.begin(&json!({})).await;
        let mut closings = server.closings();
        report(&client, &old).await;
        receiver.expect("success", "old-hook", "pass").await;
        closings.next().await;
        report(&client, &new).await;
        receiver.expect("post", "new-hook", "pass").await;
        closings.next().await;
        assert_eq!(client.show(&old).await["phases"]["success"]["status"], "ok");
    })
    .await;
    assert!(receiver.is_idle().await);
}

/// Every call is made once, whichever server takes the report and whichever makes the call.
#[tokio::test]
async fn two_servers_never_run_a_phase_twice() {
    let receiver = Receiver::start().await;
    let hooks = ScriptedHooks::new(Script::of(&receiver, &["s-hook"], &["p-hook"]));
    let receiver = receiver.answer_all("pass");
    on_each_database_hooked(&[("operations.answer_timeout", "1m")], hooks, async |server: &TestServer| {
        let second = server.twin().await;
        let before = receiver.calls().len();
        let mut reports = Vec::new();
        for n in 0..40 {
            let clients = [server.client(), second.client()];
            reports.push(tokio::spawn(async move {
                let begun = clients[n % 2].begin(&json!({})).await;
                report(&clients[(n / 2) % 2], &begun).await
            }));
        }
        for one in reports {
            assert_eq!(one.await.unwrap()["closed"], true);
        }
        let calls = receiver.calls().split_off(before);
        let ids: BTreeSet<&str> = calls.iter().map(|call| call["id"].as_str().unwrap()).collect();
        assert_eq!((calls.len(), ids.len()), (80, 80));
        second.stop().await;
    })
    .await;
}

/// A server that stalls during a call loses its turn; what it hears later changes nothing.
#[tokio::test]
async fn a_call_that_outlives_its_lease_is_made_again_under_the_same_id() {
    let receiver = Receiver::start().await;
    let hooks = ScriptedHooks::new(Script::of(&receiver, &[], &["p-hook"]));
    on_each_database_hooked(&AT_ONCE, hooks, async |server: &TestServer| {
        let client = server.client();
        let begun = client.begin(&json!({})).await;
        let mut closings = server.closings();
        report(&client, &begun).await;
        let stalled = receiver.next().await;
        server.advance(HOURS);
        let again = receiver.next().await;
        assert_eq!(again.told, stalled.told);
        stalled.answer("first").await;
        // Long enough for the stalled one to be heard: another operation, from begin to end.
        let next = client.begin(&json!({})).await;
        report(&client, &next).await;
        receiver.expect("post", "p-hook", "pass").await;
        assert_eq!(closings.next().await, next["work_id"].as_str().unwrap());
        again.answer("second").await;
        assert_eq!(closings.next().await, begun["work_id"].as_str().unwrap());
        assert_eq!(client.show(&begun).await["phases"]["post"]["error"], "second");
        let about = format!("/v1/stacks/shop/events?work_id={}", begun["work_id"].as_str().unwrap());
        let events = client.get(&about).await.expect(200);
        assert_eq!(events["stack_events"].as_array().unwrap().len(), 2, "{events}");
    })
    .await;
}

#[tokio::test]
async fn a_call_that_no_server_survives_is_given_up() {
    let receiver = Receiver::start().await;
    let hooks = ScriptedHooks::new(Script::of(&receiver, &[], &["p-hook"]));
    on_each_database_hooked(&AT_ONCE, hooks, async |server: &TestServer| {
        let client = server.client();
        let begun = client.begin(&json!({})).await;
        let mut closings = server.closings();
        report(&client, &begun).await;
        let mut stalled = Vec::new();
        for _ in 0..5 {
            stalled.push(receiver.next().await);
            server.advance(HOURS);
        }
        closings.next().await;
        let error = "the server ended each time it called this hook";
        assert_eq!(client.show(&begun).await["phases"]["post"], json!({
            "status": "ignored", "error": error, "hooks": client.show(&begun).await["phases"]["post"]["hooks"],
        }));
    })
    .await;
    assert!(receiver.is_idle().await);
}

/// DUR 16: the call that is under way ends, and what is left is done by others, at once and once.
#[tokio::test]
async fn a_server_that_stops_leaves_its_operations_to_the_others() {
    let receiver = Receiver::start().await;
    let hooks = ScriptedHooks::new(Script::of(&receiver, &["s-hook"], &["p-hook"]));
    on_each_database_hooked(&AT_ONCE, hooks, async |server: &TestServer| {
        let second = server.twin().await;
        let begun = second.client().begin(&json!({})).await;
        report(&second.client(), &begun).await;
        let visit = receiver.next().await;
        // Either of them may be at it, and the second may get as far as the next call.
        let calls = async {
            visit.answer("pass").await;
            receiver.expect("post", "p-hook", "pass").await;
        };
        tokio::join!(second.stop(), calls);
        while server.client().show(&begun).await["closed"] == false {
            tokio::task::yield_now().await;
        }
    })
    .await;
    assert!(receiver.is_idle().await);
}
