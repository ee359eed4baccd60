//! The versions of a hook: added and removed, never changed.

use sqlx::any::AnyRow;

use crate::domain::bundle::Digest;
use crate::domain::hook::{Description, HookId, HookVersion, Version};
use crate::domain::page::{Page, PageRequest};
use crate::store::hooks::Inserted;
use crate::store::row::Columns;
use crate::store::sql::{ascending, descending, queries};
use crate::store::{Session, StoreError, WriteTx, paging};

macro_rules! select {
    ($condition:literal) => {
        concat!(
            "SELECT version, description, digest, sequence, create_time FROM hook_versions WHERE ",
            $condition
        )
    };
}

queries! {
    FIND_VERSION = select!("hook_id = $1 AND version_key = $2");

    LIST_VERSIONS_UP = ascending!(
        select!("hook_id = $4"), ("create_time", "sequence") after "$1, $2" limit "$3"
    );
    LIST_VERSIONS_DOWN = descending!(
        select!("hook_id = $4"), ("create_time", "sequence") before "$1, $2" limit "$3"
    );

    COUNT_VERSIONS = "SELECT COUNT(*) AS versions FROM hook_versions WHERE hook_id = $1";

    INSERT_VERSION = "INSERT INTO hook_versions \
        (hook_id, version_key, version, description, digest, sequence, create_time) \
        VALUES ($1, $2, $3, $4, $5, $6, $7) ON CONFLICT (hook_id, version_key) DO NOTHING";

    DELETE_VERSION = "DELETE FROM hook_versions WHERE hook_id = $1 AND version_key = $2";
}

impl Session {
    /// The hook's version of that precedence: whether `version` names a build makes no difference.
    pub async fn find_version(
        &mut self,
        hook: HookId,
        version: &Version,
    ) -> Result<Option<HookVersion>, StoreError> {
        let query = sqlx::query(FIND_VERSION).bind(hook.to_string()).bind(version.precedence_key());
        query.fetch_optional(self.connection()).await?.as_ref().map(hook_version).transpose()
    }

    /// A page of the hook's versions, by creation.
    pub async fn list_versions(
        &mut self,
        hook: HookId,
        request: &PageRequest,
    ) -> Result<Page<HookVersion>, StoreError> {
        let query = sqlx::query(paging::text_for(request, LIST_VERSIONS_UP, LIST_VERSIONS_DOWN))
            .bind(paging::from_time(request))
            .bind(paging::from_number(request))
            .bind(request.rows_to_read())
            .bind(hook.to_string());
        let rows = query.fetch_all(self.connection()).await?;
        let versions = rows.iter().map(hook_version).collect::<Result<_, _>>()?;
        Ok(request.page(versions, |version: &HookVersion| {
            paging::key(version.create_time.millis(), version.sequence)
        }))
    }

    /// How many versions the hook has.
    pub async fn count_versions(&mut self, hook: HookId) -> Result<u64, StoreError> {
        let query = sqlx::query(COUNT_VERSIONS).bind(hook.to_string());
        query.fetch_one(self.connection()).await?.number("versions")
    }
}

impl WriteTx {
    /// Adds a version, unless the hook has one of that precedence. Its policy has to be stored before.
    pub async fn insert_version(
        &mut self,
        hook: HookId,
        version: &HookVersion,
    ) -> Result<Inserted, StoreError> {
        let query = sqlx::query(INSERT_VERSION)
            .bind(hook.to_string())
            .bind(version.version.precedence_key())
            .bind(version.version.to_string())
            .bind(version.description.as_str())
            .bind(version.digest.as_str())
            .bind(version.sequence)
            .bind(version.create_time.millis());
        Ok(Inserted::of(query.execute(self.connection()).await?.rows_affected()))
    }

    /// Removes a version; false when it was not there. The default version cannot be removed: the commit would fail.
    pub async fn delete_version(&mut self, hook: HookId, version: &Version) -> Result<bool, StoreError> {
        let query = sqlx::query(DELETE_VERSION).bind(hook.to_string()).bind(version.precedence_key());
        Ok(query.execute(self.connection()).await?.rows_affected() == 1)
    }
}

fn hook_version(row: &AnyRow) -> Result<HookVersion, StoreError> {
    Ok(HookVersion {
        version: row.parsed("version", |text| Version::parse("version", text))?,
        description: row.parsed("description", |text| Description::parse("description", text))?,
        digest: Digest::from_stored(row.value("digest")?),
        sequence: row.value("sequence")?,
        create_time: row.moment("create_time")?,
    })
}
