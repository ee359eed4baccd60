//! One place for a child: keeps it warm, gives it what is next, replaces it when it dies, and sees to it that what it was doing
//! is answered or done again.

use std::collections::VecDeque;
use std::sync::Arc;
use std::time::Duration;

use tokio::time::{Instant, sleep};

use crate::domain::account::Account;
use crate::evaluator::Unavailable;
use crate::evaluator::outgoing::Outgoing;
use crate::evaluator::pool::{Job, Pool};
use crate::evaluator::process::{Death, Process};
use crate::evaluator::talk::{End, talk};

/// A child that ends by itself sooner than this is replaced only when it is needed.
const YOUNG: Duration = Duration::from_secs(1);
/// How long a slot that gets no child leaves the work to others.
const PAUSE: Duration = Duration::from_secs(1);

/// The place of one child.
#[derive(Debug)]
pub(super) struct Slot {
    pool: Arc<Pool>,
    process: Option<Process>,
    /// Whether a child is started before it is needed: not after one could not be started, or ended at once.
    is_hopeful: bool,
}

impl Slot {
    pub(super) fn new(pool: Arc<Pool>) -> Self {
        Self { pool, process: None, is_hopeful: true }
    }

    /// Works for ever; ends, with its child, by being dropped.
    pub(super) async fn serve(mut self) {
        loop {
            if self.process.is_none() && self.is_hopeful {
                self.process = self.start().await.ok();
            }
            if let Some(batch) = self.next().await {
                self.run(batch).await;
            }
        }
    }

    async fn start(&mut self) -> Result<Process, String> {
        let process = self.pool.start_process().await;
        self.is_hopeful = process.is_ok();
        process.inspect_err(|cause| tracing::warn!(%cause, "an evaluator cannot be started"))
    }

    /// What is to be done next; `None` when the idle child has ended.
    async fn next(&mut self) -> Option<Vec<Job>> {
        let Some(process) = &mut self.process else { return Some(self.pool.queue.next().await) };
        tokio::select! {
            biased;
            () = process.ended() => {
                self.is_hopeful = process.age() > YOUNG;
                self.process = None;
                None
            }
            batch = self.pool.queue.next() => Some(batch),
        }
    }

    async fn run(&mut self, batch: Vec<Job>) {
        let Some(account) = batch.first().map(|job| job.account.clone()) else { return };
        let batch = self.admit(batch);
        let (mut is_paused, mut took) = (false, (Duration::ZERO, 0));
        if !batch.is_empty() {
            let process = match self.process.take() {
                Some(process) => Ok(process),
                None => self.start().await,
            };
            match process {
                Ok(process) => took = self.take_turn(&account, process, batch).await,
                Err(cause) => is_paused = self.put_off(batch, &cause),
            }
        }
        self.pool.queue.release(&account, took);
        if is_paused {
            sleep(PAUSE).await;
        }
    }

    /// Has a child do the batch, and says how long each of how many tasks took. What works for a slow account gives way to
    /// everybody else, and is replaced afterwards: it could never work for another.
    async fn take_turn(
        &mut self,
        account: &Account,
        process: Process,
        batch: VecDeque<Job>,
    ) -> (Duration, usize) {
        let (begin, tasks) = (Instant::now(), batch.len());
        let is_slow = self.pool.queue.is_slow(account);
        if is_slow {
            process.give_way();
        }
        self.ask(process, batch).await;
        let time = begin.elapsed();
        if is_slow && let Some(process) = self.process.take() {
            process.discard();
        }
        (time.checked_div(u32::try_from(tasks).unwrap_or(u32::MAX)).unwrap_or_default(), tasks)
    }

    /// Keeps what is to be run, answers what is not, and puts back what is to be run alone.
    fn admit(&self, batch: Vec<Job>) -> VecDeque<Job> {
        let (is_alone, now, strikes) = (batch.len() == 1, Instant::now(), self.pool.strikes());
        let (mut admitted, mut later) = (VecDeque::new(), Vec::new());
        for mut job in batch {
            let is_struck = job.task.check_standing(&job.account, &strikes, now);
            if job.task.is_abandoned() || job.task.is_settled() {
                job.task.settle();
            } else if is_struck && !is_alone {
                job.is_alone = true;
                later.push(job);
            } else {
                admitted.push_back(job);
            }
        }
        self.pool.queue.put_back(later.into_iter());
        admitted
    }

    async fn ask(&mut self, mut process: Process, batch: VecDeque<Job>) {
        let mut outgoing = Outgoing::default();
        let mut sent = VecDeque::with_capacity(batch.len());
        for mut job in batch {
            job.task.write(&mut outgoing, &process.holds, &self.pool.shelf);
            if job.task.is_settled() {
                job.task.settle();
            } else {
                sent.push_back(job);
            }
        }
        let end = talk(&mut process, outgoing, &mut sent, &self.pool).await;
        let was_fresh = process.is_fresh;
        match end {
            End::Done { is_worn: false } => self.process = Some(process),
            End::Done { is_worn: true } => {
                process.discard();
                self.pool.queue.put_back(sent.into_iter());
            }
            End::Late => {
                process.discard();
                self.mourn(sent, &Death::Late, was_fresh);
            }
            End::Broken(broken) => {
                let death = process.bury(broken).await;
                self.mourn(sent, &death, was_fresh);
            }
        }
    }

    /// The first task of the batch answers for the death of its child; the others never see it.
    fn mourn(&self, mut batch: VecDeque<Job>, death: &Death, was_fresh: bool) {
        let Some(mut first) = batch.pop_front() else { return };
        let now = Instant::now();
        self.pool.count_died();
        tracing::warn!(account = %first.account.domain, cause = %death, "an evaluator died");
        first.task.interrupt(now);
        if first.tries == 0 && may_be_innocent(death, was_fresh) {
            first.tries = 1;
        } else {
            first.tries = 0;
            if let Some(digest) = first.task.blame(death, now) {
                self.pool.strike(&first.account, &digest);
            }
        }
        if first.task.is_settled() {
            first.task.settle();
        } else {
            first.is_alone = true;
            batch.push_front(first);
        }
        self.pool.queue.put_back(batch.into_iter());
    }

    /// Without a child: others do it, if there are any. Says whether to leave it to them for a while.
    fn put_off(&self, batch: VecDeque<Job>, cause: &str) -> bool {
        if self.pool.is_dead() {
            for job in batch {
                job.task.refuse(Unavailable::NotStarted(cause.to_owned()));
            }
            return false;
        }
        self.pool.queue.put_back(batch.into_iter());
        true
    }
}

/// Whether a task is worth another try by itself: it may have been the system that ended the child, or what the child had done
/// before that left it too little memory.
fn may_be_innocent(death: &Death, was_fresh: bool) -> bool {
    match death {
        Death::Gone { .. } => true,
        Death::Memory => !was_fresh,
        Death::Late | Death::Stack | Death::Nonsense(_) => false,
    }
}
