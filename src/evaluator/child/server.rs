//! From requests to replies. Knows nothing of processes, limits or deadlines.

use std::io::{self, BufWriter, Read, Write};
use std::rc::Rc;
use std::time::{Duration, Instant};

use crate::domain::bundle::PolicyUpload;
use crate::domain::diagnostic::{Diagnostic, Fault};
use crate::domain::explanation::Explanation;
use crate::domain::mask::{KeepInput, Mask};
use crate::domain::unit_test::TestResult;
use crate::domain::verdict::{Evaluation, HookResult};
use crate::evaluator::child::policies::{Policies, guarded};
use crate::evaluator::child::request::Requests;
use crate::evaluator::frame::{self, MAX_REPLY};
use crate::evaluator::message::{
    Attached, Document, Examine, Hook, Judge, LARGE_INPUT, Reply, Request, Test, Told, Wish,
};
use crate::rego::evaluate::{Limits, evaluate};
use crate::rego::explain::explain;
use crate::rego::input::{self, Input};
use crate::rego::mask::{self, Sifted};
use crate::rego::policy::Policy;
use crate::rego::testing::{self, Suite};

/// More faults of one policy than anybody reads.
const MAX_DIAGNOSTICS: usize = 100;

/// The longest piece of a module in one reply, in bytes.
const MODULE_PIECE: usize = 64 << 10;

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

    fn judge(&mut self, question: &Judge<'_>) -> io::Result<()> {
        let begin = Instant::now();
        // Held for the whole question: loading the policies of some hooks may push out those of others.
        let held: Vec<_> = question.hooks.iter().map(|hook| self.policies.find(&hook.digest)).collect();
        let unknown =
            question.hooks.iter().zip(&held).filter(|(hook, held)| held.is_none() && hook.upload.is_none());
        let digests: Vec<_> = unknown.map(|(hook, _)| hook.digest.clone().into_owned()).collect();
        if !digests.is_empty() {
            return self.say(&Reply::Missing { digests });
        }
        let input = match self.read_input(question)? {
            Ok(input) => input,
            Err(message) => return self.say(&Reply::InputRejected { message }),
        };
        let mut told = Vec::with_capacity(question.hooks.len());
        for (number, (hook, held)) in question.hooks.iter().zip(held).enumerate() {
            // What the hook before said is out of this process before the next can end it.
            self.replies.flush()?;
            let left = || question.budget.saturating_sub(begin.elapsed());
            if left().is_zero() {
                self.say(&Reply::NotReached { hook: number })?;
                told.push(not_reached());
                continue;
            }
            told.push(self.ask(number, (hook, held), &input, (question, &left))?);
        }
        if question.explain {
            self.explain_all(question, &input, &mut told)?;
        }
        told.extend(question.told.iter().cloned());
        self.replies.flush()?;
        self.sift(&input, question, told)
    }

    fn ask(
        &mut self,
        number: usize,
        (hook, held): (&Hook<'_>, Option<Rc<Policy>>),
        input: &Input,
        (question, left): (&Judge<'_>, &dyn Fn() -> Duration),
    ) -> io::Result<Told> {
        let told = match self.policy_of(number, hook, held)? {
            Ok(policy) => {
                let mask = mask::ask(&policy, input, &limits(question, left()));
                self.say(&Reply::Masked { hook: number, mask: mask.clone() })?;
                self.replies.flush()?;
                Told { evaluation: evaluate(&policy, input, &limits(question, left())), mask }
            }
            Err(message) => Told {
                evaluation: Evaluation::with_message(HookResult::Errored, message),
                mask: Mask::Unknown("a policy cannot be loaded, and nobody knows what it masks".to_owned()),
            },
        };
        self.say(&Reply::Judged { hook: number, evaluation: told.evaluation.clone() })?;
        Ok(told)
    }

    /// After all verdicts, so that none has less time for it.
    fn explain_all(&mut self, question: &Judge<'_>, input: &Input, told: &mut [Told]) -> io::Result<()> {
        let begin = Instant::now();
        for (number, (hook, told)) in question.hooks.iter().zip(told).enumerate() {
            self.replies.flush()?;
            let left = question.budget.saturating_sub(begin.elapsed());
            let was_stopped = told.evaluation.result == HookResult::TimedOut;
            let explanation = match self.policies.find(&hook.digest) {
                Some(_) if was_stopped => Explanation::missing("it was stopped"),
                Some(_) if left.is_zero() => Explanation::missing("there was no time left to look into it"),
                Some(policy) => explain(&policy, input, &limits(question, left)),
                None => {
                    Explanation::missing("the policy is not at hand any more: ask for fewer hooks at once")
                }
            };
            told.evaluation.explanation = Some(explanation.clone());
            self.say(&Reply::Explained { hook: number, explanation })?;
        }
        Ok(())
    }

    /// Masks what is secret, in the input and in what was said about it.
    fn sift(&mut self, input: &Input, question: &Judge<'_>, told: Vec<Told>) -> io::Result<()> {
        let keep = match question.keep {
            KeepInput::All => true,
            // Whether this denies the operation is not known here.
            KeepInput::Denied => told
                .iter()
                .any(|told| !matches!(told.evaluation.result, HookResult::Passed | HookResult::NotDeclared)),
            KeepInput::None => false,
        };
        let (mut said, masks): (Vec<_>, Vec<_>) =
            told.into_iter().map(|told| (told.evaluation, told.mask)).unzip();
        let before = said.clone();
        let mut texts: Vec<&mut Evaluation> = said.iter_mut().collect();
        let sifted = guarded(|| mask::sift(input, &question.gate_members, &masks, &mut texts, keep));
        let sifted = sifted.ok_or_else(|| io::Error::other("an input cannot be masked"))?;
        for (hook, (evaluation, before)) in said.into_iter().zip(before).enumerate() {
            if evaluation != before {
                self.say(&Reply::Sifted { hook, evaluation })?;
            }
        }
        self.say_recorded(sifted)
    }

    fn say_recorded(&mut self, Sifted { record, document }: Sifted) -> io::Result<()> {
        let packed = document.as_ref().map_or(&[][..], |document| &document.packed);
        let header =
            document.as_ref().map(|stored| Document { digest: stored.digest.clone(), size: stored.size });
        let reply = Reply::Recorded { record, document: header };
        self.replies.write_all(&frame::encode(&reply, packed.len()).map_err(io::Error::other)?)?;
        self.replies.write_all(packed)
    }

    fn read_input(&mut self, question: &Judge<'_>) -> io::Result<Result<Input, String>> {
        let bytes = self.requests.blob(question.input)?;
        let input = guarded(|| input::parse(&bytes, &question.gate_members));
        if bytes.len() >= LARGE_INPUT {
            self.announce(&Reply::InputRead)?;
        }
        Ok(match input {
            Some(input) => input.map_err(|error| error.to_string()),
            None => Err("`input` cannot be read".to_owned()),
        })
    }

    fn policy_of(
        &mut self,
        number: usize,
        hook: &Hook<'_>,
        held: Option<Rc<Policy>>,
    ) -> io::Result<Result<Rc<Policy>, String>> {
        match (held.or_else(|| self.policies.find(&hook.digest)), hook.upload) {
            (Some(policy), attached) => {
                self.requests.skip(attached.map_or(0, |attached| attached.length))?;
                Ok(Ok(policy))
            }
            (None, Some(attached)) => self.load(number, hook, attached),
            (None, None) => Ok(Err("the policy was not sent".to_owned())),
        }
    }

    fn load(
        &mut self,
        number: usize,
        hook: &Hook<'_>,
        attached: Attached,
    ) -> io::Result<Result<Rc<Policy>, String>> {
        self.announce(&Reply::Loading { hook: number })?;
        let upload = self.read_upload(attached)?;
        match self.policies.load(&hook.digest, &upload) {
            Ok(loaded) => {
                self.announce(&Reply::Loaded { hook: number, evicted: loaded.evicted })?;
                Ok(Ok(loaded.policy))
            }
            Err(cause) => Ok(Err(format!("the stored policy cannot be loaded: {cause}; upload it again"))),
        }
    }

    fn examine(&mut self, asked: Examine) -> io::Result<()> {
        let upload = self.read_upload(asked.policy)?;
        if asked.wish == Wish::Fix {
            return self.fix(&upload);
        }
        let warnings = self.policies.look_at(&upload, asked.wish != Wish::Verdict);
        self.say(&Reply::Warned { warnings })?;
        let reply = match self.policies.examine(&upload) {
            Ok(policy) => {
                if asked.wish == Wish::LintAndModules {
                    self.show(policy.modules())?;
                }
                Reply::Examined { declares_hook_result: policy.declares_hook_result() }
            }
            Err(mut diagnostics) => {
                diagnostics.truncate(MAX_DIAGNOSTICS);
                Reply::Rejected { diagnostics }
            }
        };
        self.say(&reply)
    }

    /// Says what of a policy can be rewritten, and refuses the rest, if there is any.
    fn fix(&mut self, upload: &PolicyUpload) -> io::Result<()> {
        let (rewritten, mut diagnostics) = Policies::fix(upload);
        self.show(rewritten)?;
        diagnostics.truncate(MAX_DIAGNOSTICS);
        self.say(&Reply::Rejected { diagnostics })
    }

    fn test(&mut self, question: &Test<'_>) -> io::Result<()> {
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

    /// Says modules or files, in pieces that a reply has room for however they are escaped.
    fn show(&mut self, modules: Vec<(String, String)>) -> io::Result<()> {
        for (path, text) in modules {
            let mut rest = text.as_str();
            while !rest.is_empty() {
                let (piece, behind) = rest.split_at(rest.floor_char_boundary(MODULE_PIECE));
                self.say(&Reply::Module { path: path.clone(), text: piece.to_owned() })?;
                rest = behind;
            }
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

/// A hook that had no turn; its policy may not even have been loaded.
fn not_reached() -> Told {
    Told {
        evaluation: Evaluation::of(HookResult::TimedOut),
        mask: Mask::Unknown("a policy was not reached in time, and nobody knows what it masks".to_owned()),
    }
}

fn limits(question: &Judge<'_>, left: Duration) -> Limits {
    Limits { timeout: question.hook_timeout.min(left), now_ns: question.now_ns }
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
