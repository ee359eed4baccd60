//! A server in this process, on a filled database.

use std::sync::Arc;

use hookgate::app::{Parts, Server};
use hookgate::clock::Clock;
use hookgate::config::{Config, ServeArgs};
use hookgate::service::phase_hooks::NoPhaseHooks;
use hookgate::store::Store;

use super::client::Client;
use super::database::Database;
use super::fill::fill;

/// A server and its database.
#[derive(Debug)]
pub(crate) struct Site {
    server: Server,
    database: Database,
    http: reqwest::Client,
}

impl Site {
    /// Fills the database with `accounts` accounts, then serves it.
    pub(crate) async fn start(database: Database, accounts: usize) -> Self {
        let store = Store::connect(&database.url).await.expect("a database");
        fill(&store, accounts).await;
        store.close().await;
        database.settle().await;
        let settings = [("HOOKGATE_DATABASE", database.url.as_str()), ("HOOKGATE_LISTEN", "127.0.0.1:0")];
        let environment = settings.map(|(key, value)| (key.to_owned(), value.to_owned()));
        let config = Config::load(&ServeArgs::default(), environment.to_vec()).expect("a configuration");
        let program = env!("CARGO_BIN_EXE_hookgate").into();
        let parts = Parts { clock: Clock::System, program, phase_hooks: Arc::new(NoPhaseHooks) };
        let server = Server::start(&config, parts).await.expect("a server");
        Self { server, database, http: http() }
    }

    pub(crate) fn client(&self, account: usize) -> Client {
        Client::new(self.http.clone(), format!("http://{}", self.server.address()), account)
    }

    pub(crate) async fn stop(self) {
        // Connections that are kept alive would be waited for.
        drop(self.http);
        self.server.stop().await.expect("the server stops");
        self.database.remove().await;
    }
}

fn http() -> reqwest::Client {
    // The first call wins; the others find it there.
    drop(rustls::crypto::ring::default_provider().install_default());
    reqwest::Client::builder().no_proxy().build().expect("a client")
}
