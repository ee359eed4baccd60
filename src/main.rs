//! Hands the command line to `hookgate::cli`, and exits with its code.

use std::process::ExitCode;

fn main() -> ExitCode {
    hookgate::cli::main(std::env::args_os().collect())
}
