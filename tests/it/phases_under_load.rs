//! Kills while many operations are in their later phases: none is lost, none is told twice (DUR 3 and 8).

use std::collections::BTreeMap;
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};

use reqwest::Method;
use serde_json::{Value, json};
use tokio::sync::Notify;
use tokio::task::JoinSet;

use crate::support::scripted_server::Order;
use crate::support::{Client, Receiver, Script, on_each_url};

const HOUR: i64 = 60 * 60 * 1000;
/// How many reports are answered before each kill.
const KILLED_AFTER: [usize; 5] = [1, 4, 11, 25, 60];
/// How many ask at a time.
const WORKERS: usize = 6;
/// How many operations of a server can be in a call when it is killed.
const AT_ONCE: usize = 16;

/// Begins and reports until the server is gone; what was begun, and what was, or was about to be, reported.
async fn work(
    client: Client,
    answers: Arc<AtomicUsize>,
    enough: (usize, Arc<Notify>),
) -> Vec<(Value, Value)> {
    let mut told = Vec::new();
    loop {
        let body = json!({"operation": "DeployStack", "stack": {"name": "shop"}});
        let Some(begun) = send(&client, "/v1/operations", &body).await else { return told };
        let report = match told.len() % 3 {
            0 => json!({"status": "FAILED", "error": "quota exceeded"}),
            _ => json!({"status": "SUCCEEDED"}),
        };
        told.push((begun.clone(), report.clone()));
        let path = format!("/v1/operations/{}/outcome", begun["work_id"].as_str().unwrap());
        let Some(answer) = send(&client, &path, &report).await else { return told };
        assert_eq!(answer["closed"], true);
        if answers.fetch_add(1, Ordering::SeqCst) + 1 == enough.0 {
            enough.1.notify_one();
        }
    }
}

async fn send(client: &Client, path: &str, body: &Value) -> Option<Value> {
    let sent = client.try_send(Method::POST, path, &[], body.to_string().into_bytes()).await.ok()?;
    assert!(sent.status.is_success(), "{}", String::from_utf8_lossy(&sent.bytes));
    Some(serde_json::from_slice(&sent.bytes).unwrap())
}

/// One server's life: it is killed in the midst of its work.
async fn live(order: &Order, answers: usize) -> Vec<(Value, Value)> {
    let mut server = order.start();
    let (counter, enough) = (Arc::new(AtomicUsize::new(0)), Arc::new(Notify::new()));
    let mut workers = JoinSet::new();
    for _ in 0..WORKERS {
        workers.spawn(work(server.client(), Arc::clone(&counter), (answers, Arc::clone(&enough))));
    }
    enough.notified().await;
    server.kill();
    workers.join_all().await.concat()
}

#[tokio::test]
async fn kills_under_load_lose_no_phase_and_repeat_only_what_was_under_way() {
    on_each_url(async |database: &str| {
        let receiver = Receiver::start().await;
        let script = Script::of(&receiver, &["s-hook"], &["p-hook"]);
        let mut order = Order { database: database.to_owned(), now: 1_795_334_400_000, script };
        let receiver = receiver.answer_all("pass");
        let mut told = Vec::new();
        for answers in KILLED_AFTER {
            told.extend(live(&order, answers).await);
            // Every lease has ended when the next server starts.
            order.now += HOUR;
        }
        let server = order.start();
        let client = server.client();
        let mut expected = 0;
        for (begun, report) in &told {
            let closed = client.report(begun, report).await.expect(200);
            let success = if report["status"] == "SUCCEEDED" { "ok" } else { "skipped" };
            let phases = ["success", "post"].map(|phase| &closed["phases"][phase]["status"]);
            assert_eq!((phases, &closed["closed"]), ([&json!(success), &json!("ok")], &json!(true)));
            expected += if success == "ok" { 2 } else { 1 };
            let about = format!("/v1/stacks/shop/events?work_id={}", begun["work_id"].as_str().unwrap());
            let events = client.get(&about).await.expect(200);
            assert_eq!(events["stack_events"].as_array().unwrap().len(), 1, "{events}");
        }
        let mut calls: BTreeMap<String, usize> = BTreeMap::new();
        for call in receiver.calls() {
            *calls.entry(call["id"].as_str().unwrap().to_owned()).or_default() += 1;
        }
        let repeated: usize = calls.values().map(|count| count - 1).sum();
        assert_eq!(calls.len(), expected, "every hook was called");
        assert!(repeated <= AT_ONCE * KILLED_AFTER.len(), "{repeated} calls were repeated");
    })
    .await;
}
