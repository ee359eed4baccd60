//! A server with scripted hooks in a process of its own, which a test can kill. It is this test binary, started again.

use std::process::{Command, Stdio};

use hookgate::app::{Parts, Server};
use hookgate::clock::{Clock, ManualClock};
use hookgate::config::{Config, ServeArgs};
use hookgate::domain::time::Timestamp;
use serde::{Deserialize, Serialize};

use super::{Script, ScriptedHooks, ServerProcess, find_variable};

/// Where the process is told what to do.
const ORDER: &str = "HOOKGATE_TEST_SERVE";

/// What such a server is started with.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub(crate) struct Order {
    /// Its database.
    pub(crate) database: String,
    /// The time it has, for as long as it runs.
    pub(crate) now: i64,
    /// Its hooks.
    pub(crate) script: Script,
}

impl Order {
    /// Starts a server, and waits until it listens.
    pub(crate) fn start(&self) -> ServerProcess {
        let mut command = Command::new(std::env::current_exe().unwrap());
        let name = "support::scripted_server::serve_when_ordered";
        command.args(["--exact", name, "--nocapture"]).stdin(Stdio::null());
        command.env_clear().env(ORDER, serde_json::to_string(self).unwrap());
        ServerProcess::spawn(command)
    }
}

/// No test by itself: what [`Order::start`] runs. Without an order it does nothing.
#[test]
fn serve_when_ordered() {
    if let Some(order) = find_variable(ORDER) {
        let runtime = tokio::runtime::Builder::new_multi_thread().enable_all().build().unwrap();
        runtime.block_on(serve(serde_json::from_str(&order).unwrap()));
    }
}

async fn serve(order: Order) {
    let settings = [
        ("HOOKGATE_DATABASE", order.database.as_str()),
        ("HOOKGATE_LISTEN", "127.0.0.1:0"),
        ("HOOKGATE_OPERATIONS_ANSWER_TIMEOUT", "1m"),
    ];
    let environment = settings.map(|(key, value)| (key.to_owned(), value.to_owned()));
    let config = Config::load(&ServeArgs::default(), environment.to_vec()).unwrap();
    let parts = Parts {
        clock: Clock::Manual(ManualClock::at(Timestamp::from_millis(order.now))),
        program: env!("CARGO_BIN_EXE_hookgate").into(),
        phase_hooks: ScriptedHooks::new(order.script),
    };
    let server = Server::start(&config, parts).await.unwrap();
    println!("\nlistening on http://{}", server.address());
    std::future::pending::<()>().await;
}
