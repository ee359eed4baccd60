//! `hookgate config`: the settings in force, each with its origin; secrets are hidden.

use std::io::Write;

use anyhow::Result;
use clap::Args;

use crate::cli::Surroundings;
use crate::config::{Config, ServeArgs, markdown};

/// The flags of `serve`, so that their effect can be looked at.
#[derive(Debug, Args)]
pub(super) struct ConfigArgs {
    #[command(flatten)]
    serve: ServeArgs,
    /// Print the table of all settings instead, as the README has it
    #[arg(long)]
    markdown: bool,
}

pub(super) fn run<O: Write, E>(args: &ConfigArgs, surroundings: &mut Surroundings<O, E>) -> Result<()> {
    if args.markdown {
        write!(surroundings.out, "{}", markdown())?;
        return Ok(());
    }
    let config = Config::load(&args.serve, surroundings.environment.clone())?;
    write!(surroundings.out, "{config}")?;
    Ok(())
}
