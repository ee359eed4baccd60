//! A batch of tasks and one child: write the requests, hear the replies in order, keep the deadlines.

use std::collections::{HashSet, VecDeque};
use std::pin::pin;
use std::time::Duration;

use tokio::process::ChildStdout;
use tokio::time::{Instant, timeout_at};

use crate::domain::bundle::Digest;
use crate::evaluator::outgoing::Outgoing;
use crate::evaluator::pool::{Job, Pool};
use crate::evaluator::process::Process;
use crate::evaluator::replies::{Broken, Replies};
use crate::evaluator::task::Heard;

/// How often a task is sent again because its policies were gone when it came to its turn.
const MAX_TRIES: u8 = 3;

/// How long the tasks at the end of a batch may wait for those before them.
const MAX_BATCH_TIME: Duration = Duration::from_secs(1);

/// How a conversation ended.
#[derive(Debug)]
pub(super) enum End {
    /// The tasks of the batch were answered, all or as many as went quickly; a worn child is not to be asked again.
    Done { is_worn: bool },
    /// The child did not answer the first task left in the batch in time.
    Late,
    /// The child broke off in the first task left in the batch.
    Broken(Broken),
}

/// Has a child do the tasks of `batch`, whose requests are `outgoing`; each is answered as soon as it is done and leaves the batch.
pub(super) async fn talk(
    process: &mut Process,
    outgoing: Outgoing,
    batch: &mut VecDeque<Job>,
    pool: &Pool,
) -> End {
    let Process { stdin, replies, holds, is_fresh, .. } = process;
    let mut writing = pin!(outgoing.write_to(stdin));
    let mut listening = pin!(Listener { replies, holds, is_fresh, batch, pool }.listen());
    // Both at once: a child that waits for us to read its replies reads no requests.
    tokio::select! {
        biased;
        // A child that is gone is noticed by listening.
        _ = &mut writing => listening.await,
        end = &mut listening => match end {
            // It answered what it was not asked yet.
            End::Done { .. } => End::Done { is_worn: true },
            end @ (End::Late | End::Broken(_)) => end,
        },
    }
}

struct Listener<'a> {
    replies: &'a mut Replies<ChildStdout>,
    holds: &'a mut HashSet<Digest>,
    is_fresh: &'a mut bool,
    batch: &'a mut VecDeque<Job>,
    pool: &'a Pool,
}

impl Listener<'_> {
    async fn listen(mut self) -> End {
        let (begin, mut is_worn) = (Instant::now(), false);
        while let Some(job) = self.batch.front_mut() {
            let now = Instant::now();
            if now.saturating_duration_since(begin) > MAX_BATCH_TIME {
                return End::Done { is_worn: true };
            }
            job.task.begin(now);
            match self.hear_out().await {
                Ok(retire) => is_worn |= retire,
                Err(end) => return end,
            }
            *self.is_fresh = false;
            if let Some(job) = self.batch.pop_front() {
                self.close(job);
            }
        }
        End::Done { is_worn }
    }

    /// Hears everything about the first task; says whether the child is worn.
    async fn hear_out(&mut self) -> Result<bool, End> {
        while let Some(job) = self.batch.front_mut() {
            let (reply, blob) = match timeout_at(job.task.deadline(), self.replies.next()).await {
                Ok(Ok(reply)) => reply,
                Ok(Err(broken)) => return Err(End::Broken(broken)),
                Err(_) => return Err(End::Late),
            };
            match job.task.hear((reply, blob), Instant::now()) {
                Heard::Noted => {}
                Heard::Loaded { digest, evicted } => {
                    self.holds.insert(digest);
                    self.forget(&evicted);
                    self.pool.count_loaded();
                }
                Heard::Lost(digests) => self.forget(&digests),
                Heard::Slow(digest) => self.pool.strike(&job.account, &digest),
                Heard::Finished { retire } if job.task.is_settled() || job.tries < MAX_TRIES => {
                    return Ok(retire);
                }
                Heard::Finished { .. } => return Err(nonsense("finished without all answers")),
                Heard::Nonsense => return Err(nonsense("a reply out of turn")),
            }
        }
        Ok(false)
    }

    fn forget(&mut self, digests: &[Digest]) {
        for digest in digests {
            self.holds.remove(digest);
        }
    }

    /// Answers, or has the task done again by itself if the child had lost its policies.
    fn close(&self, mut job: Job) {
        if job.task.is_settled() {
            job.task.settle();
        } else {
            job.is_alone = true;
            job.tries = job.tries.saturating_add(1);
            self.pool.queue.put_back(std::iter::once(job));
        }
    }
}

fn nonsense(what: &str) -> End {
    End::Broken(Broken::Nonsense(what.to_owned()))
}
