//! What all slots share, and the way of a caller through it: into the queue, and out of it with an answer.

use std::sync::atomic::{AtomicU64, AtomicUsize, Ordering};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use tokio::sync::oneshot;
use tokio::time::{Instant, timeout};

use crate::domain::account::Account;
use crate::domain::bundle::{Digest, PolicyUpload};
use crate::evaluator::examining::{Examining, Seen};
use crate::evaluator::judging::Judging;
use crate::evaluator::message::Wish;
use crate::evaluator::process::Process;
use crate::evaluator::queue::{Queue, Waiting};
use crate::evaluator::shelf::Shelf;
use crate::evaluator::spawner::Spawner;
use crate::evaluator::strikes::Strikes;
use crate::evaluator::task::{Bounds, Task};
use crate::evaluator::testing::Testing;
use crate::evaluator::{Answer, Counts, Question, Settings, TestError, TestQuestion, Tested, Unavailable};

/// A task in the queue.
pub(super) type Job = Waiting<Box<dyn Task>>;

/// The queue, the books and the way to new children.
#[derive(Debug)]
pub(super) struct Pool {
    pub(super) queue: Queue<Box<dyn Task>>,
    pub(super) shelf: Shelf,
    strikes: Mutex<Strikes>,
    spawner: Spawner,
    settings: Settings,
    alive: Arc<AtomicUsize>,
    last_id: AtomicU64,
    started: AtomicU64,
    died: AtomicU64,
    loaded: AtomicU64,
}

impl Pool {
    pub(super) fn new(settings: Settings) -> Self {
        Self {
            queue: Queue::new(settings.processes),
            shelf: Shelf::new(),
            strikes: Mutex::default(),
            spawner: Spawner::start(&settings),
            settings,
            alive: Arc::default(),
            last_id: AtomicU64::new(0),
            started: AtomicU64::new(0),
            died: AtomicU64::new(0),
            loaded: AtomicU64::new(0),
        }
    }

    pub(super) async fn ask(&self, question: Question) -> Result<Answer, Unavailable> {
        question.uploads.iter().for_each(|(digest, upload)| self.shelf.keep(digest, upload));
        let (reply, answer) = oneshot::channel();
        let job = self.job(question.account.clone(), question.input.len(), |bounds| {
            Box::new(Judging::new(question, bounds, reply))
        });
        self.wait(job, answer).await.unwrap_or(Err(Unavailable::Busy))
    }

    pub(super) async fn examine(
        &self,
        account: Account,
        asked: (PolicyUpload, Wish),
    ) -> Result<Seen, Unavailable> {
        let (reply, answer) = oneshot::channel();
        let job =
            self.job(account, asked.0.bytes.len(), |bounds| Box::new(Examining::new(asked, bounds, reply)));
        let job = Waiting { is_alone: true, ..job };
        self.wait(job, answer).await.unwrap_or(Err(Unavailable::Busy))
    }

    pub(super) async fn test(&self, question: TestQuestion) -> Result<Tested, TestError> {
        let (reply, answer) = oneshot::channel();
        let job = self.job(question.account.clone(), question.upload.bytes.len(), |bounds| {
            Box::new(Testing::new(question, bounds, reply))
        });
        let job = Waiting { is_alone: true, ..job };
        self.wait(job, answer).await.unwrap_or(Err(TestError::Unavailable(Unavailable::Busy)))
    }

    /// A new child.
    pub(super) async fn start_process(&self) -> Result<Process, String> {
        let process = Process::start(&self.spawner, &self.alive).await?;
        self.started.fetch_add(1, Ordering::Relaxed);
        Ok(process)
    }

    /// Whether there is any child at all.
    pub(super) fn is_dead(&self) -> bool {
        self.alive.load(Ordering::Relaxed) == 0
    }

    pub(super) fn strikes(&self) -> MutexGuard<'_, Strikes> {
        self.strikes.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Remembers that a policy went over a limit.
    pub(super) fn strike(&self, account: &Account, digest: &Digest) {
        self.strikes().record(account, digest, Instant::now());
    }

    pub(super) fn count_loaded(&self) {
        self.loaded.fetch_add(1, Ordering::Relaxed);
    }

    pub(super) fn count_died(&self) {
        self.died.fetch_add(1, Ordering::Relaxed);
    }

    pub(super) fn counts(&self) -> Counts {
        Counts {
            started: self.started.load(Ordering::Relaxed),
            died: self.died.load(Ordering::Relaxed),
            loaded: self.loaded.load(Ordering::Relaxed),
        }
    }

    fn job(&self, account: Account, bytes: usize, task: impl FnOnce(Bounds) -> Box<dyn Task>) -> Job {
        let id = self.last_id.fetch_add(1, Ordering::Relaxed);
        Waiting { id, account, bytes, is_alone: false, tries: 0, task: task(Bounds::of(&self.settings)) }
    }

    /// Waits for the answer to a job; `None` when there will be none.
    async fn wait<T>(&self, job: Job, mut answer: oneshot::Receiver<T>) -> Option<T> {
        let mut place = Place { pool: self, account: job.account.clone(), id: job.id, is_left: false };
        for refused in self.queue.push(job) {
            refused.task.refuse(Unavailable::Busy);
        }
        let answer = if let Ok(answer) = timeout(self.settings.operation_timeout, &mut answer).await {
            answer
        } else {
            place.leave();
            answer.await
        };
        place.is_left = true;
        answer.ok()
    }
}

/// A caller's place in the queue: whoever goes away does not wait on.
struct Place<'a> {
    pool: &'a Pool,
    account: Account,
    id: u64,
    is_left: bool,
}

impl Place<'_> {
    fn leave(&mut self) {
        if let Some(job) = self.pool.queue.withdraw(&self.account, self.id) {
            job.task.refuse(Unavailable::Busy);
        }
    }
}

impl Drop for Place<'_> {
    fn drop(&mut self) {
        if !self.is_left {
            self.leave();
        }
    }
}
