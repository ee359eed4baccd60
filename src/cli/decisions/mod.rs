//! `hookgate decisions`: the record of decisions, asked of the server; an export also straight from the database, for who owns it.

mod export;
mod list;
mod show;

use std::io::Write;

use anyhow::Result;
use clap::{Args, Subcommand};

use crate::cli::server::settle;
use crate::cli::{ExitStatus, Surroundings, runtime};
use crate::client::OperationQuery;
use crate::domain::invalid::Invalid;
use crate::domain::operation::OperationFilter;
use crate::domain::stack::StackName;
use crate::domain::time::Timestamp;
use crate::domain::verdict::Decision;

/// What `--help` says about how it ends.
const CODES_HELP: &str = "\
Exit codes: 0 fine; 1 the server refuses, or there is no such operation; 2 the server or the database cannot be reached, or something \
could not be written.";

/// What is done with the record.
#[derive(Debug, Subcommand)]
#[command(after_help = CODES_HELP)]
pub(super) enum DecisionsCommand {
    /// List decisions, the newest first
    List(list::ListArgs),
    /// Show one decision with what each hook said, or a policy that decided it
    Show(show::ShowArgs),
    /// Write decisions as lines of JSON, in the form of OPA's decision log, the oldest first
    Export(Box<export::ExportArgs>),
}

/// Which decisions.
#[derive(Debug, Args)]
struct FilterArgs {
    /// About this stack
    #[arg(long, value_name = "NAME", value_parser = parse_stack)]
    stack: Option<StackName>,
    /// `ALLOWED` or `DENIED`
    #[arg(long, value_parser = parse_decision)]
    decision: Option<Decision>,
    /// Begun then or later: a day, such as `2026-11-22`, or a moment, such as `2026-11-22T08:00:00Z`
    #[arg(long, value_name = "MOMENT", value_parser = parse_moment)]
    since: Option<Timestamp>,
    /// Begun before; a day stands for its first moment in UTC
    #[arg(long, value_name = "MOMENT", value_parser = parse_moment)]
    until: Option<Timestamp>,
}

impl FilterArgs {
    /// For the store.
    fn filter(&self) -> OperationFilter {
        OperationFilter {
            stack_name: self.stack.clone(),
            decision: self.decision,
            since: self.since,
            until: self.until,
            ..OperationFilter::default()
        }
    }

    /// For the server.
    fn query(&self) -> OperationQuery {
        let moment = |moment: Option<Timestamp>| moment.map(Timestamp::to_millis_text);
        let parameters = [
            ("stack_name", self.stack.as_ref().map(|name| name.as_str().to_owned())),
            ("decision", self.decision.map(|decision| decision.as_str().to_owned())),
            ("since", moment(self.since)),
            ("until", moment(self.until)),
        ];
        let given = parameters.into_iter().filter_map(|(name, value)| Some((name, value?)));
        OperationQuery { parameters: given.collect() }
    }
}

pub(super) fn run<O: Write, E: Write>(
    command: &DecisionsCommand,
    surroundings: &mut Surroundings<O, E>,
) -> Result<ExitStatus> {
    let runtime = runtime::one_thread()?;
    let done = match command {
        DecisionsCommand::List(args) => runtime.block_on(list::run(args, surroundings)),
        DecisionsCommand::Show(args) => runtime.block_on(show::run(args, surroundings)),
        DecisionsCommand::Export(args) => export::run(args, &runtime, surroundings),
    };
    settle(done.map(|()| ExitStatus::Fine), "", &mut surroundings.err)
}

fn parse_stack(text: &str) -> Result<StackName, String> {
    StackName::parse(text).map_err(in_words("a stack"))
}

fn parse_decision(text: &str) -> Result<Decision, String> {
    Decision::parse(text).map_err(in_words("a decision"))
}

fn parse_moment(text: &str) -> Result<Timestamp, String> {
    Timestamp::parse("moment", text).map_err(in_words("it"))
}

fn in_words(subject: &str) -> impl Fn(Invalid) -> String {
    move |wrong| format!("{subject} {}", wrong.rule)
}
