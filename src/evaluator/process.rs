//! One child process as the parent sees it: its pipes, what it holds, and why it ended.

use std::collections::HashSet;
use std::fmt;
use std::os::unix::process::ExitStatusExt as _;
use std::process::ExitStatus;
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::Duration;

use rustix::process::{Pid, setpriority_pgrp};
use tokio::io::AsyncReadExt as _;
use tokio::process::{Child, ChildStderr, ChildStdin, ChildStdout};
use tokio::task::JoinHandle;
use tokio::time::{Instant, timeout};

use crate::domain::bundle::Digest;
use crate::evaluator::message::Reply;
use crate::evaluator::replies::{Broken, Replies};
use crate::evaluator::spawner::Spawner;

/// How long a child may take until it is ready; it takes about 2 ms.
const START_TIMEOUT: Duration = Duration::from_secs(10);
/// How long a child that closed its pipe may take to end.
const END_TIMEOUT: Duration = Duration::from_secs(2);
/// The niceness of a child that works for an account that is slow.
const LOW_PRIORITY: i32 = 10;
/// The last words of a child that are kept, in bytes.
const LAST_WORDS: usize = 4 << 10;

/// A child that is ready for requests. Dropping it kills it.
#[derive(Debug)]
pub(super) struct Process {
    child: Child,
    last_words: JoinHandle<Vec<u8>>,
    _alive: Alive,
    begin: Instant,
    pub(super) stdin: ChildStdin,
    pub(super) replies: Replies<ChildStdout>,
    /// The policies it holds: it reports each one that comes or goes.
    pub(super) holds: HashSet<Digest>,
    /// Whether it has yet to answer something.
    pub(super) is_fresh: bool,
}

/// Why a child gave no answer.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum Death {
    /// Killed: the step took longer than it may.
    Late,
    /// It asked for more memory than it may have.
    Memory,
    /// It used up its stack.
    Stack,
    /// Killed: what it said is no answer.
    Nonsense(String),
    /// It ended for no reason known here.
    Gone {
        /// How it ended.
        status: String,
        /// What it said last; may hold parts of a policy or an input.
        last_words: String,
    },
}

impl fmt::Display for Death {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Late => f.write_str("it took too long"),
            Self::Memory => f.write_str("it ran out of memory"),
            Self::Stack => f.write_str("it ran out of stack"),
            Self::Nonsense(cause) => write!(f, "it gave no readable answer: {cause}"),
            Self::Gone { status, .. } => write!(f, "it ended with {status}"),
        }
    }
}

impl Death {
    /// With the last words, which are only fit to be shown when the child has seen no policy and no input.
    fn in_full(&self) -> String {
        if let Self::Gone { last_words, .. } = self
            && !last_words.is_empty()
        {
            return format!("{self}: {last_words}");
        }
        self.to_string()
    }
}

impl Process {
    /// Starts a child and waits until it has limited itself; `alive` counts the children there are.
    ///
    /// # Errors
    /// Why there is none, in words.
    pub(super) async fn start(spawner: &Spawner, alive: &Arc<AtomicUsize>) -> Result<Self, String> {
        let mut child = spawner.spawn().await.map_err(|cause| cause.to_string())?;
        let pipes = (child.stdin.take(), child.stdout.take(), child.stderr.take());
        let (Some(stdin), Some(stdout), Some(stderr)) = pipes else {
            return Err("its pipes are not there".to_owned());
        };
        let process = Self {
            child,
            last_words: tokio::spawn(keep_last_words(stderr)),
            _alive: Alive::count(alive),
            begin: Instant::now(),
            stdin,
            replies: Replies::new(stdout),
            holds: HashSet::new(),
            is_fresh: true,
        };
        process.ready().await
    }

    async fn ready(mut self) -> Result<Self, String> {
        match timeout(START_TIMEOUT, self.replies.next()).await {
            Ok(Ok((Reply::Ready, _))) => Ok(self),
            Ok(Ok(_)) => Err("it speaks another language".to_owned()),
            Ok(Err(broken)) => Err(self.bury(broken).await.in_full()),
            Err(_) => Err(format!("it was not ready within {START_TIMEOUT:?}")),
        }
    }

    /// How long it has been there.
    pub(super) fn age(&self) -> Duration {
        self.begin.elapsed()
    }

    /// Has the child leave most of the processor to whoever else wants it. There is no way back without privileges.
    pub(super) fn give_way(&self) {
        // Its group, which it has for itself: of a process it would be the first thread only.
        let id = self.child.id().and_then(|id| Pid::from_raw(i32::try_from(id).ok()?));
        if let Some(id) = id {
            // Where it is not allowed the child competes like any other.
            let _ = setpriority_pgrp(Some(id), LOW_PRIORITY);
        }
    }

    /// Waits for the end of a child that is not asked anything.
    pub(super) async fn ended(&mut self) {
        drop(self.child.wait().await);
    }

    /// Ends the child and finds out why it broke off.
    pub(super) async fn bury(mut self, broken: Broken) -> Death {
        match broken {
            Broken::Nonsense(cause) => {
                self.discard();
                Death::Nonsense(cause)
            }
            Broken::Ended => {
                let status = timeout(END_TIMEOUT, self.child.wait()).await;
                let words = timeout(END_TIMEOUT, &mut self.last_words).await;
                let words = words.ok().and_then(Result::ok).unwrap_or_default();
                classify(status.ok().and_then(Result::ok), &String::from_utf8_lossy(&words))
            }
        }
    }

    /// Kills the child, and has the system's record of it removed in the background.
    pub(super) fn discard(mut self) {
        tokio::spawn(async move { self.child.kill().await });
    }
}

/// The words are those of Rust's runtime, printed just before it aborts.
fn classify(status: Option<ExitStatus>, last_words: &str) -> Death {
    if last_words.contains("memory allocation of ") {
        return Death::Memory;
    }
    if last_words.contains("has overflowed its stack") {
        return Death::Stack;
    }
    let signal = |status: ExitStatus| status.signal().map(|signal| format!("signal {signal}"));
    let code = |status: ExitStatus| status.code().map(|code| format!("exit code {code}"));
    let status = status.and_then(|status| signal(status).or_else(|| code(status)));
    Death::Gone {
        status: status.unwrap_or_else(|| "its answers".to_owned()),
        last_words: last_words.trim().to_owned(),
    }
}

/// Reads to the end, so that the child never waits for us, and keeps the end.
async fn keep_last_words(mut stderr: ChildStderr) -> Vec<u8> {
    let mut words = Vec::with_capacity(LAST_WORDS);
    while let Ok(1..) = stderr.read_buf(&mut words).await {
        let excess = words.len().saturating_sub(LAST_WORDS);
        words.drain(..excess);
    }
    words
}

/// Counts itself among the living.
#[derive(Debug)]
struct Alive(Arc<AtomicUsize>);

impl Alive {
    fn count(alive: &Arc<AtomicUsize>) -> Self {
        alive.fetch_add(1, Ordering::Relaxed);
        Self(Arc::clone(alive))
    }
}

impl Drop for Alive {
    fn drop(&mut self) {
        self.0.fetch_sub(1, Ordering::Relaxed);
    }
}
