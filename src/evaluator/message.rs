//! What parent and child say to each other. The parent asks, the child answers in order; the blobs named by a request follow
//! its header: first the input, then the policies in the order of the hooks.

use std::borrow::Cow;
use std::time::Duration;

use serde::{Deserialize, Serialize};

use crate::domain::bundle::{Digest, PolicyFormat, PolicyUpload};
use crate::domain::coverage::{Extents, Rows};
use crate::domain::diagnostic::{Diagnostic, Warning};
use crate::domain::explanation::Explanation;
use crate::domain::mask::{InputRecord, KeepInput, Mask};
use crate::domain::unit_test::{TestResult, UnitTest};
use crate::domain::verdict::Evaluation;

/// From this size on, reading an input is a step of its own with its own deadline; below, it takes no time worth a message.
pub(super) const LARGE_INPUT: usize = 64 << 10;

/// One task for a child.
#[derive(Debug, Serialize, Deserialize)]
pub(super) enum Request<'a> {
    /// Ask these hooks about one input.
    Judge(Judge<'a>),
    /// Check a policy that somebody wants to register.
    Examine(Examine),
    /// Run the tests of a bundle.
    Test(Test<'a>),
}

/// The hooks of one operation and what they are asked about.
#[derive(Debug, Serialize, Deserialize)]
pub(super) struct Judge<'a> {
    /// In the order in which they run.
    pub(super) hooks: Vec<Hook<'a>>,
    /// The bytes of the input document.
    pub(super) input: usize,
    /// What the gate adds to the input, as text: read as JSON here, some keys of labels would have a meaning.
    pub(super) gate_members: Cow<'a, str>,
    /// What `time.now_ns` answers.
    pub(super) now_ns: i64,
    /// The longest time for each hook.
    pub(super) hook_timeout: Duration,
    /// The longest time for all of them together.
    pub(super) budget: Duration,
    /// Which inputs are kept.
    pub(super) keep: KeepInput,
    /// What other hooks of the operation have said before, in another child; numbered after the hooks.
    pub(super) told: Cow<'a, [Told]>,
    /// Whether they are to be explained once all have answered.
    #[serde(default)]
    pub(super) explain: bool,
}

/// What a hook said that is not to be run again.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub(super) struct Told {
    pub(super) evaluation: Evaluation,
    pub(super) mask: Mask,
}

/// A policy to be checked.
#[derive(Debug, Clone, Copy, Serialize, Deserialize)]
pub(super) struct Examine {
    pub(super) policy: Attached,
    pub(super) wish: Wish,
}

/// What is asked about a policy.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub(super) enum Wish {
    /// Whether it is accepted, with the warnings of a registration.
    Verdict,
    /// The same with everything that is odd about it.
    Lint,
    /// And with the modules that will run.
    LintAndModules,
    /// Which of its files are Rego v0, and what they are in v1.
    Fix,
}

/// A hook: its policy, attached when the child does not hold it.
#[derive(Debug, Serialize, Deserialize)]
pub(super) struct Hook<'a> {
    pub(super) digest: Cow<'a, Digest>,
    pub(super) upload: Option<Attached>,
}

/// The tests of one bundle.
#[derive(Debug, Serialize, Deserialize)]
pub(super) struct Test<'a> {
    pub(super) upload: Attached,
    /// Which of them, by their full names; all without one.
    pub(super) pattern: Option<Cow<'a, str>>,
    /// How many of those are done with.
    pub(super) first: usize,
    /// The longest time for each.
    pub(super) timeout: Duration,
    /// What `time.now_ns` answers.
    pub(super) now_ns: i64,
    /// Whether it is to be known which rows they come to, and the inputs that come to some, too: their bytes.
    #[serde(default)]
    pub(super) cover: Option<Vec<usize>>,
}

/// A policy among the blobs.
#[derive(Debug, Clone, Copy, Serialize, Deserialize)]
pub(super) struct Attached {
    pub(super) format: PolicyFormat,
    /// Its bytes.
    pub(super) length: usize,
}

impl Attached {
    pub(super) fn of(upload: &PolicyUpload) -> Self {
        Self { format: upload.format, length: upload.bytes.len() }
    }
}

/// A masked document among the blobs.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub(super) struct Document {
    pub(super) digest: Digest,
    pub(super) size: u64,
}

/// What a child says. Hooks are numbered as in the request.
#[derive(Debug, PartialEq, Serialize, Deserialize)]
pub(super) enum Reply {
    /// The limits are in force: ask.
    Ready,
    /// A large input is read; the hooks begin.
    InputRead,
    /// The input, or the pattern for tests, is none; nothing is run.
    InputRejected { message: String },
    /// These policies were neither held nor attached; the hooks are not run.
    Missing { digests: Vec<Digest> },
    /// The policy of a hook is being compiled.
    Loading { hook: usize },
    /// It is compiled, and held unless it is itself among the `evicted`.
    Loaded { hook: usize, evicted: Vec<Digest> },
    /// What the policy of a hook wants hidden; the hook begins.
    Masked { hook: usize, mask: Mask },
    /// The answer of a hook.
    Judged { hook: usize, evaluation: Evaluation },
    /// The time for all hooks was over before this one.
    NotReached { hook: usize },
    /// The answer of a hook, or of one that was told, without the secrets that stood in it.
    Sifted { hook: usize, evaluation: Evaluation },
    /// What is left of the input, now that every hook has answered. The document follows as a blob.
    Recorded { record: InputRecord, document: Option<Document> },
    /// What is odd about the policy, whether it is accepted or not.
    Warned { warnings: Vec<Warning> },
    /// A piece of a module of the policy that is about to be accepted, or of a file that was rewritten; the pieces of one path follow each other.
    Module { path: String, text: String },
    /// Why a hook answered as it did; hooks are explained in their order, when all have answered.
    Explained { hook: usize, explanation: Explanation },
    /// The policy is accepted.
    Examined { declares_hook_result: bool },
    /// A test begins.
    Testing { test: UnitTest },
    /// It is over.
    Tested { result: TestResult },
    /// What can be covered.
    Coverable { rows: Extents },
    /// Rows that tests or inputs came to.
    Covered { rows: Rows },
    /// The tests are over; the inputs that cover rows, too, come next.
    Covering,
    /// So are all.
    TestedAll,
    /// The policy is refused.
    Rejected { diagnostics: Vec<Diagnostic> },
    /// The request is done with; a child that has grown too large asks to be replaced.
    Finished { retire: bool },
}
