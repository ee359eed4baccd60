//! One operation from begin to end, with a kill at every arrow of the drawing: always the same story (INT 6; DUR 1 to 3, 8).

use std::collections::BTreeSet;
use std::sync::Mutex;

use reqwest::Method;
use serde_json::{Value, json};

use crate::support::scripted::{Receiver, Script, Visit};
use crate::support::scripted_server::Order;
use crate::support::{Client, REFUSE, ServerProcess, on_each_url};

const HOUR: i64 = 60 * 60 * 1000;
const KEY: (&str, &str) = ("client-request-id", "0b8f2f6e-9f37-4c55-8a5e-0d6a1c1a2b3c");

/// The moments at which the server can be killed.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Arrow {
    /// DUR 1: the decision is made, and not committed.
    Deciding,
    /// The decision is answered; there is no outcome.
    Decided,
    /// DUR 2, 3 and 8: the outcome is committed, not answered, and a hook of a phase is being called.
    Calling(&'static str),
    /// The hook has answered; whether that was kept, nobody knows.
    Called(&'static str),
    /// Everything is over.
    Closed,
}

const ARROWS: [Arrow; 7] = [
    Arrow::Deciding,
    Arrow::Decided,
    Arrow::Calling("success"),
    Arrow::Called("success"),
    Arrow::Calling("post"),
    Arrow::Called("post"),
    Arrow::Closed,
];

/// What happened in the end, without what differs from one time to the next.
#[derive(Debug, PartialEq)]
struct Story {
    operation: Value,
    events: Vec<String>,
    /// Phase and error of each call that had an answer.
    calls: BTreeSet<(String, String)>,
}

/// Goes through one story, and kills the server at one arrow of it.
struct Teller {
    order: Order,
    receiver: Receiver,
    kill_at: Option<Arrow>,
    server: ServerProcess,
    calls: BTreeSet<(String, String)>,
}

impl Teller {
    async fn start(database: &str, kill_at: Option<Arrow>) -> Self {
        let receiver = Receiver::start().await;
        let script = Script { visits_begins: true, ..Script::of(&receiver, &["s-hook"], &["p-hook"]) };
        let order = Order { database: database.to_owned(), now: 1_795_334_400_000, script };
        let server = order.start();
        Self { order, receiver, kill_at, server, calls: BTreeSet::new() }
    }

    fn client(&self) -> Client {
        self.server.client().of_domain("story")
    }

    /// Kills the server if it is time to, and starts another an hour later, when every lease has ended.
    fn pass(&mut self, arrow: Arrow) -> bool {
        let now = self.kill_at == Some(arrow);
        if now {
            self.restart(HOUR);
        }
        now
    }

    fn restart(&mut self, after: i64) {
        self.server.kill();
        self.order.now += after;
        self.server = self.order.start();
    }

    /// Begins, again if the first answer never came; the key makes it one operation.
    async fn begin(&mut self) -> Value {
        loop {
            let asked = tokio::spawn(begin(self.client()));
            let visit = self.receiver.next().await;
            if self.pass(Arrow::Deciding) {
                self.kill_at = None;
                assert_eq!(asked.await.unwrap(), None);
                let listed = self.client().get("/v1/operations").await.expect(200);
                assert_eq!(listed["operations"], json!([]), "nothing is half decided");
                continue;
            }
            visit.answer("go on").await;
            return asked.await.unwrap().unwrap();
        }
    }

    /// Answers the calls of `phase` until it has been killed as often as it is to be.
    async fn follow(&mut self, phase: &'static str, word: &str) {
        let visit = self.next(phase).await;
        let id = visit.told["id"].clone();
        let visit = if self.pass(Arrow::Calling(phase)) {
            drop(visit);
            let again = self.next(phase).await;
            assert_eq!(again.told["id"], id, "a repeated call is known by its id");
            again
        } else {
            visit
        };
        let told = visit.answer(word).await;
        self.calls.insert((phase.to_owned(), told["error"].as_str().unwrap().to_owned()));
        self.pass(Arrow::Called(phase));
    }

    /// The next call, which must be in `phase`. A call of the phase before may have been repeated: it is answered again.
    async fn next(&mut self, phase: &str) -> Visit {
        loop {
            let visit = self.receiver.next().await;
            if visit.told["phase"] == phase {
                return visit;
            }
            assert_eq!((&visit.told["phase"], phase), (&json!("success"), "post"));
            visit.answer("pass").await;
        }
    }

    /// Waits until the operation is closed, and answers what is still called meanwhile.
    async fn end(&mut self, begun: &Value, last_word: &str) -> Story {
        let client = self.client();
        // Kept over the rounds: a visitor who was let in must be answered.
        let mut visit = Box::pin(self.receiver.next());
        loop {
            tokio::select! {
                shown = client.show(begun) => if shown["closed"] == true { break },
                visitor = &mut visit => {
                    visitor.answer(last_word).await;
                    visit = Box::pin(self.receiver.next());
                }
            }
        }
        drop(visit);
        self.pass(Arrow::Closed);
        let mut operation = self.client().show(begun).await;
        forget(&mut operation);
        let text = |event: &Value| format!("{} {}", event["event_type"], event["event_message"]);
        let events = self.client().events().await.iter().rev().map(text).collect();
        assert_eq!(self.client().get("/v1/operations").await.expect(200)["page_info"]["current_count"], 1);
        Story { operation, events, calls: std::mem::take(&mut self.calls) }
    }
}

async fn begin(client: Client) -> Option<Value> {
    let body = json!({"operation": "DeployStack", "stack": {"name": "shop"}}).to_string().into_bytes();
    let sent = client.try_send(Method::POST, "/v1/operations", &[KEY], body).await;
    Some(sent.ok()?.expect(201))
}

/// Reports until an answer comes, from whichever server there is.
async fn report(client: &Client, begun: &Value, report: &Value) -> Option<Value> {
    let path = format!("/v1/operations/{}/outcome", begun["work_id"].as_str().unwrap());
    let sent = client.try_send(Method::POST, &path, &[], report.to_string().into_bytes()).await;
    Some(sent.ok()?.expect(200))
}

/// Takes out what differs between two stories that are the same: ids and moments.
fn forget(value: &mut Value) {
    match value {
        Value::Object(members) => {
            for name in
                ["work_id", "hook_id", "created_at", "outcome_at", "called_at", "answered_at", "duration_us"]
            {
                members.remove(name);
            }
            members.values_mut().for_each(forget);
        }
        Value::Array(items) => items.iter_mut().for_each(forget),
        Value::Null | Value::Bool(_) | Value::Number(_) | Value::String(_) => {}
    }
}

/// A warning before, success, and a post hook that fails.
async fn succeeding(database: &str, kill_at: Option<Arrow>) -> Story {
    let mut teller = Teller::start(database, kill_at).await;
    teller.client().gate_in("a-hook", REFUSE, "WARN").await;
    let begun = teller.begin().await;
    teller.pass(Arrow::Decided);
    let outcome = json!({"status": "SUCCEEDED", "outputs": {"url": "https://shop"}});
    let (client, work) = (teller.client(), begun.clone());
    let reported = tokio::spawn(async move { report(&client, &work, &outcome).await });
    teller.follow("success", "pass").await;
    teller.follow("post", "inventory is away").await;
    let story = teller.end(&begun, "inventory is away").await;
    // Whoever was answered was told the end of the story.
    if let Some(mut answer) = reported.await.unwrap() {
        forget(&mut answer);
        assert_eq!(answer, story.operation);
    }
    story
}

/// Nobody reports: a day later it is abandoned.
async fn abandoned(database: &str, kill_at: Option<Arrow>) -> Story {
    let mut teller = Teller::start(database, kill_at).await;
    let begun = teller.begin().await;
    teller.pass(Arrow::Decided);
    teller.restart(25 * HOUR);
    teller.follow("post", "pass").await;
    teller.end(&begun, "pass").await
}

/// Tells the story undisturbed, and with a kill at each of `arrows`, on every database.
async fn check(arrows: &[Arrow], tell: impl AsyncFn(&str, Option<Arrow>) -> Story) {
    let undisturbed = Mutex::new(None);
    for kill_at in [None].into_iter().chain(arrows.iter().copied().map(Some)) {
        on_each_url(async |database: &str| {
            let story = tell(database, kill_at).await;
            let mut undisturbed = undisturbed.lock().unwrap();
            match undisturbed.as_ref() {
                None => *undisturbed = Some(story),
                Some(expected) => assert_eq!(&story, expected, "{kill_at:?} on {database}"),
            }
        })
        .await;
    }
}

/// INT 6.
#[tokio::test]
async fn a_kill_at_any_arrow_leads_to_the_same_story() {
    check(&ARROWS, succeeding).await;
}

/// INT 5 and 6.
#[tokio::test]
async fn a_kill_at_any_arrow_leads_to_the_same_abandonment() {
    let arrows = [Arrow::Decided, Arrow::Calling("post"), Arrow::Called("post"), Arrow::Closed];
    check(&arrows, abandoned).await;
}
