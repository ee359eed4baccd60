//! Hooks of the later phases that do what a test says: each call comes to the test as a visit, which it answers or not.

use std::collections::BTreeMap;
use std::fmt::Debug;
use std::sync::{Arc, Mutex};
use std::time::Duration;

use hookgate::domain::account::Account;
use hookgate::domain::call::PhaseCall;
use hookgate::domain::course::LaterHook;
use hookgate::domain::hook::{FailureMode, HookId};
use hookgate::service::error::Unavailable;
use hookgate::service::phase_hooks::{LaterHooks, Pending, PhaseHooks};
use hookgate::store::Session;
use serde::{Deserialize, Serialize};
use serde_json::{Value, json};
use tokio::io::{AsyncBufReadExt as _, AsyncWriteExt as _, BufReader};
use tokio::net::{TcpListener, TcpStream};
use tokio::task::JoinHandle;

/// How long a hook may take, unless a test says otherwise: longer than any test.
const PATIENCE: Duration = Duration::from_mins(10);

/// The hooks of one or more servers, all of which call one receiver.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub(crate) struct Script {
    /// The address of the receiver.
    pub(crate) receiver: String,
    /// Name and mode of the hooks by phase.
    pub(crate) hooks: BTreeMap<String, Vec<(String, FailureMode)>>,
    /// How long each may take, in milliseconds.
    pub(crate) timeout: u64,
    /// Whether the receiver is visited, too, in the transaction in which an operation begins.
    pub(crate) visits_begins: bool,
}

impl Script {
    /// These hooks, in mode FAIL.
    pub(crate) fn of(receiver: &Receiver, success: &[&str], post: &[&str]) -> Self {
        let hooks =
            |names: &[&str]| names.iter().map(|name| ((*name).to_owned(), FailureMode::Fail)).collect();
        Self {
            receiver: receiver.address.clone(),
            hooks: BTreeMap::from([("success".to_owned(), hooks(success)), ("post".to_owned(), hooks(post))]),
            timeout: u64::try_from(PATIENCE.as_millis()).unwrap(),
            visits_begins: false,
        }
    }

    /// The same, in mode WARN.
    pub(crate) fn warning(mut self) -> Self {
        for (_, mode) in self.hooks.values_mut().flatten() {
            *mode = FailureMode::Warn;
        }
        self
    }
}

/// Hooks that follow a script, which may change.
#[derive(Debug)]
pub(crate) struct ScriptedHooks(pub(crate) Mutex<Script>);

impl ScriptedHooks {
    pub(crate) fn new(script: Script) -> Arc<Self> {
        Arc::new(Self(Mutex::new(script)))
    }

    fn script(&self) -> Script {
        self.0.lock().unwrap().clone()
    }
}

impl PhaseHooks for ScriptedHooks {
    fn list<'a>(
        &'a self,
        _: &'a mut Session,
        account: &'a Account,
    ) -> Pending<'a, Result<LaterHooks, Unavailable>> {
        Box::pin(async move {
            let script = self.script();
            if script.visits_begins {
                visit(&script.receiver, &json!({"begins": account.domain})).await;
            }
            let hooks = |phase: &str| -> Vec<LaterHook> {
                script.hooks[phase]
                    .iter()
                    .map(|(name, failure_mode)| LaterHook {
                        id: HookId::generate(),
                        name: name.clone(),
                        failure_mode: *failure_mode,
                        timeout: Duration::from_millis(script.timeout),
                    })
                    .collect()
            };
            Ok(LaterHooks { success: hooks("success"), post: hooks("post") })
        })
    }

    fn call<'a>(&'a self, call: &'a PhaseCall) -> Pending<'a, Result<(), String>> {
        Box::pin(async move {
            let told = json!({
                "id": call.id(), "work_id": call.work_id.to_string(), "operation": call.kind,
                "stack": call.stack.name.as_str(), "actor": call.actor, "phase": call.phase.as_str(),
                "error": call.error, "hook": call.hook.name, "domain": call.account.domain,
            });
            match visit(&self.script().receiver, &told).await.as_str() {
                "pass" => Ok(()),
                "panic" => panic!("the hook told it to"),
                text => Err(text.to_owned()),
            }
        })
    }
}

/// Tells the receiver, and waits for its word.
async fn visit(receiver: &str, told: &Value) -> String {
    let mut stream = TcpStream::connect(receiver).await.unwrap();
    stream.write_all(format!("{told}\n").as_bytes()).await.unwrap();
    let mut word = String::new();
    BufReader::new(stream).read_line(&mut word).await.unwrap();
    word.trim_end().to_owned()
}

/// Where scripted hooks knock.
#[derive(Debug)]
pub(crate) struct Receiver {
    listener: TcpListener,
    address: String,
}

/// A call that waits for its answer.
#[derive(Debug)]
pub(crate) struct Visit {
    /// What the hook was told.
    pub(crate) told: Value,
    stream: BufReader<TcpStream>,
}

impl Receiver {
    pub(crate) async fn start() -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let address = listener.local_addr().unwrap().to_string();
        Self { listener, address }
    }

    /// Waits for the next call.
    pub(crate) async fn next(&self) -> Visit {
        loop {
            let mut stream = BufReader::new(self.listener.accept().await.unwrap().0);
            let mut line = String::new();
            // Whoever was killed while it knocked has said nothing whole.
            if stream.read_line(&mut line).await.is_ok_and(|_| line.ends_with('\n')) {
                return Visit { told: serde_json::from_str(&line).unwrap(), stream };
            }
        }
    }

    /// Waits for the next call, which must be of `hook` in `phase`, and answers it.
    pub(crate) async fn expect(&self, phase: &str, hook: &str, word: &str) -> Value {
        let visit = self.next().await;
        assert_eq!((&visit.told["phase"], &visit.told["hook"]), (&json!(phase), &json!(hook)));
        visit.answer(word).await
    }

    /// Whether nobody has knocked.
    pub(crate) async fn is_idle(&self) -> bool {
        std::future::poll_fn(|context| {
            std::task::Poll::Ready(self.listener.poll_accept(context).is_pending())
        })
        .await
    }

    /// Answers every call with `word`, and keeps what it was told.
    pub(crate) fn answer_all(self, word: &'static str) -> Answering {
        let calls = Arc::new(Mutex::new(Vec::new()));
        let kept = Arc::clone(&calls);
        let serving = tokio::spawn(async move {
            loop {
                let visit = self.next().await;
                kept.lock().unwrap().push(visit.told.clone());
                visit.answer(word).await;
            }
        });
        Answering { calls, serving }
    }
}

impl Visit {
    /// Answers: `pass`, `panic`, or a text that is the hook's failure. Gives what the hook was told.
    pub(crate) async fn answer(mut self, word: &str) -> Value {
        // The server may be gone.
        drop(self.stream.write_all(format!("{word}\n").as_bytes()).await);
        self.told
    }
}

/// A receiver that answers by itself.
#[derive(Debug)]
pub(crate) struct Answering {
    calls: Arc<Mutex<Vec<Value>>>,
    serving: JoinHandle<()>,
}

impl Answering {
    /// What the hooks were told so far.
    pub(crate) fn calls(&self) -> Vec<Value> {
        self.calls.lock().unwrap().clone()
    }
}

impl Drop for Answering {
    fn drop(&mut self) {
        self.serving.abort();
    }
}
