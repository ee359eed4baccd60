//! `hookgate bundle`: a policy as one zip, whose bytes depend on its files alone, checked before it is written; or the check of such
//! a zip.

mod verify;

use std::io::{self, IsTerminal as _, Write};
use std::path::{Path, PathBuf};

use anyhow::{Context as _, Result};
use clap::Args;

use crate::cli::lint::Accepted;
use crate::cli::output::{counted, is_stdout, write_stdout, write_whole};
use crate::cli::plain::plain;
use crate::cli::policy::{self, Rules};
use crate::cli::progress::Waiting;
use crate::cli::{ExitStatus, Surroundings, runtime};
use crate::config::{OfflineArgs, Project, ProjectArgs};
use crate::domain::bundle::{Digest, PolicyFormat, PolicyUpload, SINGLE_FILE};
use crate::offline::archive::{self, ArchivedFile};
use crate::offline::source::PATHS_HELP;

/// What `--help` says about how it ends.
const CODES_HELP: &str = "\
Exit codes: 0 the archive was written, or is what it should be; 1 the policy is refused, or the archive is another; 2 something \
could not be read or written.";

/// The command line of `bundle`.
#[derive(Debug, Args)]
#[command(after_help = format!("{PATHS_HELP}\n\n{CODES_HELP}"))]
pub(super) struct BundleArgs {
    /// The policy: a `.rego` file, a folder, a `.zip`, a bundle of OPA, or `-` for standard input
    #[arg(required_unless_present = "verify", value_name = "PATH")]
    path: Option<PathBuf>,
    /// The archive to write; `-` is standard output
    #[arg(short, long, value_name = "ZIP", required_unless_present = "verify", conflicts_with = "verify")]
    output: Option<PathBuf>,
    /// Check this archive instead; with PATH, also that it holds the files of that policy
    #[arg(long, value_name = "ZIP")]
    verify: Option<PathBuf>,
    #[command(flatten)]
    project: ProjectArgs,
    #[command(flatten)]
    offline: OfflineArgs,
}

pub(super) fn run<O: Write, E: Write>(
    args: &BundleArgs,
    surroundings: &mut Surroundings<O, E>,
) -> Result<ExitStatus> {
    let project = Project::load(&args.project)?;
    let rules = Rules::load(&project, &args.offline, &surroundings.environment)?;
    let runtime = runtime::many_threads()?;
    match (&args.verify, &args.path, &args.output) {
        (Some(zip), path, _) => runtime.block_on(verify::run((zip, path.as_deref()), &rules, surroundings)),
        (None, Some(path), Some(output)) => runtime.block_on(bundle((path, output), &rules, surroundings)),
        (None, ..) => anyhow::bail!("name a policy, and with `-o` the archive to write"),
    }
}

async fn bundle<O: Write, E: Write>(
    (path, output): (&Path, &Path),
    rules: &Rules,
    surroundings: &mut Surroundings<O, E>,
) -> Result<ExitStatus> {
    let Some(Accepted { upload, undeclared }) = check(path, rules, &mut surroundings.err).await? else {
        writeln!(surroundings.err, "nothing was written")?;
        return Ok(ExitStatus::Refused);
    };
    if let Some(why) = undeclared {
        writeln!(surroundings.err, "hookgate: {}; `push` will not store it", plain(&why))?;
    }
    let files = list_files(&upload)?;
    let number = files.len();
    let zip = archive::pack(files).context("the policy cannot be packed")?;
    if is_stdout(output) {
        write_stdout(&mut surroundings.out, &zip)?;
        tell(&mut surroundings.err, "standard output", (&zip, number))?;
    } else {
        write_whole(output, &zip)?;
        tell(&mut surroundings.out, &output.display().to_string(), (&zip, number))?;
    }
    Ok(ExitStatus::Fine)
}

/// The policy at `path`, unless it is refused, which is told.
async fn check(path: &Path, rules: &Rules, err: &mut dyn Write) -> Result<Option<Accepted>> {
    let source = policy::find_one(path)?;
    let evaluators = rules.start_evaluators()?;
    // Told when nothing turns on the screen any more.
    let mut told = Vec::new();
    let waiting = Waiting::begin(io::stderr().is_terminal(), format!("checking {}", plain(&source.name())));
    let checked = rules.check(&evaluators, &source, &mut told).await;
    drop(waiting);
    err.write_all(&told)?;
    checked
}

/// The files of a policy, in the order in which they are packed.
fn list_files(upload: &PolicyUpload) -> Result<Vec<ArchivedFile>> {
    Ok(match upload.format {
        PolicyFormat::Rego => {
            vec![ArchivedFile { path: SINGLE_FILE.to_owned(), content: upload.bytes.clone() }]
        }
        PolicyFormat::Zip => archive::list_files(&upload.bytes)?,
    })
}

fn tell(out: &mut dyn Write, name: &str, (zip, files): (&[u8], usize)) -> Result<()> {
    writeln!(out, "{name}: {}, {} bytes", counted(files, "file", "files"), zip.len())?;
    Ok(writeln!(out, "sha256 {}", Digest::of(zip))?)
}
