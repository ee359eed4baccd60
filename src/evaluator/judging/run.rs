//! Where one child is with a question: which hook, which step, and how long that step may take.

use std::time::Duration;

use tokio::time::Instant;

use crate::evaluator::task::Bounds;

/// How long a child may take to read an input of any size, to explain an answer, and to finish.
const READ_TIMEOUT: Duration = Duration::from_secs(5);
/// How long it may take to compile a policy, which took less when it was accepted.
pub(super) const LOAD_TIMEOUT: Duration = Duration::from_secs(2);
/// What is added to a limit that the child keeps itself, before it is killed.
const GRACE: Duration = Duration::from_millis(100);

/// What a child does.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Step {
    ReadingInput,
    Loading,
    Running,
}

/// The way of a question through one child.
#[derive(Debug)]
pub(super) struct Run {
    /// The hooks the child was sent, as places in the question.
    pub(super) hooks: Vec<usize>,
    /// The hook it is at, counted among those; the count of all when they are done.
    pub(super) number: usize,
    /// How many hooks were explained, counted among those.
    pub(super) explained: usize,
    pub(super) step: Step,
    begin: Instant,
    step_begin: Instant,
}

impl Run {
    pub(super) fn new(hooks: Vec<usize>) -> Self {
        let now = Instant::now();
        Self { hooks, number: 0, explained: 0, step: Step::ReadingInput, begin: now, step_begin: now }
    }

    /// The child turns to the question; small inputs are read with the first hook.
    pub(super) fn begin(&mut self, step: Step, now: Instant) {
        self.begin = now;
        self.enter(step, now);
    }

    pub(super) fn enter(&mut self, step: Step, now: Instant) {
        self.step = step;
        self.step_begin = now;
    }

    pub(super) fn next_hook(&mut self, now: Instant) {
        self.number = self.number.saturating_add(1);
        self.enter(Step::Running, now);
    }

    pub(super) fn next_explanation(&mut self, now: Instant) {
        self.explained = self.explained.saturating_add(1);
        self.enter(Step::Running, now);
    }

    /// The hook it is at, as a place in the question; `None` before and after the hooks.
    pub(super) fn place(&self) -> Option<usize> {
        self.hooks.get(self.number).copied()
    }

    /// Since when it has the question.
    pub(super) fn time(&self, now: Instant) -> Duration {
        now.saturating_duration_since(self.begin)
    }

    /// Since when it is in this step.
    pub(super) fn step_time(&self, now: Instant) -> Duration {
        now.saturating_duration_since(self.step_begin)
    }

    /// When this step has taken too long, if other children have used `spent` of the operation's time.
    pub(super) fn deadline(&self, bounds: &Bounds, spent: Duration) -> Instant {
        let used = spent.saturating_add(self.time(self.step_begin));
        let left = bounds.operation.saturating_sub(used);
        let allowed = match (self.step, self.place()) {
            (Step::ReadingInput, _) | (_, None) => READ_TIMEOUT,
            (Step::Loading, _) => LOAD_TIMEOUT,
            (Step::Running, _) => bounds.hook.min(left),
        };
        let allowed = allowed.saturating_add(GRACE);
        self.step_begin.checked_add(allowed).unwrap_or(self.step_begin)
    }
}
