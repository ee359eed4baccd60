//! The composition root: builds the handles from the configuration, starts the server and its loops, stops them in order.

use std::net::{SocketAddr, TcpListener};
use std::path::PathBuf;
use std::sync::Arc;
use std::time::Duration;

use anyhow::{Context as _, Result};
use tokio::task::{JoinHandle, JoinSet};
use tokio_util::sync::CancellationToken;

use crate::clock::Clock;
use crate::config::Config;
use crate::evaluator::{self, Evaluators};
use crate::http;
use crate::outbound::{Outbound, OutboundSettings};
use crate::service::links::LinkKey;
use crate::service::phase_hooks::PhaseHooks;
use crate::service::phases::Signals;
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
    /// Who is asked in the phases after the work.
    pub phase_hooks: Arc<dyn PhaseHooks>,
}

/// A server that runs.
#[derive(Debug)]
pub struct Server {
    address: SocketAddr,
    services: Arc<Services>,
    stop: CancellationToken,
    stop_work: CancellationToken,
    serving: JoinHandle<std::io::Result<()>>,
    working: JoinSet<()>,
}

impl Server {
    /// Opens the database, starts the evaluators, and serves.
    pub async fn start(config: &Config, parts: Parts) -> Result<Self> {
        let services = Arc::new(build(config, parts).await?);
        let listener = TcpListener::bind(config.listen)
            .with_context(|| format!("cannot listen on `{}` (setting `listen`)", config.listen))?;
        listener.set_nonblocking(true)?;
        let address = listener.local_addr()?;
        let router = http::router(Arc::clone(&services), http_settings(config));
        let (stop, stop_work) = (CancellationToken::new(), CancellationToken::new());
        let serving = tokio::spawn(http::serve(listener, router, (stop.clone(), GRACE)));
        let mut working = JoinSet::new();
        working.spawn(worker::clean_up(Arc::clone(&services), stop_work.clone()));
        working.spawn(worker::run_later_phases(Arc::clone(&services), stop_work.clone()));
        Ok(Self { address, services, stop, stop_work, serving, working })
    }

    /// The address that is really bound.
    pub const fn address(&self) -> SocketAddr {
        self.address
    }

    /// The verbs' handles.
    pub fn services(&self) -> &Services {
        &self.services
    }

    /// Takes no more requests, lets those in flight end, then the calls of hooks that are under way, and closes the
    /// database.
    pub async fn stop(mut self) -> Result<()> {
        self.stop.cancel();
        self.serving.await.context("the server task failed")?.context("the server failed")?;
        // Only now: a report in flight waits for the phases.
        self.stop_work.cancel();
        let ended = async {
            while let Some(ended) = self.working.join_next().await {
                ended.context("a loop failed")?;
            }
            anyhow::Ok(())
        };
        if let Ok(ended) = tokio::time::timeout(GRACE, ended).await {
            ended?;
        } else {
            tracing::warn!("a hook has not answered; another server will call it again");
        }
        self.services.store.close().await;
        Ok(())
    }
}

async fn build(config: &Config, parts: Parts) -> Result<Services> {
    let store = Store::connect(config.database.as_str())
        .await
        .with_context(|| format!("cannot open the database `{}` (setting `database`)", config.database))?;
    let link_key = service::claim_link_key(&store).await.context("cannot make the key of download links")?;
    Ok(Services {
        evaluators: Evaluators::start(evaluator_settings(config, parts.program)),
        outbound: Outbound::new(outbound_settings(config)).context("cannot start the HTTP client")?,
        clock: parts.clock,
        phase_hooks: parts.phase_hooks,
        signals: Signals::default(),
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
        failure_rules: config.failure_rules,
        outcome_timeout: config.operations.outcome_timeout,
        answer_timeout: config.operations.answer_timeout,
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
