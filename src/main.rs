//! Reads the command line, runs the command, exits with its code.

use std::process::ExitCode;

use hookgate::cli::{self, Surroundings};
use hookgate::config;

fn main() -> ExitCode {
    let (out, err) = (std::io::stdout(), std::io::stderr());
    let mut surroundings = Surroundings { environment: config::environment(), out, err };
    cli::run(std::env::args_os().collect(), &mut surroundings)
}
