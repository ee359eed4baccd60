//! `hookgate lint`: what registration would say about policies that lie in files. The checks are those of registration, made by the
//! same child processes; this command reads files, asks, and prints.

mod format;
mod report;
mod snippet;

use std::collections::VecDeque;
use std::io::Write;
use std::path::PathBuf;
use std::sync::Arc;

use anyhow::{Context as _, Result, anyhow};
use clap::Args;
use tokio::task::JoinHandle;

use crate::cli::lint::format::{Format, Layout};
use crate::cli::lint::report::{Report, Totals};
use crate::cli::{ExitStatus, Surroundings};
use crate::config::{OfflineArgs, OfflineConfig};
use crate::domain::bundle::PolicyUpload;
use crate::evaluator::Evaluators;
use crate::offline::evaluators;
use crate::offline::source::{PATHS_HELP, Source};

/// What `--help` says about how it ends.
const CODES_HELP: &str = "\
Exit codes: 0 all policies are accepted (there may be warnings), 1 some are refused, 2 something could not be read or checked.";

/// The command line of `lint`.
#[derive(Debug, Args)]
#[command(after_help = format!("{PATHS_HELP}\n\n{CODES_HELP}"))]
pub(super) struct LintArgs {
    /// What to check: `.rego` files, `.zip`s, folders, or `-` for standard input
    #[arg(required = true, value_name = "PATH")]
    paths: Vec<PathBuf>,
    /// How to print what is found
    #[arg(long, value_enum, default_value_t)]
    format: Format,
    /// Print the modules that will really run, too
    #[arg(long)]
    show_normalised: bool,
    #[command(flatten)]
    offline: OfflineArgs,
}

pub(super) fn run<O: Write, E: Write>(
    args: &LintArgs,
    surroundings: &mut Surroundings<O, E>,
) -> Result<ExitStatus> {
    let config = OfflineConfig::load(&args.offline, surroundings.environment.clone())?;
    let (mut sources, mut failures) = (Vec::new(), 0_usize);
    for path in &args.paths {
        match Source::list(path) {
            Ok(found) => sources.extend(found),
            Err(cause) => {
                failures = failures.saturating_add(1);
                writeln!(surroundings.err, "hookgate: {cause}")?;
            }
        }
    }
    if sources.is_empty() {
        return Ok(ExitStatus::Failed);
    }
    let runtime = tokio::runtime::Builder::new_multi_thread().enable_all().build();
    let mut layout = args.format.layout();
    let linting = lint(sources, (&config, args.show_normalised), layout.as_mut(), surroundings);
    let totals = runtime.context("cannot start the runtime")?.block_on(linting)?;
    layout.finish(&mut surroundings.out, &totals)?;
    surroundings.out.flush()?;
    Ok(match totals {
        Totals { failed, .. } if failed > 0 || failures > 0 => ExitStatus::Failed,
        Totals { refused, .. } if refused > 0 => ExitStatus::Refused,
        Totals { .. } => ExitStatus::Fine,
    })
}

/// Has the one policy of `source` checked, and prints what is found; gives it as it would be uploaded, unless it is refused.
pub(super) async fn check(
    evaluators: &Evaluators,
    source: &Source,
    out: &mut dyn Write,
) -> Result<Option<PolicyUpload>> {
    let (report, upload) = report::examine_once(evaluators, source).await.map_err(|words| anyhow!(words))?;
    Format::Pretty.layout().report(out, &report)?;
    Ok(upload.filter(|_| report.errors.is_empty()))
}

/// Checks as many policies at once as there are evaluators, and prints them in their order.
async fn lint<O: Write, E: Write>(
    sources: Vec<Source>,
    (config, shows_modules): (&OfflineConfig, bool),
    layout: &mut dyn Layout,
    surroundings: &mut Surroundings<O, E>,
) -> Result<Totals> {
    let evaluators = Arc::new(evaluators::start(config).context("cannot find this program's own file")?);
    let (mut totals, mut running) = (Totals::default(), VecDeque::<JoinHandle<_>>::new());
    let mut sources = sources.into_iter().enumerate();
    loop {
        while running.len() < config.evaluation.processes
            && let Some((number, source)) = sources.next()
        {
            let evaluators = Arc::clone(&evaluators);
            running.push_back(tokio::spawn(async move {
                report::examine(&evaluators, &source, (number, shows_modules)).await
            }));
        }
        let Some(first) = running.pop_front() else { return Ok(totals) };
        let examined: Result<Report, String> = first.await.context("the check of a policy broke off")?;
        totals.count(&examined);
        match examined {
            Ok(report) => layout.report(&mut surroundings.out, &report)?,
            Err(complaint) => writeln!(surroundings.err, "hookgate: {complaint}")?,
        }
    }
}
