//! The settings of the commands that need no server: those of the evaluators, from flags, environment and file as `serve` reads
//! them, so that a policy is judged offline by the rules it will meet.

use std::path::PathBuf;
use std::time::Duration;

use super::settings::ServeArgs;
use super::values::Values;
use super::{ConfigError, Evaluation, Policy, UNDEFINED_WORDS, parse, read_evaluation};
use crate::domain::verdict::UndefinedResult;

/// The flags that these commands share.
#[derive(Debug, Clone, Default, clap::Args)]
pub struct OfflineArgs {
    /// Accept policies that define functions, as the setting `policy.allow_functions` does
    #[arg(long)]
    allow_functions: bool,
    /// Take the settings that decide, such as `evaluation.…` and `policy.…`, from the TOML file of a server
    #[arg(long, value_name = "FILE")]
    config: Option<PathBuf>,
}

/// `pass` or `fail`, as the setting `undefined_result` has it.
///
/// # Errors
/// Lists the words.
pub fn undefined_result(text: &str) -> Result<UndefinedResult, String> {
    parse::word(&UNDEFINED_WORDS)(text)
}

/// The longest time for a test, as the command line has it.
///
/// # Errors
/// Says what is allowed.
pub fn test_timeout(text: &str) -> Result<Duration, String> {
    parse::duration(Duration::from_millis(1), Duration::from_mins(10))(text)
}

/// What evaluators without a server are started with.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct OfflineConfig {
    /// `evaluation.…`
    pub evaluation: Evaluation,
    /// `policy.…`
    pub policy: Policy,
    /// `undefined_result`
    pub undefined_result: UndefinedResult,
    /// `require_hooks`
    pub require_hooks: bool,
    /// `operations.extra`
    pub extra_operations: Vec<String>,
}

impl OfflineConfig {
    /// The settings that `args`, `environment` and the file that `args` names make together.
    ///
    /// # Errors
    /// Names the first setting that makes no sense, and what is allowed.
    pub fn load(
        args: &OfflineArgs,
        environment: impl IntoIterator<Item = (String, String)>,
    ) -> Result<Self, ConfigError> {
        let environment: Vec<_> = environment.into_iter().collect();
        let sources = ServeArgs { config: args.config.clone(), ..ServeArgs::default() };
        let values = Values::collect(&sources, &environment)?;
        let processes = values.read("evaluation.processes", parse::processes)?;
        let allowed = values.read("policy.allow_functions", parse::switch)?;
        Ok(Self {
            evaluation: read_evaluation(&values, processes)?,
            policy: Policy { allow_functions: allowed || args.allow_functions },
            undefined_result: values.read("undefined_result", parse::word(&UNDEFINED_WORDS))?,
            require_hooks: values.read("require_hooks", parse::switch)?,
            extra_operations: values.read("operations.extra", parse::names)?,
        })
    }
}
