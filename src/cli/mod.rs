//! The commands, one file each. A command writes to the writer it is given and answers with its exit status.

mod config;
mod decisions;
mod demo;
mod logs;
mod serve;

use std::ffi::OsString;
use std::io::Write;
use std::process::ExitCode;

use clap::{Parser, Subcommand};

use crate::config::ServeArgs;
use crate::evaluator::child;

/// How a command ended; the same numbers for every command.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum ExitStatus {
    /// All went well.
    Fine,
    /// It was called wrongly, or could not do its work.
    Failed,
}

impl From<ExitStatus> for ExitCode {
    fn from(status: ExitStatus) -> Self {
        match status {
            ExitStatus::Fine => Self::from(0),
            ExitStatus::Failed => Self::from(2),
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
    /// Show the settings in force, and where each comes from
    Config(config::ConfigArgs),
    /// Export the record of decisions
    #[command(subcommand)]
    Decisions(decisions::DecisionsCommand),
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
pub struct Surroundings<O, E> {
    /// The environment variables.
    pub environment: Vec<(String, String)>,
    /// Where answers go.
    pub out: O,
    /// Where complaints go.
    pub err: E,
}

/// Runs the command of `arguments` (the program's name first).
pub fn run<O: Write, E: Write>(arguments: Vec<OsString>, surroundings: &mut Surroundings<O, E>) -> ExitCode {
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
        Command::Serve(args) => serve::run(&args, surroundings),
        Command::Config(args) => config::run(&args, surroundings),
        Command::Decisions(command) => decisions::run(command, surroundings),
    };
    match done {
        Ok(()) => ExitStatus::Fine.into(),
        Err(cause) => {
            drop(writeln!(surroundings.err, "hookgate: {cause:#}"));
            ExitStatus::Failed.into()
        }
    }
}
