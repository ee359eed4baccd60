//! What Hookgate remembers, in SQLite or PostgreSQL; the only place that knows a database.
//!
//! A [`Session`] reads, a [`WriteTx`] writes, and nothing else does: a write outside a transaction does not compile.
//! The store takes times as they are given to it, and it never keeps a transaction open for anything but the database.
//!
//! INVARIANT: there is no UPDATE of `hook_versions` or `bundles`. A version, once written, stays as it is.
//!
//! INVARIANT: a transaction that writes to an account takes the account's row before anything else, by
//! [`WriteTx::bump_revision`] or [`WriteTx::hold_revision`]. That puts the writers of an account in one order, on every
//! server of a PostgreSQL database too, and leaves them nothing to deadlock over. What becomes of an operation after its
//! decision concerns that one operation, and takes its row instead: see [`phases`].

mod accounts;
mod bundles;
mod connect;
mod error;
mod events;
mod file;
pub mod hooks;
mod inputs;
pub mod keys;
pub mod later_calls;
mod operation_hooks;
mod operations;
mod paging;
pub mod phases;
pub mod retention;
mod row;
mod secrets;
mod sizes;
mod sql;
#[cfg(test)]
mod tests;
mod versions;

use std::ops::{Deref, DerefMut};

use sqlx::pool::PoolConnection;
use sqlx::{Any, AnyConnection, Transaction};

use crate::store::connect::{Kind, Opened, Pools};
pub use crate::store::error::StoreError;
use crate::store::file::DatabaseFile;
pub use crate::store::file::IfMissing;
pub use crate::store::sizes::Sizes;

/// A database and the connections to it; clones share them.
#[derive(Debug, Clone)]
pub struct Store {
    pools: Pools,
    kind: Kind,
    file: Option<DatabaseFile>,
    is_new: bool,
}

/// A connection lent for reading. Each statement sees what was committed when it began.
#[derive(Debug)]
pub struct Session {
    lent: Lent,
}

/// A transaction that may write, and reads what it wrote. Dropped without [`WriteTx::commit`], it has done nothing.
#[derive(Debug)]
pub struct WriteTx {
    session: Session,
    /// What has to be there still when this is committed.
    file: Option<DatabaseFile>,
}

#[derive(Debug)]
enum Lent {
    Connection(PoolConnection<Any>),
    Transaction(Transaction<'static, Any>),
}

impl Store {
    /// Opens the database at `url` (`sqlite://PATH`, `sqlite::memory:` or `postgres://…`), which is made if it is a file that is
    /// not there, and brings its tables up to date.
    ///
    /// # Errors
    /// When the database is of an unknown kind, cannot be opened, or belongs to a newer release.
    pub async fn connect(url: &str) -> Result<Self, StoreError> {
        Self::open(url, IfMissing::Make).await
    }

    /// The same; `if_missing` says what to do about a file that is not there.
    pub async fn open(url: &str, if_missing: IfMissing) -> Result<Self, StoreError> {
        let kind = Kind::of(url)?;
        let Opened { pools, file, is_new } = connect::open(url, kind, if_missing).await?;
        Ok(Self { pools, kind, file, is_new })
    }

    /// Whether there were no tables before this opened it.
    pub const fn is_new(&self) -> bool {
        self.is_new
    }

    /// Notes that this process serves the database as long as the store lives; whether another process on this machine serves the
    /// same file. Servers on PostgreSQL are meant to be several.
    pub fn serve(&mut self) -> Result<bool, StoreError> {
        self.file.as_mut().map_or(Ok(false), DatabaseFile::serve)
    }

    /// A connection to read with. Give it back (drop it) before waiting for anything but the database.
    pub async fn session(&self) -> Result<Session, StoreError> {
        self.check_file()?;
        Ok(Session { lent: Lent::Connection(self.pools.readers.acquire().await?) })
    }

    /// A transaction to write in. On SQLite it is the only one: other writers wait until it is over,
    /// and in memory readers do too, so that whoever has one reads with it and asks for no [`Session`] besides.
    pub async fn begin_write(&self) -> Result<WriteTx, StoreError> {
        self.check_file()?;
        let transaction = self.pools.writers.begin_with(self.kind.begin()).await?;
        Ok(WriteTx { session: Session { lent: Lent::Transaction(transaction) }, file: self.file.clone() })
    }

    /// Whether the database answers, and is still the one that was opened.
    pub async fn ping(&self) -> Result<(), StoreError> {
        sqlx::query("SELECT 1").execute(self.session().await?.connection()).await?;
        Ok(())
    }

    /// SQLite goes on writing to a file that nobody will ever find again.
    fn check_file(&self) -> Result<(), StoreError> {
        self.file.as_ref().map_or(Ok(()), DatabaseFile::check)
    }

    /// Waits for the connections in use, then closes them all.
    pub async fn close(&self) {
        self.pools.writers.close().await;
        self.pools.readers.close().await;
    }
}

impl Session {
    fn connection(&mut self) -> &mut AnyConnection {
        match &mut self.lent {
            Lent::Connection(connection) => connection,
            Lent::Transaction(transaction) => transaction,
        }
    }
}

impl WriteTx {
    /// Makes everything written in this transaction true at once; after it returns, a power cut cannot undo it.
    ///
    /// # Errors
    /// When it cannot be made true; or when the database's file was taken away, so that nobody would find it there.
    pub async fn commit(self) -> Result<(), StoreError> {
        match self.session.lent {
            Lent::Transaction(transaction) => transaction.commit().await?,
            // Without a transaction each statement has committed by itself.
            Lent::Connection(_) => {}
        }
        self.file.as_ref().map_or(Ok(()), DatabaseFile::check)
    }
}

impl Deref for WriteTx {
    type Target = Session;

    fn deref(&self) -> &Session {
        &self.session
    }
}

impl DerefMut for WriteTx {
    fn deref_mut(&mut self) -> &mut Session {
        &mut self.session
    }
}
