//! Keeping house: deleting what has expired, in batches small enough that no operation waits for them.

use crate::domain::account::Account;
use crate::domain::operation::IdempotencyKey;
use crate::service::Services;
use crate::service::error::Unavailable;

/// How many rows one transaction deletes.
const BATCH: u32 = 500;
/// How many operations one transaction deletes: each has hooks and events.
const OPERATIONS: u32 = 100;
/// How many accounts are read at once.
const ACCOUNTS: u32 = 1_000;

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

/// Deletes the closed operations that are too old, or more than an account may keep; gives their number.
pub async fn delete_old_operations(services: &Services) -> Result<u64, Unavailable> {
    let mut total = 0_u64;
    let mut last = Account { domain: String::new(), region: String::new() };
    loop {
        let accounts = services.store.session().await?.list_accounts(&last, ACCOUNTS).await?;
        for account in &accounts {
            total = total.saturating_add(delete_of(services, account).await?);
        }
        match accounts.into_iter().next_back() {
            Some(account) => last = account,
            None => return Ok(total),
        }
    }
}

async fn delete_of(services: &Services, account: &Account) -> Result<u64, Unavailable> {
    let surplus =
        services.store.session().await?.find_surplus(account, services.settings.max_operations).await?;
    let old = services.clock.now().plus_millis(services.settings.retention_millis.saturating_neg());
    let old = (old, String::new());
    let until = surplus.map_or(old.clone(), |surplus| surplus.max(old));
    let (mut total, mut last) = (0_u64, None);
    loop {
        let mut session = services.store.session().await?;
        let closed = session.list_closed(account, (last.as_ref(), &until), OPERATIONS).await?;
        drop(session);
        if closed.is_empty() {
            return Ok(total);
        }
        let mut tx = services.store.begin_write().await?;
        // Takes the account's row before anything else, as every writer does.
        tx.hold_revision(account, 0).await?;
        total = total.saturating_add(tx.delete_operations(account, &closed).await?);
        tx.commit().await?;
        last = closed.into_iter().next_back();
        // A writer that waits on SQLite has its turn first.
        tokio::task::yield_now().await;
    }
}
