//! The composition root: builds the handles from the configuration, starts the server and its loops, stops them in order.

use std::net::SocketAddr;
use std::path::PathBuf;
use std::sync::Arc;
use std::time::Duration;

use anyhow::{Context as _, Result};
use tokio::net::TcpListener;
use tokio::task::JoinHandle;
use tokio_util::sync::CancellationToken;

use crate::clock::Clock;
use crate::config::Config;
use crate::evaluator::{self, Evaluators};
use crate::http;
use crate::outbound::{Outbound, OutboundSettings};
use crate::service::links::LinkKey;
use crate::service::{self, Services};
use crate::store::Store;
use crate::worker;

/// How long requests in flight may take to end once the server is told to stop.
const GRACE: Duration = Duration::from_secs(30);
/// How much larger a JSON body may be than the policy in it: every byte can be escaped as `\u00XX`.
const ESCAPED: usize = 6;
/// Room for everything in a registry request besides the policy.
const ENVELOPE: usize = 64 << 10;

/// What a server is made of besides its configuration.
#[derive(Debug, Clone)]
pub struct Parts {
    /// Where the time comes from.
    pub clock: Clock,
    /// The program that evaluators are started from: this binary.
    pub program: PathBuf,
}

/// A server that runs.
#[derive(Debug)]
pub struct Server {
    address: SocketAddr,
    services: Arc<Services>,
    stop: CancellationToken,
    serving: JoinHandle<std::io::Result<()>>,
    cleaning: JoinHandle<()>,
}

impl Server {
    /// Opens the database, starts the evaluators, and serves.
    pub async fn start(config: &Config, parts: Parts) -> Result<Self> {
        let services = Arc::new(build(config, parts).await?);
        let listener = TcpListener::bind(config.listen)
            .await
            .with_context(|| format!("cannot listen on `{}` (setting `listen`)", config.listen))?;
        let address = listener.local_addr()?;
        let router = http::router(Arc::clone(&services), http_settings(config));
        let stop = CancellationToken::new();
        let serving = tokio::spawn(http::serve(listener, router, stop.clone()));
        let cleaning = tokio::spawn(worker::clean_up(Arc::clone(&services), stop.clone()));
        Ok(Self { address, services, stop, serving, cleaning })
    }

    /// The address that is really bound.
    pub const fn address(&self) -> SocketAddr {
        self.address
    }

    /// The verbs' handles.
    pub fn services(&self) -> &Services {
        &self.services
    }

    /// Takes no more requests, lets those in flight end, and closes the database.
    pub async fn stop(self) -> Result<()> {
        self.stop.cancel();
        let abort = self.serving.abort_handle();
        if let Ok(served) = tokio::time::timeout(GRACE, self.serving).await {
            served.context("the server task failed")?.context("the server failed")?
        } else {
            abort.abort();
            tracing::warn!("requests were still under way after {} s and were cut off", GRACE.as_secs());
        }
        self.cleaning.await.context("the clean-up task failed")?;
        self.services.store.close().await;
        Ok(())
    }
}

async fn build(config: &Config, parts: Parts) -> Result<Services> {
    let store = Store::connect(config.database.as_str()).await.context("cannot open the database")?;
    let link_key = service::claim_link_key(&store).await.context("cannot make the key of download links")?;
    Ok(Services {
        evaluators: Evaluators::start(evaluator_settings(config, parts.program)),
        outbound: Outbound::new(outbound_settings(config)).context("cannot start the HTTP client")?,
        clock: parts.clock,
        link_key: LinkKey::new(link_key),
        settings: service_settings(config),
        store,
    })
}

fn evaluator_settings(config: &Config, program: PathBuf) -> evaluator::Settings {
    evaluator::Settings {
        program,
        processes: config.evaluation.processes,
        memory: config.evaluation.memory,
        hook_timeout: config.evaluation.timeout,
        operation_timeout: config.evaluation.operation_timeout,
        allow_functions: config.policy.allow_functions,
    }
}

fn outbound_settings(config: &Config) -> OutboundSettings {
    OutboundSettings {
        allow: config.outbound.allow.clone(),
        allow_http: config.outbound.allow_http,
        ..OutboundSettings::default()
    }
}

fn service_settings(config: &Config) -> service::Settings {
    service::Settings {
        region: config.region.clone(),
        undefined_result: config.undefined_result,
        extra_operations: config.operations.extra.clone(),
        max_hooks: config.limits.hooks,
        max_versions: config.limits.versions,
        max_policy_body: config.limits.policy_body,
    }
}

fn http_settings(config: &Config) -> http::Settings {
    let max_registry_body = config.limits.policy_body.saturating_mul(ESCAPED).saturating_add(ENVELOPE);
    http::Settings {
        strict_request_id: config.strict_request_id,
        max_registry_body,
        max_input_body: config.limits.input,
    }
}
