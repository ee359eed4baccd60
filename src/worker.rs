//! The loops that run beside requests.

use std::sync::Arc;
use std::time::Duration;

use tokio_util::sync::CancellationToken;

use crate::service::{Services, upkeep};

/// How often expired rows are looked for.
const PERIOD: Duration = Duration::from_mins(10);

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
