//! Policies run in child processes, never in the server: a policy that hangs, eats memory or overflows the stack ends its child
//! and nothing else.
//!
//! [`Evaluators`] takes questions, lets accounts take turns (`queue`), sends them to warm children (`slot`, `talk`), keeps the
//! deadlines and turns the death of a child into the answer of the hook that caused it (`judging`). The other side of the pipes is
//! [`child`]. Linux only.

pub mod child;
mod examining;
mod frame;
mod judging;
mod limits;
mod lru;
mod message;
mod outgoing;
mod pool;
mod process;
mod queue;
mod replies;
mod shelf;
mod slot;
mod spawner;
mod strikes;
mod talk;
mod task;
mod testing;

use std::collections::HashMap;
use std::path::PathBuf;
use std::sync::Arc;
use std::time::Duration;

use bytes::Bytes;
use thiserror::Error;
use tokio::task::JoinSet;

use crate::domain::account::Account;
use crate::domain::bundle::{Digest, PolicyUpload};
use crate::domain::coverage::Coverage;
use crate::domain::diagnostic::{Diagnostic, Warning};
use crate::domain::mask::{InputRecord, KeepInput};
use crate::domain::stored_input::StoredInput;
use crate::domain::time::Timestamp;
use crate::domain::unit_test::TestResult;
use crate::domain::verdict::Evaluation;
use crate::evaluator::examining::Seen;
use crate::evaluator::message::Wish;
use crate::evaluator::pool::Pool;
use crate::evaluator::slot::Slot;

/// How policies are run.
#[derive(Debug, Clone)]
pub struct Settings {
    /// The binary whose subcommand `evaluator` is [`child::run`].
    pub program: PathBuf,
    /// How many children there are.
    pub processes: usize,
    /// What each of them may use, in bytes.
    pub memory: u64,
    /// The longest time for one hook.
    pub hook_timeout: Duration,
    /// The longest time for all hooks of one operation together, and the longest wait for an evaluator.
    pub operation_timeout: Duration,
    /// Whether policies may define functions.
    pub allow_functions: bool,
}

/// The hooks of one operation, and what they are asked about.
#[derive(Debug, Clone)]
pub struct Question {
    /// Whose hooks they are.
    pub account: Account,
    /// Their policies, in the order in which they run.
    pub digests: Vec<Digest>,
    /// The policies that an earlier answer called missing.
    pub uploads: HashMap<Digest, Arc<PolicyUpload>>,
    /// The input document as it was sent.
    pub input: Bytes,
    /// The members the gate adds to it: an object.
    pub gate_members: serde_json::Value,
    /// The operation's begin.
    pub now: Timestamp,
    /// Which inputs are kept.
    pub keep: KeepInput,
    /// Whether every evaluation is to have its explanation.
    pub explain: bool,
}

/// What every hook said about an input, and what is left of the input. No text holds a secret of it.
#[derive(Debug, Clone, PartialEq)]
pub struct Judged {
    /// One evaluation for each digest, in the same order.
    pub said: Vec<Evaluation>,
    /// What is known about the input.
    pub record: InputRecord,
    /// The masked document, if it may have to be kept.
    pub document: Option<StoredInput>,
}

/// What comes of a [`Question`].
#[derive(Debug, Clone, PartialEq)]
pub enum Answer {
    /// Every hook has answered.
    Judged(Box<Judged>),
    /// Nobody here has these policies: ask again with them, and with those sent before.
    Missing(Vec<Digest>),
    /// The input is none, for the reason given.
    InputRejected(String),
}

/// What is known about a policy that was accepted.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Examined {
    /// Why it has no effect, or always fails.
    pub warnings: Vec<Warning>,
    /// Whether it can have any effect.
    pub declares_hook_result: bool,
}

/// Everything there is to say about a policy.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Linted {
    /// Why it is refused; empty if it is accepted.
    pub errors: Vec<Diagnostic>,
    /// What is allowed and probably not meant.
    pub warnings: Vec<Warning>,
    /// What will really run, if it was asked for and is accepted: one module for each package.
    pub modules: Vec<ModuleText>,
}

/// A module as the engine gets it, or a file as it is in v1.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ModuleText {
    /// The path of the file, of the first of its package if it is a module.
    pub path: String,
    /// Its text, printed anew or rewritten.
    pub text: String,
}

/// What of a policy was Rego v0.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Fixed {
    /// The files that can be rewritten, as they are in v1.
    pub files: Vec<ModuleText>,
    /// Why others cannot.
    pub unmended: Vec<Diagnostic>,
}

/// Why a policy was not accepted.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum ExamineError {
    /// Its author's faults.
    Rejected(Vec<Diagnostic>),
    /// Nobody could look at it.
    Unavailable(Unavailable),
}

/// Why nobody answers: worth another try later.
#[derive(Debug, Clone, PartialEq, Eq, Error)]
pub enum Unavailable {
    /// Too many are waiting, or this one waited too long.
    #[error("all evaluators are busy")]
    Busy,
    /// Not one child could be started.
    #[error("no evaluator can be started: {0}")]
    NotStarted(String),
}

/// The tests of one bundle.
#[derive(Debug, Clone)]
pub struct TestQuestion {
    /// Whose bundle it is.
    pub account: Account,
    /// The bundle, with its `_test.rego` files.
    pub upload: Arc<PolicyUpload>,
    /// A regular expression; only tests in whose full name, `data.policy.test_x`, it is found are run.
    pub pattern: Option<String>,
    /// The longest time for each test.
    pub timeout: Duration,
    /// What `time.now_ns` answers.
    pub now: Timestamp,
    /// Whether to find out which rows the tests come to, and inputs that come to some, too, when the gate asks about them.
    pub cover: Option<Vec<Bytes>>,
}

/// What came of the tests of a bundle.
#[derive(Debug, Clone, PartialEq)]
pub struct Tested {
    /// A result for each, in the order of packages, files and rows.
    pub results: Vec<TestResult>,
    /// What they came to; empty if that was not asked.
    pub coverage: Coverage,
}

/// Why no tests were run.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum TestError {
    /// The faults of the policy or of its tests.
    Rejected(Vec<Diagnostic>),
    /// The pattern is none, for the reason given.
    BadPattern(String),
    /// Nobody could run them.
    Unavailable(Unavailable),
}

/// What happened since the start.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Counts {
    /// Children that became ready.
    pub started: u64,
    /// Children that were killed, or died, while they had something to do.
    pub died: u64,
    /// Policies that were compiled for a question.
    pub loaded: u64,
}

/// A pool of child processes. Dropping it kills them.
#[derive(Debug)]
pub struct Evaluators {
    pool: Arc<Pool>,
    /// One task for each child; aborted when dropped.
    _slots: JoinSet<()>,
}

impl Evaluators {
    /// Starts the children, in the background. Must be called inside a tokio runtime.
    pub fn start(settings: Settings) -> Self {
        let processes = settings.processes.max(1);
        let pool = Arc::new(Pool::new(Settings { processes, ..settings }));
        let slots = (0..processes).map(|_| Slot::new(Arc::clone(&pool)).serve()).collect();
        Self { pool, _slots: slots }
    }

    /// Checks a policy that somebody wants to register: unpack, check, compile and a dry run, within 2 s.
    ///
    /// # Errors
    /// What is wrong with the policy, or that nobody could look at it.
    pub async fn examine(&self, account: &Account, upload: &PolicyUpload) -> Result<Examined, ExamineError> {
        let asked = (upload.clone(), Wish::Verdict);
        let seen = self.pool.examine(account.clone(), asked).await.map_err(ExamineError::Unavailable)?;
        let declares_hook_result = seen.outcome.map_err(ExamineError::Rejected)?;
        Ok(Examined { warnings: seen.warnings, declares_hook_result })
    }

    /// Says everything there is to say about a policy, within the same limits; `shows_modules` asks for what will run, too.
    ///
    /// # Errors
    /// When nobody could look at it.
    pub async fn lint(
        &self,
        account: &Account,
        upload: &PolicyUpload,
        shows_modules: bool,
    ) -> Result<Linted, Unavailable> {
        let wish = if shows_modules { Wish::LintAndModules } else { Wish::Lint };
        let Seen { outcome, warnings, modules } =
            self.pool.examine(account.clone(), (upload.clone(), wish)).await?;
        Ok(Linted { errors: outcome.err().unwrap_or_default(), warnings, modules })
    }

    /// Rewrites what of a policy and its tests is Rego v0, where that is mechanical, within the same limits.
    ///
    /// # Errors
    /// When nobody could look at it.
    pub async fn fix(&self, account: &Account, upload: &PolicyUpload) -> Result<Fixed, Unavailable> {
        let Seen { outcome, modules, .. } =
            self.pool.examine(account.clone(), (upload.clone(), Wish::Fix)).await?;
        Ok(Fixed { files: modules, unmended: outcome.err().unwrap_or_default() })
    }

    /// Runs the tests of a bundle. Every test gets a result within its limits.
    ///
    /// # Errors
    /// What is wrong with the bundle or the pattern, or that nobody could run them.
    pub async fn test(&self, question: TestQuestion) -> Result<Tested, TestError> {
        self.pool.test(question).await
    }

    /// Asks the hooks of one operation. Every hook gets an answer within its limits, whatever its policy does.
    ///
    /// # Errors
    /// When nobody could be asked.
    pub async fn ask(&self, question: Question) -> Result<Answer, Unavailable> {
        self.pool.ask(question).await
    }

    /// What happened since the start.
    pub fn counts(&self) -> Counts {
        self.pool.counts()
    }
}
