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
        if let Err(cause) = upkeep::delete_expired_keys(&services).await {
            tracing::warn!(%cause, "expired request ids could not be deleted; the next round tries again");
        }
        match upkeep::delete_old_operations(&services).await {
            Ok(0) => {}
            Ok(deleted) => tracing::info!(deleted, "old operations were deleted"),
            Err(cause) => {
                tracing::warn!(%cause, "old operations could not be deleted; the next round tries again");
            }
        }
    }
}
