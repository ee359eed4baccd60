//! What can go wrong with the store, without saying which database or library it is.

use std::fmt;
use std::path::Path;

use sqlx::error::DatabaseError;
use sqlx::migrate::MigrateError;

/// The store did not do what it was asked; nothing of the transaction, if there was one, has happened.
///
/// Expected outcomes, such as a name that is taken, are values and never this.
#[derive(Debug, thiserror::Error)]
#[error(transparent)]
pub struct StoreError(Cause);

#[derive(Debug, thiserror::Error)]
enum Cause {
    #[error("the database did not answer as expected: {0}")]
    Database(sqlx::Error),
    #[error("a stored row is damaged: `{column}`: {reason}")]
    Damaged { column: String, reason: String },
    #[error("the tables could not be made or brought up to date: {0}")]
    Tables(MigrateError),
    #[error(
        "the database belongs to a newer release: it has change {0} of the tables, which this release does not know"
    )]
    Newer(i64),
    #[error(
        "the database `{0}` is of an unknown kind: allowed are `sqlite://PATH`, `sqlite::memory:` and `postgres://…`"
    )]
    UnknownKind(String),
    #[error("the database file `{path}` {reason}")]
    File { path: String, reason: String },
    #[error(
        "the database file `{0}` was moved, deleted or replaced while the server had it open: put it back, or start the server anew"
    )]
    Gone(String),
}

impl StoreError {
    /// Whether the same call may succeed a little later: the database was busy, away or starting.
    pub fn is_transient(&self) -> bool {
        match &self.0 {
            Cause::Database(cause)
            | Cause::Tables(MigrateError::Execute(cause) | MigrateError::ExecuteMigration(cause, _)) => {
                is_transient(cause)
            }
            Cause::Gone(_) => true,
            Cause::Tables(_)
            | Cause::Damaged { .. }
            | Cause::Newer(_)
            | Cause::UnknownKind(_)
            | Cause::File { .. } => false,
        }
    }

    /// What to tell when the file of the database is no longer where it was.
    pub fn gone(&self) -> Option<String> {
        matches!(self.0, Cause::Gone(_)).then(|| self.to_string())
    }

    /// What is wrong with the file of an SQLite database, and what to do about it.
    pub(super) fn file(path: &Path, reason: impl Into<String>) -> Self {
        Self(Cause::File { path: path.display().to_string(), reason: reason.into() })
    }

    /// The file is no longer where it was.
    pub(super) fn taken_away(path: &Path) -> Self {
        Self(Cause::Gone(path.display().to_string()))
    }

    /// The number by which SQLite says what is wrong, and its words.
    pub(super) fn sqlite_code(&self) -> Option<(u32, String)> {
        let (Cause::Database(cause)
        | Cause::Tables(MigrateError::Execute(cause) | MigrateError::ExecuteMigration(cause, _))) = &self.0
        else {
            return None;
        };
        let answer = cause.as_database_error()?;
        Some((answer.code()?.parse().ok()?, answer.message().to_owned()))
    }

    /// The value in `column` is not what was once stored there.
    pub(super) fn damaged(column: &str, reason: &impl fmt::Display) -> Self {
        Self(Cause::Damaged { column: column.to_owned(), reason: reason.to_string() })
    }

    /// A URL of another scheme; the text is its scheme alone, since the rest may hold a password.
    pub(super) fn unknown_kind(scheme: &str) -> Self {
        Self(Cause::UnknownKind(scheme.to_owned()))
    }
}

impl From<sqlx::Error> for StoreError {
    fn from(cause: sqlx::Error) -> Self {
        Self(Cause::Database(cause))
    }
}

impl From<MigrateError> for StoreError {
    fn from(cause: MigrateError) -> Self {
        if let MigrateError::VersionMissing(version) = cause {
            return Self(Cause::Newer(version));
        }
        Self(Cause::Tables(cause))
    }
}

fn is_transient(cause: &sqlx::Error) -> bool {
    match cause.as_database_error() {
        Some(answer) => is_transient_answer(answer),
        None => matches!(cause, sqlx::Error::Io(_) | sqlx::Error::PoolTimedOut | sqlx::Error::WorkerCrashed),
    }
}

/// SQLite's codes are numbers whose low byte is the kind; PostgreSQL's have five characters, the first two the kind.
fn is_transient_answer(answer: &dyn DatabaseError) -> bool {
    /// `SQLITE_BUSY` and `SQLITE_LOCKED`.
    const SQLITE: [u32; 2] = [5, 6];
    /// Connection, rollback of a transaction, resources, operator; and a lock that was not free in time.
    const POSTGRES: [&str; 5] = ["08", "40", "53", "57", "55P03"];

    let Some(code) = answer.code() else { return false };
    if code.len() == 5 {
        return POSTGRES.iter().any(|kind| code.starts_with(kind));
    }
    code.parse::<u32>().is_ok_and(|code| SQLITE.contains(&(code & 0xFF)))
}
