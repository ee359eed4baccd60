//! Idempotency keys: a request that comes again within a day leads to the operation it led to before.

use sqlx::any::AnyRow;

use crate::domain::account::Account;
use crate::domain::operation::{IdempotencyKey, WorkId};
use crate::domain::time::Timestamp;
use crate::store::row::Columns;
use crate::store::sql::queries;
use crate::store::{Session, StoreError, WriteTx};

queries! {
    FIND_KEY = "SELECT body_digest, work_id FROM idempotency_keys \
        WHERE domain = $1 AND region = $2 AND request_id = $3 AND created_at > $4";

    /// The condition on an older row is what makes it replaceable; without it, this would be a key with two owners.
    CLAIM_KEY = "INSERT INTO idempotency_keys (domain, region, request_id, body_digest, work_id, created_at) \
        VALUES ($1, $2, $3, $4, $5, $6) ON CONFLICT (domain, region, request_id) \
        DO UPDATE SET body_digest = excluded.body_digest, work_id = excluded.work_id, created_at = excluded.created_at \
        WHERE idempotency_keys.created_at <= $7";

    DELETE_EXPIRED_KEYS = "DELETE FROM idempotency_keys WHERE (domain, region, request_id) IN \
        (SELECT domain, region, request_id FROM idempotency_keys WHERE created_at <= $1 ORDER BY created_at \
        LIMIT CAST($2 AS BIGINT))";
}

/// Whose an idempotency key is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[must_use]
pub enum Claimed {
    /// Nobody had it, or not within its lifetime.
    New,
    /// This very request, before: the operation it led to.
    Same(WorkId),
    /// A request with another body.
    Other,
}

impl Session {
    /// Whose the key is, before anything is computed for it. Only [`WriteTx::claim_key`] decides.
    pub async fn find_key(
        &mut self,
        account: &Account,
        key: &IdempotencyKey,
        now: Timestamp,
    ) -> Result<Claimed, StoreError> {
        let query = sqlx::query(FIND_KEY)
            .bind(&account.domain)
            .bind(&account.region)
            .bind(&key.key)
            .bind(expired(now));
        let row = query.fetch_optional(self.connection()).await?;
        row.map_or(Ok(Claimed::New), |row| owner(&row, key))
    }
}

impl WriteTx {
    /// Takes the key for the operation `work_id`, unless it is taken.
    pub async fn claim_key(
        &mut self,
        account: &Account,
        key: &IdempotencyKey,
        work_id: WorkId,
        now: Timestamp,
    ) -> Result<Claimed, StoreError> {
        let query = sqlx::query(CLAIM_KEY)
            .bind(&account.domain)
            .bind(&account.region)
            .bind(&key.key)
            .bind(key.body.as_str())
            .bind(work_id.to_string())
            .bind(now.millis())
            .bind(expired(now));
        if query.execute(self.connection()).await?.rows_affected() == 1 {
            return Ok(Claimed::New);
        }
        self.find_key(account, key, now).await
    }

    /// Forgets keys from `before` or earlier, the oldest first and at most `most` of them; how many it were.
    pub async fn delete_expired_keys(&mut self, before: Timestamp, most: u32) -> Result<u64, StoreError> {
        let query = sqlx::query(DELETE_EXPIRED_KEYS).bind(before.millis()).bind(i64::from(most));
        Ok(query.execute(self.connection()).await?.rows_affected())
    }
}

fn owner(row: &AnyRow, key: &IdempotencyKey) -> Result<Claimed, StoreError> {
    let body_digest: String = row.value("body_digest")?;
    if body_digest != key.body.as_str() {
        return Ok(Claimed::Other);
    }
    Ok(Claimed::Same(row.work_id()?))
}

/// The moment up to which keys are forgotten.
fn expired(now: Timestamp) -> i64 {
    now.plus_millis(IdempotencyKey::LIFETIME_MILLIS.saturating_neg()).millis()
}
