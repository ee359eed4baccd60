//! What was answered is kept, once, whatever happens to the process (DUR 1, 2, 9 and 16, for the gate and the registry).

use std::collections::BTreeSet;
use std::path::PathBuf;
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::{Duration, Instant};

use reqwest::Method;
use serde_json::{Value, json};
use tokio::io::AsyncWriteExt as _;
use tokio::net::TcpListener;
use tokio::sync::Notify;
use tokio::task::JoinSet;
use uuid::Uuid;

use crate::support::object_store::accept;
use crate::support::{Client, PASS, REFUSE, ServerProcess, hookgate, on_each_url};

/// How many answers a server gives before it is killed, in each round, while further requests are under way.
const KILLED_AFTER: [usize; 8] = [1, 2, 5, 12, 30, 47, 80, 120];
/// The domain of operations that are allowed.
const OPEN: &str = "open";
/// How many ask at a time.
const WORKERS: usize = 6;

/// What a client was told, or at least asked for.
#[derive(Debug, Default)]
struct Told {
    /// Operations: the key of the request, and the answer if one came.
    operations: Vec<(String, Option<Value>)>,
    /// Hooks: the name, and the id if the answer came.
    hooks: Vec<(String, Option<String>)>,
    /// Versions whose creation was answered: the hook's name.
    versions: Vec<String>,
    /// Outcomes: the operation, what was reported, and the answer if one came.
    outcomes: Vec<(Value, Value, Option<Value>)>,
}

/// A client that goes on asking until the server is gone.
struct Worker {
    client: Client,
    answers: Arc<AtomicUsize>,
    enough: (usize, Arc<Notify>),
    told: Told,
}

impl Worker {
    async fn work(mut self) -> Told {
        while self.begin().await.is_some() && self.report().await.is_some() && self.register().await.is_some()
        {
        }
        self.told
    }

    async fn begin(&mut self) -> Option<()> {
        let key = Uuid::new_v4().to_string();
        self.told.operations.push((key.clone(), None));
        let answer = begin(&self.client, &key).await;
        self.told.operations.last_mut().unwrap().1 = answer.clone();
        self.count(answer).map(|_| ())
    }

    /// An operation of a domain without hooks, and its outcome.
    async fn report(&mut self) -> Option<()> {
        let begun = begin(&self.client.of_domain(OPEN), &Uuid::new_v4().to_string()).await?;
        let report = match self.told.outcomes.len() % 2 {
            0 => json!({"status": "SUCCEEDED", "outputs": {"n": 1}}),
            _ => json!({"status": "FAILED", "error": "quota exceeded"}),
        };
        self.told.outcomes.push((begun.clone(), report.clone(), None));
        let path = format!("/v1/operations/{}/outcome", begun["work_id"].as_str().unwrap());
        let client = self.client.of_domain(OPEN);
        let sent = client.try_send(Method::POST, &path, &[], report.to_string().into_bytes()).await;
        let answer = Some(sent.ok()?.expect(200));
        self.told.outcomes.last_mut().unwrap().2 = answer.clone();
        self.count(answer).map(|_| ())
    }

    async fn register(&mut self) -> Option<()> {
        let name = format!("hook-{}", Uuid::new_v4());
        self.told.hooks.push((name.clone(), None));
        let hook = json!({"hook_name": name, "hook_version": "1.0.0", "policy_body": PASS});
        let created = self.send("/v1/private-hooks", &hook).await;
        let id = self.count(created)?["hook_id"].as_str().unwrap().to_owned();
        self.told.hooks.last_mut().unwrap().1 = Some(id);

        let version = json!({"hook_version": "2.0.0", "policy_body": REFUSE});
        let added = self.send(&format!("/v1/private-hooks/{name}/versions"), &version).await;
        self.count(added)?;
        self.told.versions.push(name);
        Some(())
    }

    async fn send(&self, path: &str, body: &Value) -> Option<Value> {
        let sent = self.client.try_send(Method::POST, path, &[], body.to_string().into_bytes()).await;
        Some(sent.ok()?.expect(201))
    }

    fn count(&self, answer: Option<Value>) -> Option<Value> {
        let (most, enough) = &self.enough;
        if answer.is_some() && self.answers.fetch_add(1, Ordering::SeqCst) + 1 == *most {
            enough.notify_one();
        }
        answer
    }
}

/// The answer to a refused operation under `key`, unless the server is gone.
async fn begin(client: &Client, key: &str) -> Option<Value> {
    let body = json!({"operation": "DeployStack", "stack": {"name": "shop"}}).to_string().into_bytes();
    let sent = client.try_send(Method::POST, "/v1/operations", &[("client-request-id", key)], body).await;
    Some(sent.ok()?.expect(201))
}

/// Has a server work until it has given `answers`, and kills it.
async fn work_until_killed(mut server: ServerProcess, client: &Client, answers: usize) -> Vec<Told> {
    let (counter, enough) = (Arc::new(AtomicUsize::new(0)), Arc::new(Notify::new()));
    let mut workers = JoinSet::new();
    for _ in 0..WORKERS {
        let (answers, enough) = (Arc::clone(&counter), (answers, Arc::clone(&enough)));
        workers.spawn(Worker { client: client.clone(), answers, enough, told: Told::default() }.work());
    }
    enough.notified().await;
    server.kill();
    workers.join_all().await
}

/// RFS and PHS promise nothing less: an answer is a fact.
#[tokio::test]
async fn what_was_answered_survives_a_kill_and_is_there_once() {
    on_each_url(async |database: &str| {
        for (round, answers) in KILLED_AFTER.into_iter().enumerate() {
            let server = ServerProcess::start(database);
            let domain = format!("round-{round}");
            let client = server.client().of_domain(&domain);
            client.gate("refusing-hook", REFUSE).await;
            let evaluators = server.list_evaluators();
            let told = work_until_killed(server, &client, answers).await;
            check_gone(&evaluators);

            let server = ServerProcess::start(database);
            let client = server.client().of_domain(&domain);
            check_hooks(&client, &told).await;
            check_operations(&client, &told).await;
            check_outcomes(&client.of_domain(OPEN), &told).await;
        }
    })
    .await;
}

/// Every hook and version that was answered is there; any other is there as a whole or not at all.
async fn check_hooks(client: &Client, told: &[Told]) {
    for (name, id) in told.iter().flat_map(|told| &told.hooks) {
        let path = format!("/v1/private-hooks/{name}");
        let shown = client.get(&format!("{path}/metadata")).await;
        if let Some(id) = id {
            assert_eq!(shown.expect(200)["hook_id"], *id);
        }
        if shown.status == 200 {
            let policy = client.get(&format!("{path}/versions/1.0.0/policies?inline=true")).await;
            assert_eq!(policy.expect_bytes(200), PASS.as_bytes());
        }
    }
    for name in told.iter().flat_map(|told| &told.versions) {
        let path = format!("/v1/private-hooks/{name}/versions/2.0.0/policies?inline=true");
        assert_eq!(client.get(&path).await.expect_bytes(200), REFUSE.as_bytes());
    }
}

/// Every answered operation is there as it was answered, and asking again under any key doubles nothing.
async fn check_operations(client: &Client, told: &[Told]) {
    let mut kept = BTreeSet::new();
    for (key, answer) in told.iter().flat_map(|told| &told.operations) {
        let again = begin(client, key).await.unwrap();
        if let Some(answer) = answer {
            assert_eq!(&again, answer);
        }
        let work_id = again["work_id"].as_str().unwrap().to_owned();
        let shown = client.get(&format!("/v1/operations/{work_id}")).await.expect(200);
        assert_eq!(shown, again);
        assert_eq!(shown["hooks"][0]["result"], "REFUSED");
        let events = client.get(&format!("/v1/stacks/shop/events?deployment_id={work_id}")).await.expect(200);
        assert_eq!(events["stack_events"].as_array().unwrap().len(), 1, "{events}");
        assert!(kept.insert(work_id));
    }
    let list = client.get("/v1/operations").await.expect(200);
    let listed =
        list["operations"].as_array().unwrap().iter().map(|one| one["work_id"].as_str().unwrap().to_owned());
    let listed: Vec<String> = listed.collect();
    assert_eq!(list["page_info"]["next_marker"], Value::Null);
    assert_eq!((listed.len(), listed.into_iter().collect()), (kept.len(), kept));
}

/// Every outcome that was answered is kept as it was answered; any other is there as a whole or not at all.
async fn check_outcomes(client: &Client, told: &[Told]) {
    for (begun, report, answer) in told.iter().flat_map(|told| &told.outcomes) {
        let shown = client.show(begun).await;
        match answer {
            Some(answer) => assert_eq!(&shown, answer),
            None if shown.get("outcome").is_none() => assert_eq!(&shown, begun),
            None => assert_eq!((&shown["outcome"], &shown["closed"]), (&report["status"], &json!(true))),
        }
        let again = client.report(begun, report).await.expect(200);
        assert_eq!((&again["outcome"], &again["closed"]), (&report["status"], &json!(true)));
        let about = format!("/v1/stacks/shop/events?work_id={}", begun["work_id"].as_str().unwrap());
        let events = client.get(&about).await.expect(200);
        assert_eq!(events["stack_events"].as_array().unwrap().len(), 1, "{events}");
    }
}

/// That these processes have ended, or are just doing so.
#[track_caller]
fn check_gone(evaluators: &[PathBuf]) {
    assert!(!evaluators.is_empty());
    let late = Instant::now() + Duration::from_secs(10);
    // A process that has ended has no command line, also before anybody has asked for its status.
    let runs = |folder: &PathBuf| std::fs::read(folder.join("cmdline")).is_ok_and(|line| !line.is_empty());
    while evaluators.iter().any(runs) {
        assert!(Instant::now() < late, "an evaluator outlives its server");
        std::thread::yield_now();
    }
}

/// DUR 16: requests under way are answered, then the server ends with 0 and leaves no process behind.
#[tokio::test]
async fn a_server_that_is_told_to_stop_answers_first() {
    on_each_url(async |database: &str| {
        let arguments = ["serve", "--listen", "127.0.0.1:0", "--database", database];
        let mut command = hookgate(&arguments);
        command.envs([("HOOKGATE_OUTBOUND_ALLOW", "127.0.0.0/8"), ("HOOKGATE_OUTBOUND_ALLOW_HTTP", "true")]);
        let server = ServerProcess::spawn(command);
        let client = server.client();
        let store = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let uri = format!("http://{}/p.rego", store.local_addr().unwrap());
        let body = json!({"hook_name": "slow-hook", "hook_version": "1.0.0", "policy_uri": uri});
        let asker = client.clone();
        let asked = tokio::spawn(async move { asker.post("/v1/private-hooks", &body).await });
        // Now the request is under way, and stays so until the policy comes.
        let mut visitor = accept(&store).await;
        let evaluators = server.list_evaluators();
        server.terminate();
        let address = server.base.strip_prefix("http://").unwrap();
        while tokio::net::TcpStream::connect(address).await.is_ok() {
            tokio::task::yield_now().await;
        }
        let answer = format!("HTTP/1.1 200 OK\r\nContent-Length: {}\r\n\r\n{PASS}", PASS.len());
        visitor.write_all(answer.as_bytes()).await.unwrap();
        let id = asked.await.unwrap().expect(201)["hook_id"].clone();
        assert_eq!(server.wait().code(), Some(0));
        check_gone(&evaluators);

        let server = ServerProcess::start(database);
        let shown = server.client().get("/v1/private-hooks/slow-hook/metadata").await.expect(200);
        assert_eq!(shown["hook_id"], id);
    })
    .await;
}
