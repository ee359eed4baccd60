//! Keys of the server itself, such as the one that signs download links: the same on every server of a database.

use crate::store::row::Columns;
use crate::store::sql::queries;
use crate::store::{Session, StoreError, WriteTx};

queries! {
    FIND_SECRET = "SELECT value FROM secrets WHERE name = $1";

    INSERT_SECRET = "INSERT INTO secrets (name, value) VALUES ($1, $2) ON CONFLICT (name) DO NOTHING";
}

impl Session {
    /// The secret of that name, if anybody has made it yet.
    pub async fn find_secret(&mut self, name: &str) -> Result<Option<Vec<u8>>, StoreError> {
        let row = sqlx::query(FIND_SECRET).bind(name).fetch_optional(self.connection()).await?;
        row.map(|row| row.value("value")).transpose()
    }
}

impl WriteTx {
    /// The secret of that name, which is `candidate` if nobody was faster. True for everybody once committed.
    pub async fn claim_secret(&mut self, name: &str, candidate: &[u8]) -> Result<Vec<u8>, StoreError> {
        sqlx::query(INSERT_SECRET).bind(name).bind(candidate).execute(self.connection()).await?;
        sqlx::query(FIND_SECRET).bind(name).fetch_one(self.connection()).await?.value("value")
    }
}
