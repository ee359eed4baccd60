//! From a URL to open connections on up-to-date tables: all that differs between SQLite and PostgreSQL.

use std::path::PathBuf;
use std::time::Duration;

use sqlx::any::{AnyConnectOptions, AnyPoolOptions, install_default_drivers};
use sqlx::migrate::{Migration, MigrationType, Migrator};
use sqlx::{AnyConnection, AnyPool, Connection, SqlSafeStr};

use crate::store::StoreError;
use crate::store::file::{DatabaseFile, IfMissing};

/// Every change of the tables, in order. A change that was released is never edited: databases remember its hash.
const CHANGES: [(i64, &str, &str); 3] = [
    (1, "registry and operations", include_str!("migrations/0001_registry_and_operations.sql")),
    (2, "later phases", include_str!("migrations/0002_later_phases.sql")),
    (3, "decision log", include_str!("migrations/0003_decision_log.sql")),
];

/// How long a caller waits for a connection; on SQLite this is also the queue of the writers.
const PATIENCE: Duration = Duration::from_secs(10);

/// A connection that was in use so recently is lent again without asking the server whether it is still there.
const FRESH: Duration = Duration::from_secs(1);

/// The databases the store can live in.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Kind {
    /// A file, which other processes may have open too.
    SqliteFile,
    /// Gone with the process.
    SqliteMemory,
    /// A server.
    Postgres,
}

/// The connections of one store.
#[derive(Debug, Clone)]
pub(super) struct Pools {
    pub(super) readers: AnyPool,
    pub(super) writers: AnyPool,
}

/// A database that is open.
#[derive(Debug)]
pub(super) struct Opened {
    pub(super) pools: Pools,
    /// Where it lives, if that is a file.
    pub(super) file: Option<DatabaseFile>,
    /// Whether it had no tables before.
    pub(super) is_new: bool,
}

impl Kind {
    /// What `url` names.
    pub(super) fn of(url: &str) -> Result<Self, StoreError> {
        match url.split_once(':') {
            Some(("sqlite", path)) => match path.trim_start_matches('/') {
                ":memory:" => Ok(Self::SqliteMemory),
                // To SQLite no name means a file of each connection's own.
                path if path.is_empty() || path.starts_with('?') => Err(StoreError::unknown_kind(url)),
                _ => Ok(Self::SqliteFile),
            },
            Some(("postgres" | "postgresql", _)) => Ok(Self::Postgres),
            Some((scheme, _)) => Err(StoreError::unknown_kind(scheme)),
            None => Err(StoreError::unknown_kind("")),
        }
    }

    /// How a transaction that writes begins.
    pub(super) const fn begin(self) -> &'static str {
        match self {
            // The write lock at once: a transaction that reads first and locks later is refused when another was faster.
            Self::SqliteFile | Self::SqliteMemory => "BEGIN IMMEDIATE",
            Self::Postgres => "BEGIN",
        }
    }

    /// A row if our tables are there.
    const fn find_tables(self) -> &'static str {
        match self {
            Self::SqliteFile | Self::SqliteMemory => "SELECT 1 FROM sqlite_master WHERE name = 'accounts'",
            Self::Postgres => {
                "SELECT 1 FROM pg_tables WHERE tablename = 'accounts' AND schemaname = ANY (current_schemas(false))"
            }
        }
    }

    /// What every new connection is told first.
    ///
    /// `synchronous = FULL` waits for the disk at each commit. In WAL mode SQLite could do without and stay consistent,
    /// but would forget the last commits in a power cut, and a decision that was answered must not be forgotten.
    /// PostgreSQL does so by itself. Both give up on a lock after ten seconds rather than never.
    const fn settings(self) -> &'static str {
        match self {
            Self::SqliteFile | Self::SqliteMemory => {
                "PRAGMA busy_timeout = 10000; PRAGMA journal_mode = WAL; PRAGMA synchronous = FULL; \
                 PRAGMA foreign_keys = ON"
            }
            Self::Postgres => "SET lock_timeout = '10s'; SET idle_in_transaction_session_timeout = '60s'",
        }
    }

    fn pool(self, connections: u32) -> AnyPoolOptions {
        let options = AnyPoolOptions::new()
            .max_connections(connections)
            .acquire_timeout(PATIENCE)
            .test_before_acquire(false)
            .after_connect(move |connection, _| Box::pin(settle(connection, self)));
        match self {
            // By itself the pool asks each time: a round trip before every statement that stands alone.
            Self::Postgres => options.before_acquire(|connection, lent| {
                Box::pin(async move {
                    if lent.idle_for > FRESH {
                        connection.ping().await?;
                    }
                    Ok(true)
                })
            }),
            // A database in memory lives in its connection; a file gains nothing from opening it anew.
            Self::SqliteFile | Self::SqliteMemory => options.max_lifetime(None).idle_timeout(None),
        }
    }
}

/// Opens the database at `url` and brings its tables up to date.
pub(super) async fn open(url: &str, kind: Kind, if_missing: IfMissing) -> Result<Opened, StoreError> {
    let file = match kind {
        Kind::SqliteFile => Some(DatabaseFile::find(&path_in(url), if_missing)?),
        Kind::SqliteMemory | Kind::Postgres => None,
    };
    match connect(url, kind).await {
        Ok((pools, is_new)) => Ok(Opened { pools, file, is_new }),
        Err(cause) => Err(explain(file.as_ref(), cause)),
    }
}

/// What kept a database from being opened, in words about its file where there is one.
fn explain(file: Option<&DatabaseFile>, cause: StoreError) -> StoreError {
    let said = file.zip(cause.sqlite_code());
    said.and_then(|(file, (code, said))| file.explain(code, &said)).unwrap_or(cause)
}

async fn connect(url: &str, kind: Kind) -> Result<(Pools, bool), StoreError> {
    install_default_drivers();
    let options: AnyConnectOptions = address(url, kind).parse()?;
    // A pool hides why it cannot connect until its patience is over; a connection of one's own says it at once.
    let mut probe = AnyConnection::connect_with(&options).await?;
    settle(&mut probe, kind).await?;
    let is_new = sqlx::query(kind.find_tables()).fetch_optional(&mut probe).await?.is_none();
    probe.close().await?;
    let pools = match kind {
        Kind::SqliteMemory => {
            let only = kind.pool(1).connect_lazy_with(options);
            Pools { readers: only.clone(), writers: only }
        }
        // SQLite has one writer at a time anyway: a pool of one is a fair queue, where a file lock is a lottery.
        Kind::SqliteFile => pools(kind, options, 8, 1),
        Kind::Postgres => pools(kind, options, 10, 10),
    };
    migrate(&pools.writers, kind).await?;
    Ok((pools, is_new))
}

fn pools(kind: Kind, options: AnyConnectOptions, readers: u32, writers: u32) -> Pools {
    Pools {
        readers: kind.pool(readers).connect_lazy_with(options.clone()),
        writers: kind.pool(writers).connect_lazy_with(options),
    }
}

/// The path in the URL of an SQLite file.
fn path_in(url: &str) -> PathBuf {
    let path = url.strip_prefix("sqlite:").unwrap_or(url);
    let path = path.strip_prefix("//").unwrap_or(path);
    let root = if path.starts_with('/') { "/" } else { "" };
    let path = path.split_once('?').map_or(path, |(path, _)| path);
    PathBuf::from(format!("{root}{}", path.trim_start_matches('/')))
}

/// `url` in the form that works for every path: after `sqlite://`, the first part of a relative path would be a host.
pub(super) fn address(url: &str, kind: Kind) -> String {
    match (kind, url.strip_prefix("sqlite:")) {
        (Kind::SqliteFile, Some(path)) => {
            let path = path.strip_prefix("//").unwrap_or(path);
            let root = if path.starts_with('/') { "/" } else { "" };
            let path = path.trim_start_matches('/');
            let with = if path.contains('?') { '&' } else { '?' };
            format!("sqlite:{root}{path}{with}mode=rwc")
        }
        (Kind::SqliteMemory, _) => "sqlite::memory:".to_owned(),
        _ => url.to_owned(),
    }
}

async fn settle(connection: &mut AnyConnection, kind: Kind) -> Result<(), sqlx::Error> {
    sqlx::raw_sql(kind.settings()).execute(connection).await?;
    Ok(())
}

/// Makes or changes the tables; servers that start together take turns.
async fn migrate(writers: &AnyPool, kind: Kind) -> Result<(), StoreError> {
    let changes = CHANGES.map(|(version, name, sql)| {
        Migration::new(version, name.into(), MigrationType::Simple, sql.into_sql_str(), false)
    });
    let migrator = Migrator::with_migrations(changes.into());
    // Not by `run`: it takes so many kinds of connection that the compiler cannot tell whether it may change threads.
    match kind {
        // The migrator locks nothing on SQLite, so the transaction around it has to.
        Kind::SqliteFile | Kind::SqliteMemory => {
            let mut tx = writers.begin_with(kind.begin()).await?;
            migrator.run_direct(None, &mut *tx, false).await?;
            tx.commit().await?;
        }
        Kind::Postgres => migrator.run_direct(None, &mut *writers.acquire().await?, false).await?,
    }
    Ok(())
}
