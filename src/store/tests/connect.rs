//! Opening a database, and what is said when that fails.

use tempfile::TempDir;

use super::samples::{account, add_hook};
use super::{file_url, on_both};
use crate::store::Store;
use crate::store::connect::{Kind, address};

#[tokio::test]
async fn a_store_answers_until_it_is_closed_and_keeps_what_it_has() {
    on_both(async |database| {
        let (store, account) = (database.open().await, account("acme"));
        let written = add_hook(&store, &account, "hook", |hook| hook).await;
        store.ping().await.unwrap();
        store.close().await;
        assert!(store.ping().await.is_err());
        let store = database.open().await;
        let found = store.session().await.unwrap().find_hook(&account, &written.name).await.unwrap();
        assert_eq!(found, Some(written));
    })
    .await;
}

#[tokio::test]
async fn a_file_is_made_under_any_name() {
    let folder = TempDir::new().unwrap();
    for name in ["plain.db", "with space and 'quote'.db", "数据 👍.db"] {
        let path = folder.path().join(name);
        for url in
            [file_url(&path), format!("sqlite:{}", path.display()), format!("{}?mode=rwc", file_url(&path))]
        {
            let store = Store::connect(&url).await.unwrap();
            store.ping().await.unwrap();
            store.close().await;
            assert!(path.is_file(), "{url}");
        }
    }
}

#[test]
fn a_relative_path_stays_one() {
    let check = |url, expected| assert_eq!(address(url, Kind::SqliteFile), expected, "{url}");
    check("sqlite://hookgate.db", "sqlite:hookgate.db?mode=rwc");
    check("sqlite:a folder/b.db", "sqlite:a folder/b.db?mode=rwc");
    check("sqlite://../b.db?cache=private", "sqlite:../b.db?cache=private&mode=rwc");
    check("sqlite:///b.db", "sqlite:/b.db?mode=rwc");
    check("sqlite:////b.db", "sqlite:/b.db?mode=rwc");
}

#[tokio::test]
async fn commits_on_sqlite_wait_for_the_disk() {
    let folder = TempDir::new().unwrap();
    let store = Store::connect(&file_url(&folder.path().join("a.db"))).await.unwrap();
    let mut tx = store.begin_write().await.unwrap();
    for (pragma, expected) in
        [("PRAGMA synchronous", 2), ("PRAGMA foreign_keys", 1), ("PRAGMA busy_timeout", 10_000)]
    {
        let value: i64 = sqlx::query_scalar(pragma).fetch_one(tx.connection()).await.unwrap();
        assert_eq!(value, expected, "{pragma}");
    }
    let mode: String = sqlx::query_scalar("PRAGMA journal_mode").fetch_one(tx.connection()).await.unwrap();
    assert_eq!(mode, "wal");
}

#[track_caller]
fn check(error: &crate::store::StoreError, expected: &str) {
    assert!(error.to_string().contains(expected), "{error}");
    assert!(!error.is_transient(), "{error}");
}

#[tokio::test]
async fn a_database_that_cannot_be_opened_says_why_at_once() {
    let folder = TempDir::new().unwrap();
    let path = folder.path().join("not-a-database.db");
    std::fs::write(&path, "something else entirely, and longer than a header of a database would have to be")
        .unwrap();
    check(&Store::connect(&file_url(&path)).await.unwrap_err(), "is no SQLite database: name another file");
    let url = file_url(&folder.path().join("no/such/folder.db"));
    check(&Store::connect(&url).await.unwrap_err(), "cannot be made: there is no folder");
    let error = Store::connect("mysql://user:password@host/db").await.unwrap_err();
    check(&error, "the database `mysql` is of an unknown kind: allowed are `sqlite://PATH`");
    assert!(!error.to_string().contains("password"));
    for url in ["sqlite:", "sqlite://", "sqlite://?mode=rwc"] {
        check(&Store::connect(url).await.unwrap_err(), "unknown kind");
    }
    check(&Store::connect("hookgate.db").await.unwrap_err(), "unknown kind");
}

#[tokio::test]
async fn a_server_that_is_away_may_come_back() {
    // Port 1 of the loopback: nobody listens there.
    let error = Store::connect("postgres://nobody@127.0.0.1:1/db").await.unwrap_err();
    assert!(error.is_transient(), "{error}");
}

#[tokio::test]
async fn a_connection_that_the_server_cut_off_is_worth_another_try_and_replaced() {
    on_both(async |database| {
        if !database.is_postgres() {
            return;
        }
        let store = database.open().await;
        let mut session = store.session().await.unwrap();
        let own = sqlx::query_scalar("SELECT pg_backend_pid()").fetch_one(session.connection());
        let pid: i32 = own.await.unwrap();
        let cut = sqlx::query("SELECT pg_terminate_backend($1, 10000)").bind(pid);
        cut.execute(&mut database.connection().await).await.unwrap();
        let error = session.find_revision(&account("acme")).await.unwrap_err();
        assert!(error.is_transient(), "{error}");
        drop(session);
        store.ping().await.unwrap();
    })
    .await;
}

#[tokio::test]
async fn the_database_of_a_newer_release_is_left_alone() {
    on_both(async |database| {
        database.open().await.close().await;
        let sql = "INSERT INTO _sqlx_migrations (version, description, success, checksum, execution_time) \
                   VALUES (9, 'later', TRUE, '', 0)";
        sqlx::query(sql).execute(&mut database.connection().await).await.unwrap();
        check(&Store::connect(&database.url).await.unwrap_err(), "a newer release: it has change 9");
    })
    .await;
}

#[tokio::test]
async fn a_damaged_row_is_an_error_and_not_a_wrong_answer() {
    on_both(async |database| {
        let (store, account) = (database.open().await, account("acme"));
        let written = add_hook(&store, &account, "hook", |hook| hook).await;
        sqlx::query("UPDATE hooks SET default_version = '1'")
            .execute(&mut database.connection().await)
            .await
            .unwrap();
        let error = store.session().await.unwrap().find_hook(&account, &written.name).await.unwrap_err();
        check(&error, "a stored row is damaged: `default_version`");
    })
    .await;
}
