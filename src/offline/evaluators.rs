//! Evaluators for the time of one command: the children are started from this very binary and end with it.

use std::io;

use thiserror::Error;

use crate::config::OfflineConfig;
use crate::domain::account::Account;
use crate::evaluator::{Evaluators, Settings};

/// Why there are no evaluators.
#[derive(Debug, Error)]
#[error("cannot find this program's own file: {0}")]
pub struct NotStarted(io::Error);

/// The account of a policy among others of one command: each has its own, since none is given all evaluators.
pub fn account_of(number: usize) -> Account {
    Account { domain: format!("policy-{number}"), region: "local".to_owned() }
}

/// Starts as many evaluators as `config` says. Must be called inside a tokio runtime.
///
/// # Errors
/// When this program's own file cannot be found.
pub fn start(config: &OfflineConfig) -> Result<Evaluators, NotStarted> {
    let evaluation = &config.evaluation;
    Ok(Evaluators::start(Settings {
        program: std::env::current_exe().map_err(NotStarted)?,
        processes: evaluation.processes,
        memory: evaluation.memory,
        hook_timeout: evaluation.timeout,
        operation_timeout: evaluation.operation_timeout,
        allow_functions: config.policy.allow_functions,
    }))
}
