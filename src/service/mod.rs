//! The verbs: one public function for each thing a caller can ask for.
//!
//! A service never sees a status code, a row or an engine, and holds no transaction while it talks to the network or
//! waits for an evaluator.

pub mod begin;
pub mod decisions;
pub mod error;
pub mod gate;
pub mod inputs;
pub mod links;
pub mod operations;
pub mod outcome;
pub mod phase_hooks;
pub mod phases;
mod progress;
pub mod registry;
pub mod upkeep;
pub mod versions;

use std::sync::Arc;
use std::time::Duration;

use tokio::time::timeout;
use uuid::Uuid;

use crate::clock::Clock;
use crate::domain::account::Account;
use crate::domain::bundle::{PolicyFormat, PolicyUpload};
use crate::domain::mask::KeepInput;
use crate::domain::phase::FailureRules;
use crate::domain::verdict::UndefinedResult;
use crate::evaluator::{Evaluators, ExamineError};
use crate::outbound::Outbound;
use crate::service::error::Unavailable;
use crate::service::phase_hooks::PhaseHooks;
use crate::service::phases::Signals;
use crate::store::{Store, StoreError};

/// The handles every verb needs.
#[derive(Debug)]
pub struct Services {
    /// What is kept.
    pub store: Store,
    /// Who runs policies.
    pub evaluators: Evaluators,
    /// Who fetches policies from their URIs.
    pub outbound: Outbound,
    /// The time.
    pub clock: Clock,
    /// What signs download links.
    pub link_key: links::LinkKey,
    /// Who is asked in the later phases.
    pub phase_hooks: Arc<dyn PhaseHooks>,
    /// How reports and the loop that runs later phases wait for each other.
    pub signals: Signals,
    /// What the operator chose.
    pub settings: Settings,
}

/// How long a probe waits: an orchestrator of probes gives up soon, and what hangs is as bad as what fails.
const READY_WITHIN: Duration = Duration::from_millis(800);

/// Whether the gate can answer: the database does, and an evaluator reads a policy, each in time.
pub async fn check_ready(services: &Services) -> Result<(), Unavailable> {
    let late = |what: &str| Unavailable::Busy(format!("{what} did not answer within {READY_WITHIN:?}"));
    let (stored, evaluated) = tokio::join!(
        timeout(READY_WITHIN, services.store.ping()),
        timeout(READY_WITHIN, check_evaluators(services))
    );
    stored.map_err(|_| late("the database"))??;
    evaluated.map_err(|_| late("the evaluators"))?
}

async fn check_evaluators(services: &Services) -> Result<(), Unavailable> {
    let nobody = Account { domain: String::new(), region: services.settings.region.clone() };
    let nothing = PolicyUpload { format: PolicyFormat::Rego, bytes: b"package policy\n".to_vec() };
    match services.evaluators.examine(&nobody, &nothing).await {
        Ok(_) => Ok(()),
        Err(ExamineError::Unavailable(cause)) => Err(Unavailable::Busy(cause.to_string())),
        Err(ExamineError::Rejected(found)) => Err(Unavailable::Broken(format!("{found:?}"))),
    }
}

/// The key that all servers on one database sign download links with; made by whoever comes first.
pub async fn claim_link_key(store: &Store) -> Result<Vec<u8>, StoreError> {
    let mut candidate = Uuid::new_v4().as_bytes().to_vec();
    candidate.extend_from_slice(Uuid::new_v4().as_bytes());
    let mut tx = store.begin_write().await?;
    let key = tx.claim_secret("download-links", &candidate).await?;
    tx.commit().await?;
    Ok(key)
}

/// The settings the verbs depend on.
#[derive(Debug, Clone)]
pub struct Settings {
    /// The region this server answers for.
    pub region: String,
    /// What an undefined `hook_result` counts as.
    pub undefined_result: UndefinedResult,
    /// Operation names allowed besides the known ones.
    pub extra_operations: Vec<String>,
    /// Which inputs are kept.
    pub keep_input: KeepInput,
    /// How long closed operations are kept, in milliseconds.
    pub retention_millis: i64,
    /// How many operations of an account are kept.
    pub max_operations: u64,
    /// The most hooks an account may have in the region.
    pub max_hooks: u64,
    /// The most versions a hook may have.
    pub max_versions: u64,
    /// The largest inline policy, in bytes.
    pub max_policy_body: usize,
    /// Whether an operation that no hook has judged is denied.
    pub require_hooks: bool,
    /// In which phases a failing hook changes nothing.
    pub failure_rules: FailureRules,
    /// How long an orchestrator may take to report an outcome.
    pub outcome_timeout: Duration,
    /// How long a report waits for the later phases before it is answered.
    pub answer_timeout: Duration,
}
