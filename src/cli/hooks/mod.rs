//! `hookgate hooks`: the hooks of an account, looked at and changed.

mod delete;
mod show;

use std::io::{self, IsTerminal as _, Write};

use anyhow::Result;
use clap::{Args, Subcommand, ValueEnum};

use crate::cli::arguments::{parse_configuration, parse_name, parse_version};
use crate::cli::progress::Waiting;
use crate::cli::server::{ServerArgs, settle};
use crate::cli::table::find_width;
use crate::cli::{ExitStatus, Surroundings, runtime};
use crate::client::{Client, PrivateHookChange};
use crate::config::{Project, ProjectArgs};
use crate::domain::hook::{Configuration, HookName, Version};

/// What `--help` says about how it ends.
const CODES_HELP: &str = "\
Exit codes: 0 fine; 1 the server refuses, or there is no such hook; 2 the server cannot be reached.";

/// What is done with hooks.
#[derive(Debug, Subcommand)]
#[command(after_help = CODES_HELP)]
pub(super) enum HooksCommand {
    /// List all hooks, the newest first
    List(ListArgs),
    /// Show one hook
    Show(ShowArgs),
    /// List the versions of a hook, the newest first
    Versions(ShowArgs),
    /// Let another version of a hook decide from now on
    SetDefault(SetDefaultArgs),
    /// Say which stacks a hook is asked for, and what its refusal does
    Configure(ConfigureArgs),
    /// Delete a hook with all its versions, or one version
    Delete(delete::DeleteArgs),
}

/// Where the server is that is asked.
#[derive(Debug, Args)]
pub(super) struct Place {
    #[command(flatten)]
    pub(super) server: ServerArgs,
    #[command(flatten)]
    pub(super) project: ProjectArgs,
}

impl Place {
    /// A client of the server there.
    pub(super) fn client(&self, environment: &[(String, String)]) -> Result<Client> {
        let project = Project::load(&self.project)?;
        Ok(Client::new(&self.server.address(environment, &project))?)
    }
}

/// The command line of `hooks list`.
#[derive(Debug, Args)]
pub(super) struct ListArgs {
    /// How to print them
    #[arg(long, value_enum, default_value_t)]
    format: Format,
    #[command(flatten)]
    place: Place,
}

/// The command line of `hooks show` and `hooks versions`.
#[derive(Debug, Args)]
pub(super) struct ShowArgs {
    /// The hook
    #[arg(value_parser = parse_name)]
    name: HookName,
    /// How to print it
    #[arg(long, value_enum, default_value_t)]
    format: Format,
    #[command(flatten)]
    place: Place,
}

/// The command line of `hooks set-default`.
#[derive(Debug, Args)]
pub(super) struct SetDefaultArgs {
    /// The hook
    #[arg(value_parser = parse_name)]
    name: HookName,
    /// The version that is to decide
    #[arg(value_parser = parse_version)]
    version: Version,
    #[command(flatten)]
    place: Place,
}

/// The command line of `hooks configure`.
#[derive(Debug, Args)]
pub(super) struct ConfigureArgs {
    /// The hook
    #[arg(value_parser = parse_name)]
    name: HookName,
    /// The stacks, NONE or ALL, and what a refusal does, WARN or FAIL; such as `ALL:FAIL`
    #[arg(value_name = "TARGET:MODE", value_parser = parse_configuration)]
    configuration: Configuration,
    #[command(flatten)]
    place: Place,
}

/// How answers are printed.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, ValueEnum)]
pub(super) enum Format {
    /// For people
    #[default]
    Pretty,
    /// For machines, as the server has it
    Json,
}

pub(super) fn run<O: Write, E: Write>(
    command: &HooksCommand,
    surroundings: &mut Surroundings<O, E>,
) -> Result<ExitStatus> {
    let place = match command {
        HooksCommand::List(ListArgs { place, .. })
        | HooksCommand::Show(ShowArgs { place, .. })
        | HooksCommand::Versions(ShowArgs { place, .. })
        | HooksCommand::SetDefault(SetDefaultArgs { place, .. })
        | HooksCommand::Configure(ConfigureArgs { place, .. })
        | HooksCommand::Delete(delete::DeleteArgs { place, .. }) => place,
    };
    let client = place.client(&surroundings.environment)?;
    let runtime = runtime::one_thread()?;
    let done = runtime.block_on(obey(command, &client, surroundings));
    let undone = match command {
        HooksCommand::List(_) | HooksCommand::Show(_) | HooksCommand::Versions(_) => "",
        HooksCommand::SetDefault(_) | HooksCommand::Configure(_) => "nothing was changed",
        HooksCommand::Delete(_) => "nothing was deleted",
    };
    settle(done, undone, &mut surroundings.err)
}

async fn obey<O: Write, E: Write>(
    command: &HooksCommand,
    client: &Client,
    surroundings: &mut Surroundings<O, E>,
) -> Result<ExitStatus> {
    let width = find_width(&surroundings.environment);
    let out = &mut surroundings.out;
    match command {
        HooksCommand::List(args) => {
            let hooks = waited(client.list_private_hooks()).await?;
            show::hooks(out, &hooks, (args.format, width))?;
        }
        HooksCommand::Show(args) => {
            let hook = waited(client.show_private_hook_metadata(&args.name)).await?;
            show::hook(out, &hook, args.format)?;
        }
        HooksCommand::Versions(args) => {
            let hook = waited(client.show_private_hook_metadata(&args.name)).await?;
            let versions = waited(client.list_private_hook_versions(&args.name)).await?;
            show::versions(out, (&hook, &versions), (args.format, width))?;
        }
        HooksCommand::SetDefault(SetDefaultArgs { name, version, .. }) => {
            let change = PrivateHookChange {
                default_version: Some(version.to_string()),
                ..PrivateHookChange::default()
            };
            waited(client.update_private_hook_metadata(name, &change)).await?;
            writeln!(out, "version {version} of hook `{name}` decides from now on")?;
        }
        HooksCommand::Configure(ConfigureArgs { name, configuration, .. }) => {
            let Configuration { target_stacks, failure_mode } = configuration;
            let change = PrivateHookChange {
                configuration: Some((*configuration).into()),
                ..PrivateHookChange::default()
            };
            waited(client.update_private_hook_metadata(name, &change)).await?;
            let (target, mode) = (target_stacks.as_str(), failure_mode.as_str());
            writeln!(out, "hook `{name}` is configured as {target}:{mode}")?;
        }
        HooksCommand::Delete(args) => return delete::run(args, client, surroundings).await,
    }
    Ok(ExitStatus::Fine)
}

/// An answer of the server, with a sign of life until it comes.
pub(super) async fn waited<T>(answer: impl Future<Output = T>) -> T {
    let waiting = Waiting::begin(io::stderr().is_terminal(), "asking the server".to_owned());
    let answer = answer.await;
    drop(waiting);
    answer
}
