//! The composition root: builds the handles from the configuration, starts the server and its loops, stops them in order.

use std::io::Write;
use std::net::{SocketAddr, TcpListener};
use std::path::PathBuf;
use std::sync::Arc;
use std::time::Duration;

use anyhow::{Context as _, Result};
use tokio::task::{JoinHandle, JoinSet};
use tokio_util::sync::CancellationToken;

use crate::clock::Clock;
use crate::config::Config;
use crate::domain::account::Account;
use crate::evaluator::{self, Evaluators};
use crate::http;
use crate::outbound::{Outbound, OutboundSettings};
use crate::service::decisions::{self, ExportError, Selection};
use crate::service::links::LinkKey;
use crate::service::phase_hooks::PhaseHooks;
use crate::service::phases::Signals;
use crate::service::{self, Services};
use crate::store::{IfMissing, Sizes, Store};
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

/// What a server found in its database.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Inventory {
    /// Whether there was none before.
    pub is_new: bool,
    /// How many accounts there are.
    pub accounts: u64,
    /// How many hooks they have.
    pub hooks: u64,
    /// How many of these are asked about operations.
    pub in_force: u64,
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

    /// Whether the database was made at the start, and what is in it.
    pub async fn inventory(&self) -> Result<Inventory> {
        let Sizes { accounts, hooks, in_force } = self.services.store.session().await?.count_sizes().await?;
        Ok(Inventory { is_new: self.services.store.is_new(), accounts, hooks, in_force })
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

/// Writes decisions of one account or of all, straight from the database.
pub async fn export_decisions(
    config: &Config,
    (account, selection): (Option<Account>, Selection),
    out: &mut impl Write,
) -> Result<()> {
    let store = open_store(config, IfMissing::Refuse).await?;
    decisions::export(&store, (account, &selection), out).await.map_err(|cause| match cause {
        // As it is: that nobody reads any more is not told.
        ExportError::Unwritten(cause) => cause.into(),
        ExportError::Unavailable(cause) => anyhow::Error::from(cause),
    })?;
    out.flush()?;
    store.close().await;
    Ok(())
}

async fn open_store(config: &Config, if_missing: IfMissing) -> Result<Store> {
    let opened = Store::open(config.database.as_str(), if_missing).await;
    opened.with_context(|| format!("cannot open the database `{}` (setting `database`)", config.database))
}

async fn build(config: &Config, parts: Parts) -> Result<Services> {
    let mut store = open_store(config, IfMissing::Make).await?;
    if store.serve().context("cannot serve the database")? {
        tracing::warn!(
            database = %config.database,
            "another server has this database open: both answer from it, in turns; for several servers PostgreSQL is faster"
        );
    }
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
        keep_input: config.decisions.keep_input,
        retention_millis: i64::try_from(config.decisions.retention.as_millis()).unwrap_or(i64::MAX),
        max_operations: config.decisions.max_per_account,
        extra_operations: config.operations.extra.clone(),
        max_hooks: config.limits.hooks,
        max_versions: config.limits.versions,
        max_policy_body: config.limits.policy_body,
        require_hooks: config.require_hooks,
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
