//! What somebody waits for, as the slot sees it that has it done: `judging` and `examining` fill this in.

use std::collections::HashSet;
use std::fmt;
use std::time::Duration;

use tokio::time::Instant;

use crate::domain::account::Account;
use crate::domain::bundle::Digest;
use crate::evaluator::message::Reply;
use crate::evaluator::outgoing::Outgoing;
use crate::evaluator::process::Death;
use crate::evaluator::shelf::Shelf;
use crate::evaluator::strikes::Strikes;
use crate::evaluator::{Settings, Unavailable};

/// A task and whoever waits for it.
pub(super) trait Task: fmt::Debug + Send {
    /// Whether nobody waits for it any more.
    fn is_abandoned(&self) -> bool;

    /// Answers for policies that are not to be run now, and says whether one of the others went over its limits lately.
    fn check_standing(&mut self, account: &Account, strikes: &Strikes, now: Instant) -> bool;

    /// Writes what is left to do, with the policies that the child does not hold. Settles itself instead if it cannot be done.
    fn write(&mut self, outgoing: &mut Outgoing, known: &HashSet<Digest>, kept: &Shelf);

    /// Begins to measure the time of the child that has it.
    fn begin(&mut self, now: Instant);

    /// Until when the child has to say something.
    fn deadline(&self) -> Instant;

    /// Takes note of what the child says, with the blob that came along.
    fn hear(&mut self, said: (Reply, Vec<u8>), now: Instant) -> Heard;

    /// Adds the time in a child that died to what the task has used.
    fn interrupt(&mut self, now: Instant);

    /// Answers for what the child died of, and names the policy to be remembered for it.
    fn blame(&mut self, death: &Death, now: Instant) -> Option<Digest>;

    /// Whether there is nothing left to do.
    fn is_settled(&self) -> bool;

    /// Answers whoever waits.
    fn settle(self: Box<Self>);

    /// Tells whoever waits that it cannot be done.
    fn refuse(self: Box<Self>, cause: Unavailable);
}

/// What a reply means for the pool.
#[derive(Debug, PartialEq, Eq)]
pub(super) enum Heard {
    /// Nothing: the task has taken note of it.
    Noted,
    /// The child compiled a policy, and let others go for it.
    Loaded { digest: Digest, evicted: Vec<Digest> },
    /// The child does not hold what it was thought to hold.
    Lost(Vec<Digest>),
    /// A policy went over its time.
    Slow(Digest),
    /// The child is done with this task.
    Finished { retire: bool },
    /// No child means this.
    Nonsense,
}

/// The limits that a task keeps, or names when one is broken.
#[derive(Debug, Clone, Copy)]
pub(super) struct Bounds {
    pub(super) hook: Duration,
    pub(super) operation: Duration,
    pub(super) memory: u64,
}

impl Bounds {
    pub(super) const fn of(settings: &Settings) -> Self {
        Self { hook: settings.hook_timeout, operation: settings.operation_timeout, memory: settings.memory }
    }

    /// The longest one hook may take.
    pub(super) fn limit(&self) -> Duration {
        self.hook.min(self.operation)
    }

    /// The memory limit as people write it.
    pub(super) fn memory_text(&self) -> String {
        format!("{} MiB", self.memory / (1 << 20))
    }
}
