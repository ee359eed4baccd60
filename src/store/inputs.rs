//! Inputs as they are kept: masked, packed, once for each account that has them.

use sqlx::any::AnyRow;

use crate::domain::account::Account;
use crate::domain::bundle::Digest;
use crate::domain::mask::{InputRecord, InputState};
use crate::domain::stored_input::StoredInput;
use crate::store::row::{Columns, storable, to_json};
use crate::store::sql::queries;
use crate::store::{Session, StoreError, WriteTx};

queries! {
    FIND_INPUT = "SELECT size, packed FROM inputs WHERE domain = $1 AND region = $2 AND digest = $3";

    INSERT_INPUT = "INSERT INTO inputs (domain, region, digest, size, packed) VALUES ($1, $2, $3, $4, $5) \
        ON CONFLICT (domain, region, digest) DO NOTHING";
}

impl Session {
    /// What the account has under that hash.
    pub async fn find_input(
        &mut self,
        account: &Account,
        digest: &Digest,
    ) -> Result<Option<StoredInput>, StoreError> {
        let query = sqlx::query(FIND_INPUT).bind(&account.domain).bind(&account.region).bind(digest.as_str());
        let row = query.fetch_optional(self.connection()).await?;
        let stored = |row: AnyRow| {
            let (size, packed) = (row.number("size")?, row.value("packed")?);
            Ok(StoredInput { digest: digest.clone(), size, packed })
        };
        row.map(stored).transpose()
    }
}

impl WriteTx {
    /// Keeps an input, unless the account has it already.
    pub async fn insert_input(&mut self, account: &Account, input: &StoredInput) -> Result<(), StoreError> {
        let query = sqlx::query(INSERT_INPUT)
            .bind(&account.domain)
            .bind(&account.region)
            .bind(input.digest.as_str())
            .bind(i64::try_from(input.size).unwrap_or(i64::MAX))
            .bind(input.packed.as_slice());
        query.execute(self.connection()).await?;
        Ok(())
    }
}

type Query<'q> = sqlx::query::Query<'q, sqlx::Any, sqlx::any::AnyArguments>;

/// Binds the five columns of a record.
pub(super) fn bind_record<'q>(
    query: Query<'q>,
    record: Option<&'q InputRecord>,
) -> Result<Query<'q>, StoreError> {
    let (state, digest, reason) = match record.map(|record| &record.state) {
        None => (None, None, None),
        Some(InputState::Kept(digest)) => (Some("KEPT"), Some(digest.as_str()), None),
        Some(InputState::Withheld(reason)) => (Some("WITHHELD"), None, Some(storable(reason))),
    };
    let masked = record.map(|record| to_json("input_masked", &record.masked)).transpose()?;
    let erased = record.map(|record| to_json("input_erased", &record.erased)).transpose()?;
    Ok(query.bind(state).bind(digest).bind(reason).bind(masked).bind(erased))
}

/// The record in a row of `operations`.
pub(super) fn record(row: &AnyRow) -> Result<Option<InputRecord>, StoreError> {
    let state: Option<String> = row.value("input_state")?;
    let state = match state.as_deref() {
        None => return Ok(None),
        Some("KEPT") => InputState::Kept(row.value("input_digest")?),
        Some(_) => InputState::Withheld(row.value("input_reason")?),
    };
    Ok(Some(InputRecord { state, masked: row.json("input_masked")?, erased: row.json("input_erased")? }))
}
