//! How much a database holds: what an operator sees when a server starts.

use crate::store::row::Columns;
use crate::store::{Session, StoreError};

/// Counts every account and every hook: once, at the start of a server, which is why no index is asked for.
const COUNT: &str = "SELECT (SELECT COUNT(*) FROM accounts) AS accounts, (SELECT COUNT(*) FROM hooks) AS hooks, \
    (SELECT COUNT(*) FROM hooks WHERE target_stacks = 'ALL') AS in_force";

/// How many of each there are.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Sizes {
    /// Accounts that have ever changed a hook or begun an operation.
    pub accounts: u64,
    /// Hooks of all of them.
    pub hooks: u64,
    /// Those that are asked about operations.
    pub in_force: u64,
}

impl Session {
    /// Counts what there is.
    pub async fn count_sizes(&mut self) -> Result<Sizes, StoreError> {
        let row = sqlx::query(COUNT).fetch_one(self.connection()).await?;
        Ok(Sizes {
            accounts: row.number("accounts")?,
            hooks: row.number("hooks")?,
            in_force: row.number("in_force")?,
        })
    }
}
