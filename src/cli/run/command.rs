//! The wrapped command: it has this process's own input and outputs, gets its signals, and gives its exit status.

use std::ffi::OsString;
use std::io::{self, ErrorKind, IsTerminal as _};
use std::os::unix::process::ExitStatusExt as _;

use anyhow::{Context as _, Result};
use rustix::process::{Pid, Signal as Number, kill_process};
use tokio::process::{Child, Command};
use tokio::signal::unix::{Signal, SignalKind, signal};

use crate::cli::ExitStatus;

/// How the command ended.
#[derive(Debug)]
pub(super) enum Ended {
    /// By itself, with that code.
    Exited(u8),
    /// By a signal of that number.
    Killed(u8),
    /// It never began.
    NotStarted(io::Error),
}

impl Ended {
    /// What the outcome's report says of a failure of the command `words`.
    pub(super) fn failure(&self, words: &str) -> Option<String> {
        match self {
            Self::Exited(0) => None,
            Self::Exited(code) => Some(format!("`{words}` ended with exit code {code}")),
            Self::Killed(number) => Some(format!("`{words}` was ended by signal {number}")),
            Self::NotStarted(cause) => Some(format!("`{words}` cannot be started: {}", describe(cause))),
        }
    }

    /// Whether there was a process at all.
    pub(super) const fn was_started(&self) -> bool {
        !matches!(self, Self::NotStarted(_))
    }

    /// The exit status, as a shell would give it.
    pub(super) fn status(&self) -> ExitStatus {
        ExitStatus::Command(match self {
            Self::Exited(code) => *code,
            Self::Killed(number) => number.saturating_add(128),
            Self::NotStarted(cause) if cause.kind() == ErrorKind::NotFound => 127,
            Self::NotStarted(_) => 126,
        })
    }
}

fn describe(cause: &io::Error) -> String {
    if cause.kind() == ErrorKind::NotFound {
        return "there is no such program".to_owned();
    }
    cause.to_string()
}

/// Runs the command to its end.
///
/// # Errors
/// When signals cannot be listened to, or the command cannot be waited for.
pub(super) async fn run(command: &[OsString]) -> Result<Ended> {
    let (program, arguments) = command.split_first().context("there is no command")?;
    // Before the command is there, so that no signal is missed.
    let mut signals = Signals::listen()?;
    let mut child = match Command::new(program).args(arguments).spawn() {
        Ok(child) => child,
        Err(cause) => return Ok(Ended::NotStarted(cause)),
    };
    loop {
        tokio::select! {
            ended = child.wait() => {
                let status = ended.context("cannot wait for the command")?;
                return Ok(match (status.code(), status.signal()) {
                    (Some(code), _) => Ended::Exited(u8::try_from(code & 0xff).unwrap_or(u8::MAX)),
                    (None, number) => Ended::Killed(number.and_then(|n| u8::try_from(n).ok()).unwrap_or_default()),
                });
            }
            number = signals.next() => pass_on(&child, number),
        }
    }
}

fn pass_on(child: &Child, number: Number) {
    let id = child.id().and_then(|id| i32::try_from(id).ok()).and_then(Pid::from_raw);
    if let Some(id) = id {
        // It may have ended in this very moment; then there is nobody to pass it on to.
        let _: Result<(), _> = kill_process(id, number);
    }
}

/// The signals that are the command's: this process lives until the command has ended.
#[derive(Debug)]
struct Signals {
    interrupt: Signal,
    quit: Signal,
    terminate: Signal,
    hang_up: Signal,
    user_1: Signal,
    user_2: Signal,
    /// Whether Ctrl-C reaches the command by itself. To pass it on would be a second one, which tools take for "at once".
    by_terminal: bool,
}

impl Signals {
    fn listen() -> io::Result<Self> {
        Ok(Self {
            interrupt: signal(SignalKind::interrupt())?,
            quit: signal(SignalKind::quit())?,
            terminate: signal(SignalKind::terminate())?,
            hang_up: signal(SignalKind::hangup())?,
            user_1: signal(SignalKind::user_defined1())?,
            user_2: signal(SignalKind::user_defined2())?,
            by_terminal: io::stdin().is_terminal() || io::stderr().is_terminal(),
        })
    }

    /// The next signal to pass on.
    async fn next(&mut self) -> Number {
        loop {
            let number = tokio::select! {
                _ = self.interrupt.recv() => Number::INT,
                _ = self.quit.recv() => Number::QUIT,
                _ = self.terminate.recv() => Number::TERM,
                _ = self.hang_up.recv() => Number::HUP,
                _ = self.user_1.recv() => Number::USR1,
                _ = self.user_2.recv() => Number::USR2,
            };
            let typed = number == Number::INT || number == Number::QUIT;
            if !(typed && self.by_terminal) {
                return number;
            }
        }
    }
}
