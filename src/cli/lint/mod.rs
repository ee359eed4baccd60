//! `hookgate lint`: what registration would say about policies that lie in files, and what is odd about them. The checks are made by
//! the same child processes as at registration; this command reads files, asks, and prints.

mod fix;
mod format;
mod pages;
mod report;
mod rules;
pub(super) mod snippet;

use std::io::{self, IsTerminal as _, Write};
use std::path::PathBuf;
use std::sync::Arc;

use anyhow::{Result, anyhow};
use clap::Args;

use crate::cli::in_turn::in_turn;
use crate::cli::lint::fix::{FixArgs, Fixes};
use crate::cli::lint::format::{Format, Layout};
use crate::cli::lint::pages::Topic;
use crate::cli::lint::report::{Look, Report, Totals};
use crate::cli::paint::{Color, Paint};
use crate::cli::progress::Progress;
use crate::cli::{ExitStatus, Surroundings, runtime, sources, watch};
use crate::config::{Leveled, Levels, OfflineArgs, OfflineConfig, Project, ProjectArgs};
use crate::domain::bundle::PolicyUpload;
use crate::domain::lint::Level;
use crate::evaluator::Evaluators;
use crate::offline::evaluators;
use crate::offline::source::{PATHS_HELP, Source};

/// What `--help` says about how it ends, and how findings are ignored.
const MORE_HELP: &str = "\
Exit codes: 0 nothing was found, 1 something was (see --fail-level), 2 something could not be read or checked.

A comment ignores a finding: `# hookgate ignore: RULE the reason`. Behind code it covers its row, on a row of its own the rule that \
begins below it, above `package` the whole file.";

/// The command line of `lint`.
#[derive(Debug, Args)]
#[command(after_help = format!("{PATHS_HELP}\n\n{MORE_HELP}"))]
pub(super) struct LintArgs {
    /// What to check: `.rego` files, `.zip`s, folders, or `-` for standard input [default: the current folder]
    #[arg(value_name = "PATH")]
    paths: Vec<PathBuf>,
    /// How to print what is found
    #[arg(long, value_enum, default_value_t)]
    format: Format,
    /// How much the findings of a rule weigh: `error`, `warning` or `ignore`; `all` means every rule; may be given several times
    #[arg(long = "level", value_name = "RULE=LEVEL", value_parser = rules::parse_level)]
    levels: Vec<(Leveled, Level)>,
    /// From which level on a finding makes the command fail: `error` or `warning` [default: warning]
    #[arg(long, value_name = "LEVEL", value_parser = rules::parse_fail_level)]
    fail_level: Option<Level>,
    #[command(flatten)]
    fixing: FixArgs,
    /// List the rules and how much each weighs
    #[arg(long, conflicts_with = "paths")]
    rules: bool,
    /// Print the page of a rule, or of a code with which registration refuses: what it finds, why that matters, how to mend it
    #[arg(long, value_name = "RULE", conflicts_with_all = ["paths", "rules"], value_parser = Topic::parse)]
    explain: Option<Topic>,
    /// Print the modules that will really run, too
    #[arg(long)]
    show_normalised: bool,
    #[arg(long, help = watch::HELP)]
    watch: bool,
    /// When to use colours
    #[arg(long, value_enum, default_value_t = Color::Auto)]
    color: Color,
    #[command(flatten)]
    project: ProjectArgs,
    #[command(flatten)]
    offline: OfflineArgs,
}

pub(super) fn run<O: Write, E: Write>(
    args: &LintArgs,
    surroundings: &mut Surroundings<O, E>,
) -> Result<ExitStatus> {
    if let Some(topic) = args.explain {
        write!(surroundings.out, "{}", topic.page().unwrap_or_default())?;
        return Ok(ExitStatus::Fine);
    }
    if args.rules {
        let project = Project::load(&args.project)?;
        rules::list(&mut surroundings.out, &Levels::of(&project, &args.levels))?;
        return Ok(ExitStatus::Fine);
    }
    if args.watch {
        return watch::watch(&sources::or_current(&args.paths), surroundings, |surroundings| {
            run_once(args, surroundings)
        });
    }
    run_once(args, surroundings)
}

fn run_once<O: Write, E: Write>(
    args: &LintArgs,
    surroundings: &mut Surroundings<O, E>,
) -> Result<ExitStatus> {
    let project = Project::load(&args.project)?;
    let config = OfflineConfig::load(&args.offline, surroundings.environment.clone())?;
    let (sources, mut missing) =
        sources::find(&sources::or_current(&args.paths), Source::list, &mut surroundings.err)?;
    if sources.is_empty() {
        return Ok(ExitStatus::Failed);
    }
    let runtime = runtime::many_threads()?;
    if args.fixing.fix {
        let Fixes { found, failed } =
            runtime.block_on(fix::fix(&sources, &config, args.fixing.diff, surroundings))?;
        missing = missing.saturating_add(failed);
        match args.fixing.diff {
            true if missing > 0 => return Ok(ExitStatus::Failed),
            true if found > 0 => return Ok(ExitStatus::Refused),
            true => return Ok(ExitStatus::Fine),
            false => {}
        }
    }
    let look = Look { levels: Levels::of(&project, &args.levels), shows_modules: args.show_normalised };
    let paint = Paint::new(args.color, io::stdout().is_terminal(), &surroundings.environment);
    let mut layout = args.format.layout(paint);
    let linting = lint(sources, (&config, &look), layout.as_mut(), surroundings);
    let totals = runtime.block_on(linting)?;
    layout.finish(&mut surroundings.out, &totals)?;
    surroundings.out.flush()?;
    let fail_level = args.fail_level.or(project.lint.fail_level).unwrap_or(Level::Warning);
    Ok(match totals {
        Totals { failed, .. } if failed > 0 || missing > 0 => ExitStatus::Failed,
        Totals { errors, .. } if errors > 0 => ExitStatus::Refused,
        Totals { warnings, .. } if warnings > 0 && fail_level <= Level::Warning => ExitStatus::Refused,
        Totals { .. } => ExitStatus::Fine,
    })
}

/// A policy that registration accepts.
pub(super) struct Accepted {
    /// As it would be uploaded.
    pub(super) upload: PolicyUpload,
    /// Why the gate would find nothing to ask in it.
    pub(super) undeclared: Option<String>,
}

/// Has the one policy of `source` checked, and prints what is found; gives it unless it is refused.
pub(super) async fn check(
    evaluators: &Evaluators,
    (source, levels): (&Source, Levels),
    (out, paint): (&mut dyn Write, Paint),
) -> Result<Option<Accepted>> {
    let look = Look { levels, shows_modules: false };
    let examined = report::examine_and_keep(evaluators, source, 0, &look).await;
    let (report, upload) = examined.map_err(|words| anyhow!(words))?;
    tell_notes(out, &report)?;
    Format::Pretty.layout(paint).report(out, &report)?;
    let upload = upload.filter(|_| !report.is_refused());
    Ok(upload.map(|upload| Accepted { upload, undeclared: report.undeclared }))
}

fn tell_notes(err: &mut dyn Write, report: &Report) -> io::Result<()> {
    report.notes.iter().try_for_each(|note| writeln!(err, "hookgate: `{}`: {note}", report.source))
}

/// Checks several policies at once, and prints them in their order.
async fn lint<O: Write, E: Write>(
    sources: Vec<Source>,
    (config, look): (&OfflineConfig, &Look),
    layout: &mut dyn Layout,
    surroundings: &mut Surroundings<O, E>,
) -> Result<Totals> {
    let evaluators = Arc::new(evaluators::start(config)?);
    let mut progress = Progress::begin(io::stderr().is_terminal(), sources.len());
    let jobs = sources.into_iter().enumerate().map(|(number, source)| {
        let (evaluators, look) = (Arc::clone(&evaluators), look.clone());
        async move { report::examine(&evaluators, &source, number, &look).await }
    });
    // Two for each evaluator: while it checks one, the next is read.
    let at_once = config.evaluation.processes.saturating_mul(2);
    let mut totals = Totals::default();
    let Surroundings { out, err, .. } = surroundings;
    in_turn(jobs, at_once, |examined| {
        totals.count(&examined);
        progress.step(|| match examined {
            Ok(report) => {
                tell_notes(err, &report)?;
                layout.report(out, &report)
            }
            Err(complaint) => writeln!(err, "hookgate: {complaint}"),
        })?;
        Ok(())
    })
    .await?;
    Ok(totals)
}
