//! The phases after the work, run from what is stored (`gate.md` section 4).
//!
//! Every step is a transaction of its own: it keeps what a hook answered, and says what is next. Nothing is remembered
//! between two steps but that answer, so a server that ends anywhere leaves an operation from which any other goes on:
//! at most the call that was under way is made again, under the same id.

use std::sync::Arc;
use std::time::Duration;

use tokio::sync::{Notify, broadcast};
use tokio::task::JoinSet;
use tokio_util::sync::CancellationToken;

use crate::domain::call::PhaseCall;
use crate::domain::course::CallAnswer;
use crate::domain::operation::WorkId;
use crate::domain::outcome::cut_error;
use crate::domain::time::Timestamp;
use crate::service::Services;
use crate::service::error::Unavailable;
use crate::service::progress::Progress;
use crate::store::later_calls::CallKey;
use crate::store::phases::Lease;

/// How long a step may take besides the call in it. A server that is gone for longer has lost its turn.
const MARGIN: Duration = Duration::from_secs(30);

/// How many closings somebody who waits may be behind before he looks for himself.
const CLOSINGS: usize = 256;

/// What those who work on operations and those who wait for them tell each other, within one server.
#[derive(Debug)]
pub struct Signals {
    due: Notify,
    closings: broadcast::Sender<WorkId>,
}

impl Default for Signals {
    fn default() -> Self {
        Self { due: Notify::new(), closings: broadcast::Sender::new(CLOSINGS) }
    }
}

impl Signals {
    /// Says that an operation is due, to a worker that waits or is about to.
    pub fn wake(&self) {
        self.due.notify_one();
    }

    /// Waits until an operation may be due.
    pub async fn woken(&self) {
        self.due.notified().await;
    }

    /// The operations that close from now on.
    pub fn closings(&self) -> broadcast::Receiver<WorkId> {
        self.closings.subscribe()
    }

    /// Says that an operation has closed.
    pub(super) fn closed(&self, work_id: WorkId) {
        // Nobody may be listening.
        drop(self.closings.send(work_id));
    }
}

/// Takes up to `most` of the operations that are due, so that no other server goes on with them meanwhile.
pub async fn claim_due(services: &Services, most: usize) -> Result<Vec<Lease>, Unavailable> {
    let now = services.clock.now();
    let due = services.store.session().await?.list_due(now, most).await?;
    let mut leases = Vec::new();
    for operation in due {
        let mut tx = services.store.begin_write().await?;
        leases.extend(tx.claim_due(operation, now, later(now, MARGIN)).await?);
        tx.commit().await?;
    }
    Ok(leases)
}

/// Goes on with an operation to its end; or, told to `stop`, to the end of the call that is under way.
pub async fn run(services: &Services, lease: &Lease, stop: &CancellationToken) -> Result<(), Unavailable> {
    let mut answered = None;
    while let Some(call) = step(services, lease, answered.take(), stop).await? {
        answered = Some(ask(services, call).await);
    }
    Ok(())
}

type Answered = (CallKey, CallAnswer);

/// Keeps what was answered and goes on as far as nobody has to be asked; the call to make, if there is one.
async fn step(
    services: &Services,
    lease: &Lease,
    answered: Option<Answered>,
    stop: &CancellationToken,
) -> Result<Option<PhaseCall>, Unavailable> {
    let mut tx = services.store.begin_write().await?;
    if !tx.hold_lease(lease).await? {
        tracing::warn!(work.id = %lease.work_id, "another server has taken over");
        return Ok(None);
    }
    let Some(operation) = tx.find_operation(&lease.account, lease.work_id).await? else { return Ok(None) };
    let mut progress = Progress::of(services, &lease.account, (tx, operation));
    if progress.operation.course.reported.is_none() {
        progress.abandon().await?;
    }
    if let Some((key, answer)) = answered {
        progress.answer(key, answer).await?;
    }
    let mut next = progress.settle().await?;
    match &next {
        None => progress.leave(None).await?,
        Some(_) if stop.is_cancelled() => {
            progress.leave(Some(services.clock.now())).await?;
            next = None;
        }
        Some(call) => {
            let until = later(services.clock.now(), call.hook.timeout.saturating_add(MARGIN));
            progress.call(call, until).await?;
        }
    }
    progress.commit().await?;
    Ok(next)
}

/// Calls one hook, and is back within its time limit.
async fn ask(services: &Services, call: PhaseCall) -> Answered {
    let key = CallKey { work_id: call.work_id, phase: call.phase, hook: call.hook.id };
    let (limit, hooks) = (call.hook.timeout, Arc::clone(&services.phase_hooks));
    // A task of its own, so that a panic is an answer; ended when it is dropped.
    let mut asking = JoinSet::new();
    asking.spawn(async move { hooks.call(&call).await });
    let error = match tokio::time::timeout(limit, asking.join_next()).await {
        Ok(Some(Ok(Ok(())))) => None,
        Ok(Some(Ok(Err(text)))) => Some(cut_error(&text)),
        Ok(Some(Err(_)) | None) => Some("the call broke down".to_owned()),
        Err(_) => Some(format!("no answer within {limit:?}")),
    };
    (key, CallAnswer { error, at: services.clock.now() })
}

fn later(now: Timestamp, by: Duration) -> Timestamp {
    now.plus_millis(i64::try_from(by.as_millis()).unwrap_or(i64::MAX))
}
