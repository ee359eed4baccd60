//! `hookgate test`: the tests and cases of policies that lie in files, with the results of `opa test` and of the gate.
//!
//! Policies run in child processes only; this command reads files, asks, compares and prints.

mod cases;
mod diff;
mod expected;
mod format;
mod policy;
mod tried;

use std::io::{self, IsTerminal as _, Write};
use std::path::PathBuf;
use std::sync::Arc;
use std::time::Duration;

use anyhow::{Result, anyhow};
use clap::Args;
use regex_automata::meta::{BuildError, Regex};

use crate::cli::in_turn::in_turn;
use crate::cli::paint::{Color, Paint};
use crate::cli::test::format::{Ending, Format, Look};
use crate::cli::test::policy::Plan;
use crate::cli::test::tried::Totals;
use crate::cli::{ExitStatus, Surroundings, runtime, sources, watch};
use crate::clock::Clock;
use crate::config::{OfflineArgs, OfflineConfig, test_timeout};
use crate::domain::bundle::PolicyUpload;
use crate::domain::coverage::Coverage;
use crate::evaluator::Evaluators;
use crate::offline::evaluators;
use crate::offline::source::{PATHS_HELP, Source};
use crate::offline::tested::CASES_HELP;

/// The longest time for a test, as `opa test` has it.
const TIMEOUT: Duration = Duration::from_secs(5);
/// How long tests may wait for each other: however many there are, each has its turn.
pub(super) const WAIT: Duration = Duration::from_hours(24);

/// What is said when there is nothing.
const NOTHING: &str =
    "there are no tests and no cases: write rules `test_…`, or allow it with `--allow-no-tests`";

/// What `--help` says about how it ends.
const CODES_HELP: &str = "\
Exit codes: 0 all tests and cases passed, 1 some did not, or less is covered than wanted, 2 something could not be read or tried, or there \
was nothing to run.";

/// The command line of `test`.
#[expect(clippy::struct_excessive_bools, reason = "each is a flag by itself")]
#[derive(Debug, Args)]
#[command(after_help = format!("{PATHS_HELP}\n\n{CASES_HELP}\n\n{CODES_HELP}"))]
pub(super) struct TestArgs {
    /// What to test: `.rego` files, `.zip`s, folders, or `-` for standard input
    #[arg(required = true, value_name = "PATH")]
    paths: Vec<PathBuf>,
    /// Run only what this regular expression is found in: `data.policy.test_x`, `cases/x`
    #[arg(long, value_name = "REGEX", value_parser = parse_filter)]
    run: Option<(String, Regex)>,
    /// The longest time for each test and case [default: 5s for a test, the gate's limit for a case]
    #[arg(long, value_name = "TIME", value_parser = test_timeout)]
    timeout: Option<Duration>,
    /// How to print what comes of it
    #[arg(long, value_enum, default_value_t)]
    format: Format,
    /// Show what passed or was skipped, too, and how long everything took
    #[arg(short, long)]
    verbose: bool,
    /// Say which rows of the policies the tests and cases came to
    #[arg(long)]
    coverage: bool,
    /// Fail if less than this part of all rows is covered, in percent
    #[arg(long, value_name = "PERCENT", value_parser = parse_percent)]
    threshold: Option<f64>,
    /// Do not fail if there is nothing to run
    #[arg(long)]
    allow_no_tests: bool,
    #[arg(long, help = watch::HELP)]
    watch: bool,
    /// When to use colours
    #[arg(long, value_enum, default_value_t = Color::Auto)]
    color: Color,
    #[command(flatten)]
    offline: OfflineArgs,
}

fn parse_filter(text: &str) -> Result<(String, Regex), String> {
    let explain =
        |error: BuildError| error.syntax_error().map_or_else(|| error.to_string(), ToString::to_string);
    let pattern = Regex::new(text).map_err(explain)?;
    Ok((text.to_owned(), pattern))
}

fn parse_percent(text: &str) -> Result<f64, String> {
    let percent = text.parse().ok().filter(|percent| (0.0..=100.0).contains(percent));
    percent.ok_or_else(|| "must be a number from 0 to 100".to_owned())
}

pub(super) fn run<O: Write, E: Write>(
    args: &TestArgs,
    surroundings: &mut Surroundings<O, E>,
) -> Result<ExitStatus> {
    if args.watch {
        return watch::watch(&args.paths, surroundings, |surroundings| run_once(args, surroundings));
    }
    run_once(args, surroundings)
}

fn run_once<O: Write, E: Write>(
    args: &TestArgs,
    surroundings: &mut Surroundings<O, E>,
) -> Result<ExitStatus> {
    let config = config(args, surroundings)?;
    let (sources, missing) = sources::find(&args.paths, Source::list_tested, &mut surroundings.err)?;
    if sources.is_empty() {
        return Ok(ExitStatus::Failed);
    }
    let runtime = runtime::many_threads()?;
    let testing = test(sources, (args, &config), surroundings);
    let (ending, failures) = runtime.block_on(testing)?;
    judge(args, &ending, (failures.saturating_add(missing), &mut surroundings.err))
}

/// What came of the tests and cases of one policy.
#[derive(Debug, Clone, Copy)]
pub(super) struct Checked {
    /// How many there are.
    pub(super) all: usize,
    /// How many of them did not come out as they should.
    pub(super) wrong: usize,
}

/// Tests the policy of `source`, which was read as `upload`, before something is done with it, and prints what fails.
pub(super) async fn check(
    evaluators: Evaluators,
    (source, upload): (&Source, PolicyUpload),
    (out, paint): (&mut dyn Write, Paint),
) -> Result<Checked> {
    let now = Clock::System.now();
    let plan = Plan { evaluators, filter: None, timeout: TIMEOUT, now, covers: false };
    let tested = policy::test_upload(&plan, (0, source), Arc::new(upload)).await;
    let report = tested.map_err(|words| anyhow!(words))?;
    let all = report.tried.len();
    let wrong = report.tried.iter().filter(|tried| tried.outcome.trouble().is_some()).count();
    Format::Pretty.layout(Look { paint, is_verbose: false }).report(out, report)?;
    Ok(Checked { all, wrong })
}

/// The settings of the evaluators.
fn config<O, E>(args: &TestArgs, surroundings: &Surroundings<O, E>) -> Result<OfflineConfig> {
    let mut config = OfflineConfig::load(&args.offline, surroundings.environment.clone())?;
    config.evaluation.timeout = args.timeout.unwrap_or(config.evaluation.timeout);
    config.evaluation.operation_timeout = WAIT;
    Ok(config)
}

/// Tests as many policies at once as there are evaluators, and prints them in their order. Says how many could not be tested.
async fn test<O: Write, E: Write>(
    sources: Vec<Source>,
    (args, config): (&TestArgs, &OfflineConfig),
    surroundings: &mut Surroundings<O, E>,
) -> Result<(Ending, usize)> {
    let covers = args.coverage || args.threshold.is_some();
    let plan = Arc::new(Plan {
        evaluators: evaluators::start(config)?,
        filter: args.run.clone(),
        timeout: args.timeout.unwrap_or(TIMEOUT),
        now: Clock::System.now(),
        covers,
    });
    let paint = Paint::new(args.color, io::stdout().is_terminal(), &surroundings.environment);
    let mut layout = args.format.layout(Look { paint, is_verbose: args.verbose });
    let (mut totals, mut coverage, mut failures) = (Totals::default(), Coverage::default(), 0_usize);
    let jobs = sources.into_iter().enumerate().map(|numbered| policy::test(Arc::clone(&plan), numbered));
    let Surroundings { out, err, .. } = surroundings;
    in_turn(jobs, config.evaluation.processes, |tested| {
        match tested {
            Ok(report) => {
                totals.count(&report);
                coverage.files.extend(report.coverage.files.clone());
                layout.report(out, report)?;
            }
            Err(complaint) => {
                failures = failures.saturating_add(1);
                writeln!(err, "hookgate: {complaint}")?;
            }
        }
        Ok(())
    })
    .await?;
    let ending = Ending { totals, coverage: covers.then_some(coverage) };
    layout.finish(out, &ending)?;
    out.flush()?;
    Ok((ending, failures))
}

/// How it ends, with words for what the results do not say themselves.
fn judge(args: &TestArgs, ending: &Ending, (failures, err): (usize, &mut impl Write)) -> Result<ExitStatus> {
    let Ending { totals, coverage } = ending;
    let is_empty = totals.is_empty() && failures == 0 && !args.allow_no_tests;
    if is_empty {
        let complaint = match &args.run {
            Some((pattern, _)) => format!("no test and no case matches `{pattern}` (`--run`)"),
            None => NOTHING.to_owned(),
        };
        writeln!(err, "hookgate: {complaint}")?;
    }
    let mut is_short = false;
    if let (Some(coverage), Some(threshold)) = (coverage, args.threshold) {
        let percent = coverage.percent();
        is_short = percent < threshold;
        if is_short {
            writeln!(
                err,
                "hookgate: {percent:.2} % is covered, less than the {threshold} % of `--threshold`"
            )?;
        }
    }
    Ok(match totals {
        _ if is_empty || failures > 0 || totals.broken > 0 => ExitStatus::Failed,
        Totals { failed, errored, .. } if is_short || *failed > 0 || *errored > 0 => ExitStatus::Refused,
        Totals { .. } => ExitStatus::Fine,
    })
}
