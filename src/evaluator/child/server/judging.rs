//! One input before the policies of hooks: verdicts first, each said before the next policy can end this process; then what explains
//! them, and the record without what is secret.

use std::io::{self, Read, Write};
use std::rc::Rc;
use std::time::{Duration, Instant};

use crate::domain::explanation::Explanation;
use crate::domain::mask::{KeepInput, Mask};
use crate::domain::verdict::{Evaluation, HookResult};
use crate::evaluator::child::policies::guarded;
use crate::evaluator::child::server::Server;
use crate::evaluator::frame;
use crate::evaluator::message::{Attached, Document, Hook, Judge, LARGE_INPUT, Reply, Told};
use crate::rego::evaluate::{Limits, evaluate};
use crate::rego::explain::explain;
use crate::rego::input::{self, Input};
use crate::rego::mask::{self, Sifted};
use crate::rego::policy::Policy;

impl<R: Read, W: Write> Server<R, W> {
    pub(super) fn judge(&mut self, question: &Judge<'_>) -> io::Result<()> {
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
