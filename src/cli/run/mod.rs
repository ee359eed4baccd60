//! `hookgate run`: asks the gate, runs a command only if it may, and reports what became of it (`gate.md` section 6).
//!
//! Whatever this command says itself goes to standard error; standard output is the wrapped command's alone.

mod command;
mod show;
mod unchecked;
mod words;

use std::collections::BTreeMap;
use std::ffi::OsString;
use std::io::Write;
use std::path::PathBuf;
use std::time::Duration;

use anyhow::{Context as _, Result};
use clap::{Args, ValueEnum};
use serde_json::value::RawValue;

use self::show::Screen;
use crate::cli::paint::Color;
use crate::cli::plan;
use crate::cli::server::ServerArgs;
use crate::cli::{ExitStatus, Surroundings, runtime};
use crate::client::{Begin, Client, ClientError, Decided, Report, StackBody};
use crate::config::Project;
use crate::domain::verdict::Decision;

/// How long to wait between tries to report the outcome, which must not get lost for a short break of the network.
const PAUSES: [Duration; 4] =
    [Duration::from_millis(500), Duration::from_secs(1), Duration::from_secs(2), Duration::from_secs(4)];

/// Ask the gate, run a command if it may proceed, and report its outcome
///
/// Exits with the command's own code (128 and the signal's number if one killed it; 127 or 126 if it cannot be started),
/// 10 when the operation is denied, 11 when the gate cannot be reached, 2 when it was asked wrongly.
#[derive(Debug, Args)]
pub(super) struct RunArgs {
    /// The stack the command works on
    #[arg(long, value_name = "NAME")]
    stack: String,
    /// What it does to the stack: `DeployStack`, `DeleteStack`, …
    #[arg(long, value_name = "KIND")]
    operation: String,
    /// The plan to judge: what `terraform show -json` prints, or a saved plan file, which is shown that way
    #[arg(long, value_name = "FILE", conflicts_with = "input")]
    plan: Option<PathBuf>,
    /// Any JSON object to judge; `-` reads it from standard input
    #[arg(long, value_name = "FILE")]
    input: Option<PathBuf>,
    /// The stack's own id
    #[arg(long, value_name = "ID")]
    stack_id: Option<String>,
    /// A label of the stack; may be given several times
    #[arg(long = "label", value_name = "KEY=VALUE", value_parser = plan::parse_label)]
    labels: Vec<(String, String)>,
    /// Who starts it
    #[arg(long)]
    actor: Option<String>,
    #[command(flatten)]
    server: ServerArgs,
    /// Run the command although the gate cannot be reached; each such run is recorded
    #[arg(long)]
    fail_open: bool,
    /// Where runs without a decision are recorded [default: hookgate/unchecked.ndjson in the user's state folder]
    #[arg(long, value_name = "FILE", requires = "fail_open")]
    fail_open_record: Option<PathBuf>,
    /// How this command itself speaks, on standard error
    #[arg(long, value_enum, default_value_t = Output::Text)]
    output: Output,
    /// When to use colours
    #[arg(long, value_enum, default_value_t = Color::Auto)]
    color: Color,
    /// The command, after `--`
    #[arg(required = true, last = true, value_name = "COMMAND")]
    command: Vec<OsString>,
}

/// How `run` speaks.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
enum Output {
    /// For people
    Text,
    /// One JSON object a line
    Json,
}

pub(super) fn run<O, E: Write>(args: &RunArgs, surroundings: &mut Surroundings<O, E>) -> Result<ExitStatus> {
    let runtime = runtime::one_thread()?;
    let environment = surroundings.environment.clone();
    let screen = Screen::new(args, &environment, &mut surroundings.err);
    runtime.block_on(gate(args, &environment, screen))
}

async fn gate<E: Write>(
    args: &RunArgs,
    environment: &[(String, String)],
    mut screen: Screen<'_, E>,
) -> Result<ExitStatus> {
    let input = plan::read(args.plan.as_deref(), args.input.as_deref(), &args.command).await;
    let input = input.context("nothing was run")?;
    // Not the project's file: whoever changes what is judged must not choose the judge.
    let client =
        Client::new(&args.server.address(environment, &Project::default())).context("nothing was run")?;
    let waiting = screen.wait(&args.operation, &args.stack);
    let asked = client.begin(&question(args, input.as_deref())).await;
    drop(waiting);
    match asked {
        Ok(decided) => {
            screen.decided(&decided)?;
            if decided.decision == Decision::Denied {
                return Ok(ExitStatus::Denied);
            }
            Ok(run_and_report(args, &client, &decided, &mut screen).await?)
        }
        Err(ClientError::Unreachable(cause)) => run_unchecked(args, environment, &cause, &mut screen).await,
        Err(wrong @ (ClientError::Refused { .. } | ClientError::Unusable(_))) => {
            Err(anyhow::Error::from(wrong).context("nothing was run"))
        }
    }
}

fn question<'a>(args: &'a RunArgs, input: Option<&'a RawValue>) -> Begin<'a> {
    let labels: BTreeMap<&str, &str> =
        args.labels.iter().map(|(key, value)| (key.as_str(), value.as_str())).collect();
    Begin {
        operation: &args.operation,
        stack: StackBody { name: &args.stack, id: args.stack_id.as_deref(), labels },
        actor: args.actor.as_deref(),
        input,
    }
}

/// The command was allowed: runs it and tells the gate how it ended.
async fn run_and_report<E: Write>(
    args: &RunArgs,
    client: &Client,
    decided: &Decided,
    screen: &mut Screen<'_, E>,
) -> Result<ExitStatus> {
    let ended = command::run(&args.command).await?;
    let words = words::command(&args.command);
    let report = match ended.failure(&words) {
        None => Report::succeeded(),
        Some(error) => Report::failed(error),
    };
    if !ended.was_started() {
        screen.complain(report.error.as_deref().unwrap_or_default())?;
    }
    match tell(client, &decided.work_id, &report).await {
        Ok(complaints) => screen.reported(&decided.work_id, &report, &complaints)?,
        Err(cause) => screen.not_reported(&decided.work_id, &report, &cause.to_string())?,
    }
    Ok(ended.status())
}

/// Reports the outcome; a report that got lost may be repeated.
async fn tell(client: &Client, work_id: &str, report: &Report) -> Result<Vec<String>, ClientError> {
    for pause in PAUSES {
        match client.report(work_id, report).await {
            Err(ClientError::Unreachable(_)) => tokio::time::sleep(pause).await,
            answer => return answer,
        }
    }
    client.report(work_id, report).await
}

/// Nobody decided: the command runs only if that was wanted, and only if that can be recorded.
async fn run_unchecked<E: Write>(
    args: &RunArgs,
    environment: &[(String, String)],
    cause: &str,
    screen: &mut Screen<'_, E>,
) -> Result<ExitStatus> {
    if !args.fail_open {
        screen.unreachable(cause)?;
        return Ok(ExitStatus::Unreachable);
    }
    let path = unchecked::path(args.fail_open_record.as_deref(), environment)?;
    let record = unchecked::Record {
        stack: &args.stack,
        operation: &args.operation,
        actor: args.actor.as_deref(),
        command: words::command(&args.command),
        cause,
    };
    unchecked::append(&path, &record)?;
    screen.unchecked(cause, &path)?;
    let ended = command::run(&args.command).await?;
    if let Some(error) = ended.failure(&words::command(&args.command)).filter(|_| !ended.was_started()) {
        screen.complain(&error)?;
    }
    Ok(ended.status())
}
