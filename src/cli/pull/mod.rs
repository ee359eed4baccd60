//! `hookgate pull`: the policy of a version as it was pushed, into a file, a folder or standard output.

mod unpack;

use std::io::{self, IsTerminal as _, Write};
use std::path::{Path, PathBuf};

use anyhow::{Result, anyhow, bail};
use clap::Args;

use crate::cli::arguments::{parse_name, parse_version};
use crate::cli::output::{is_stdout, write_stdout, write_whole};
use crate::cli::plain::{plain, plain_lines};
use crate::cli::progress::Waiting;
use crate::cli::server::{ServerArgs, settle};
use crate::cli::{ExitStatus, Surroundings, runtime};
use crate::client::Client;
use crate::config::{Project, ProjectArgs};
use crate::domain::bundle::PolicyFormat;
use crate::domain::hook::{HookName, Version};

/// What `--help` says about how it ends.
const CODES_HELP: &str = "\
Exit codes: 0 the policy is there; 1 the server refuses, or has no such hook or version; 2 something could not be written, or the \
server cannot be reached.";

/// The command line of `pull`.
#[derive(Debug, Args)]
#[command(after_help = CODES_HELP)]
pub(super) struct PullArgs {
    /// The hook
    #[arg(value_parser = parse_name)]
    name: HookName,
    /// The version; the default one unless given
    #[arg(long, value_parser = parse_version)]
    version: Option<Version>,
    /// Where to write: a file, with `--unpack` a folder, or `-` for standard output
    #[arg(short, long, value_name = "PATH")]
    output: PathBuf,
    /// Write the files of the policy into a folder
    #[arg(long)]
    unpack: bool,
    /// Write over what is there
    #[arg(long)]
    force: bool,
    #[command(flatten)]
    server: ServerArgs,
    #[command(flatten)]
    project: ProjectArgs,
}

pub(super) fn run<O: Write, E: Write>(
    args: &PullArgs,
    surroundings: &mut Surroundings<O, E>,
) -> Result<ExitStatus> {
    let to_stdout = is_stdout(&args.output);
    if to_stdout && args.unpack {
        bail!("`--unpack` makes a folder: name one");
    }
    if !to_stdout && !args.force && is_taken(args) {
        bail!("`{}` is there already: say `--force` to write over it", args.output.display());
    }
    let project = Project::load(&args.project)?;
    let client = Client::new(&args.server.address(&surroundings.environment, &project))?;
    let runtime = runtime::one_thread()?;
    let done = runtime.block_on(pull(args, &client, surroundings));
    settle(done, "nothing was written", &mut surroundings.err)
}

/// Whether something would be written over; an empty folder has nothing in it.
fn is_taken(args: &PullArgs) -> bool {
    let is_empty = |path: &Path| path.read_dir().is_ok_and(|mut entries| entries.next().is_none());
    args.output.symlink_metadata().is_ok() && !(args.unpack && is_empty(&args.output))
}

async fn pull<O: Write, E: Write>(
    args: &PullArgs,
    client: &Client,
    surroundings: &mut Surroundings<O, E>,
) -> Result<ExitStatus> {
    let waiting = Waiting::begin(io::stderr().is_terminal(), format!("fetching {}", args.name));
    let version = match &args.version {
        Some(version) => version.clone(),
        None => find_default(&args.name, client).await?,
    };
    let upload = client.show_private_hook_version_policy(&args.name, &version).await?;
    drop(waiting);
    let (output, told) = (&args.output, &mut surroundings.out);
    if args.unpack {
        let others = unpack::write(output, &upload)?;
        writeln!(told, "{}: {} {version}, unpacked", output.display(), args.name)?;
        for other in others {
            writeln!(
                surroundings.err,
                "hookgate: `{}` is there as well, and not of the policy",
                plain(&other)
            )?;
        }
    } else if is_stdout(output) {
        match upload.format {
            // For a person to read; what is piped is what was pushed.
            PolicyFormat::Rego if io::stdout().is_terminal() => {
                writeln!(told, "{}", plain_lines(&String::from_utf8_lossy(&upload.bytes)))?;
            }
            PolicyFormat::Rego | PolicyFormat::Zip => write_stdout(told, &upload.bytes)?,
        }
    } else {
        check_name(output, upload.format)?;
        write_whole(output, &upload.bytes)?;
        let (digest, length) = (upload.digest(), upload.bytes.len());
        writeln!(told, "{}: {} {version}, {length} bytes\nsha256 {digest}", output.display(), args.name)?;
    }
    Ok(ExitStatus::Fine)
}

async fn find_default(name: &HookName, client: &Client) -> Result<Version> {
    let hook = client.show_private_hook_metadata(name).await?;
    Version::parse("default_version", &hook.default_version)
        .map_err(|wrong| anyhow!("the answer is not a Hookgate's: {wrong}"))
}

/// Refuses a name that the other commands would take for something else.
fn check_name(output: &Path, format: PolicyFormat) -> Result<()> {
    let extension = output.extension().and_then(|extension| extension.to_str());
    match (format, extension) {
        (PolicyFormat::Zip, Some("rego")) => {
            bail!("the policy is a zip: name a `.zip`, or a folder with `--unpack`")
        }
        (PolicyFormat::Rego, Some("zip")) => bail!("the policy is one `.rego` file: name a `.rego`"),
        _ => Ok(()),
    }
}
