//! Hooks: what the registry holds about each, without its versions.

use sqlx::any::AnyRow;

use crate::domain::account::Account;
use crate::domain::hook::{
    Configuration, Description, FailureMode, Hook, HookId, HookName, TargetStacks, Version,
};
use crate::domain::page::{Page, PageRequest};
use crate::store::row::Columns;
use crate::store::sql::{ascending, descending, queries};
use crate::store::{Session, StoreError, WriteTx, paging};

macro_rules! select {
    ($condition:literal) => {
        concat!(
            "SELECT hook_id, hook_name, description, default_version, target_stacks, failure_mode, sequence, \
             create_time, update_time FROM hooks WHERE ",
            $condition
        )
    };
}

queries! {
    FIND_HOOK = select!("domain = $1 AND region = $2 AND hook_name = $3");

    LIST_HOOKS_UP = ascending!(
        select!("domain = $4 AND region = $5"), ("create_time", "sequence") after "$1, $2" limit "$3"
    );
    LIST_HOOKS_DOWN = descending!(
        select!("domain = $4 AND region = $5"), ("create_time", "sequence") before "$1, $2" limit "$3"
    );

    COUNT_HOOKS = "SELECT COUNT(*) AS hooks FROM hooks WHERE domain = $1 AND region = $2";

    INSERT_HOOK = "INSERT INTO hooks (domain, region, hook_id, hook_name, description, default_version, default_key, \
        target_stacks, failure_mode, sequence, create_time, update_time) \
        VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12) \
        ON CONFLICT (domain, region, hook_name) DO NOTHING";

    UPDATE_HOOK = "UPDATE hooks SET description = $1, default_version = $2, default_key = $3, target_stacks = $4, \
        failure_mode = $5, update_time = $6 \
        WHERE hook_id = $7 AND domain = $8 AND region = $9 AND update_time = $10 AND default_version = $11";

    DELETE_HOOK = "DELETE FROM hooks WHERE hook_id = $1 AND domain = $2 AND region = $3";

    DELETE_VERSIONS = "DELETE FROM hook_versions WHERE hook_id = $1";
}

/// What became of adding something that has to be the only one of its name.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[must_use]
pub enum Inserted {
    /// It is there now.
    Done,
    /// One of that name was there before; nothing was changed.
    Taken,
}

impl Session {
    /// The account's hook of that name.
    pub async fn find_hook(
        &mut self,
        account: &Account,
        name: &HookName,
    ) -> Result<Option<Hook>, StoreError> {
        let query = sqlx::query(FIND_HOOK).bind(&account.domain).bind(&account.region).bind(name.as_str());
        query.fetch_optional(self.connection()).await?.as_ref().map(hook).transpose()
    }

    /// A page of the account's hooks, by creation.
    pub async fn list_hooks(
        &mut self,
        account: &Account,
        request: &PageRequest,
    ) -> Result<Page<Hook>, StoreError> {
        let query = sqlx::query(paging::text_for(request, LIST_HOOKS_UP, LIST_HOOKS_DOWN))
            .bind(paging::from_time(request))
            .bind(paging::from_number(request))
            .bind(request.rows_to_read())
            .bind(&account.domain)
            .bind(&account.region);
        let rows = query.fetch_all(self.connection()).await?;
        let hooks = rows.iter().map(hook).collect::<Result<_, _>>()?;
        Ok(request.page(hooks, |hook: &Hook| paging::key(hook.create_time.millis(), hook.sequence)))
    }

    /// How many hooks the account has.
    pub async fn count_hooks(&mut self, account: &Account) -> Result<u64, StoreError> {
        let query = sqlx::query(COUNT_HOOKS).bind(&account.domain).bind(&account.region);
        query.fetch_one(self.connection()).await?.number("hooks")
    }
}

impl WriteTx {
    /// Adds `hook`, unless the account has one of that name. Its default version has to be there at commit.
    pub async fn insert_hook(&mut self, account: &Account, hook: &Hook) -> Result<Inserted, StoreError> {
        let query = sqlx::query(INSERT_HOOK)
            .bind(&account.domain)
            .bind(&account.region)
            .bind(hook.id.to_string())
            .bind(hook.name.as_str())
            .bind(hook.description.as_str())
            .bind(hook.default_version.to_string())
            .bind(hook.default_version.precedence_key())
            .bind(target_stacks(hook))
            .bind(failure_mode(hook))
            .bind(hook.sequence)
            .bind(hook.create_time.millis())
            .bind(hook.update_time.millis());
        Ok(Inserted::of(query.execute(self.connection()).await?.rows_affected()))
    }

    /// Makes the account's hook `old` into `new`; false when it is no longer as `old` says, or gone.
    pub async fn update_hook(
        &mut self,
        account: &Account,
        old: &Hook,
        new: &Hook,
    ) -> Result<bool, StoreError> {
        let query = sqlx::query(UPDATE_HOOK)
            .bind(new.description.as_str())
            .bind(new.default_version.to_string())
            .bind(new.default_version.precedence_key())
            .bind(target_stacks(new))
            .bind(failure_mode(new))
            .bind(new.update_time.millis())
            .bind(old.id.to_string())
            .bind(&account.domain)
            .bind(&account.region)
            .bind(old.update_time.millis())
            .bind(old.default_version.to_string());
        Ok(query.execute(self.connection()).await?.rows_affected() == 1)
    }

    /// Removes the account's hook and all its versions; false when it was not there.
    pub async fn delete_hook(&mut self, account: &Account, id: HookId) -> Result<bool, StoreError> {
        let query = sqlx::query(DELETE_HOOK).bind(id.to_string()).bind(&account.domain).bind(&account.region);
        if query.execute(self.connection()).await?.rows_affected() == 0 {
            return Ok(false);
        }
        sqlx::query(DELETE_VERSIONS).bind(id.to_string()).execute(self.connection()).await?;
        Ok(true)
    }
}

impl Inserted {
    /// By the number of rows an INSERT … DO NOTHING has made.
    pub(super) const fn of(rows: u64) -> Self {
        if rows == 0 { Self::Taken } else { Self::Done }
    }
}

fn target_stacks(hook: &Hook) -> Option<&'static str> {
    hook.configuration.map(|configuration| configuration.target_stacks.as_str())
}

fn failure_mode(hook: &Hook) -> Option<&'static str> {
    hook.configuration.map(|configuration| configuration.failure_mode.as_str())
}

fn hook(row: &AnyRow) -> Result<Hook, StoreError> {
    Ok(Hook {
        id: row.parsed("hook_id", |text| HookId::parse("hook_id", text))?,
        name: row.parsed("hook_name", HookName::parse)?,
        description: row.parsed("description", |text| Description::parse("description", text))?,
        default_version: row.parsed("default_version", |text| Version::parse("default_version", text))?,
        configuration: configuration(row)?,
        sequence: row.value("sequence")?,
        create_time: row.moment("create_time")?,
        update_time: row.moment("update_time")?,
    })
}

fn configuration(row: &AnyRow) -> Result<Option<Configuration>, StoreError> {
    let target_stacks = row.optional("target_stacks", str::parse::<TargetStacks>)?;
    let failure_mode = row.optional("failure_mode", str::parse::<FailureMode>)?;
    let both = target_stacks.zip(failure_mode);
    Ok(both.map(|(target_stacks, failure_mode)| Configuration { target_stacks, failure_mode }))
}
