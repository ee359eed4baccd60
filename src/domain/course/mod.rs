//! The course of an operation after its decision: outcome, success phase, post phase (the drawing of `gate.md` section 4).
//!
//! [`Course::next`] is the whole state machine, and pure: it looks at what is stored and says what comes next. Whoever
//! carries that out stores it before asking again, so that a crash anywhere repeats the question and nothing else.

use std::time::Duration;

use crate::domain::hook::{FailureMode, HookId};
use crate::domain::outcome::{Outcome, Reported};
use crate::domain::phase::{FailureRules, Phase, PhaseStatus};
use crate::domain::time::Timestamp;
use crate::domain::verdict::{Decision, Verdict};

/// A hook of a later phase, pinned when its operation began.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct LaterHook {
    /// Its id.
    pub id: HookId,
    /// Its name at that time: any printable text.
    pub name: String,
    /// What its failure does, unless the phase is ignored.
    pub failure_mode: FailureMode,
    /// How long it may take to answer.
    pub timeout: Duration,
}

/// The one call of a hook in a later phase, however often a crash repeats it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct LaterCall {
    /// Who is called.
    pub hook: LaterHook,
    /// How often it was tried.
    pub attempts: u32,
    /// When it was tried last.
    pub called_at: Option<Timestamp>,
    /// What came of it.
    pub answer: Option<CallAnswer>,
}

/// What a hook of a later phase answered.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct CallAnswer {
    /// Why it failed, if it did.
    pub error: Option<String>,
    /// When.
    pub at: Timestamp,
}

impl LaterCall {
    /// How often a call is tried that never gets as far as an answer, because the server ends during it.
    pub const MAX_ATTEMPTS: u32 = 5;

    /// A call that was never tried.
    pub const fn of(hook: LaterHook) -> Self {
        Self { hook, attempts: 0, called_at: None, answer: None }
    }

    /// What the answer means under the hook's failure mode; `None` before there is one.
    pub fn verdict(&self) -> Option<Verdict> {
        self.answer.as_ref().map(|answer| match (&answer.error, self.hook.failure_mode) {
            (None, _) => Verdict::Pass,
            (Some(_), FailureMode::Warn) => Verdict::Warn,
            (Some(_), FailureMode::Fail) => Verdict::Fail,
        })
    }
}

/// How a phase ended.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct PhaseEnd {
    /// In which way.
    pub status: PhaseStatus,
    /// The text of the first hook, in the order they are asked, whose verdict is FAIL.
    pub error: Option<String>,
}

impl PhaseEnd {
    const SKIPPED: Self = Self { status: PhaseStatus::Skipped, error: None };
}

/// One of the phases after the work.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct LaterPhase {
    /// Its hooks, in the order they are asked.
    pub calls: Vec<LaterCall>,
    /// How it ended, once it has.
    pub end: Option<PhaseEnd>,
}

impl LaterPhase {
    /// A phase in which `hooks` are to be asked.
    pub fn of(hooks: Vec<LaterHook>) -> Self {
        Self { calls: hooks.into_iter().map(LaterCall::of).collect(), end: None }
    }

    /// How it ends once every hook has answered.
    fn conclude(&self, ignored: bool) -> PhaseEnd {
        let failed = self.calls.iter().find(|call| call.verdict() == Some(Verdict::Fail));
        let status = match failed {
            None => PhaseStatus::Ok,
            Some(_) if ignored => PhaseStatus::Ignored,
            Some(_) => PhaseStatus::Failed,
        };
        let error = failed.and_then(|call| call.answer.as_ref()?.error.clone());
        PhaseEnd { status, error }
    }
}

/// What has become of an operation so far.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Course {
    /// The outcome, once there is one.
    pub reported: Option<Reported>,
    /// The phase after success.
    pub success: LaterPhase,
    /// The phase after the work in any case.
    pub post: LaterPhase,
    /// When a worker is to look at it: to give it up, or to go on with its phases; `None` when nothing is left to do.
    pub due_at: Option<Timestamp>,
}

/// What comes next in the course of an operation.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Next<'a> {
    /// Nothing, before the outcome is reported or given up.
    Report,
    /// This hook is to be called in this phase.
    Call(Phase, &'a LaterCall),
    /// This hook was called too often without ever coming to an answer: that is its failure.
    GiveUp(Phase, &'a LaterCall),
    /// This phase is over, and ends so.
    End(Phase, PhaseEnd),
    /// Nothing any more.
    Closed,
}

impl Course {
    /// A course in which these hooks are pinned.
    pub fn with(success: Vec<LaterHook>, post: Vec<LaterHook>) -> Self {
        Self { success: LaterPhase::of(success), post: LaterPhase::of(post), ..Self::default() }
    }

    /// What comes next after `decision`, under these `rules`.
    pub fn next(&self, decision: Decision, rules: FailureRules) -> Next<'_> {
        if self.is_closed(decision) {
            return Next::Closed;
        }
        let Some(Reported { report, .. }) = &self.reported else { return Next::Report };
        match &self.success.end {
            None if report.outcome == Outcome::Succeeded => next_in(Phase::Success, &self.success, rules),
            None => Next::End(Phase::Success, PhaseEnd::SKIPPED),
            Some(end) if end.status == PhaseStatus::Failed => Next::End(Phase::Post, PhaseEnd::SKIPPED),
            Some(_) => next_in(Phase::Post, &self.post, rules),
        }
    }

    /// Whether nothing can happen to the operation any more.
    pub fn is_closed(&self, decision: Decision) -> bool {
        decision == Decision::Denied || self.post.end.is_some()
    }

    /// The later phase of that name; the post phase for any that is none.
    pub const fn phase(&self, phase: Phase) -> &LaterPhase {
        match phase {
            Phase::Success => &self.success,
            Phase::Pre | Phase::Post => &self.post,
        }
    }

    /// The same, to be changed.
    pub const fn phase_mut(&mut self, phase: Phase) -> &mut LaterPhase {
        match phase {
            Phase::Success => &mut self.success,
            Phase::Pre | Phase::Post => &mut self.post,
        }
    }

    /// How a later phase went, or how far it has come.
    pub fn status_of(&self, phase: Phase, decision: Decision) -> PhaseStatus {
        let later = self.phase(phase);
        let its_turn = self.reported.is_some() && (phase == Phase::Success || self.success.end.is_some());
        match &later.end {
            Some(end) => end.status,
            None if decision == Decision::Denied || later.calls.is_empty() => PhaseStatus::Skipped,
            None if its_turn => PhaseStatus::Running,
            None => PhaseStatus::Pending,
        }
    }

    /// The error of a later phase that failed, so that whoever reported has to be told.
    pub fn blocking_error(&self, phase: Phase) -> Option<&str> {
        let end = self.phase(phase).end.as_ref().filter(|end| end.status == PhaseStatus::Failed)?;
        end.error.as_deref()
    }

    /// The last moment in it; what happens next is never told as earlier, whatever the clock says.
    pub fn latest(&self) -> Option<Timestamp> {
        let calls = self.success.calls.iter().chain(&self.post.calls);
        let moments = calls.flat_map(|call| [call.called_at, call.answer.as_ref().map(|answer| answer.at)]);
        moments.chain([self.reported.as_ref().map(|reported| reported.at)]).flatten().max()
    }

    /// The course as it was when the operation began.
    #[must_use]
    pub fn as_begun(self) -> Self {
        let hooks = |phase: LaterPhase| phase.calls.into_iter().map(|call| call.hook).collect();
        Self::with(hooks(self.success), hooks(self.post))
    }
}

fn next_in(phase: Phase, later: &LaterPhase, rules: FailureRules) -> Next<'_> {
    if later.calls.is_empty() {
        return Next::End(phase, PhaseEnd::SKIPPED);
    }
    match later.calls.iter().find(|call| call.answer.is_none()) {
        Some(call) if call.attempts >= LaterCall::MAX_ATTEMPTS => Next::GiveUp(phase, call),
        Some(call) => Next::Call(phase, call),
        None => Next::End(phase, later.conclude(rules.ignore(phase))),
    }
}

#[cfg(test)]
mod tests;
