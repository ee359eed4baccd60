//! The commands, one file each. A command writes to the writer it is given and answers with its exit status.

mod arguments;
mod bundle;
mod capabilities;
mod completions;
mod config;
mod decisions;
mod demo;
mod eval;
mod findings;
mod format;
mod hooks;
mod in_turn;
mod labels;
mod lint;
mod logs;
mod man;
mod new;
mod opinions;
mod outcome;
mod output;
mod paint;
mod pending;
mod plain;
mod plan;
mod policy;
mod progress;
mod pull;
mod push;
mod run;
mod runtime;
mod schema;
mod serve;
mod server;
mod sources;
mod state;
mod table;
mod test;
mod watch;
mod words;

use std::ffi::OsString;
use std::io::{self, Write};
use std::process::ExitCode;

use clap::{Parser, Subcommand};

use crate::config::ServeArgs;
use crate::evaluator::child;

/// How a command ended; the same numbers for every command.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum ExitStatus {
    /// All went well.
    Fine,
    /// It did its work and found something that is not accepted.
    Refused,
    /// It was called wrongly, or could not do its work.
    Failed,
    /// `run`: the operation is denied.
    Denied,
    /// `run` and `report`: nobody could be asked.
    Unreachable,
    /// `run`: what the wrapped command ended with.
    Command(u8),
}

impl From<ExitStatus> for ExitCode {
    fn from(status: ExitStatus) -> Self {
        match status {
            ExitStatus::Fine => Self::from(0),
            ExitStatus::Refused => Self::from(1),
            ExitStatus::Failed => Self::from(2),
            ExitStatus::Denied => Self::from(10),
            ExitStatus::Unreachable => Self::from(11),
            ExitStatus::Command(code) => Self::from(code),
        }
    }
}

/// A policy gate in front of stack operations.
#[derive(Debug, Parser)]
#[command(name = "hookgate", version, about, max_term_width = 100)]
struct Cli {
    #[command(subcommand)]
    command: Command,
}

#[derive(Debug, Subcommand)]
enum Command {
    /// Serve the REST API
    Serve(ServeArgs),
    /// Check policies as registration does, without a server
    Lint(lint::LintArgs),
    /// Run the tests and cases of policies, without a server
    Test(test::TestArgs),
    Eval(Box<eval::EvalArgs>),
    /// Pack a policy as one zip, the same bytes for the same files, or check such a zip
    Bundle(bundle::BundleArgs),
    /// Begin a policy: a folder that is accepted and tested, to be edited
    New(new::NewArgs),
    Push(Box<push::PushArgs>),
    /// Give the policy of a hook back
    Pull(pull::PullArgs),
    /// Look at the hooks of a server, and change them
    #[command(subcommand)]
    Hooks(hooks::HooksCommand),
    Run(Box<run::RunArgs>),
    Report(outcome::ReportArgs),
    /// Show the settings in force, and where each comes from
    Config(config::ConfigArgs),
    /// Look at the record of decisions, and export it
    #[command(subcommand)]
    Decisions(decisions::DecisionsCommand),
    /// Print the built-in functions that policies may call, as `opa check --capabilities` and Regal read them
    Capabilities,
    /// Print the JSON Schema of what policies see as `input`
    Schema,
    /// Print what a shell loads to complete this command line
    Completions(completions::CompletionsArgs),
    /// Print the manual pages
    Man(man::ManArgs),
    /// Evaluate policies for a server that asks over standard input
    #[command(hide = true)]
    Evaluator {
        /// What it is started with
        #[arg(allow_hyphen_values = true, trailing_var_arg = true)]
        arguments: Vec<String>,
    },
}

/// What a command is given besides its arguments.
#[derive(Debug)]
struct Surroundings<O, E> {
    /// The environment variables.
    pub environment: Vec<(String, String)>,
    /// Where answers go.
    pub out: O,
    /// Where complaints go.
    pub err: E,
}

/// Runs the command of `arguments` (the program's name first) with the environment and the outputs of this process.
///
/// Here rather than in the binary, so that the commands are compiled with the library, by all cores at once.
pub fn main(arguments: Vec<OsString>) -> ExitCode {
    let environment = crate::config::environment();
    run(arguments, &mut Surroundings { environment, out: io::stdout(), err: io::stderr() })
}

fn run<O: Write, E: Write>(arguments: Vec<OsString>, surroundings: &mut Surroundings<O, E>) -> ExitCode {
    match Cli::try_parse_from(arguments) {
        Ok(cli) => dispatch(cli.command, surroundings),
        Err(usage) => {
            // A reader that went away must not turn help into an error.
            if usage.use_stderr() {
                drop(write!(surroundings.err, "{}", usage.render()));
                ExitStatus::Failed.into()
            } else {
                drop(write!(surroundings.out, "{}", usage.render()));
                ExitStatus::Fine.into()
            }
        }
    }
}

fn dispatch<O: Write, E: Write>(command: Command, surroundings: &mut Surroundings<O, E>) -> ExitCode {
    let done = match command {
        Command::Evaluator { arguments } => return child::run(arguments),
        Command::Serve(args) => serve::run(&args, surroundings).map(|()| ExitStatus::Fine),
        Command::Lint(args) => lint::run(&args, surroundings),
        Command::Test(args) => test::run(&args, surroundings),
        Command::Eval(args) => eval::run(&args, surroundings),
        Command::Bundle(args) => bundle::run(&args, surroundings),
        Command::New(args) => new::run(&args, surroundings),
        Command::Push(args) => push::run(&args, surroundings),
        Command::Pull(args) => pull::run(&args, surroundings),
        Command::Hooks(command) => hooks::run(&command, surroundings),
        Command::Run(args) => run::run(&args, surroundings),
        Command::Report(args) => outcome::run(&args, surroundings),
        Command::Capabilities => {
            capabilities::run(&mut surroundings.out).map(|()| ExitStatus::Fine).map_err(Into::into)
        }
        Command::Schema => schema::run(&mut surroundings.out).map(|()| ExitStatus::Fine).map_err(Into::into),
        Command::Completions(args) => {
            completions::run(&args, &mut surroundings.out).map(|()| ExitStatus::Fine).map_err(Into::into)
        }
        Command::Man(args) => man::run(&args, &mut surroundings.out).map(|()| ExitStatus::Fine),
        Command::Config(args) => config::run(&args, surroundings).map(|()| ExitStatus::Fine),
        Command::Decisions(command) => decisions::run(&command, surroundings),
    };
    match done {
        Ok(status) => status.into(),
        // Whoever read along has seen enough, as `head` does.
        Err(cause) if is_broken_pipe(&cause) => ExitStatus::Failed.into(),
        Err(cause) => {
            drop(writeln!(surroundings.err, "hookgate: {cause:#}"));
            ExitStatus::Failed.into()
        }
    }
}

fn is_broken_pipe(cause: &anyhow::Error) -> bool {
    cause.downcast_ref::<io::Error>().is_some_and(|error| error.kind() == io::ErrorKind::BrokenPipe)
}
