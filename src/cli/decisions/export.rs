//! `hookgate decisions export`.

use std::io::Write;
use std::path::PathBuf;

use anyhow::{Context as _, Result, bail};
use clap::Args;
use serde::Deserialize;
use tokio::runtime::Runtime;

use super::FilterArgs;
use crate::app;
use crate::cli::Surroundings;
use crate::cli::hooks::Place;
use crate::cli::output::{is_stdout, write_streamed};
use crate::client::{Client, OperationQuery};
use crate::config::{Config, ServeArgs};
use crate::domain::account::Account;
use crate::service::decisions::Selection;

/// How many lines are asked for at once: an input may have megabytes.
const WITH_INPUTS: usize = 20;
/// The same of lines that are small.
const WITHOUT_INPUTS: usize = 500;

/// Which decisions, and where to.
#[derive(Debug, Args)]
pub(in crate::cli) struct ExportArgs {
    #[command(flatten)]
    filter: FilterArgs,
    /// Leave out what the policies saw
    #[arg(long)]
    without_inputs: bool,
    /// Write to a file instead of standard output
    #[arg(short, long, value_name = "FILE", default_value = "-")]
    output: PathBuf,
    #[command(flatten)]
    place: Place,
    /// Read this database instead of asking a server, as `hookgate serve` has it
    #[arg(long, value_name = "URL", conflicts_with_all = ["server", "domain", "project"])]
    database: Option<String>,
    /// Read the database that this TOML file of settings names
    #[arg(long, value_name = "FILE", conflicts_with_all = ["server", "domain", "project"])]
    config: Option<PathBuf>,
    /// One account of the database, as DOMAIN/REGION; every account unless given
    #[arg(long, value_name = "ACCOUNT", value_parser = parse_account)]
    account: Option<Account>,
}

pub(super) fn run<O: Write, E>(
    args: &ExportArgs,
    runtime: &Runtime,
    surroundings: &mut Surroundings<O, E>,
) -> Result<()> {
    let Surroundings { environment, out, .. } = surroundings;
    if is_stdout(&args.output) {
        return export(args, runtime, (environment, out));
    }
    write_streamed(&args.output, |file| export(args, runtime, (environment, file)))
}

fn export(
    args: &ExportArgs,
    runtime: &Runtime,
    (environment, out): (&[(String, String)], &mut impl Write),
) -> Result<()> {
    if args.database.is_some() || args.config.is_some() {
        let flags = args.database.clone().map(|database| ("database", database)).into_iter().collect();
        let serve = ServeArgs { config: args.config.clone(), flags, ..ServeArgs::default() };
        let config = Config::load(&serve, environment.to_vec())?;
        let selection = Selection { filter: args.filter.filter(), without_inputs: args.without_inputs };
        return runtime.block_on(app::export_decisions(&config, (args.account.clone(), selection), out));
    }
    if args.account.is_some() {
        bail!("`--account` goes with `--database`: a server is asked for the account of `--domain`");
    }
    let client = args.place.client(environment)?;
    let mut query = args.filter.query();
    if args.without_inputs {
        query.parameters.push(("without_inputs", "true".to_owned()));
    }
    let most = if args.without_inputs { WITHOUT_INPUTS } else { WITH_INPUTS };
    runtime.block_on(copy(&client, (&query, most), out))
}

/// What of a line leads to the next.
#[derive(Debug, Deserialize)]
struct Line {
    marker: String,
}

/// Copies the log from the server to its end, part by part.
async fn copy(client: &Client, (query, most): (&OperationQuery, usize), out: &mut impl Write) -> Result<()> {
    let mut after: Option<String> = None;
    loop {
        let lines = client.export_decisions(query, (after.as_deref(), most)).await?;
        out.write_all(&lines)?;
        let Some(last) = lines.split(|byte| *byte == b'\n').rfind(|line| !line.is_empty()) else { break };
        let last: Line = serde_json::from_slice(last).context("the answer is not a Hookgate's")?;
        // A server that leads in circles is left.
        if after.as_ref() == Some(&last.marker) {
            bail!("the server gives the same decisions again: the export is not complete");
        }
        after = Some(last.marker);
    }
    Ok(out.flush()?)
}

fn parse_account(text: &str) -> Result<Account, String> {
    let wrong = || "an account is DOMAIN/REGION".to_owned();
    let (domain, region) = text.split_once('/').ok_or_else(wrong)?;
    Account::parse(domain, region).map_err(|_| wrong())
}
