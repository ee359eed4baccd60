//! The tests of one policy, each announced before it runs, because it may end this process; and the rows they and inputs cover.

use std::io::{self, Read, Write};

use crate::evaluator::child::policies::guarded;
use crate::evaluator::child::server::{MAX_DIAGNOSTICS, Server};
use crate::evaluator::message::{Reply, Test};
use crate::rego::input;
use crate::rego::testing::{self, Suite};

impl<R: Read, W: Write> Server<R, W> {
    pub(super) fn test(&mut self, question: &Test<'_>) -> io::Result<()> {
        let upload = self.read_upload(question.upload)?;
        let mut suite = match self.policies.load_tests(&upload) {
            Ok(suite) => suite,
            Err(mut diagnostics) => {
                diagnostics.truncate(MAX_DIAGNOSTICS);
                return self.say(&Reply::Rejected { diagnostics });
            }
        };
        if let Some(message) = question.pattern.as_ref().and_then(|pattern| suite.keep(pattern).err()) {
            return self.say(&Reply::InputRejected { message });
        }
        if question.cover.is_some() {
            suite.cover();
            self.say(&Reply::Coverable { rows: suite.coverable() })?;
        }
        let limits = testing::Limits { timeout: question.timeout, now_ns: question.now_ns };
        let mut results = suite.run_from(question.first, limits);
        for test in suite.tests().skip(question.first) {
            self.announce(&Reply::Testing { test })?;
            if let Some(result) = results.next() {
                self.say(&Reply::Tested { result })?;
                self.say_covered(&suite)?;
            }
        }
        self.cover(question.cover.as_deref(), (&suite, limits))?;
        self.say(&Reply::TestedAll)
    }

    /// Finds out what inputs come to.
    fn cover(
        &mut self,
        inputs: Option<&[usize]>,
        (suite, limits): (&Suite, testing::Limits),
    ) -> io::Result<()> {
        let Some(inputs) = inputs else { return Ok(()) };
        self.announce(&Reply::Covering)?;
        for length in inputs {
            let bytes = self.requests.blob(*length)?;
            if let Some(Ok(input)) = guarded(|| input::parse(&bytes, "{}")) {
                suite.cover_input(&input, limits);
                self.say_covered(suite)?;
                self.replies.flush()?;
            }
        }
        Ok(())
    }

    fn say_covered(&mut self, suite: &Suite) -> io::Result<()> {
        let rows = suite.take_covered();
        if rows.is_empty() { Ok(()) } else { self.say(&Reply::Covered { rows }) }
    }
}
