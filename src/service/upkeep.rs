//! Keeping house: deleting what has expired, in batches small enough that no operation waits for them.

use crate::domain::operation::IdempotencyKey;
use crate::service::Services;
use crate::service::error::Unavailable;

/// How many rows one transaction deletes.
const BATCH: u32 = 500;

/// Deletes the request ids that are no idempotency keys any more; gives their number.
pub async fn delete_expired_keys(services: &Services) -> Result<u64, Unavailable> {
    let before = services.clock.now().plus_millis(IdempotencyKey::LIFETIME_MILLIS.saturating_neg());
    let mut total = 0_u64;
    loop {
        let mut tx = services.store.begin_write().await?;
        let deleted = tx.delete_expired_keys(before, BATCH).await?;
        tx.commit().await?;
        total = total.saturating_add(deleted);
        if deleted < u64::from(BATCH) {
            return Ok(total);
        }
    }
}
