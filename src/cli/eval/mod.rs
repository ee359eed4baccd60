//! `hookgate eval`: what the gate would decide about one input, by policies that lie in files. Nothing is stored.

mod asking;
mod envelope;
mod format;
mod json;
mod objection;
mod pretty;
mod reports;

use std::io::{self, IsTerminal as _, Write};
use std::path::PathBuf;

use anyhow::{Result, bail};
use clap::Args;

use crate::cli::eval::asking::{Asked, Refused};
use crate::cli::eval::format::Format;
use crate::cli::format::{junit, tap};
use crate::cli::labels::LabelArgs;
use crate::cli::lint::snippet::snippet;
use crate::cli::paint::{Color, Paint};
use crate::cli::plain::plain;
use crate::cli::{ExitStatus, Surroundings, runtime};
use crate::config::{OfflineArgs, OfflineConfig, undefined_result};
use crate::domain::hook::FailureMode;
use crate::domain::verdict::{Decision, UndefinedResult};
use crate::offline::source::PATHS_HELP;

/// What `--help` says about how it ends.
const CODES_HELP: &str = "\
Exit codes: 0 ALLOWED, 1 DENIED, 2 nothing was decided: a policy is refused, or something cannot be read.";

/// Say what the gate would decide about one input, without a server
///
/// What policies print is shown on standard error.
#[derive(Debug, Args)]
#[command(after_help = format!("{PATHS_HELP}\n\n{CODES_HELP}"))]
pub(super) struct EvalArgs {
    /// The policies to ask: `.rego` files, `.zip`s, folders; each is a hook. May be given several times
    #[arg(long = "policy", required = true, value_name = "PATH", num_args = 1..)]
    policies: Vec<PathBuf>,
    /// The JSON object to judge; `-` reads it from standard input [default: an empty object]
    #[arg(long, value_name = "FILE")]
    input: Option<PathBuf>,
    /// The plan to judge: what `terraform show -json` prints, or a saved plan file, which is shown that way
    #[arg(long, value_name = "FILE", conflicts_with = "input")]
    plan: Option<PathBuf>,
    /// What a refusal does: `FAIL` denies, `WARN` does not
    #[arg(long, value_name = "MODE", default_value = "FAIL", value_parser = parse_mode)]
    failure_mode: FailureMode,
    /// What a rule without a value counts as: `pass` or `fail` [default: the setting `undefined_result`]
    #[arg(long, value_name = "WORD", value_parser = undefined_result)]
    undefined_result: Option<UndefinedResult>,
    /// What is about to happen to the stack [default: what the input says, else `DeployStack`]
    #[arg(long, value_name = "KIND")]
    operation: Option<String>,
    /// The name of the stack [default: what the input says, else `example`]
    #[arg(long, value_name = "NAME")]
    stack: Option<String>,
    #[command(flatten)]
    labels: LabelArgs,
    /// Who starts it [default: what the input says]
    #[arg(long)]
    actor: Option<String>,
    /// Say why: the rules behind each result, and what their expressions were
    #[arg(long)]
    explain: bool,
    /// How to print the decision
    #[arg(long, value_enum, default_value_t)]
    format: Format,
    /// When to use colours
    #[arg(long, value_enum, default_value_t = Color::Auto)]
    color: Color,
    #[command(flatten)]
    offline: OfflineArgs,
}

fn parse_mode(text: &str) -> Result<FailureMode, String> {
    text.parse().map_err(|_| "must be `FAIL` or `WARN`".to_owned())
}

pub(super) fn run<O: Write, E: Write>(
    args: &EvalArgs,
    surroundings: &mut Surroundings<O, E>,
) -> Result<ExitStatus> {
    let config = OfflineConfig::load(&args.offline, surroundings.environment.clone())?;
    let runtime = runtime::many_threads()?;
    let asked = runtime.block_on(asking::ask(args, &config))?;
    let asked = match asked {
        Ok(asked) => asked,
        Err(refused) => return complain(&refused, &mut surroundings.err),
    };
    if !asked.made_up.is_empty() {
        writeln!(surroundings.err, "hookgate: the input does not say {}", asked.made_up.join(", "))?;
    }
    prints(&asked, &mut surroundings.err)?;
    let paint = Paint::new(args.color, io::stdout().is_terminal(), &surroundings.environment);
    write(&mut surroundings.out, &asked, (args, paint))?;
    surroundings.out.flush()?;
    Ok(match asked.judgement.decision {
        Decision::Allowed => ExitStatus::Fine,
        Decision::Denied => ExitStatus::Refused,
    })
}

fn write(out: &mut dyn Write, asked: &Asked, (args, paint): (&EvalArgs, Paint)) -> io::Result<()> {
    match args.format {
        Format::Pretty => pretty::write(out, asked, (args.explain, paint)),
        Format::Json => json::write(out, &asked.decided(args.explain)),
        Format::Github => reports::write_github(out, asked),
        Format::Junit => junit::write(out, &reports::suites(asked)),
        Format::Tap => tap::write(out, &reports::suites(asked)),
        Format::Sarif => reports::write_sarif(out, asked),
    }
}

/// Says what is wrong with the policies that cannot be asked.
fn complain(refused: &[Refused], err: &mut impl Write) -> Result<ExitStatus> {
    for Refused { source, faults } in refused {
        for fault in faults {
            let at = fault.place.as_ref().map_or_else(|| source.clone(), ToString::to_string);
            writeln!(err, "{}: error[{}]: {}", plain(&at), fault.fault.as_str(), plain(&fault.message))?;
            write!(err, "{}", snippet(fault.place.as_ref(), fault.line.as_deref()).unwrap_or_default())?;
        }
    }
    let number = refused.len();
    bail!("nothing was decided: {number} {} refused", if number == 1 { "policy is" } else { "policies are" })
}

/// What the policies printed.
fn prints(asked: &Asked, err: &mut impl Write) -> io::Result<()> {
    for (outcome, name) in asked.hooks() {
        let explanation = outcome.evaluation.explanation.iter();
        for print in explanation.flat_map(|explanation| &explanation.prints) {
            writeln!(err, "{}: printed at {}: {}", plain(name), plain(&print.at), plain(&print.text))?;
        }
    }
    Ok(())
}
