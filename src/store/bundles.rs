//! Policies as they were uploaded, each once, under the hash of its bytes. Never changed and never removed.

use crate::domain::bundle::{Digest, PolicyUpload};
use crate::domain::time::Timestamp;
use crate::store::row::Columns;
use crate::store::sql::queries;
use crate::store::{Session, StoreError, WriteTx};

queries! {
    FIND_BUNDLE = "SELECT format, content FROM bundles WHERE digest = $1";

    INSERT_BUNDLE = "INSERT INTO bundles (digest, format, content, declares, created_at) \
        VALUES ($1, $2, $3, $4, $5) ON CONFLICT (digest) DO NOTHING";
}

impl Session {
    /// The policy of that hash.
    pub async fn find_bundle(&mut self, digest: &Digest) -> Result<Option<PolicyUpload>, StoreError> {
        let row = sqlx::query(FIND_BUNDLE).bind(digest.as_str()).fetch_optional(self.connection()).await?;
        row.map(|row| Ok(PolicyUpload { format: row.word("format")?, bytes: row.value("content")? }))
            .transpose()
    }
}

impl WriteTx {
    /// Keeps the policy `upload`, whose hash is `digest`, unless it is kept already.
    pub async fn insert_bundle(
        &mut self,
        upload: &PolicyUpload,
        digest: &Digest,
        declares_hook_result: bool,
        now: Timestamp,
    ) -> Result<(), StoreError> {
        let query = sqlx::query(INSERT_BUNDLE)
            .bind(digest.as_str())
            .bind(upload.format.as_str())
            .bind(upload.bytes.as_slice())
            .bind(i64::from(declares_hook_result))
            .bind(now.millis());
        query.execute(self.connection()).await?;
        Ok(())
    }
}
