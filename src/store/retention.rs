//! Forgetting operations that are over: the oldest first, a few at a time.
//!
//! INVARIANT: whoever deletes holds the account's row, as whoever begins an operation does: so an input that is being
//! referred to anew is not deleted at the same moment.

use sqlx::any::AnyRow;

use crate::domain::account::Account;
use crate::domain::operation::WorkId;
use crate::domain::time::Timestamp;
use crate::store::row::Columns;
use crate::store::sql::{queries, with_rows};
use crate::store::{Session, StoreError, WriteTx};

queries! {
    LIST_ACCOUNTS = "SELECT domain, region FROM accounts WHERE (domain, region) > ($1, $2) \
        ORDER BY domain, region LIMIT CAST($3 AS BIGINT)";

    /// The first operation that is one too many, read from the newest.
    FIND_SURPLUS = "SELECT created_at, work_id FROM operations WHERE domain = $1 AND region = $2 \
        ORDER BY created_at DESC, work_id DESC LIMIT 1 OFFSET CAST($3 AS BIGINT)";

    /// What is over is due at no time.
    LIST_CLOSED = "SELECT work_id, created_at, input_digest FROM operations \
        WHERE domain = $1 AND region = $2 AND (created_at, work_id) > ($3, $4) AND (created_at, work_id) <= ($5, $6) \
        AND due_at IS NULL \
        ORDER BY created_at, work_id LIMIT CAST($7 AS BIGINT)";

    DELETE_UNUSED_INPUT = "DELETE FROM inputs WHERE domain = $1 AND region = $2 AND digest = $3 AND NOT EXISTS \
        (SELECT 1 FROM operations o WHERE o.domain = $1 AND o.region = $2 AND o.input_digest = $3)";
}

/// Their hooks and events go with them.
pub(super) const DELETE_OPERATIONS: &str = "DELETE FROM operations WHERE work_id IN";

/// An operation that may be forgotten.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Closed {
    /// Its id.
    pub work_id: WorkId,
    /// When it began.
    pub created_at: Timestamp,
    /// What is kept of its input.
    pub input: Option<String>,
}

/// The last operation of a list: its beginning and, among those of one moment, its id.
pub type Last = (Timestamp, String);

impl Session {
    /// Accounts in the order of their names, from after `after` on, at most `most`.
    pub async fn list_accounts(&mut self, after: &Account, most: u32) -> Result<Vec<Account>, StoreError> {
        let query = sqlx::query(LIST_ACCOUNTS).bind(&after.domain).bind(&after.region).bind(i64::from(most));
        let rows = query.fetch_all(self.connection()).await?;
        let account =
            |row: &AnyRow| Ok(Account { domain: row.value("domain")?, region: row.value("region")? });
        rows.iter().map(account).collect()
    }

    /// The newest operation that the account has beyond `most`.
    pub async fn find_surplus(&mut self, account: &Account, most: u64) -> Result<Option<Last>, StoreError> {
        let query = sqlx::query(FIND_SURPLUS)
            .bind(&account.domain)
            .bind(&account.region)
            .bind(i64::try_from(most).unwrap_or(i64::MAX));
        let row = query.fetch_optional(self.connection()).await?;
        row.map(|row| Ok((row.moment("created_at")?, row.value("work_id")?))).transpose()
    }

    /// Operations that are over, up to `until`, the oldest first, from after `after` on, at most `most`.
    pub async fn list_closed(
        &mut self,
        account: &Account,
        (after, until): (Option<&Closed>, &Last),
        most: u32,
    ) -> Result<Vec<Closed>, StoreError> {
        let query = sqlx::query(LIST_CLOSED)
            .bind(&account.domain)
            .bind(&account.region)
            .bind(after.map_or(i64::MIN, |closed| closed.created_at.millis()))
            .bind(after.map(|closed| closed.work_id.to_string()).unwrap_or_default())
            .bind(until.0.millis())
            .bind(&until.1)
            .bind(i64::from(most));
        let rows = query.fetch_all(self.connection()).await?;
        let closed = |row: &AnyRow| {
            let (work_id, created_at) = (row.work_id()?, row.moment("created_at")?);
            Ok(Closed { work_id, created_at, input: row.value("input_digest")? })
        };
        rows.iter().map(closed).collect()
    }
}

impl WriteTx {
    /// Forgets these operations of the account, and every input that was theirs alone.
    pub async fn delete_operations(
        &mut self,
        account: &Account,
        closed: &[Closed],
    ) -> Result<u64, StoreError> {
        if closed.is_empty() {
            return Ok(0);
        }
        let mut query = sqlx::query(with_rows(DELETE_OPERATIONS, 1, closed.len(), "")).persistent(false);
        for operation in closed {
            query = query.bind(operation.work_id.to_string());
        }
        let deleted = query.execute(self.connection()).await?.rows_affected();
        let mut inputs: Vec<&String> =
            closed.iter().filter_map(|operation| operation.input.as_ref()).collect();
        inputs.sort();
        inputs.dedup();
        for digest in inputs {
            let query =
                sqlx::query(DELETE_UNUSED_INPUT).bind(&account.domain).bind(&account.region).bind(digest);
            query.execute(self.connection()).await?;
        }
        Ok(deleted)
    }
}
