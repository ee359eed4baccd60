//! A server in this process, with a clock moved by hand, on a database of its own.

use std::collections::BTreeMap;
use std::path::PathBuf;
use std::sync::Arc;

use hookgate::app::{Parts, Server};
use hookgate::clock::{Clock, ManualClock};
use hookgate::config::{Config, ServeArgs};
use hookgate::domain::operation::WorkId;
use hookgate::domain::time::Timestamp;
use hookgate::service::phase_hooks::{NoPhaseHooks, PhaseHooks};
use tokio::sync::broadcast;

use super::{Client, on_each_url};

/// A running server; stopped at the end of [`on_each_database`].
pub(crate) struct TestServer {
    server: Server,
    clock: ManualClock,
    settings: BTreeMap<String, String>,
    hooks: Arc<dyn PhaseHooks>,
}

/// The operations that close on a server.
pub(crate) struct Closings(broadcast::Receiver<WorkId>);

impl Closings {
    /// Waits for the next one; gives its id.
    pub(crate) async fn next(&mut self) -> String {
        self.0.recv().await.unwrap().to_string()
    }
}

/// Runs `test` once for each database there is.
pub(crate) async fn on_each_database(test: impl AsyncFn(&TestServer)) {
    on_each_database_with(&[], test).await;
}

/// The same, with other settings than the defaults.
pub(crate) async fn on_each_database_with(settings: &[(&str, &str)], test: impl AsyncFn(&TestServer)) {
    on_each_database_hooked(settings, Arc::new(NoPhaseHooks), test).await;
}

/// The same, with hooks in the later phases.
pub(crate) async fn on_each_database_hooked(
    settings: &[(&str, &str)],
    hooks: Arc<dyn PhaseHooks>,
    test: impl AsyncFn(&TestServer),
) {
    on_each_url(async |database: &str| run_on((database, Arc::clone(&hooks)), settings, &test).await).await;
}

async fn run_on(
    (database, hooks): (&str, Arc<dyn PhaseHooks>),
    settings: &[(&str, &str)],
    test: &impl AsyncFn(&TestServer),
) {
    let mut all: BTreeMap<String, String> =
        settings.iter().map(|(key, value)| ((*key).to_owned(), (*value).to_owned())).collect();
    all.insert("database".to_owned(), database.to_owned());
    all.insert("listen".to_owned(), "127.0.0.1:0".to_owned());
    let start = Timestamp::from_millis(1_795_334_400_123);
    let server = TestServer::start(all, ManualClock::at(start), hooks).await;
    test(&server).await;
    server.stop().await;
}

impl TestServer {
    async fn start(
        settings: BTreeMap<String, String>,
        clock: ManualClock,
        hooks: Arc<dyn PhaseHooks>,
    ) -> Self {
        let variable = |key: &String| format!("HOOKGATE_{}", key.replace('.', "_").to_uppercase());
        let environment: Vec<(String, String)> =
            settings.iter().map(|(key, value)| (variable(key), value.clone())).collect();
        let config = Config::load(&ServeArgs::default(), environment).unwrap();
        let program = PathBuf::from(env!("CARGO_BIN_EXE_hookgate"));
        let phase_hooks = Arc::clone(&hooks);
        let parts = Parts { clock: Clock::Manual(clock.clone()), program, phase_hooks };
        let server = Server::start(&config, parts).await.unwrap();
        Self { server, clock, settings, hooks }
    }

    /// Another server on the same database, with the same clock.
    pub(crate) async fn twin(&self) -> Self {
        Self::start(self.settings.clone(), self.clock.clone(), Arc::clone(&self.hooks)).await
    }

    pub(crate) async fn stop(self) {
        self.server.stop().await.unwrap();
    }

    pub(crate) fn client(&self) -> Client {
        Client::new(format!("http://{}", self.server.address()))
    }

    /// Forgets old operations, as the worker does from time to time; says how many.
    pub(crate) async fn clean_up(&self) -> u64 {
        hookgate::service::upkeep::delete_old_operations(self.server.services()).await.unwrap()
    }

    /// Moves the clock on, and has the loops notice.
    pub(crate) fn advance(&self, millis: i64) {
        self.clock.advance(millis);
        self.server.services().signals.wake();
    }

    /// The URL of its database.
    pub(crate) fn database(&self) -> &str {
        &self.settings["database"]
    }

    /// The operations that close on this server from now on.
    pub(crate) fn closings(&self) -> Closings {
        Closings(self.server.services().signals.closings())
    }

    /// The time, as hooks and operations show it.
    pub(crate) fn now_text(&self) -> String {
        Clock::Manual(self.clock.clone()).now().to_millis_text()
    }

    /// The time, as events show it.
    pub(crate) fn now_text_in_seconds(&self) -> String {
        Clock::Manual(self.clock.clone()).now().to_seconds_text()
    }
}
