//! Databases that are gone after use.

use sqlx::{AssertSqlSafe, Connection as _, PgConnection};
use tempfile::TempDir;
use uuid::Uuid;

/// An empty database.
#[derive(Debug)]
pub(crate) struct Database {
    pub(crate) url: String,
    home: Home,
}

#[derive(Debug)]
enum Home {
    Folder(#[expect(dead_code, reason = "the folder goes when this is dropped")] TempDir),
    Schema { server: String, name: String },
}

/// The PostgreSQL to measure, if there is one.
pub(crate) fn postgres() -> Option<String> {
    #[expect(clippy::disallowed_methods, reason = "as for the tests")]
    std::env::var("HOOKGATE_TEST_POSTGRES").ok()
}

impl Database {
    /// An SQLite file.
    pub(crate) fn file() -> Self {
        let folder = TempDir::new().expect("a folder");
        let url = format!("sqlite://{}", folder.path().join("bench.db").display());
        Self { url, home: Home::Folder(folder) }
    }

    /// A schema of its own in a PostgreSQL.
    pub(crate) async fn schema(server: &str) -> Self {
        let name = format!("bench_{}", Uuid::new_v4().simple());
        execute(server, format!("CREATE SCHEMA {name}")).await;
        let joint = if server.contains('?') { '&' } else { '?' };
        let url = format!("{server}{joint}options[search_path]={name}");
        Self { url, home: Home::Schema { server: server.to_owned(), name } }
    }

    /// Does what PostgreSQL does by itself within minutes of many rows: counts them for its plans.
    pub(crate) async fn settle(&self) {
        if let Home::Schema { server, .. } = &self.home {
            execute(server, "VACUUM ANALYZE".to_owned()).await;
        }
    }

    pub(crate) async fn remove(self) {
        if let Home::Schema { server, name } = &self.home {
            execute(server, format!("DROP SCHEMA {name} CASCADE")).await;
        }
    }
}

async fn execute(server: &str, sql: String) {
    let mut connection = PgConnection::connect(server).await.expect("a connection");
    sqlx::query(AssertSqlSafe(sql)).execute(&mut connection).await.expect("the statement succeeds");
    connection.close().await.expect("the connection closes");
}
