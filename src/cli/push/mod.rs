//! `hookgate push`: a policy becomes a version of a hook, once registration would accept it and its tests pass. What else `lint` finds is told.
//!
//! It looks at what is there before it stores anything, so that pushing again what was pushed before changes nothing.

mod plan;
mod store;

use std::io::{self, IsTerminal as _, Write};
use std::path::PathBuf;

use anyhow::{Context as _, Result};
use clap::Args;

use crate::cli::arguments::{parse_configuration, parse_description, parse_name, parse_version};
use crate::cli::lint::Accepted;
use crate::cli::plain::plain;
use crate::cli::policy::{self, Rules};
use crate::cli::progress::Waiting;
use crate::cli::push::plan::Plan;
use crate::cli::server::{ServerArgs, settle};
use crate::cli::{ExitStatus, Surroundings, runtime};
use crate::client::Client;
use crate::config::{OfflineArgs, Project, ProjectArgs};
use crate::domain::hook::{Configuration, HookName, Version};
use crate::offline::source::PATHS_HELP;

/// What `--help` says about how it ends.
const CODES_HELP: &str = "\
Exit codes: 0 the version is there, just stored or with the same files before; 1 the policy is refused, a test fails, the version \
has another policy, or the server refuses; 2 something could not be read, or the server cannot be reached.";

/// Store a policy as a version of a hook, once it is checked and its tests pass
///
/// A hook that is not there is created, and its first version decides. Later versions decide once they are made the default.
/// What is there already is left as it is: pushing the same files again changes nothing.
#[derive(Debug, Args)]
#[command(after_help = format!("{PATHS_HELP}\n\n{CODES_HELP}"))]
#[expect(clippy::struct_excessive_bools, reason = "each is a flag by itself")]
pub(super) struct PushArgs {
    /// The hook
    #[arg(value_parser = parse_name)]
    name: HookName,
    /// The policy: a `.rego` file, a folder, a `.zip`, a bundle of OPA, or `-` for standard input
    path: PathBuf,
    /// The version, such as `1.2.0`; once it is stored it never changes
    #[arg(long, value_parser = parse_version)]
    version: Version,
    /// Let this version decide from now on
    #[arg(long)]
    make_default: bool,
    /// Which stacks the hook is asked for, NONE or ALL, and what its refusal does, WARN or FAIL; such as `ALL:FAIL`
    #[arg(long, value_name = "TARGET:MODE", value_parser = parse_configuration)]
    configure: Option<Configuration>,
    /// What the hook is for
    #[arg(long, value_name = "TEXT", value_parser = parse_description)]
    description: Option<String>,
    /// What this version is about
    #[arg(long, value_name = "TEXT", value_parser = parse_description)]
    version_description: Option<String>,
    /// Do not run the tests that the policy brings along
    #[arg(long)]
    no_test: bool,
    /// Store a policy without `hook_result` in package `policy`, such as a library: no operation is ever refused by it
    #[arg(long)]
    allow_undeclared: bool,
    /// Check, test and look at the server, but change nothing
    #[arg(long)]
    dry_run: bool,
    #[command(flatten)]
    server: ServerArgs,
    #[command(flatten)]
    project: ProjectArgs,
    #[command(flatten)]
    offline: OfflineArgs,
}

pub(super) fn run<O: Write, E: Write>(
    args: &PushArgs,
    surroundings: &mut Surroundings<O, E>,
) -> Result<ExitStatus> {
    let project = Project::load(&args.project)?;
    let rules = Rules::load(&project, &args.offline, &surroundings.environment)?;
    let client = Client::new(&args.server.address(&surroundings.environment, &project))?;
    let runtime = runtime::many_threads()?;
    let pushing = push(args, (&client, &rules), surroundings);
    let done = runtime.block_on(pushing);
    if matches!(done, Ok(ExitStatus::Refused)) {
        writeln!(surroundings.err, "nothing was sent")?;
    }
    settle(done, "nothing was stored", &mut surroundings.err)
}

async fn push<O: Write, E: Write>(
    args: &PushArgs,
    (client, rules): (&Client, &Rules),
    surroundings: &mut Surroundings<O, E>,
) -> Result<ExitStatus> {
    let Some(Accepted { upload, undeclared }) = prepare(args, rules, surroundings).await? else {
        return Ok(ExitStatus::Refused);
    };
    if let Some(why) = undeclared.as_ref().filter(|_| !args.allow_undeclared) {
        refuse_undeclared(why, &mut surroundings.err)?;
        return Ok(ExitStatus::Refused);
    }
    let effect = if undeclared.is_some() { Effect::None } else { Effect::Decides };
    let out = &mut surroundings.out;
    let waiting = wait(format!("asking the server about {}", args.name));
    let plan = plan::make(args, &upload, client).await.context("nothing was sent")?;
    drop(waiting);
    if let Plan::Impossible { why } = plan {
        writeln!(surroundings.err, "hookgate: {why}")?;
        return Ok(ExitStatus::Refused);
    }
    if args.dry_run {
        plan::tell(args, (&plan, effect), out)?;
        return Ok(ExitStatus::Fine);
    }
    let waiting = wait(format!("storing {} {}", args.name, args.version));
    let stored = store::store(args, (&plan, &upload), client).await?;
    drop(waiting);
    store::tell(args, (&plan, &stored, effect), out)?;
    Ok(ExitStatus::Fine)
}

/// What a version does once it is the default.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Effect {
    /// It is asked, and answers.
    Decides,
    /// It has nothing that could be asked.
    None,
}

fn refuse_undeclared(why: &str, err: &mut impl Write) -> Result<()> {
    writeln!(err, "hookgate: {}, and every operation would pass it (NOT_DECLARED)", plain(why))?;
    Ok(writeln!(
        err,
        "  a bundle that is not meant to decide, such as a library, is stored with `--allow-undeclared`"
    )?)
}

/// The policy as it is to be stored, unless it is refused or a test of it fails, which is told.
async fn prepare<O: Write, E: Write>(
    args: &PushArgs,
    rules: &Rules,
    surroundings: &mut Surroundings<O, E>,
) -> Result<Option<Accepted>> {
    let source = policy::find_one(&args.path)?;
    let evaluators = rules.start_evaluators()?;
    // Told when nothing turns on the screen any more.
    let (mut out, mut err) = (Vec::new(), Vec::new());
    let waiting = wait(format!("checking {}", plain(&source.name())));
    let mut checked = rules.check(&evaluators, &source, &mut err).await?;
    if let Some(Accepted { upload, .. }) = checked.as_ref().filter(|_| !args.no_test) {
        let upload = upload.clone();
        let tested = policy::with_tests(&args.path, (source, upload))?;
        let passed = rules.test(evaluators, tested, (&mut out, &mut err)).await?;
        checked = checked.filter(|_| passed);
    }
    drop(waiting);
    surroundings.err.write_all(&err)?;
    surroundings.out.write_all(&out)?;
    Ok(checked)
}

fn wait(message: String) -> Waiting {
    Waiting::begin(io::stderr().is_terminal(), message)
}
