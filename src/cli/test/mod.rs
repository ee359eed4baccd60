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
use crate::cli::progress::Progress;
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
    "there are no tests and no cases: write rules `test_…`, or allow it with `--allow-untested`";

/// What `--help` says about how it ends.
const CODES_HELP: &str = "\
Exit codes: 0 all tests and cases passed, 1 some did not, a policy is refused or has none, or less is covered than wanted, 2 something \
could not be read or tried, or there was nothing to run.";

/// The command line of `test`.
#[expect(clippy::struct_excessive_bools, reason = "each is a flag by itself")]
#[derive(Debug, Args)]
#[command(after_help = format!("{PATHS_HELP}\n\n{CASES_HELP}\n\n{CODES_HELP}"))]
pub(super) struct TestArgs {
    /// What to test: `.rego` files, `.zip`s, folders, or `-` for standard input [default: the current folder]
    #[arg(value_name = "PATH")]
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
    /// Do not fail if a policy has no tests and no cases, or if there is nothing to run at all
    #[arg(long, alias = "allow-no-tests")]
    allow_untested: bool,
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
        return watch::watch(&sources::or_current(&args.paths), surroundings, |surroundings| {
            run_once(args, surroundings)
        });
    }
    run_once(args, surroundings)
}

fn run_once<O: Write, E: Write>(
    args: &TestArgs,
    surroundings: &mut Surroundings<O, E>,
) -> Result<ExitStatus> {
    let config = config(args, surroundings)?;
    let (sources, missing) =
        sources::find(&sources::or_current(&args.paths), Source::list_tested, &mut surroundings.err)?;
    if sources.is_empty() {
        return Ok(ExitStatus::Failed);
    }
    let runtime = runtime::many_threads()?;
    let testing = test(sources, (args, &config), surroundings);
    let (ending, mut gaps) = runtime.block_on(testing)?;
    gaps.failures = gaps.failures.saturating_add(missing);
    judge(args, &ending, (&gaps, &mut surroundings.err))
}

/// What was not tested.
#[derive(Debug)]
struct Gaps {
    /// How many policies could not be.
    failures: usize,
    /// Those that have no tests and no cases.
    untested: Vec<String>,
}

impl Gaps {
    /// Tells the policies without tests, unless that is allowed or there is nothing else; and whether there are any.
    fn tell_untested(&self, args: &TestArgs, err: &mut impl Write) -> io::Result<bool> {
        if args.allow_untested {
            return Ok(false);
        }
        for policy in &self.untested {
            writeln!(
                err,
                "hookgate: `{policy}` has no tests and no cases: write rules `test_…`, or allow it with `--allow-untested`"
            )?;
        }
        Ok(!self.untested.is_empty())
    }
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

/// Tests as many policies at once as there are evaluators, and prints them in their order.
async fn test<O: Write, E: Write>(
    sources: Vec<Source>,
    (args, config): (&TestArgs, &OfflineConfig),
    surroundings: &mut Surroundings<O, E>,
) -> Result<(Ending, Gaps)> {
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
    let mut progress = Progress::begin(io::stderr().is_terminal(), sources.len());
    let mut untested = Vec::new();
    let jobs = sources.into_iter().enumerate().map(|numbered| policy::test(Arc::clone(&plan), numbered));
    let Surroundings { out, err, .. } = surroundings;
    in_turn(jobs, config.evaluation.processes, |tested| {
        progress.step(|| match tested {
            Ok(report) => {
                totals.count(&report);
                coverage.files.extend(report.coverage.files.clone());
                untested.extend(report.tried.is_empty().then(|| report.source.clone()));
                layout.report(out, report)
            }
            Err(complaint) => {
                failures = failures.saturating_add(1);
                writeln!(err, "hookgate: {complaint}")
            }
        })?;
        Ok(())
    })
    .await?;
    drop(progress);
    let ending = Ending { totals, coverage: covers.then_some(coverage) };
    layout.finish(out, &ending)?;
    out.flush()?;
    // What a pattern leaves out is not without tests.
    let untested = if args.run.is_some() { Vec::new() } else { untested };
    Ok((ending, Gaps { failures, untested }))
}

/// How it ends, with words for what the results do not say themselves.
fn judge(args: &TestArgs, ending: &Ending, (gaps, err): (&Gaps, &mut impl Write)) -> Result<ExitStatus> {
    let (Ending { totals, coverage }, failures) = (ending, gaps.failures);
    let is_empty = totals.is_empty() && failures == 0 && !args.allow_untested;
    if is_empty {
        let complaint = match &args.run {
            Some((pattern, _)) => format!("no test and no case matches `{pattern}` (`--run`)"),
            None => NOTHING.to_owned(),
        };
        writeln!(err, "hookgate: {complaint}")?;
    }
    let mut is_short = !is_empty && gaps.tell_untested(args, err)?;
    if let (Some(coverage), Some(threshold)) = (coverage, args.threshold) {
        let percent = coverage.percent();
        if percent < threshold {
            is_short = true;
            writeln!(
                err,
                "hookgate: {percent:.2} % is covered, less than the {threshold} % of `--threshold`"
            )?;
        }
    }
    Ok(match totals {
        _ if is_empty || failures > 0 || totals.broken > totals.refused => ExitStatus::Failed,
        Totals { failed, errored, refused, .. }
            if is_short || *failed > 0 || *errored > 0 || *refused > 0 =>
        {
            ExitStatus::Refused
        }
        Totals { .. } => ExitStatus::Fine,
    })
}
