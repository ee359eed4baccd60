//! The binary itself, as a process of its own that can be told to stop, or killed.

use std::io::{BufRead as _, BufReader, Read as _};
use std::path::{Path, PathBuf};
use std::process::{Child, ChildStdout, Command, ExitStatus, Stdio};

use rustix::process::{Pid, Signal, kill_process};

use super::Client;

/// The binary under test, with no environment but what is added.
pub(crate) fn hookgate(arguments: &[&str]) -> Command {
    let mut command = Command::new(env!("CARGO_BIN_EXE_hookgate"));
    command.args(arguments).env_clear().stdin(Stdio::null());
    command
}

/// How a run of the binary ended, and what it said on its two outputs.
#[derive(Debug)]
pub(crate) struct Ended {
    pub(crate) code: i32,
    pub(crate) out: String,
    pub(crate) err: String,
}

impl Ended {
    /// Runs `command` to its end.
    pub(crate) fn of(command: &mut Command) -> Self {
        let ended = command.output().unwrap();
        let text = |bytes| String::from_utf8(bytes).unwrap();
        Self { code: ended.status.code().unwrap(), out: text(ended.stdout), err: text(ended.stderr) }
    }

    /// What it printed, if it ended with `code` and complained of nothing.
    #[track_caller]
    pub(crate) fn prints(&self, code: i32, out: &str) {
        assert_eq!((self.code, self.out.as_str(), self.err.as_str()), (code, out, ""));
    }

    /// Ended with `code` and complained of `words`.
    #[track_caller]
    pub(crate) fn complains(&self, code: i32, words: &str) {
        assert!(self.code == code && self.err.contains(words), "{self:?}");
    }
}

/// A report in which nothing is left of how long things took.
pub(crate) fn without_times(text: &str) -> String {
    text.lines().map(without_time).collect::<Vec<_>>().join("\n")
}

fn without_time(line: &str) -> String {
    for word in ["time=\"", "duration_ms: ", "\"duration_us\": "] {
        if let Some((before, behind)) = line.split_once(word) {
            let rest = behind.trim_start_matches(|c: char| c.is_ascii_digit() || c == '.');
            return format!("{before}{word}TIME{rest}");
        }
    }
    match line.strip_suffix(" ms").and_then(|line| line.rsplit_once(' ')) {
        Some((line, _)) => format!("{line} TIME ms"),
        None => line.to_owned(),
    }
}

/// Sends `signal` to a process, by the system's own call: not every machine has a program for it.
pub(crate) fn send(signal: Signal, process: u32) {
    kill_process(Pid::from_raw(process.try_into().unwrap()).unwrap(), signal).unwrap();
}

/// A running `hookgate serve`; killed when it is dropped.
#[derive(Debug)]
pub(crate) struct ServerProcess {
    child: Child,
    // Kept open, so that the server can go on writing.
    output: BufReader<ChildStdout>,
    /// What it printed before its address.
    pub(crate) screen: String,
    /// Its address, as a URL.
    pub(crate) base: String,
}

impl ServerProcess {
    /// Starts a server on `database` and waits until it says where it listens.
    pub(crate) fn start(database: &str) -> Self {
        Self::spawn(hookgate(&["serve", "--listen", "127.0.0.1:0", "--database", database]))
    }

    /// Starts `command`, a server, and waits until it says where it listens.
    pub(crate) fn spawn(command: Command) -> Self {
        Self::spawn_logging(command, Stdio::null())
    }

    /// The same with its log written to `log`.
    pub(crate) fn spawn_logging(mut command: Command, log: Stdio) -> Self {
        let mut child = command.stdout(Stdio::piped()).stderr(log).spawn().unwrap();
        let output = BufReader::new(child.stdout.take().unwrap());
        let mut server = Self { child, output, screen: String::new(), base: String::new() };
        while server.base.is_empty() {
            let mut line = String::new();
            let read = server.output.read_line(&mut line).unwrap();
            assert!(read > 0, "the server ended before it listened: {}", server.screen);
            match line.strip_prefix("listening on ") {
                Some(base) => base.trim_end().clone_into(&mut server.base),
                None => server.screen.push_str(&line),
            }
        }
        server
    }

    pub(crate) fn client(&self) -> Client {
        Client::new(self.base.clone())
    }

    /// The folders of its evaluators below `/proc`.
    pub(crate) fn list_evaluators(&self) -> Vec<PathBuf> {
        let mut evaluators = Vec::new();
        for thread in std::fs::read_dir(format!("/proc/{}/task", self.child.id())).unwrap() {
            let list = std::fs::read_to_string(thread.unwrap().path().join("children")).unwrap_or_default();
            evaluators.extend(list.split_whitespace().map(|id| Path::new("/proc").join(id)));
        }
        evaluators
    }

    /// Ends it in the midst of whatever it does.
    pub(crate) fn kill(&mut self) {
        self.child.kill().unwrap();
        self.child.wait().unwrap();
    }

    /// Tells it to stop.
    pub(crate) fn terminate(&self) {
        send(Signal::TERM, self.child.id());
    }

    /// Waits for its end.
    pub(crate) fn wait(mut self) -> ExitStatus {
        let mut rest = String::new();
        self.output.read_to_string(&mut rest).unwrap();
        assert_eq!(rest, "");
        self.child.wait().unwrap()
    }
}

impl Drop for ServerProcess {
    fn drop(&mut self) {
        // It may have ended already.
        drop(self.child.kill());
        drop(self.child.wait());
    }
}
