//! The body of the hidden subcommand `evaluator`: one job after another, read from standard input, answered on standard output.
//!
//! It limits itself before it reads anything, opens nothing, and trusts no policy: whatever goes wrong here ends only this
//! process, and the parent tells from the way it ended what to answer.

mod policies;
mod request;
mod server;
#[cfg(test)]
mod tests;

use std::io::{self, Write as _};
use std::process::ExitCode;
use std::thread;

use rustix::process::Pid;

use crate::evaluator::child::policies::Policies;
use crate::evaluator::child::server::Server;
use crate::evaluator::limits::{self, Gauge};
use crate::rego::compile::Language;

/// Recursion in the engine follows the source; with the limits on sources this is more than any policy can use. It is reserved
/// and not committed.
const STACK: usize = 256 << 20;
/// What may be on its way from the parent at once: the most that is allowed without privileges.
const PIPE: usize = 1 << 20;
/// The part of the memory that compiled policies may hold between requests.
const CACHE_PARTS: u64 = 4;

/// What a parent tells a child on its command line.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Setup {
    /// The process that reads the answers.
    pub(super) parent: u32,
    /// The bytes it may use beyond what it has when it starts.
    pub(super) memory: u64,
    /// Setting `policy.allow_functions`.
    pub(super) allow_functions: bool,
}

impl Setup {
    /// As arguments of the subcommand.
    pub(super) fn to_args(self) -> Vec<String> {
        let mut args = vec![self.parent.to_string(), self.memory.to_string()];
        args.extend(self.allow_functions.then(|| "functions".to_owned()));
        args
    }

    fn parse(args: impl IntoIterator<Item = String>) -> Option<Self> {
        let mut args = args.into_iter();
        let parent = args.next()?.parse().ok()?;
        let memory = args.next()?.parse().ok()?;
        Some(Self { parent, memory, allow_functions: args.next().is_some() })
    }
}

/// Serves the parent until it closes standard input; `args` are those after the name of the subcommand.
pub fn run(args: impl IntoIterator<Item = String>) -> ExitCode {
    let Some(setup) = Setup::parse(args) else {
        return fail("`evaluator` is started by hookgate itself");
    };
    let parent = i32::try_from(setup.parent).ok().and_then(Pid::from_raw);
    if let Err(cause) = limits::confine_process(parent) {
        return fail(&format!("an evaluator cannot limit itself: {cause}"));
    }
    // A panic is an answer here, and its text could hold a policy or an input.
    std::panic::set_hook(Box::new(|_| {}));
    let server = thread::Builder::new().name("evaluator".to_owned()).stack_size(STACK);
    match server.spawn(move || serve(setup)).map(thread::JoinHandle::join) {
        Ok(Ok(Ok(()))) => ExitCode::SUCCESS,
        Ok(Ok(Err(cause))) | Err(cause) => fail(&format!("an evaluator cannot go on: {cause}")),
        Ok(Err(_)) => ExitCode::FAILURE,
    }
}

/// Runs on the large stack, and so does the dropping of everything that was parsed.
fn serve(setup: Setup) -> io::Result<()> {
    // Inputs of megabytes pass in fewer turns; where it is not allowed they only pass more slowly.
    let _ = rustix::pipe::fcntl_setpipe_size(io::stdin(), PIPE);
    let gauge = Gauge::limit(setup.memory)?;
    let cache = usize::try_from(setup.memory / CACHE_PARTS).unwrap_or(usize::MAX);
    let policies = Policies::new(cache, Language { allow_functions: setup.allow_functions });
    let mut server = Server::new(io::stdin().lock(), io::stdout().lock(), policies);
    server.serve(|| gauge.is_worn())
}

fn fail(message: &str) -> ExitCode {
    // There is nobody left to tell when this fails too.
    drop(writeln!(io::stderr(), "{message}"));
    ExitCode::FAILURE
}
