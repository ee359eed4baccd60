//! The revision of an account's hook set, and the hooks that gate its operations.

use sqlx::any::AnyRow;

use crate::domain::account::Account;
use crate::domain::bundle::Digest;
use crate::domain::hook::{HookId, HookName, Version};
use crate::domain::judgement::GatingHook;
use crate::store::row::Columns;
use crate::store::sql::queries;
use crate::store::{Session, StoreError, WriteTx};

queries! {
    FIND_REVISION = "SELECT revision FROM accounts WHERE domain = $1 AND region = $2";

    /// One statement, so one snapshot: the hooks are those of the revision beside them.
    FIND_GATING_HOOKS = "SELECT a.revision, h.hook_id, h.hook_name, h.failure_mode, v.version, v.digest \
        FROM accounts a \
        LEFT JOIN hooks h ON h.domain = a.domain AND h.region = a.region AND h.target_stacks = 'ALL' \
        LEFT JOIN hook_versions v ON v.hook_id = h.hook_id AND v.version_key = h.default_key \
        WHERE a.domain = $1 AND a.region = $2 ORDER BY h.sequence";

    BUMP_REVISION = "INSERT INTO accounts (domain, region, revision) VALUES ($1, $2, 1) \
        ON CONFLICT (domain, region) DO UPDATE SET revision = accounts.revision + 1 RETURNING revision";

    /// Changes nothing, but takes the row until the transaction is over.
    TAKE_ACCOUNT = "INSERT INTO accounts (domain, region, revision) VALUES ($1, $2, 0) \
        ON CONFLICT (domain, region) DO UPDATE SET revision = accounts.revision RETURNING revision";
}

impl Session {
    /// The revision of the account's hook set; 0 for an account that was never changed.
    pub async fn find_revision(&mut self, account: &Account) -> Result<i64, StoreError> {
        let query = sqlx::query(FIND_REVISION).bind(&account.domain).bind(&account.region);
        let row = query.fetch_optional(self.connection()).await?;
        row.map_or(Ok(0), |row| row.value("revision"))
    }

    /// The hooks that gate the account's operations, in creation order at their default versions, and the revision of
    /// the hook set they are.
    pub async fn find_gating_hooks(
        &mut self,
        account: &Account,
    ) -> Result<(i64, Vec<GatingHook>), StoreError> {
        let query = sqlx::query(FIND_GATING_HOOKS).bind(&account.domain).bind(&account.region);
        let rows = query.fetch_all(self.connection()).await?;
        let revision = rows.first().map_or(Ok(0), |row| row.value("revision"))?;
        // An account without such hooks is one row without a hook.
        let hooks = rows.iter().filter_map(|row| gating_hook(row).transpose()).collect::<Result<_, _>>()?;
        Ok((revision, hooks))
    }
}

impl WriteTx {
    /// Takes the account's row and counts its hook set up; the new revision. Every change of a hook does this first.
    pub async fn bump_revision(&mut self, account: &Account) -> Result<i64, StoreError> {
        self.take(BUMP_REVISION, account).await
    }

    /// Takes the account's row and says whether `revision` is still that of its hook set.
    ///
    /// If so, it stays so until this transaction is over: whoever wants to change a hook waits.
    pub async fn hold_revision(&mut self, account: &Account, revision: i64) -> Result<bool, StoreError> {
        Ok(self.take(TAKE_ACCOUNT, account).await? == revision)
    }

    async fn take(&mut self, sql: &'static str, account: &Account) -> Result<i64, StoreError> {
        let query = sqlx::query(sql).bind(&account.domain).bind(&account.region);
        query.fetch_one(self.connection()).await?.value("revision")
    }
}

fn gating_hook(row: &AnyRow) -> Result<Option<GatingHook>, StoreError> {
    let Some(id) = row.optional("hook_id", |text| HookId::parse("hook_id", text))? else { return Ok(None) };
    // A hook whose default version is gone ends here, as a damaged row: it must never look like no hook at all.
    Ok(Some(GatingHook {
        name: row.parsed("hook_name", HookName::parse)?,
        id,
        version: row.parsed("version", |text| Version::parse("version", text))?,
        digest: Digest::from_stored(row.value("digest")?),
        failure_mode: row.parsed("failure_mode", str::parse)?,
    }))
}
