//! From requests to replies: the conversation, and one file for each thing that is asked. Knows nothing of processes, limits or deadlines.

mod examining;
mod judging;
mod testing;

use std::io::{self, BufWriter, Read, Write};

use crate::domain::bundle::PolicyUpload;
use crate::domain::diagnostic::{Diagnostic, Fault};
use crate::domain::explanation::Explanation;
use crate::domain::mask::Mask;
use crate::domain::unit_test::TestResult;
use crate::domain::verdict::{Evaluation, HookResult};
use crate::evaluator::child::policies::Policies;
use crate::evaluator::child::request::Requests;
use crate::evaluator::frame::{self, MAX_REPLY};
use crate::evaluator::message::{Attached, Reply, Request};

/// More faults of one policy than anybody reads.
const MAX_DIAGNOSTICS: usize = 100;

/// One child's conversation with its parent.
#[derive(Debug)]
pub(super) struct Server<R, W: Write> {
    requests: Requests<R>,
    replies: BufWriter<W>,
    policies: Policies,
}

impl<R: Read, W: Write> Server<R, W> {
    pub(super) fn new(requests: R, replies: W, policies: Policies) -> Self {
        Self {
            requests: Requests::new(requests),
            replies: BufWriter::with_capacity(16 << 10, replies),
            policies,
        }
    }

    /// Answers until there are no more requests.
    pub(super) fn serve(&mut self, is_worn: impl Fn() -> bool) -> io::Result<()> {
        self.announce(&Reply::Ready)?;
        while let Some(request) = self.requests.next()? {
            match request {
                Request::Judge(question) => self.judge(&question)?,
                Request::Examine(asked) => self.examine(asked)?,
                Request::Test(question) => self.test(&question)?,
            }
            self.announce(&Reply::Finished { retire: is_worn() })?;
        }
        Ok(())
    }

    fn read_upload(&mut self, attached: Attached) -> io::Result<PolicyUpload> {
        Ok(PolicyUpload { format: attached.format, bytes: self.requests.blob(attached.length)? })
    }

    /// Says `reply` at once, because what comes next may take long or end this process.
    fn announce(&mut self, reply: &Reply) -> io::Result<()> {
        self.say(reply)?;
        self.replies.flush()
    }

    fn say(&mut self, reply: &Reply) -> io::Result<()> {
        let mut bytes = frame::encode(reply, 0).map_err(io::Error::other)?;
        if bytes.len() > MAX_REPLY {
            bytes = frame::encode(&shortened(reply), 0).map_err(io::Error::other)?;
        }
        self.replies.write_all(&bytes)
    }
}

/// What is said instead of something longer than the parent would read.
fn shortened(reply: &Reply) -> Reply {
    match reply {
        Reply::InputRejected { .. } => Reply::InputRejected { message: "`input` cannot be read".to_owned() },
        Reply::Rejected { .. } | Reply::Examined { .. } => {
            let fault =
                Diagnostic::new(Fault::TooComplex, "the policy has more to say about than can be reported");
            Reply::Rejected { diagnostics: vec![fault] }
        }
        Reply::Tested { result } => {
            let message = "the test has more to say than can be reported";
            Reply::Tested { result: TestResult::errored(result.test.clone(), message) }
        }
        Reply::Judged { hook, .. } => Reply::Judged { hook: *hook, evaluation: too_large() },
        Reply::Sifted { hook, .. } => Reply::Sifted { hook: *hook, evaluation: too_large() },
        Reply::Masked { hook, .. } => {
            Reply::Masked { hook: *hook, mask: Mask::Failed("a policy names too much to mask".to_owned()) }
        }
        Reply::Explained { hook, .. } => Reply::Explained {
            hook: *hook,
            explanation: Explanation::missing("what there is to say is too long"),
        },
        Reply::Ready
        | Reply::InputRead
        | Reply::Missing { .. }
        | Reply::Loading { .. }
        | Reply::Loaded { .. }
        | Reply::NotReached { .. }
        | Reply::Testing { .. }
        | Reply::Coverable { .. }
        | Reply::Covered { .. }
        | Reply::Covering
        | Reply::TestedAll
        | Reply::Recorded { .. }
        | Reply::Module { .. }
        | Reply::Warned { .. }
        | Reply::Finished { .. } => Reply::InputRejected { message: "the answer is too large".to_owned() },
    }
}

fn too_large() -> Evaluation {
    Evaluation::with_message(HookResult::Errored, "the result is too large")
}
