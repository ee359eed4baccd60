//! The store on both databases: SQLite always, PostgreSQL when `HOOKGATE_TEST_POSTGRES` names one.

mod concurrency;
mod connect;
mod events;
mod gating;
mod keys;
mod operations;
mod phases;
mod plans;
mod registry;
mod samples;

use std::fmt::Debug;
use std::path::Path;

use sqlx::any::install_default_drivers;
use sqlx::{AnyConnection, AssertSqlSafe, Connection as _};
use tempfile::TempDir;
use uuid::Uuid;

use crate::domain::page::{Page, PageRequest, SortDir};
use crate::store::Store;

/// An empty database of one test.
struct Database {
    url: String,
}

impl Database {
    /// A store on it; several are like several servers.
    async fn open(&self) -> Store {
        Store::connect(&self.url).await.unwrap()
    }

    /// A connection behind the store's back.
    async fn connection(&self) -> AnyConnection {
        install_default_drivers();
        AnyConnection::connect(&self.url).await.unwrap()
    }

    fn is_postgres(&self) -> bool {
        self.url.starts_with("postgres")
    }
}

/// Runs `test` on an empty database of each kind.
async fn on_both(test: impl AsyncFn(&Database)) {
    let folder = TempDir::new().unwrap();
    test(&Database { url: file_url(&folder.path().join("hookgate.db")) }).await;
    if let Some(server) = postgres() {
        let schema = format!("test_{}", Uuid::new_v4().simple());
        run(&server, format!("CREATE SCHEMA {schema}")).await;
        let with = if server.contains('?') { '&' } else { '?' };
        test(&Database { url: format!("{server}{with}options[search_path]={schema}") }).await;
        run(&server, format!("DROP SCHEMA {schema} CASCADE")).await;
    }
}

fn file_url(path: &Path) -> String {
    format!("sqlite://{}", path.display())
}

#[expect(clippy::disallowed_methods, reason = "the one way to tell a test where a server is")]
fn postgres() -> Option<String> {
    std::env::var("HOOKGATE_TEST_POSTGRES").ok()
}

async fn run(server: &str, sql: String) {
    install_default_drivers();
    let mut connection = AnyConnection::connect(server).await.unwrap();
    sqlx::raw_sql(AssertSqlSafe(sql)).execute(&mut connection).await.unwrap();
    connection.close().await.unwrap();
}

/// Walks a list forward by its markers and back again, in both directions and several page sizes.
async fn check_pages<T: Clone + Debug + PartialEq>(
    oldest_first: &[T],
    list: impl AsyncFn(&PageRequest) -> Page<T>,
) {
    for dir in [SortDir::Asc, SortDir::Desc] {
        let mut expected = oldest_first.to_vec();
        if dir == SortDir::Desc {
            expected.reverse();
        }
        for limit in [1, 3, 7, 1000] {
            check_walk(&expected, (dir, limit), &list).await;
        }
    }
}

async fn check_walk<T: Clone + Debug + PartialEq>(
    expected: &[T],
    (dir, limit): (SortDir, u32),
    list: &impl AsyncFn(&PageRequest) -> Page<T>,
) {
    let request = |marker: Option<&str>| PageRequest::parse("list", limit, dir, marker).unwrap();
    let mut pages = vec![list(&request(None)).await];
    while let Some(next) = pages.last().unwrap().next.clone() {
        pages.push(list(&request(Some(&next))).await);
    }
    let seen: Vec<T> = pages.iter().flat_map(|page| page.rows.clone()).collect();
    assert_eq!(seen, expected, "{dir:?} by {limit}");
    while let Some(page) = pages.pop() {
        let Some(previous) = page.previous else { break };
        let back = list(&request(Some(&previous))).await;
        assert_eq!(back.rows, pages.last().unwrap().rows, "{dir:?} by {limit}, back");
    }
    assert!(pages.is_empty(), "{dir:?} by {limit}: only the first page has nothing before it");
}

/// A page large enough for everything in these tests.
fn everything(dir: SortDir) -> PageRequest {
    PageRequest::parse("list", PageRequest::MAX_LIMIT, dir, None).unwrap()
}
