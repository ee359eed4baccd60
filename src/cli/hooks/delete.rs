//! `hookgate hooks delete`: asks first, where there is somebody to ask.

use std::io::{self, IsTerminal as _, Write};

use anyhow::{Result, bail};
use clap::Args;

use super::{Place, waited};
use crate::cli::arguments::{parse_name, parse_version};
use crate::cli::output::counted;
use crate::cli::{ExitStatus, Surroundings};
use crate::client::Client;
use crate::domain::hook::{HookName, Version};

/// The command line of `hooks delete`.
#[derive(Debug, Args)]
pub(in crate::cli) struct DeleteArgs {
    /// The hook
    #[arg(value_parser = parse_name)]
    name: HookName,
    /// Only this version, which must not be the default one
    #[arg(long, value_parser = parse_version)]
    version: Option<Version>,
    /// Do not ask
    #[arg(long)]
    yes: bool,
    #[command(flatten)]
    pub(super) place: Place,
}

pub(super) async fn run<O: Write, E: Write>(
    args: &DeleteArgs,
    client: &Client,
    surroundings: &mut Surroundings<O, E>,
) -> Result<ExitStatus> {
    let Surroundings { out, err, .. } = surroundings;
    let name = &args.name;
    let what = if let Some(version) = &args.version {
        waited(client.show_private_hook_version_metadata(name, version)).await?;
        format!("version {version} of hook `{name}`")
    } else {
        let versions = waited(client.list_private_hook_versions(name)).await?;
        format!("hook `{name}` with {}", counted(versions.len(), "version", "versions"))
    };
    if !args.yes && !confirm(&format!("delete {what}?"), err)? {
        writeln!(err, "nothing was deleted")?;
        return Ok(ExitStatus::Refused);
    }
    match &args.version {
        Some(version) => waited(client.delete_private_hook_version(name, version)).await?,
        None => waited(client.delete_private_hook(name)).await?,
    }
    writeln!(out, "deleted {what}")?;
    Ok(ExitStatus::Fine)
}

fn confirm(question: &str, err: &mut impl Write) -> Result<bool> {
    if !(io::stdin().is_terminal() && io::stderr().is_terminal()) {
        bail!("nobody can be asked here: say `--yes` to {}", question.trim_end_matches('?'));
    }
    write!(err, "{question} [y/N] ")?;
    err.flush()?;
    let mut answer = String::new();
    io::stdin().read_line(&mut answer)?;
    Ok(matches!(answer.trim(), "y" | "Y" | "yes"))
}
