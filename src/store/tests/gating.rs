//! Revisions and the hooks that gate: what "never from a stale set" rests on.

use super::on_both;
use super::samples::{account, add_hook, add_version, hook_version, version};
use crate::domain::hook::{Configuration, Hook, TargetStacks};
use crate::domain::judgement::GatingHook;
use crate::store::StoreError;

fn names(hooks: &[GatingHook]) -> Vec<&str> {
    hooks.iter().map(|hook| hook.name.as_str()).collect()
}

#[tokio::test]
async fn an_account_begins_at_revision_zero_without_hooks() {
    on_both(async |database| {
        let (store, account) = (database.open().await, account("acme"));
        let mut session = store.session().await.unwrap();
        assert_eq!(session.find_revision(&account).await.unwrap(), 0);
        assert_eq!(session.find_gating_hooks(&account).await.unwrap(), (0, vec![]));
        let mut tx = store.begin_write().await.unwrap();
        assert!(!tx.hold_revision(&account, 1).await.unwrap());
        assert!(tx.hold_revision(&account, 0).await.unwrap());
        tx.commit().await.unwrap();
        assert_eq!(session.find_gating_hooks(&account).await.unwrap(), (0, vec![]));
        let mut tx = store.begin_write().await.unwrap();
        assert_eq!(tx.bump_revision(&account).await.unwrap(), 1);
        assert_eq!(tx.bump_revision(&account).await.unwrap(), 2);
        tx.commit().await.unwrap();
        assert_eq!(session.find_gating_hooks(&account).await.unwrap(), (2, vec![]));
    })
    .await;
}

#[tokio::test]
async fn only_hooks_for_all_stacks_gate_in_creation_order() {
    on_both(async |database| {
        let (store, account) = (database.open().await, account("acme"));
        let none = Configuration { target_stacks: TargetStacks::None, ..Configuration::default() };
        add_hook(&store, &account, "z-first", |hook| hook).await;
        add_hook(&store, &account, "never-configured", |hook| Hook { configuration: None, ..hook }).await;
        add_hook(&store, &account, "a-second", |hook| hook).await;
        add_hook(&store, &account, "for-none", |hook| Hook { configuration: Some(none), ..hook }).await;
        add_hook(&store, &account, "m-third", |hook| hook).await;
        let (revision, hooks) = store.session().await.unwrap().find_gating_hooks(&account).await.unwrap();
        assert_eq!(revision, 5);
        assert_eq!(names(&hooks), ["z-first", "a-second", "m-third"]);
    })
    .await;
}

#[tokio::test]
async fn the_default_version_gates_and_no_other() {
    on_both(async |database| {
        let (store, account) = (database.open().await, account("acme"));
        let old = add_hook(&store, &account, "hook", |hook| hook).await;
        add_version(&store, &account, &old, &hook_version("2.0.0+linux", 2)).await;
        let gating = async || store.session().await.unwrap().find_gating_hooks(&account).await.unwrap();
        assert_eq!(gating().await.1[0].version, version("1.0.0"), "a new version changes nothing by itself");
        let new = Hook { default_version: version("2.0.0+linux"), ..old.clone() };
        let mut tx = store.begin_write().await.unwrap();
        tx.bump_revision(&account).await.unwrap();
        assert!(tx.update_hook(&account, &old, &new).await.unwrap());
        tx.commit().await.unwrap();
        let (revision, hooks) = gating().await;
        assert_eq!(revision, 3);
        let expected = GatingHook {
            name: old.name,
            id: old.id,
            version: version("2.0.0+linux"),
            digest: hook_version("2.0.0", 2).digest,
            failure_mode: old.configuration.unwrap().failure_mode,
        };
        assert_eq!(hooks, [expected]);
    })
    .await;
}

#[tokio::test]
async fn a_stale_revision_is_refused_on_every_server() {
    on_both(async |database| {
        let (here, there, account) = (database.open().await, database.open().await, account("acme"));
        add_hook(&here, &account, "first", |hook| hook).await;
        let (read, _) = there.session().await.unwrap().find_gating_hooks(&account).await.unwrap();
        add_hook(&here, &account, "second", |hook| hook).await;
        let mut tx = there.begin_write().await.unwrap();
        assert!(!tx.hold_revision(&account, read).await.unwrap());
        drop(tx);
        let (read, hooks) = there.session().await.unwrap().find_gating_hooks(&account).await.unwrap();
        assert_eq!(hooks.len(), 2);
        let mut tx = there.begin_write().await.unwrap();
        assert!(tx.hold_revision(&account, read).await.unwrap());
        tx.commit().await.unwrap();
    })
    .await;
}

#[tokio::test]
async fn a_hook_cannot_change_while_a_revision_is_held() {
    on_both(async |database| {
        let (store, account) = (database.open().await, account("acme"));
        let mut impatient = database.connection().await;
        let patience =
            if database.is_postgres() { "SET lock_timeout = '20ms'" } else { "PRAGMA busy_timeout = 20" };
        sqlx::raw_sql(patience).execute(&mut impatient).await.unwrap();
        let bump = "UPDATE accounts SET revision = revision + 1";
        for revision in 0..2 {
            let mut tx = store.begin_write().await.unwrap();
            assert!(tx.hold_revision(&account, revision).await.unwrap());
            if revision == 1 {
                let refused = StoreError::from(sqlx::query(bump).execute(&mut impatient).await.unwrap_err());
                assert!(refused.is_transient(), "{refused}");
            }
            tx.commit().await.unwrap();
            sqlx::query(bump).execute(&mut impatient).await.unwrap();
        }
    })
    .await;
}
