//! The databases there are: a SQLite file, and a schema in the PostgreSQL that `tests/run` started.

use sqlx::Connection as _;
use uuid::Uuid;

use super::find_variable;

/// Runs `test` once with the URL of each database there is; each is new and empty.
pub(crate) async fn on_each_url(test: impl AsyncFn(&str)) {
    let folder = tempfile::tempdir().unwrap();
    test(&format!("sqlite://{}", folder.path().join("test.db").display())).await;
    if let Some(schema) = Schema::create().await {
        test(&schema.url).await;
        schema.remove().await;
    }
}

/// A schema of its own in PostgreSQL.
struct Schema {
    server: String,
    name: String,
    url: String,
}

impl Schema {
    async fn create() -> Option<Self> {
        let server = find_variable("HOOKGATE_TEST_POSTGRES")?;
        let name = format!("test_{}", Uuid::new_v4().simple());
        execute(&server, format!("CREATE SCHEMA {name}")).await;
        let joint = if server.contains('?') { '&' } else { '?' };
        let url = format!("{server}{joint}options[search_path]={name}");
        Some(Self { server, name, url })
    }

    async fn remove(self) {
        execute(&self.server, format!("DROP SCHEMA {} CASCADE", self.name)).await;
    }
}

async fn execute(server: &str, sql: String) {
    let mut connection = sqlx::PgConnection::connect(server).await.unwrap();
    sqlx::query(sqlx::AssertSqlSafe(sql)).execute(&mut connection).await.unwrap();
    connection.close().await.unwrap();
}
