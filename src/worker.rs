//! The loops that run beside requests.

use std::sync::Arc;
use std::time::Duration;

use tokio::task::JoinSet;
use tokio_util::sync::CancellationToken;

use crate::service::{Services, phases, upkeep};

/// How often expired rows are looked for.
const PERIOD: Duration = Duration::from_mins(10);

/// How often operations that are due are looked for, besides when this server knows of one.
const POLL: Duration = Duration::from_secs(1);

/// How many operations go on at a time.
const AT_ONCE: usize = 16;

/// Deletes what has expired, from time to time, until `stop`.
pub async fn clean_up(services: Arc<Services>, stop: CancellationToken) {
    while stop.run_until_cancelled(tokio::time::sleep(PERIOD)).await.is_some() {
        delete(&services, &stop).await;
    }
}

async fn delete(services: &Services, stop: &CancellationToken) {
    if let Err(cause) = upkeep::delete_expired_keys(services).await {
        tracing::warn!(%cause, "expired request ids could not be deleted; the next round tries again");
    }
    // What is left over at a stop is found by the next round.
    if let Some(Err(cause)) = stop.run_until_cancelled(upkeep::delete_old_operations(services)).await {
        tracing::warn!(%cause, "old operations could not be deleted; the next round tries again");
    }
}

/// Runs the later phases of operations, and gives up those without an outcome, until `stop`; then the calls that are
/// under way end, and whatever is left is left to other servers.
pub async fn run_later_phases(services: Arc<Services>, stop: CancellationToken) {
    let mut running = JoinSet::new();
    while !stop.is_cancelled() {
        start_due(&services, &mut running, &stop).await;
        tokio::select! {
            () = stop.cancelled() => {}
            () = services.signals.woken() => {}
            Some(_) = running.join_next() => {}
            () = tokio::time::sleep(POLL) => {}
        }
    }
    while running.join_next().await.is_some() {}
}

async fn start_due(services: &Arc<Services>, running: &mut JoinSet<()>, stop: &CancellationToken) {
    let room = AT_ONCE.saturating_sub(running.len());
    if room == 0 {
        return;
    }
    match phases::claim_due(services, room).await {
        Ok(leases) => {
            for lease in leases {
                let (services, stop) = (Arc::clone(services), stop.clone());
                running.spawn(async move {
                    if let Err(cause) = phases::run(&services, &lease, &stop).await {
                        tracing::warn!(%cause, work.id = %lease.work_id, "the phases go on when the lease has ended");
                    }
                });
            }
        }
        Err(cause) => tracing::warn!(%cause, "operations that are due could not be looked for"),
    }
}
