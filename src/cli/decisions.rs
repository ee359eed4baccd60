//! `hookgate decisions`: the decision log, straight from the database.

use std::fs::File;
use std::io::{BufWriter, Write};
use std::path::PathBuf;

use anyhow::{Context as _, Result, anyhow};
use clap::{Args, Subcommand};

use crate::app;
use crate::cli::Surroundings;
use crate::cli::runtime;
use crate::config::{Config, ServeArgs};
use crate::domain::account::Account;
use crate::domain::operation::OperationFilter;
use crate::domain::time::Timestamp;

/// What is done with the log.
#[derive(Debug, Subcommand)]
pub(super) enum DecisionsCommand {
    /// Write decisions as lines of JSON, in the form of OPA's decision log, the oldest first
    Export(ExportArgs),
}

/// Which decisions, and where to.
#[derive(Debug, Args)]
pub(super) struct ExportArgs {
    /// Settings from a TOML file
    #[arg(long, value_name = "FILE")]
    config: Option<PathBuf>,
    /// The database, as `hookgate serve` has it
    #[arg(long, value_name = "URL")]
    database: Option<String>,
    /// Begun then or later, such as `2026-11-22T08:00:00Z`
    #[arg(long, value_name = "MOMENT")]
    since: Option<String>,
    /// Begun before
    #[arg(long, value_name = "MOMENT")]
    until: Option<String>,
    /// One account, as DOMAIN/REGION; every account unless given
    #[arg(long, value_name = "ACCOUNT")]
    account: Option<String>,
    /// Write to a file instead of standard output
    #[arg(short, long, value_name = "FILE")]
    output: Option<PathBuf>,
}

pub(super) fn run<O: Write, E>(
    command: DecisionsCommand,
    surroundings: &mut Surroundings<O, E>,
) -> Result<()> {
    let DecisionsCommand::Export(args) = command;
    let flags = args.database.map(|database| ("database", database)).into_iter().collect();
    let serve = ServeArgs { config: args.config, flags, ..ServeArgs::default() };
    let config = Config::load(&serve, surroundings.environment.clone())?;
    let moment = |field, text: Option<String>| {
        text.map(|text| Timestamp::parse(field, &text)).transpose().map_err(|invalid| anyhow!("{invalid}"))
    };
    let filter = OperationFilter {
        since: moment("--since", args.since)?,
        until: moment("--until", args.until)?,
        ..OperationFilter::default()
    };
    let account = args.account.map(|text| parse_account(&text)).transpose()?;
    let runtime = runtime::one_thread()?;
    let Some(path) = args.output else {
        return runtime.block_on(app::export_decisions(&config, (account, filter), &mut surroundings.out));
    };
    let file = File::create(&path).with_context(|| format!("cannot write `{}`", path.display()))?;
    runtime.block_on(app::export_decisions(&config, (account, filter), &mut BufWriter::new(file)))
}

fn parse_account(text: &str) -> Result<Account> {
    let (domain, region) = text.split_once('/').context("`--account` must be DOMAIN/REGION")?;
    Account::parse(domain, region).map_err(|_| anyhow!("`--account` must be DOMAIN/REGION"))
}
