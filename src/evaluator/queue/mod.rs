//! Who waits, and whose turn it is: accounts take turns, each holds a bounded share of the evaluators, and so do
//! all slow ones together. What waits is bounded in bytes. Does not know what the tasks are.

mod slow;
#[cfg(test)]
mod tests;
mod turns;

use std::sync::{Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use tokio::sync::Notify;
use tokio::time::Instant;

use crate::domain::account::Account;
use crate::evaluator::queue::turns::Turns;

/// A task in the queue, or taken from it.
#[derive(Debug)]
pub(super) struct Waiting<T> {
    pub(super) id: u64,
    pub(super) account: Account,
    /// What it keeps in memory while it waits.
    pub(super) bytes: usize,
    /// Never to be sent to a child together with others.
    pub(super) is_alone: bool,
    /// How often it was tried without a result that counts.
    pub(super) tries: u8,
    pub(super) task: T,
}

/// The tasks of all accounts.
#[derive(Debug)]
pub(super) struct Queue<T> {
    turns: Mutex<Turns<T>>,
    changed: Notify,
}

impl<T> Queue<T> {
    /// An empty queue before `evaluators` evaluators.
    pub(super) fn new(evaluators: usize) -> Self {
        Self { turns: Mutex::new(Turns::new(evaluators)), changed: Notify::new() }
    }

    /// Lets a task wait, and returns those for which there is no room; that may be the task itself.
    pub(super) fn push(&self, waiting: Waiting<T>) -> Vec<Waiting<T>> {
        let refused = self.turns().push(waiting);
        self.changed.notify_one();
        refused
    }

    /// Puts tasks of one account back to where they were taken from.
    pub(super) fn put_back(&self, batch: impl DoubleEndedIterator<Item = Waiting<T>>) {
        let mut turns = self.turns();
        batch.rev().for_each(|waiting| turns.put_back(waiting));
        drop(turns);
        self.changed.notify_one();
    }

    /// Takes a task out that still waits.
    pub(super) fn withdraw(&self, account: &Account, id: u64) -> Option<Waiting<T>> {
        self.turns().withdraw(account, id)
    }

    /// The next tasks for one evaluator, all of one account, which holds it until [`Queue::release`].
    pub(super) async fn next(&self) -> Vec<Waiting<T>> {
        loop {
            let batch = self.turns().take(Instant::now());
            if !batch.is_empty() {
                return batch;
            }
            self.changed.notified().await;
        }
    }

    /// Ends an account's hold on an evaluator, in which each of so many tasks took so long.
    pub(super) fn release(&self, account: &Account, took: (Duration, usize)) {
        self.turns().release(account, took, Instant::now());
        self.changed.notify_one();
    }

    /// Whether tasks of an account took long lately.
    pub(super) fn is_slow(&self, account: &Account) -> bool {
        self.turns().is_slow(account, Instant::now())
    }

    fn turns(&self) -> MutexGuard<'_, Turns<T>> {
        self.turns.lock().unwrap_or_else(PoisonError::into_inner)
    }
}
