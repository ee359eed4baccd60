//! Evaluators for the time of one command: the children are started from this very binary and end with it.

use std::io;

use crate::config::OfflineConfig;
use crate::evaluator::{Evaluators, Settings};

/// Starts as many evaluators as `config` says. Must be called inside a tokio runtime.
///
/// # Errors
/// When this program's own file cannot be found.
pub fn start(config: &OfflineConfig) -> io::Result<Evaluators> {
    let evaluation = &config.evaluation;
    Ok(Evaluators::start(Settings {
        program: std::env::current_exe()?,
        processes: evaluation.processes,
        memory: evaluation.memory,
        hook_timeout: evaluation.timeout,
        operation_timeout: evaluation.operation_timeout,
        allow_functions: config.policy.allow_functions,
    }))
}
