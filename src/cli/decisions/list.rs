//! `hookgate decisions list`.

use std::io::Write;

use anyhow::Result;
use clap::Args;

use super::FilterArgs;
use crate::cli::Surroundings;
use crate::cli::hooks::{Format, Place, waited};
use crate::cli::output::write_json;
use crate::cli::table::{self, find_width, moment};
use crate::client::OperationRecord;

/// The command line of `decisions list`.
#[derive(Debug, Args)]
pub(in crate::cli) struct ListArgs {
    #[command(flatten)]
    filter: FilterArgs,
    /// How many to list, 1 to 1000
    #[arg(long, value_name = "NUMBER", default_value_t = 20, value_parser = clap::value_parser!(u32).range(1..=1000))]
    limit: u32,
    /// How to print them
    #[arg(long, value_enum, default_value_t)]
    format: Format,
    #[command(flatten)]
    place: Place,
}

pub(super) async fn run<O: Write, E: Write>(
    args: &ListArgs,
    surroundings: &mut Surroundings<O, E>,
) -> Result<()> {
    let client = args.place.client(&surroundings.environment)?;
    let most = usize::try_from(args.limit).unwrap_or(usize::MAX);
    let (operations, more) = waited(client.list_operations(&args.filter.query(), most)).await?;
    let out = &mut surroundings.out;
    match args.format {
        Format::Json => write_json(out, &operations)?,
        Format::Pretty if operations.is_empty() => writeln!(out, "there are no such decisions")?,
        Format::Pretty => {
            let rows: Vec<_> = operations.iter().map(row).collect();
            let heads = ["WORK ID", "BEGUN", "DECISION", "OPERATION", "STACK", "OUTCOME", "ACTOR"];
            table::write(out, heads, &rows, find_width(&surroundings.environment))?;
        }
    }
    if more {
        writeln!(
            surroundings.err,
            "hookgate: there are older ones: `--limit` lists more, `decisions export` all"
        )?;
    }
    Ok(())
}

fn row(operation: &OperationRecord) -> [String; 7] {
    [
        operation.work_id.clone(),
        moment(&operation.created_at),
        operation.decision.clone(),
        operation.operation.clone(),
        operation.stack.name.clone(),
        operation.outcome.clone().unwrap_or_else(|| "-".to_owned()),
        operation.actor.clone().unwrap_or_default(),
    ]
}
