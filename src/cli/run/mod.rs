//! `hookgate run`: asks the gate, runs a command only if it may, and reports what became of it (`gate.md` section 6).
//!
//! Whatever this command says itself goes to standard error; standard output is the wrapped command's alone.

mod actor;
mod command;
mod judged;
mod report;
mod show;
mod tool;
mod unchecked;

use std::collections::BTreeMap;
use std::ffi::OsString;
use std::io::Write;
use std::path::PathBuf;

use anyhow::{Context as _, Result};
use clap::{Args, ValueEnum};

use self::judged::Judged;
use self::report::Reporter;
use self::show::Screen;
use crate::cli::labels::LabelArgs;
use crate::cli::paint::Color;
use crate::cli::plain::plain;
use crate::cli::server::ServerArgs;
use crate::cli::{ExitStatus, Surroundings, runtime, words};
use crate::client::{Begin, Client, ClientError, Report, StackBody};
use crate::config::Project;
use crate::domain::verdict::Decision;

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
    /// The plan to judge: a saved plan file, or what `terraform show -json` prints of one [default: the one that the command applies]
    #[arg(long, value_name = "FILE", conflicts_with = "input")]
    plan: Option<PathBuf>,
    /// Any JSON object to judge; `-` reads it from standard input
    #[arg(long, value_name = "FILE")]
    input: Option<PathBuf>,
    /// Judge without a plan and without an input: hooks see only the operation, the stack and the actor
    #[arg(long, conflicts_with_all = ["plan", "input"])]
    no_input: bool,
    /// The stack's own id
    #[arg(long, value_name = "ID")]
    stack_id: Option<String>,
    #[command(flatten)]
    labels: LabelArgs,
    /// Who starts it; else the variable `GITHUB_ACTOR`, `GITLAB_USER_LOGIN` or `USER`
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

impl RunArgs {
    /// The beginning of the same call, as it would be typed.
    fn line(&self) -> String {
        let begin = ["hookgate", "run", "--stack", &self.stack, "--operation", &self.operation];
        let optional = [("--stack-id", &self.stack_id), ("--actor", &self.actor)];
        let optional =
            optional.into_iter().filter_map(|(flag, value)| Some([flag.to_owned(), value.clone()?]));
        let words = begin.map(str::to_owned).into_iter().chain(optional.flatten());
        let words = words.chain(self.labels.words()).chain(self.server.words());
        words::command(&words.map(OsString::from).collect::<Vec<_>>())
    }
}

async fn gate<E: Write>(
    args: &RunArgs,
    environment: &[(String, String)],
    mut screen: Screen<'_, E>,
) -> Result<ExitStatus> {
    let labels = args.labels.labels()?;
    let judged = Judged::find(args).await.context("nothing was run")?;
    // Not the project's file: whoever changes what is judged must not choose the judge.
    let address = args.server.address(environment, &Project::default());
    let client = Client::new(&address).context("nothing was run")?;
    let actor = actor::actor(args.actor.as_deref(), environment);
    let question = Begin {
        operation: &args.operation,
        stack: StackBody { name: &args.stack, id: args.stack_id.as_deref(), labels: borrowed(&labels) },
        actor: actor.as_deref(),
        input: judged.document.as_deref(),
        require_hooks: false,
    };
    let waiting = screen.wait(&args.operation, &args.stack);
    let asked = client.begin(&question).await;
    drop(waiting);
    match asked {
        Ok(decided) => {
            screen.decided(&decided)?;
            judged.remark.iter().try_for_each(|remark| screen.remark(remark))?;
            report::send_kept(&address, environment, &mut screen).await?;
            if decided.decision == Decision::Denied {
                return Ok(ExitStatus::Denied);
            }
            let reporter =
                Reporter { client: &client, address: &address, environment, work_id: &decided.work_id };
            run_and_report(args, &judged, &reporter, &mut screen).await
        }
        Err(ClientError::Unreachable(cause)) => {
            let unchecked = Unchecked { actor: actor.as_deref(), environment, cause: &cause };
            run_unchecked(args, &unchecked, &mut screen).await
        }
        Err(wrong @ (ClientError::Refused { .. } | ClientError::Unusable(_))) => {
            Err(anyhow::Error::from(wrong).context("nothing was run"))
        }
    }
}

fn borrowed(labels: &BTreeMap<String, String>) -> BTreeMap<&str, &str> {
    labels.iter().map(|(key, value)| (key.as_str(), value.as_str())).collect()
}

/// The command was allowed: runs it, if it would still apply what was judged, and tells the gate how it ended.
async fn run_and_report<E: Write>(
    args: &RunArgs,
    judged: &Judged,
    reporter: &Reporter<'_>,
    screen: &mut Screen<'_, E>,
) -> Result<ExitStatus> {
    let words = words::command(&args.command);
    if let Err(cause) = judged.check_unchanged() {
        let error = format!("`{words}` was not run: {cause:#}");
        screen.complain(&plain(&error))?;
        reporter.report(&Report::failed(error), screen).await?;
        return Ok(ExitStatus::Failed);
    }
    let ended = command::run(&args.command).await?;
    let report = ended.failure(&words).map_or_else(Report::succeeded, Report::failed);
    if !ended.was_started() {
        screen.complain(report.error.as_deref().unwrap_or_default())?;
    }
    reporter.report(&report, screen).await?;
    Ok(ended.status())
}

/// Why nobody decided, and for whom.
struct Unchecked<'a> {
    actor: Option<&'a str>,
    environment: &'a [(String, String)],
    cause: &'a str,
}

/// Nobody decided: the command runs only if that was wanted, and only if that can be recorded.
async fn run_unchecked<E: Write>(
    args: &RunArgs,
    unchecked: &Unchecked<'_>,
    screen: &mut Screen<'_, E>,
) -> Result<ExitStatus> {
    if !args.fail_open {
        screen.unreachable(unchecked.cause)?;
        return Ok(ExitStatus::Unreachable);
    }
    let path = unchecked::path(args.fail_open_record.as_deref(), unchecked.environment)?;
    let record = unchecked::Record {
        stack: &args.stack,
        operation: &args.operation,
        actor: unchecked.actor,
        command: words::command(&args.command),
        cause: unchecked.cause,
    };
    unchecked::append(&path, &record)?;
    screen.unchecked(unchecked.cause, &path)?;
    let ended = command::run(&args.command).await?;
    if let Some(error) = ended.failure(&words::command(&args.command)).filter(|_| !ended.was_started()) {
        screen.complain(&error)?;
    }
    Ok(ended.status())
}
