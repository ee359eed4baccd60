//! One question on its way through a child, or through several when one dies: which hooks have answered, and what the death of a
//! child means for the hook that caused it. Hooks are counted by their places in the question.

mod run;
#[cfg(test)]
mod tests;
mod words;

use std::borrow::Cow;
use std::collections::HashSet;
use std::sync::Arc;
use std::time::Duration;

use tokio::sync::oneshot;
use tokio::time::Instant;

use crate::domain::account::Account;
use crate::domain::bundle::{Digest, PolicyUpload};
use crate::domain::explanation::Explanation;
use crate::domain::mask::{InputRecord, Mask, withhold_texts};
use crate::domain::stored_input::StoredInput;
use crate::domain::verdict::{Evaluation, HookResult};
use crate::evaluator::frame::{self, FrameError};
use crate::evaluator::judging::run::{Run, Step};
use crate::evaluator::message::{Attached, Document, Hook, Judge, LARGE_INPUT, Reply, Request, Told};
use crate::evaluator::outgoing::Outgoing;
use crate::evaluator::process::Death;
use crate::evaluator::shelf::Shelf;
use crate::evaluator::strikes::{Standing, Strikes};
use crate::evaluator::task::{Bounds, Heard, Task};
use crate::evaluator::{Answer, Judged, Question, Unavailable};

/// A question, the answers so far, and whoever waits for them.
#[derive(Debug)]
pub(super) struct Judging {
    question: Question,
    bounds: Bounds,
    reply: oneshot::Sender<Result<Answer, Unavailable>>,
    answers: Vec<Option<Evaluation>>,
    /// What each policy wants hidden, as far as it was heard.
    masks: Vec<Option<Mask>>,
    /// What is left of the input, once every hook has answered.
    recorded: Option<(InputRecord, Option<StoredInput>)>,
    missing: Vec<Digest>,
    rejected: Option<String>,
    /// The time used in children that died.
    spent: Duration,
    run: Run,
}

impl Judging {
    pub(super) fn new(
        question: Question,
        bounds: Bounds,
        reply: oneshot::Sender<Result<Answer, Unavailable>>,
    ) -> Self {
        let hooks = question.digests.len();
        Self {
            question,
            bounds,
            reply,
            answers: vec![None; hooks],
            masks: vec![None; hooks],
            recorded: None,
            missing: Vec::new(),
            rejected: None,
            spent: Duration::ZERO,
            run: Run::new(Vec::new()),
        }
    }

    /// The policies the child has to be given, one entry for each hook it is sent; notes those that nobody has.
    fn list_uploads(&mut self, known: &HashSet<Digest>, kept: &Shelf) -> Vec<Option<Arc<PolicyUpload>>> {
        let mut uploads = Vec::with_capacity(self.run.hooks.len());
        for digest in self.run.hooks.iter().filter_map(|place| self.question.digests.get(*place)) {
            let upload = if known.contains(digest) {
                None
            } else {
                self.question.uploads.get(digest).map(Arc::clone).or_else(|| kept.find(digest))
            };
            if upload.is_none() && !known.contains(digest) && !self.missing.contains(digest) {
                self.missing.push(digest.clone());
            }
            uploads.push(upload);
        }
        uploads
    }

    fn write_request(
        &self,
        outgoing: &mut Outgoing,
        uploads: Vec<Option<Arc<PolicyUpload>>>,
    ) -> Result<(), FrameError> {
        let digests = self.run.hooks.iter().filter_map(|place| self.question.digests.get(*place));
        let hooks = digests.zip(&uploads).map(|(digest, upload)| Hook {
            digest: Cow::Borrowed(digest),
            upload: upload.as_deref().map(Attached::of),
        });
        let request = Request::Judge(Judge {
            hooks: hooks.collect(),
            input: self.question.input.len(),
            gate_members: Cow::Owned(self.question.gate_members.to_string()),
            now_ns: self.question.now.nanos(),
            hook_timeout: self.bounds.hook,
            budget: self.bounds.operation.saturating_sub(self.spent),
            keep: self.question.keep,
            told: self.told().into(),
            explain: self.question.explain,
        });
        let attached: usize = uploads.iter().flatten().map(|upload| upload.bytes.len()).sum();
        outgoing.push(frame::encode(&request, self.question.input.len().saturating_add(attached))?);
        outgoing.push_input(&self.question.input);
        uploads.into_iter().flatten().for_each(|upload| outgoing.push_upload(upload));
        Ok(())
    }

    /// What the hooks have said that the child is not sent.
    fn told(&self) -> Vec<Told> {
        let answered = self.answers.iter().zip(&self.masks);
        let told = answered.filter_map(|(answer, mask)| {
            let unknown = || Mask::Unknown("a policy was not run, and nobody knows what it masks".to_owned());
            Some(Told { evaluation: answer.clone()?, mask: mask.clone().unwrap_or_else(unknown) })
        });
        told.collect()
    }

    /// The place in the question of what the child counts as `number`: the hooks it was sent, then those it was told about.
    fn place_of(&self, number: usize) -> Option<usize> {
        let told = || (0..self.answers.len()).filter(|place| !self.run.hooks.contains(place));
        self.run.hooks.get(number).copied().or_else(|| told().nth(number.checked_sub(self.run.hooks.len())?))
    }

    fn resaid(&mut self, place: usize, evaluation: Evaluation) {
        if let Some(said) = self.answers.get_mut(place) {
            *said = Some(evaluation);
        }
    }

    fn hear_recorded(&mut self, record: InputRecord, document: Option<Document>, packed: Vec<u8>) {
        let document = document.map(|Document { digest, size }| StoredInput { digest, size, packed });
        self.recorded = Some((record, document));
    }

    /// The input could not be looked at for secrets, so nothing of it is told.
    fn withhold(&mut self, reason: &str) {
        self.answers.iter_mut().flatten().for_each(|evaluation| withhold_texts(evaluation, reason));
        self.recorded = Some((InputRecord::withheld(reason), None));
    }

    fn hear_answer(&mut self, place: usize, mut evaluation: Evaluation, now: Instant) -> Heard {
        // By the child's clock: it began before we heard that the hook before was done.
        let time = Duration::from_micros(evaluation.duration_us);
        let is_late = evaluation.result == HookResult::TimedOut;
        if is_late {
            // The child knows how much time it was given, and not whether that was the hook's own.
            evaluation.message = words::over_time(&self.bounds, time).message;
        }
        self.note(place, evaluation, now);
        let slow = self.digest_at(place).filter(|_| is_late && time >= self.bounds.limit());
        slow.map_or(Heard::Noted, Heard::Slow)
    }

    /// An explanation comes after all answers, and changes none of them.
    fn hear_explanation(&mut self, hook: usize, explanation: Explanation, now: Instant) -> Heard {
        if self.run.place().is_some() || hook != self.run.explained {
            return Heard::Nonsense;
        }
        let place = self.run.hooks.get(hook).copied();
        if let Some(Some(answer)) = place.and_then(|place| self.answers.get_mut(place)) {
            answer.explanation = Some(explanation);
        }
        self.run.next_explanation(now);
        Heard::Noted
    }

    fn note(&mut self, place: usize, evaluation: Evaluation, now: Instant) {
        if let Some(answer) = self.answers.get_mut(place) {
            *answer = Some(evaluation);
        }
        self.run.next_hook(now);
    }

    fn is_judged(&self) -> bool {
        self.answers.iter().all(Option::is_some)
    }

    fn digest_at(&self, place: usize) -> Option<Digest> {
        self.question.digests.get(place).cloned()
    }
}

impl Task for Judging {
    fn is_abandoned(&self) -> bool {
        self.reply.is_closed()
    }

    fn check_standing(&mut self, account: &Account, strikes: &Strikes, now: Instant) -> bool {
        let mut is_struck = false;
        let hooks = self.question.digests.iter().zip(&mut self.answers);
        for (digest, answer) in hooks.filter(|(_, answer)| answer.is_none()) {
            match strikes.standing(account, digest, now) {
                Standing::Good => {}
                Standing::Struck => is_struck = true,
                Standing::Waits(wait) => *answer = Some(words::held_back(wait)),
            }
        }
        is_struck
    }

    fn write(&mut self, outgoing: &mut Outgoing, known: &HashSet<Digest>, kept: &Shelf) {
        let unanswered = self.answers.iter().enumerate().filter(|(_, answer)| answer.is_none());
        self.run = Run::new(unanswered.map(|(place, _)| place).collect());
        let uploads = self.list_uploads(known, kept);
        if self.missing.is_empty()
            && let Err(cause) = self.write_request(outgoing, uploads)
        {
            self.rejected = Some(format!("`input` cannot be sent to an evaluator: {cause}"));
        }
    }

    fn begin(&mut self, now: Instant) {
        let is_large = self.question.input.len() >= LARGE_INPUT;
        self.run.begin(if is_large { Step::ReadingInput } else { Step::Running }, now);
    }

    fn deadline(&self) -> Instant {
        self.run.deadline(&self.bounds, self.spent)
    }

    fn hear(&mut self, (reply, blob): (Reply, Vec<u8>), now: Instant) -> Heard {
        let number = self.run.number;
        match (reply, self.run.place()) {
            (Reply::InputRead, _) => self.run.enter(Step::Running, now),
            (Reply::InputRejected { message }, _) => self.rejected = Some(message),
            (Reply::Missing { digests }, _) => return Heard::Lost(digests),
            (Reply::Loading { hook }, Some(_)) if hook == number => self.run.enter(Step::Loading, now),
            (Reply::Loaded { hook, evicted }, Some(place)) if hook == number => {
                self.run.enter(Step::Running, now);
                return self
                    .digest_at(place)
                    .map_or(Heard::Nonsense, |digest| Heard::Loaded { digest, evicted });
            }
            (Reply::Masked { hook, mask }, Some(place)) if hook == number => {
                // Its time is its own; the hook's begins now.
                self.run.enter(Step::Running, now);
                self.masks.get_mut(place).into_iter().for_each(|known| *known = Some(mask.clone()));
            }
            (Reply::Judged { hook, evaluation }, Some(place)) if hook == number => {
                return self.hear_answer(place, evaluation, now);
            }
            (Reply::NotReached { hook }, Some(place)) if hook == number => {
                self.note(place, words::not_reached(&self.bounds), now);
            }
            (Reply::Sifted { hook, evaluation }, None) => match self.place_of(hook) {
                Some(place) => {
                    self.resaid(place, evaluation);
                }
                None => return Heard::Nonsense,
            },
            (Reply::Recorded { record, document }, None) => self.hear_recorded(record, document, blob),
            (Reply::Explained { hook, explanation }, None) => {
                return self.hear_explanation(hook, explanation, now);
            }
            (Reply::Finished { retire }, _) => {
                return Heard::Finished { retire };
            }
            _ => return Heard::Nonsense,
        }
        Heard::Noted
    }

    fn interrupt(&mut self, now: Instant) {
        self.spent = self.spent.saturating_add(self.run.time(now));
    }

    fn blame(&mut self, death: &Death, now: Instant) -> Option<Digest> {
        if self.question.explain && !self.run.hooks.is_empty() && self.run.place().is_none() {
            // It died of an explanation, which no verdict depends on: another child looks for secrets.
            return None;
        }
        if self.run.step == Step::ReadingInput || self.question.digests.is_empty() {
            self.rejected = Some(words::unreadable(death, &self.bounds));
            return None;
        }
        let Some(place) = self.run.place() else {
            self.withhold("the input could not be searched for secrets");
            return None;
        };
        let time = self.run.step_time(now);
        let mut evaluation = words::died(death, (self.run.step, time), &self.bounds);
        evaluation.duration_us = u64::try_from(time.as_micros()).unwrap_or(u64::MAX);
        self.note(place, evaluation, now);
        // For explanations alone nothing is asked again.
        if self.spent >= self.bounds.operation {
            let unanswered = self.answers.iter_mut().filter(|answer| answer.is_none());
            unanswered.for_each(|answer| *answer = Some(words::not_reached(&self.bounds)));
        }
        self.digest_at(place).filter(|_| *death != Death::Late || time >= self.bounds.limit())
    }

    /// Without hooks there is still an input to be read, and explanations come after the answers.
    fn is_settled(&self) -> bool {
        let is_done = self.is_judged() && self.recorded.is_some();
        is_done || self.rejected.is_some() || !self.missing.is_empty()
    }

    fn settle(self: Box<Self>) {
        let answer = match self.rejected {
            Some(message) => Answer::InputRejected(message),
            None if !self.missing.is_empty() => Answer::Missing(self.missing),
            None => {
                let mut said: Vec<_> = self.answers.into_iter().flatten().collect();
                for evaluation in said.iter_mut().filter(|_| self.question.explain) {
                    evaluation.explanation.get_or_insert_with(words::unexplained);
                }
                let (record, document) =
                    self.recorded.unwrap_or_else(|| (InputRecord::withheld("nobody looked at it"), None));
                Answer::Judged(Box::new(Judged { said, record, document }))
            }
        };
        // Whoever asked may have gone.
        drop(self.reply.send(Ok(answer)));
    }

    fn refuse(self: Box<Self>, cause: Unavailable) {
        drop(self.reply.send(Err(cause)));
    }
}
