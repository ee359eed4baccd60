//! The order of the queue, without waiting: everything here is decided at once and the same way every time.

use std::collections::{HashMap, VecDeque};
use std::time::Duration;

use tokio::time::Instant;

use crate::domain::account::Account;
use crate::evaluator::queue::Waiting;
use crate::evaluator::queue::slow::Slow;

/// What may wait altogether.
const MAX_BYTES: usize = 512 << 20;
/// What a waiting task is counted with besides its bytes: about 10,000 small ones may wait.
const OVERHEAD: usize = 50 << 10;
/// What is sent to a child in one go, at most.
const MAX_BATCH: usize = 8;
const MAX_BATCH_BYTES: usize = 256 << 10;

/// Who waits, whose turn it is, and who holds how many evaluators.
#[derive(Debug)]
pub(super) struct Turns<T> {
    evaluators: usize,
    accounts: HashMap<Account, Line<T>>,
    /// The accounts for which something waits, the next first.
    order: VecDeque<Account>,
    held: HashMap<Account, usize>,
    slow: Slow,
    cost: usize,
}

/// What waits for one account.
#[derive(Debug)]
struct Line<T> {
    tasks: VecDeque<Waiting<T>>,
    cost: usize,
}

impl<T> Turns<T> {
    pub(super) fn new(evaluators: usize) -> Self {
        let (accounts, order) = (HashMap::new(), VecDeque::new());
        Self { evaluators, accounts, order, held: HashMap::new(), slow: Slow::default(), cost: 0 }
    }

    /// Lets a task wait. When there is no room, whoever waits with most gives way, from the back.
    pub(super) fn push(&mut self, waiting: Waiting<T>) -> Vec<Waiting<T>> {
        let mut refused = Vec::new();
        while self.cost.saturating_add(cost(&waiting)) > MAX_BYTES {
            let Some(dropped) = self.drop_last_of_longest(&waiting) else {
                refused.push(waiting);
                return refused;
            };
            refused.push(dropped);
        }
        self.join(waiting, VecDeque::push_back, VecDeque::push_back);
        refused
    }

    /// Puts a task where it was taken from.
    pub(super) fn put_back(&mut self, waiting: Waiting<T>) {
        self.join(waiting, VecDeque::push_front, VecDeque::push_front);
    }

    /// Takes a task out of turn.
    pub(super) fn withdraw(&mut self, account: &Account, id: u64) -> Option<Waiting<T>> {
        let line = self.accounts.get_mut(account)?;
        let place = line.tasks.iter().position(|waiting| waiting.id == id)?;
        let waiting = line.tasks.remove(place)?;
        self.left(&waiting);
        Some(waiting)
    }

    /// The tasks whose turn it is, all of one account; empty when nobody waits who may hold another evaluator.
    pub(super) fn take(&mut self, now: Instant) -> Vec<Waiting<T>> {
        // Neither one account nor all slow ones together hold the last evaluator.
        let share = self.evaluators.saturating_sub(1).max(1);
        let is_slow = |account: &Account| self.is_slow(account, now);
        let slow =
            self.held.iter().filter(|(account, _)| is_slow(account)).map(|(_, held)| held).sum::<usize>();
        let may = |account: &Account| {
            let held = self.held.get(account).copied().unwrap_or_default();
            held < share && (slow < share || !is_slow(account))
        };
        let Some(account) = self.order.iter().position(may).and_then(|place| self.order.remove(place)) else {
            return Vec::new();
        };
        // Left at the back even if nothing more waits for it: `left` cleans up.
        self.order.push_back(account.clone());
        let batch = self.take_batch(&account);
        let held = self.held.entry(account).or_default();
        *held = held.saturating_add(1);
        batch
    }

    /// Ends an account's hold on one evaluator, in which each of so many tasks took so long.
    pub(super) fn release(&mut self, account: &Account, took: (Duration, usize), now: Instant) {
        self.slow.record(account, took, now);
        if let Some(held) = self.held.get_mut(account) {
            *held = held.saturating_sub(1);
            if *held == 0 {
                self.held.remove(account);
            }
        }
    }

    /// Whether tasks of an account took long lately.
    pub(super) fn is_slow(&self, account: &Account, now: Instant) -> bool {
        self.slow.contains(account, now)
    }

    fn take_batch(&mut self, account: &Account) -> Vec<Waiting<T>> {
        let busy = self.held.values().sum::<usize>().saturating_add(1);
        // While an evaluator is idle it is better to leave it something than to save a write.
        let most = if busy < self.evaluators { 1 } else { MAX_BATCH };
        let Some(first) = self.take_first(account, |_| true) else { return Vec::new() };
        let mut room = if first.is_alone { None } else { MAX_BATCH_BYTES.checked_sub(first.bytes) };
        let mut batch = vec![first];
        while let Some(left) = room
            && batch.len() < most
            && let Some(next) = self.take_first(account, |next| !next.is_alone && next.bytes <= left)
        {
            room = left.checked_sub(next.bytes);
            batch.push(next);
        }
        batch
    }

    fn take_first(&mut self, account: &Account, fits: impl Fn(&Waiting<T>) -> bool) -> Option<Waiting<T>> {
        let waiting = self.accounts.get_mut(account)?.tasks.pop_front_if(|first| fits(first))?;
        self.left(&waiting);
        Some(waiting)
    }

    fn drop_last_of_longest(&mut self, newcomer: &Waiting<T>) -> Option<Waiting<T>> {
        let (longest, line) = self.accounts.iter().max_by_key(|(_, line)| line.cost)?;
        let own = self.accounts.get(&newcomer.account).map_or(0, |line| line.cost);
        if line.cost <= own.saturating_add(cost(newcomer)) {
            return None;
        }
        let (longest, last) = (longest.clone(), line.tasks.back()?.id);
        self.withdraw(&longest, last)
    }

    fn join(
        &mut self,
        waiting: Waiting<T>,
        into_line: fn(&mut VecDeque<Waiting<T>>, Waiting<T>),
        into_order: fn(&mut VecDeque<Account>, Account),
    ) {
        let cost = cost(&waiting);
        self.cost = self.cost.saturating_add(cost);
        if !self.accounts.contains_key(&waiting.account) {
            into_order(&mut self.order, waiting.account.clone());
        }
        let new = || Line { tasks: VecDeque::new(), cost: 0 };
        let line = self.accounts.entry(waiting.account.clone()).or_insert_with(new);
        line.cost = line.cost.saturating_add(cost);
        into_line(&mut line.tasks, waiting);
    }

    /// Settles the books after `waiting` was taken out of its line.
    fn left(&mut self, waiting: &Waiting<T>) {
        let cost = cost(waiting);
        self.cost = self.cost.saturating_sub(cost);
        let Some(line) = self.accounts.get_mut(&waiting.account) else { return };
        line.cost = line.cost.saturating_sub(cost);
        if line.tasks.is_empty() {
            self.accounts.remove(&waiting.account);
            self.order.retain(|account| *account != waiting.account);
        }
    }
}

fn cost<T>(waiting: &Waiting<T>) -> usize {
    waiting.bytes.saturating_add(OVERHEAD)
}
