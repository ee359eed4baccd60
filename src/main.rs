//! The binary: reads the command line, runs it, exits with its code.

use std::process::ExitCode;

use hookgate::evaluator::child;

fn main() -> ExitCode {
    let mut args = std::env::args().skip(1);
    if args.next().as_deref() == Some("evaluator") { child::run(args) } else { ExitCode::FAILURE }
}
