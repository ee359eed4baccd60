//! Idempotency keys.

use super::on_both;
use super::samples::{account, at};
use crate::domain::account::Account;
use crate::domain::bundle::Digest;
use crate::domain::operation::{IdempotencyKey, WorkId};
use crate::store::Store;
use crate::store::keys::Claimed;

const DAY: i64 = IdempotencyKey::LIFETIME_MILLIS;

fn key(key: &str, body: &str) -> IdempotencyKey {
    IdempotencyKey { key: key.to_owned(), body: Digest::of(body.as_bytes()) }
}

async fn claim(store: &Store, account: &Account, key: &IdempotencyKey, (id, now): (WorkId, i64)) -> Claimed {
    let mut tx = store.begin_write().await.unwrap();
    let claimed = tx.claim_key(account, key, id, at(now)).await.unwrap();
    tx.commit().await.unwrap();
    claimed
}

#[tokio::test]
async fn a_key_leads_to_its_first_operation_for_a_day() {
    on_both(async |database| {
        let (store, account) = (database.open().await, account("acme"));
        let (first, second, third) = (WorkId::generate(), WorkId::generate(), WorkId::generate());
        let (same, other) = (key("k", "body"), key("k", "other body"));
        let find = async |key: &IdempotencyKey, now| {
            store.session().await.unwrap().find_key(&account, key, at(now)).await.unwrap()
        };
        assert_eq!(find(&same, 0).await, Claimed::New);
        assert_eq!(claim(&store, &account, &same, (first, 0)).await, Claimed::New);
        assert_eq!(claim(&store, &account, &same, (second, 1)).await, Claimed::Same(first));
        assert_eq!(claim(&store, &account, &other, (second, 1)).await, Claimed::Other);
        assert_eq!(find(&same, DAY - 1).await, Claimed::Same(first));
        assert_eq!(find(&other, DAY - 1).await, Claimed::Other);
        assert_eq!(find(&other, DAY).await, Claimed::New);
        assert_eq!(claim(&store, &account, &other, (third, DAY)).await, Claimed::New);
        assert_eq!(find(&other, DAY).await, Claimed::Same(third));
        assert_eq!(find(&same, DAY).await, Claimed::Other);
    })
    .await;
}

#[tokio::test]
async fn accounts_have_keys_of_their_own() {
    on_both(async |database| {
        let store = database.open().await;
        let here = account("acme");
        let there = Account { region: "elsewhere".to_owned(), ..here.clone() };
        for account in [&here, &there, &account("other")] {
            assert_eq!(claim(&store, account, &key("k", "b"), (WorkId::generate(), 0)).await, Claimed::New);
        }
    })
    .await;
}

#[tokio::test]
async fn a_claim_that_was_not_committed_is_nobodys() {
    on_both(async |database| {
        let (store, account) = (database.open().await, account("acme"));
        let mut tx = store.begin_write().await.unwrap();
        let claimed = tx.claim_key(&account, &key("k", "b"), WorkId::generate(), at(0)).await.unwrap();
        assert_eq!(claimed, Claimed::New);
        drop(tx);
        assert_eq!(claim(&store, &account, &key("k", "b"), (WorkId::generate(), 0)).await, Claimed::New);
    })
    .await;
}

#[tokio::test]
async fn expired_keys_are_deleted_oldest_first_and_not_too_many_at_once() {
    on_both(async |database| {
        let (store, account) = (database.open().await, account("acme"));
        for time in 0..10 {
            let _ = claim(&store, &account, &key(&format!("k{time}"), "b"), (WorkId::generate(), time)).await;
        }
        let mut tx = store.begin_write().await.unwrap();
        assert_eq!(tx.delete_expired_keys(at(7), 5).await.unwrap(), 5);
        assert_eq!(tx.find_key(&account, &key("k4", "b"), at(0)).await.unwrap(), Claimed::New);
        assert_ne!(tx.find_key(&account, &key("k5", "b"), at(0)).await.unwrap(), Claimed::New);
        assert_eq!(tx.delete_expired_keys(at(7), 5).await.unwrap(), 3);
        assert_eq!(tx.delete_expired_keys(at(7), 5).await.unwrap(), 0);
        assert_ne!(tx.find_key(&account, &key("k8", "b"), at(0)).await.unwrap(), Claimed::New);
        tx.commit().await.unwrap();
    })
    .await;
}
