//! The tests of one bundle on their way through children. A child that dies of a test answers for that one; the tests after it run
//! in another.

use std::borrow::Cow;
use std::collections::HashSet;
use std::sync::Arc;
use std::time::Duration;

use bytes::Bytes;
use tokio::sync::oneshot;
use tokio::time::Instant;

use crate::domain::account::Account;
use crate::domain::bundle::Digest;
use crate::domain::coverage::{self, Coverage, Extents, Rows};
use crate::domain::diagnostic::{Diagnostic, Fault};
use crate::domain::unit_test::{TestResult, UnitTest};
use crate::evaluator::message::{Attached, Reply, Request, Test};
use crate::evaluator::outgoing::Outgoing;
use crate::evaluator::process::Death;
use crate::evaluator::shelf::Shelf;
use crate::evaluator::strikes::Strikes;
use crate::evaluator::task::{Bounds, Heard, Task};
use crate::evaluator::{TestError, TestQuestion, Tested, Unavailable, frame};

/// How long a bundle may take to compile together with its tests, which hold whole documents.
const LOAD_TIMEOUT: Duration = Duration::from_secs(20);
/// How often one test may be asked for: strictly, leniently, for how far it came, and for what its statement was.
const ASKED: u32 = 4;

/// The tests, what came of them so far, and whoever waits for that.
#[derive(Debug)]
pub(super) struct Testing {
    question: TestQuestion,
    bounds: Bounds,
    reply: oneshot::Sender<Result<Tested, TestError>>,
    results: Vec<TestResult>,
    rows: Rowed,
    /// The one that runs.
    current: Option<UnitTest>,
    /// There are no more results, or none at all.
    end: Option<Result<(), TestError>>,
    begin: Instant,
}

/// What is known about rows.
#[derive(Debug, Default)]
struct Rowed {
    coverable: Extents,
    covered: Rows,
    /// The tests are over.
    is_last: bool,
}

impl Testing {
    pub(super) fn new(
        question: TestQuestion,
        bounds: Bounds,
        reply: oneshot::Sender<Result<Tested, TestError>>,
    ) -> Self {
        let (results, rows) = (Vec::new(), Rowed::default());
        Self { question, bounds, reply, results, rows, current: None, end: None, begin: Instant::now() }
    }

    fn reject(&mut self, fault: Fault, message: String) {
        self.end = Some(Err(TestError::Rejected(vec![Diagnostic::new(fault, message)])));
    }

    fn request(&self) -> Request<'_> {
        Request::Test(Test {
            upload: Attached::of(&self.question.upload),
            pattern: self.question.pattern.as_deref().map(Cow::Borrowed),
            first: self.results.len(),
            timeout: self.question.timeout,
            now_ns: self.question.now.nanos(),
            cover: self.question.cover.as_ref().map(|inputs| inputs.iter().map(Bytes::len).collect()),
        })
    }
}

impl Task for Testing {
    fn is_abandoned(&self) -> bool {
        self.reply.is_closed()
    }

    fn check_standing(&mut self, _account: &Account, _strikes: &Strikes, _now: Instant) -> bool {
        false
    }

    fn write(&mut self, outgoing: &mut Outgoing, _known: &HashSet<Digest>, _kept: &Shelf) {
        let inputs = self.question.cover.iter().flatten();
        let blobs =
            inputs.clone().map(Bytes::len).fold(self.question.upload.bytes.len(), usize::saturating_add);
        match frame::encode(&self.request(), blobs) {
            Ok(header) => {
                outgoing.push(header);
                outgoing.push_upload(Arc::clone(&self.question.upload));
                inputs.for_each(|input| outgoing.push_input(input));
            }
            Err(cause) => {
                self.reject(Fault::TooLarge, format!("the policy cannot be sent to an evaluator: {cause}"));
            }
        }
    }

    fn begin(&mut self, now: Instant) {
        self.begin = now;
        self.current = None;
    }

    fn deadline(&self) -> Instant {
        let limit = LOAD_TIMEOUT.saturating_add(self.question.timeout.saturating_mul(ASKED));
        self.begin.checked_add(limit).unwrap_or(self.begin)
    }

    fn hear(&mut self, (reply, _): (Reply, Vec<u8>), now: Instant) -> Heard {
        self.begin = now;
        match reply {
            Reply::Testing { test } => self.current = Some(test),
            Reply::Tested { result } => {
                self.current = None;
                self.results.push(result);
            }
            Reply::Coverable { rows } => self.rows.coverable = rows,
            Reply::Covered { rows } => coverage::add(&mut self.rows.covered, rows),
            Reply::Covering => self.rows.is_last = true,
            Reply::TestedAll => self.end = Some(Ok(())),
            Reply::InputRejected { message } => self.end = Some(Err(TestError::BadPattern(message))),
            Reply::Rejected { diagnostics } => self.end = Some(Err(TestError::Rejected(diagnostics))),
            Reply::Finished { retire } => return Heard::Finished { retire },
            Reply::Ready
            | Reply::InputRead
            | Reply::Missing { .. }
            | Reply::Loading { .. }
            | Reply::Loaded { .. }
            | Reply::Judged { .. }
            | Reply::Masked { .. }
            | Reply::Sifted { .. }
            | Reply::Recorded { .. }
            | Reply::NotReached { .. }
            | Reply::Module { .. }
            | Reply::Warned { .. }
            | Reply::Explained { .. }
            | Reply::Examined { .. } => return Heard::Nonsense,
        }
        Heard::Noted
    }

    fn interrupt(&mut self, _now: Instant) {}

    fn blame(&mut self, death: &Death, _now: Instant) -> Option<Digest> {
        let cause = match death {
            Death::Late => "it took too long".to_owned(),
            Death::Memory => format!("it took more memory than {}", self.bounds.memory_text()),
            Death::Stack => "something is nested too deeply".to_owned(),
            Death::Nonsense(_) | Death::Gone { .. } => "it ended unexpectedly".to_owned(),
        };
        match self.current.take() {
            Some(test) => {
                self.results.push(TestResult::errored(test, format!("the test was stopped: {cause}")));
            }
            // The results are there; less is covered than could be.
            None if self.rows.is_last => self.end = Some(Ok(())),
            None => self.reject(Fault::TooComplex, format!("the tests are too complex to load: {cause}")),
        }
        None
    }

    fn is_settled(&self) -> bool {
        self.end.is_some()
    }

    fn settle(self: Box<Self>) {
        let Self { end, results, rows, reply, .. } = *self;
        let unanswered = Err(TestError::Unavailable(Unavailable::Busy));
        let tested = Tested { results, coverage: Coverage::of(&rows.coverable, &rows.covered) };
        // Whoever asked may have gone.
        drop(reply.send(end.unwrap_or(unanswered).map(|()| tested)));
    }

    fn refuse(self: Box<Self>, cause: Unavailable) {
        drop(self.reply.send(Err(TestError::Unavailable(cause))));
    }
}
