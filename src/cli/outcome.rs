//! `hookgate report`: what became of an operation, said by hand or out of what `hookgate run` kept.

use std::io::Write;
use std::time::Duration;

use anyhow::{Result, anyhow};
use clap::Args;

use crate::cli::pending::{self, PendingReports, Sent};
use crate::cli::plain::plain;
use crate::cli::server::{ServerArgs, settle};
use crate::cli::{ExitStatus, Surroundings, runtime};
use crate::client::{Client, Report};
use crate::config::Project;
use crate::domain::outcome::Outcome;

/// Report the outcome of an operation, or those that `run` could not report
///
/// Exits with 0 when all is reported, 1 when the server refuses it, 11 when a server cannot be reached, 2 when it was asked wrongly.
#[derive(Debug, Args)]
pub(super) struct ReportArgs {
    /// The operation, as `run` and the record name it
    #[arg(required_unless_present = "pending", conflicts_with = "pending", requires = "status")]
    work_id: Option<String>,
    /// What became of it: `SUCCEEDED` or `FAILED`
    #[arg(long, value_name = "WORD", value_parser = parse_status)]
    status: Option<Outcome>,
    /// Why it failed
    #[arg(long, value_name = "TEXT")]
    error: Option<String>,
    /// Report every outcome that was kept because it could not be reported, each to its own server
    #[arg(long, conflicts_with_all = ["status", "error", "server", "domain"])]
    pending: bool,
    #[command(flatten)]
    server: ServerArgs,
}

fn parse_status(text: &str) -> Result<Outcome, String> {
    Outcome::parse_reported(text).map_err(|_| "must be `SUCCEEDED` or `FAILED`".to_owned())
}

pub(super) fn run<O: Write, E: Write>(
    args: &ReportArgs,
    surroundings: &mut Surroundings<O, E>,
) -> Result<ExitStatus> {
    let runtime = runtime::one_thread()?;
    let (Some(work_id), Some(status)) = (&args.work_id, args.status) else {
        return runtime.block_on(send_all(args.server.timeout(), surroundings));
    };
    if args.error.is_some() && status == Outcome::Succeeded {
        return Err(anyhow!("`--error` goes with `--status FAILED`"));
    }
    let report = Report { status, error: args.error.clone() };
    // The work began behind a gate that no project file chose, and ends there.
    let address = args.server.address(&surroundings.environment, &Project::default());
    let told = runtime.block_on(async { Client::new(&address)?.report(work_id, &report).await });
    let told = told.map(|complaints| say(work_id, status, &complaints, &mut surroundings.out));
    settle(told.map_err(Into::into).and_then(|said| said), "nothing was reported", &mut surroundings.err)
}

fn say(work_id: &str, status: Outcome, complaints: &[String], out: &mut impl Write) -> Result<ExitStatus> {
    writeln!(out, "operation {}: {}", plain(work_id), status.as_str())?;
    for complaint in complaints {
        writeln!(out, "{}", plain(complaint))?;
    }
    Ok(ExitStatus::Fine)
}

async fn send_all<O: Write, E: Write>(
    timeout: Duration,
    surroundings: &mut Surroundings<O, E>,
) -> Result<ExitStatus> {
    let all = PendingReports::of_user(&surroundings.environment)?.list()?;
    if all.is_empty() {
        writeln!(surroundings.out, "no outcome is waiting to be reported")?;
    }
    let mut status = ExitStatus::Fine;
    for (path, pending) in all {
        let (sent, said) = match pending {
            Ok(pending) => pending::send(&path, &pending, timeout).await?,
            Err(cause) => {
                writeln!(surroundings.err, "hookgate: {}", plain(&format!("{cause:#}")))?;
                status = ExitStatus::Failed;
                continue;
            }
        };
        writeln!(surroundings.out, "{said}")?;
        status = match (sent, status) {
            (Sent::Kept, ExitStatus::Fine | ExitStatus::Refused) => ExitStatus::Unreachable,
            (Sent::Dropped, ExitStatus::Fine) => ExitStatus::Refused,
            _ => status,
        };
    }
    Ok(status)
}
