//! Many writers, several servers, transactions that end early.

use super::samples::{account, add_hook, bare_operation, hook, passed};
use super::{Database, on_both};
use crate::domain::account::Account;
use crate::store::Store;

const WRITERS: usize = 50;
const ROUNDS: usize = 4;

/// Every writer records operations the way a service does: read the revision, hold it, write, or begin again.
async fn write(store: Store, account: Account) {
    for _ in 0..ROUNDS {
        while !attempt(&store, &account).await {}
    }
}

async fn attempt(store: &Store, account: &Account) -> bool {
    let revision = store.session().await.unwrap().find_revision(account).await.unwrap();
    let mut tx = store.begin_write().await.unwrap();
    if !tx.hold_revision(account, revision).await.unwrap() {
        return false;
    }
    let mut operation = bare_operation("stack", 1);
    operation.judgement.revision = revision;
    operation.judgement.hooks = vec![passed("hook")];
    tx.insert_operation(account, &operation).await.unwrap();
    tx.commit().await.unwrap();
    true
}

/// Reads before it writes: where the lock comes with the first write only, that is refused when another was faster.
async fn change(store: Store, account: Account) {
    for _ in 0..ROUNDS {
        let mut tx = store.begin_write().await.unwrap();
        tx.count_hooks(&account).await.unwrap();
        tx.bump_revision(&account).await.unwrap();
        tx.commit().await.unwrap();
    }
}

async fn count(database: &Database) -> i64 {
    let mut connection = database.connection().await;
    sqlx::query_scalar("SELECT COUNT(*) FROM operations").fetch_one(&mut connection).await.unwrap()
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn fifty_writers_on_two_servers_all_get_through() {
    on_both(async |database| {
        let (here, there, account) = (database.open().await, database.open().await, account("acme"));
        let mut tasks = tokio::task::JoinSet::new();
        for index in 0..WRITERS {
            let store = if index % 2 == 0 { here.clone() } else { there.clone() };
            tasks.spawn(write(store, account.clone()));
        }
        let changes = [
            tokio::spawn(change(here.clone(), account.clone())),
            tokio::spawn(change(there, account.clone())),
        ];
        tasks.join_all().await;
        for change in changes {
            change.await.unwrap();
        }
        assert_eq!(count(database).await, i64::try_from(WRITERS * ROUNDS).unwrap());
        let revision = here.session().await.unwrap().find_revision(&account).await.unwrap();
        assert_eq!(revision, i64::try_from(2 * ROUNDS).unwrap(), "no change is lost");
    })
    .await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn fifty_writers_share_a_database_in_memory() {
    let (store, account) = (Store::connect("sqlite::memory:").await.unwrap(), account("acme"));
    let mut tasks = tokio::task::JoinSet::new();
    for _ in 0..WRITERS {
        tasks.spawn(write(store.clone(), account.clone()));
    }
    tasks.join_all().await;
}

#[tokio::test]
async fn what_was_not_committed_never_was() {
    on_both(async |database| {
        let (store, account) = (database.open().await, account("acme"));
        let mut tx = store.begin_write().await.unwrap();
        tx.bump_revision(&account).await.unwrap();
        let _ = tx.insert_hook(&account, &hook("hook", 1)).await.unwrap();
        drop(tx);
        let mut session = store.session().await.unwrap();
        assert_eq!(session.find_revision(&account).await.unwrap(), 0);
        assert_eq!(session.count_hooks(&account).await.unwrap(), 0);
        add_hook(&store, &account, "hook", |hook| hook).await;
    })
    .await;
}

#[tokio::test]
async fn a_write_that_was_given_up_half_way_blocks_nobody() {
    on_both(async |database| {
        let (store, account) = (database.open().await, account("acme"));
        for polls in 0..40 {
            let write = async {
                let mut tx = store.begin_write().await.unwrap();
                tx.bump_revision(&account).await.unwrap();
                tx.commit().await.unwrap();
            };
            let mut write = Box::pin(write);
            for _ in 0..polls {
                if poll_once(&mut write).await {
                    break;
                }
            }
            drop(write);
        }
        // The last commit that was given up may still be on its way: a writer waits for it, a reader would not.
        let mut tx = store.begin_write().await.unwrap();
        let before = tx.bump_revision(&account).await.unwrap();
        tx.commit().await.unwrap();
        add_hook(&store, &account, "hook", |hook| hook).await;
        assert_eq!(store.session().await.unwrap().find_revision(&account).await.unwrap(), before + 1);
    })
    .await;
}

/// Lets `future` run as far as it gets without waiting, then everybody else; whether it is done.
async fn poll_once(future: &mut (impl Future<Output = ()> + Unpin)) -> bool {
    let done = std::future::poll_fn(|context| {
        std::task::Poll::Ready(std::pin::Pin::new(&mut *future).poll(context).is_ready())
    })
    .await;
    tokio::task::yield_now().await;
    done
}

#[tokio::test]
async fn servers_that_start_together_agree_on_tables_and_secrets() {
    on_both(async |database| {
        let mut tasks = tokio::task::JoinSet::new();
        for candidate in 0_u8..4 {
            tasks.spawn(start(database.url.clone(), candidate));
        }
        let secrets = tasks.join_all().await;
        assert!(secrets.iter().all(|secret| *secret == secrets[0]), "{secrets:?}");
        let store = database.open().await;
        let mut session = store.session().await.unwrap();
        assert_eq!(session.find_secret("links").await.unwrap().as_ref(), secrets.first());
        assert_eq!(session.find_secret("other").await.unwrap(), None);
    })
    .await;
}

/// What a server does first: its tables, then its keys.
async fn start(url: String, candidate: u8) -> Vec<u8> {
    let store = Store::connect(&url).await.unwrap();
    let mut tx = store.begin_write().await.unwrap();
    let secret = tx.claim_secret("links", &[candidate, 0, 255]).await.unwrap();
    tx.commit().await.unwrap();
    secret
}
