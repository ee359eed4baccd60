//! Every setting: flag, variable, file key, default, meaning. The only reader of the environment.
//!
//! Flags win over the environment, that over the file, that over the defaults. What is not known, or makes no sense,
//! refuses to start.

mod auth;
mod error;
mod offline;
mod parse;
mod project;
mod settings;
mod values;

#[cfg(test)]
mod tests;

use std::fmt;
use std::net::SocketAddr;
use std::time::Duration;

use bytesize::ByteSize;

pub use self::auth::Auth;
use self::auth::AuthWish;
pub use self::error::ConfigError;
pub use self::offline::{OfflineArgs, OfflineConfig, test_timeout, undefined_result};
pub use self::parse::Database;
pub use self::project::{Leveled, Levels, Project, ProjectArgs, ProjectLint};
pub use self::settings::{SETTINGS, SWITCHES, ServeArgs, Setting, markdown};
pub use self::values::Origin;
use self::values::Values;
use crate::domain::bundle::limits::MAX_BYTES;
use crate::domain::mask::KeepInput;
use crate::domain::phase::FailureRules;
use crate::domain::verdict::UndefinedResult;
use crate::outbound::Subnet;

/// All settings, parsed and therefore valid. Its text is what `hookgate config` prints: a file of settings.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Config {
    /// Where to listen.
    pub listen: SocketAddr,
    /// Where everything is kept.
    pub database: Database,
    /// The region this server answers for.
    pub region: String,
    /// How callers are known.
    pub auth: Auth,
    /// Whether to start with the shipped policies.
    pub demo: bool,
    /// What a hook result without a value means.
    pub undefined_result: UndefinedResult,
    /// `require_hooks`
    pub require_hooks: bool,
    /// `ignore_…_hook_failure`.
    pub failure_rules: FailureRules,
    /// `operations.…`
    pub operations: Operations,
    /// `decisions.…`
    pub decisions: Decisions,
    /// `evaluation.…`
    pub evaluation: Evaluation,
    /// `policy.…`
    pub policy: Policy,
    /// `limits.…`
    pub limits: Limits,
    /// Whether requests must bring their own id.
    pub strict_request_id: bool,
    /// `outbound.…`
    pub outbound: Outbound,
    /// `log.…`
    pub log: Log,
    values: Values,
}

/// What operations there are.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Operations {
    /// Names besides the known ones.
    pub extra: Vec<String>,
    /// The time for reporting an outcome.
    pub outcome_timeout: Duration,
    /// The time that the answer to a report waits for the later phases.
    pub answer_timeout: Duration,
}

/// What is remembered of decisions.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Decisions {
    /// Which inputs are kept.
    pub keep_input: KeepInput,
    /// How long closed operations are kept.
    pub retention: Duration,
    /// How many operations of an account are kept.
    pub max_per_account: u64,
}

/// How policies run.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Evaluation {
    /// The time for one hook.
    pub timeout: Duration,
    /// The time for all hooks of one operation together.
    pub operation_timeout: Duration,
    /// The memory of one evaluator, in bytes.
    pub memory: u64,
    /// The number of evaluators.
    pub processes: usize,
    /// Where they run.
    pub isolation: Isolation,
}

/// Where policies run.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Isolation {
    /// In processes of their own.
    Process,
}

/// What policies may do.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Policy {
    /// Whether they may define functions.
    pub allow_functions: bool,
}

/// What one request or account may take.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Limits {
    /// The size of a `policy_body`, in bytes.
    pub policy_body: usize,
    /// The size of the input of an operation, in bytes.
    pub input: usize,
    /// The hooks of one account.
    pub hooks: u64,
    /// The versions of one hook.
    pub versions: u64,
}

/// Where policies may be fetched from.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Outbound {
    /// Subnets that may be reached although they are not public.
    pub allow: Vec<Subnet>,
    /// Whether http may be used besides https.
    pub allow_http: bool,
}

/// How to write the log.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Log {
    /// In which form.
    pub format: LogFormat,
    /// From which level on.
    pub level: tracing::Level,
}

/// The form of the log.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum LogFormat {
    /// For people.
    Text,
    /// For machines: one object in each line.
    Json,
}

/// What the process was started with, as [`Config::load`] wants it.
pub fn environment() -> Vec<(String, String)> {
    // Not `vars`, which panics on what is not UTF-8; a setting that is not will be refused for its value.
    std::env::vars_os()
        .map(|(key, value)| (key.to_string_lossy().into_owned(), value.to_string_lossy().into_owned()))
        .collect()
}

const SECOND: Duration = Duration::from_secs(1);

impl Config {
    /// What the operator should change although it works, for the log.
    pub fn warnings(&self) -> impl Iterator<Item = String> {
        let is_open = !self.listen.ip().to_canonical().is_loopback() && self.auth == Auth::None;
        let open = is_open.then(|| {
            format!(
                "whoever reaches {} may do everything in every account (--i-know-this-is-open): let nobody but the orchestrator reach it",
                self.listen
            )
        });
        self.values.warnings().chain(open)
    }

    /// The settings that `args`, `environment` and the file that `args` names make together.
    ///
    /// # Errors
    /// Names the first setting that keeps the server from starting, and what is allowed.
    pub fn load(
        args: &ServeArgs,
        environment: impl IntoIterator<Item = (String, String)>,
    ) -> Result<Self, ConfigError> {
        let environment: Vec<_> = environment.into_iter().collect();
        let mut values = Values::collect(args, &environment)?;
        if args.demo {
            // A demo leaves nothing behind, unless it is told where, and is not to be drowned in what it logs.
            values.prefer("database", "sqlite::memory:");
            values.prefer("log.level", "warn");
        }
        let listen = values.read("listen", parse::address)?;
        let auth =
            values.read("auth", parse::word(&AuthWish::WORDS))?.decide(listen, args.i_know_this_is_open)?;
        values.settle("auth", "none");
        let processes = values.read("evaluation.processes", parse::processes)?;
        values.settle("evaluation.processes", &processes.to_string());
        Ok(Self {
            listen,
            database: values.read("database", Database::parse)?,
            region: values.read("region", parse::region)?,
            auth,
            demo: args.demo,
            undefined_result: values.read("undefined_result", parse::word(&UNDEFINED_WORDS))?,
            require_hooks: values.read("require_hooks", parse::switch)?,
            failure_rules: read_failure_rules(&values)?,
            operations: read_operations(&values)?,
            decisions: read_decisions(&values)?,
            evaluation: read_evaluation(&values, processes)?,
            policy: Policy { allow_functions: values.read("policy.allow_functions", parse::switch)? },
            limits: read_limits(&values)?,
            strict_request_id: values.read("strict_request_id", parse::switch)?,
            outbound: Outbound {
                allow: values.read("outbound.allow", parse::subnets)?,
                allow_http: values.read("outbound.allow_http", parse::switch)?,
            },
            log: Log {
                format: values.read("log.format", parse::word(&LOG_FORMATS))?,
                level: values.read("log.level", parse::word(&LOG_LEVELS))?,
            },
            values,
        })
    }
}

fn read_decisions(values: &Values) -> Result<Decisions, ConfigError> {
    let hour = SECOND.saturating_mul(3_600);
    Ok(Decisions {
        keep_input: values.read("decisions.keep_input", parse::word(&KEEP_WORDS))?,
        retention: values
            .read("decisions.retention", parse::duration(hour, hour.saturating_mul(24 * 36_500)))?,
        max_per_account: values.read("decisions.max_per_account", parse::number(1, 1_000_000_000))?,
    })
}

fn read_failure_rules(values: &Values) -> Result<FailureRules, ConfigError> {
    Ok(FailureRules {
        ignore_pre: values.read("ignore_pre_hook_failure", parse::switch)?,
        ignore_success: values.read("ignore_success_hook_failure", parse::switch)?,
        ignore_post: values.read("ignore_post_hook_failure", parse::switch)?,
    })
}

fn read_operations(values: &Values) -> Result<Operations, ConfigError> {
    let (day, minute) = (SECOND.saturating_mul(24 * 60 * 60), SECOND.saturating_mul(60));
    Ok(Operations {
        extra: values.read("operations.extra", parse::names)?,
        outcome_timeout: values
            .read("operations.outcome_timeout", parse::duration(SECOND, day.saturating_mul(365)))?,
        answer_timeout: values.read("operations.answer_timeout", parse::duration(Duration::ZERO, minute))?,
    })
}

fn read_evaluation(values: &Values, processes: usize) -> Result<Evaluation, ConfigError> {
    let millisecond = Duration::from_millis(1);
    let memory = values.read("evaluation.memory", parse::size(ByteSize::mib(64), ByteSize::gib(64)))?;
    Ok(Evaluation {
        timeout: values
            .read("evaluation.timeout", parse::duration(millisecond, SECOND.saturating_mul(60)))?,
        operation_timeout: values
            .read("evaluation.operation_timeout", parse::duration(millisecond, SECOND.saturating_mul(600)))?,
        memory: u64::try_from(memory).unwrap_or(u64::MAX),
        processes,
        isolation: values.read("evaluation.isolation", parse::word(&[("process", Isolation::Process)]))?,
    })
}

fn read_limits(values: &Values) -> Result<Limits, ConfigError> {
    let most = u64::try_from(MAX_BYTES).map_or(ByteSize::mib(1), ByteSize);
    Ok(Limits {
        policy_body: values.read("limits.policy_body", parse::size(ByteSize(1), most))?,
        input: values.read("limits.input", parse::size(ByteSize::kib(1), ByteSize::mib(256)))?,
        hooks: values.read("limits.hooks", parse::number(1, 1_000_000))?,
        versions: values.read("limits.versions", parse::number(1, 1_000_000))?,
    })
}

const KEEP_WORDS: [(&str, KeepInput); 3] =
    [("all", KeepInput::All), ("denied", KeepInput::Denied), ("none", KeepInput::None)];

const UNDEFINED_WORDS: [(&str, UndefinedResult); 2] =
    [("pass", UndefinedResult::Pass), ("fail", UndefinedResult::Fail)];

const LOG_FORMATS: [(&str, LogFormat); 2] = [("text", LogFormat::Text), ("json", LogFormat::Json)];

const LOG_LEVELS: [(&str, tracing::Level); 5] = [
    ("error", tracing::Level::ERROR),
    ("warn", tracing::Level::WARN),
    ("info", tracing::Level::INFO),
    ("debug", tracing::Level::DEBUG),
    ("trace", tracing::Level::TRACE),
];

impl fmt::Display for Config {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.values.fmt(f)
    }
}
