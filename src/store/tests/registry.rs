//! Hooks, versions and policies.

use proptest::prelude::*;

use super::samples::{
    ALL, AWKWARD, account, add_hook, add_version, at, description, hook, hook_version, name, upload, version,
};
use super::{check_pages, everything, on_both};
use crate::domain::account::Account;
use crate::domain::bundle::{PolicyFormat, PolicyUpload};
use crate::domain::hook::{Configuration, FailureMode, Hook, HookVersion, TargetStacks};
use crate::domain::page::SortDir;
use crate::store::hooks::Inserted;

#[tokio::test]
async fn a_hook_is_read_as_it_was_written() {
    on_both(async |database| {
        let (store, account) = (database.open().await, account("acme"));
        let configured = add_hook(&store, &account, "钩子_A-1", |hook| hook).await;
        let warning = Configuration { target_stacks: TargetStacks::None, failure_mode: FailureMode::Warn };
        let bare = add_hook(&store, &account, "bare", |hook| Hook {
            configuration: None,
            description: description(""),
            default_version: version("18446744073709551615.0.0-rc.1+build"),
            ..hook
        })
        .await;
        let quiet =
            add_hook(&store, &account, "quiet", |hook| Hook { configuration: Some(warning), ..hook }).await;
        let mut session = store.session().await.unwrap();
        for written in [configured, bare, quiet] {
            assert_eq!(session.find_hook(&account, &written.name).await.unwrap(), Some(written));
        }
        assert_eq!(session.find_hook(&account, &name("Quiet")).await.unwrap(), None, "case counts");
    })
    .await;
}

#[tokio::test]
async fn a_name_is_taken_once_in_an_account() {
    on_both(async |database| {
        let (store, account_a, account_b) = (database.open().await, account("a"), account("b"));
        let first = add_hook(&store, &account_a, "same", |hook| hook).await;
        add_hook(&store, &account_b, "same", |hook| hook).await;
        let mut tx = store.begin_write().await.unwrap();
        assert_eq!(tx.insert_hook(&account_a, &hook("same", 9)).await.unwrap(), Inserted::Taken);
        tx.commit().await.unwrap();
        let mut session = store.session().await.unwrap();
        assert_eq!(session.find_hook(&account_a, &first.name).await.unwrap(), Some(first));
        assert_eq!(session.count_hooks(&account_a).await.unwrap(), 1);
    })
    .await;
}

#[tokio::test]
async fn no_account_sees_or_touches_the_hooks_of_another() {
    on_both(async |database| {
        let (store, owner) = (database.open().await, account("owner"));
        let kept = add_hook(&store, &owner, "kept", |hook| hook).await;
        let elsewhere = Account { region: "elsewhere".to_owned(), ..owner.clone() };
        for other in [account("other"), elsewhere] {
            let mut tx = store.begin_write().await.unwrap();
            assert_eq!(tx.find_hook(&other, &kept.name).await.unwrap(), None);
            assert_eq!(tx.count_hooks(&other).await.unwrap(), 0);
            assert_eq!(tx.list_hooks(&other, &everything(SortDir::Asc)).await.unwrap().rows, []);
            assert_eq!(tx.find_gating_hooks(&other).await.unwrap(), (0, vec![]));
            assert!(!tx.update_hook(&other, &kept, &kept).await.unwrap());
            assert!(!tx.delete_hook(&other, kept.id).await.unwrap());
            tx.commit().await.unwrap();
        }
        let mut session = store.session().await.unwrap();
        assert_eq!(session.find_hook(&owner, &kept.name).await.unwrap(), Some(kept));
    })
    .await;
}

#[tokio::test]
async fn an_update_needs_the_hook_it_was_made_from() {
    on_both(async |database| {
        let (store, account) = (database.open().await, account("acme"));
        let old = add_hook(&store, &account, "hook", |hook| hook).await;
        add_version(&store, &account, &old, &hook_version("2.0.0+b", 7)).await;
        let new = Hook {
            description: description("new"),
            default_version: version("2.0.0+b"),
            configuration: ALL,
            update_time: at(2_000),
            ..old.clone()
        };
        let mut tx = store.begin_write().await.unwrap();
        assert!(tx.update_hook(&account, &old, &new).await.unwrap());
        assert!(!tx.update_hook(&account, &old, &new).await.unwrap(), "it is no longer `old`");
        tx.commit().await.unwrap();
        let mut session = store.session().await.unwrap();
        assert_eq!(session.find_hook(&account, &old.name).await.unwrap(), Some(new));
    })
    .await;
}

#[tokio::test]
async fn a_deleted_hook_leaves_its_name_free_and_its_policy_kept() {
    on_both(async |database| {
        let (store, account) = (database.open().await, account("acme"));
        let old = add_hook(&store, &account, "hook", |hook| hook).await;
        let mut tx = store.begin_write().await.unwrap();
        assert!(tx.delete_hook(&account, old.id).await.unwrap());
        assert!(!tx.delete_hook(&account, old.id).await.unwrap());
        assert_eq!(tx.count_versions(old.id).await.unwrap(), 0);
        tx.commit().await.unwrap();
        let new = add_hook(&store, &account, "hook", |hook| hook).await;
        let mut session = store.session().await.unwrap();
        assert_eq!(session.find_hook(&account, &old.name).await.unwrap(), Some(new));
        let policy = upload("package policy");
        assert_eq!(session.find_bundle(&policy.digest()).await.unwrap(), Some(policy));
    })
    .await;
}

#[tokio::test]
async fn versions_that_differ_only_in_the_build_are_one_version() {
    on_both(async |database| {
        let (store, account) = (database.open().await, account("acme"));
        let hook = add_hook(&store, &account, "hook", |hook| hook).await;
        let written = hook_version("2.0.0-rc.1+linux", 5);
        add_version(&store, &account, &hook, &written).await;
        let mut tx = store.begin_write().await.unwrap();
        let again = hook_version("2.0.0-rc.1+mac", 6);
        assert_eq!(tx.insert_version(hook.id, &again).await.unwrap(), Inserted::Taken);
        assert_eq!(tx.find_version(hook.id, &version("2.0.0-rc.1")).await.unwrap(), Some(written));
        assert_eq!(tx.find_version(hook.id, &version("2.0.0")).await.unwrap(), None);
        assert_eq!(tx.count_versions(hook.id).await.unwrap(), 2);
        assert!(tx.delete_version(hook.id, &version("2.0.0-rc.1+mac")).await.unwrap());
        assert!(!tx.delete_version(hook.id, &version("2.0.0-rc.1+linux")).await.unwrap());
        tx.commit().await.unwrap();
    })
    .await;
}

#[tokio::test]
async fn a_version_cannot_be_replaced() {
    on_both(async |database| {
        let (store, account) = (database.open().await, account("acme"));
        let hook = add_hook(&store, &account, "hook", |hook| hook).await;
        let other = upload("package policy # another");
        let mut tx = store.begin_write().await.unwrap();
        tx.insert_bundle(&other, &other.digest(), false, at(5)).await.unwrap();
        let second =
            HookVersion { digest: other.digest(), description: description("x"), ..hook_version("1.0.0", 9) };
        assert_eq!(tx.insert_version(hook.id, &second).await.unwrap(), Inserted::Taken);
        tx.commit().await.unwrap();
        let found =
            store.session().await.unwrap().find_version(hook.id, &second.version).await.unwrap().unwrap();
        assert_eq!(found, hook_version("1.0.0", found.sequence));
    })
    .await;
}

#[tokio::test]
async fn a_hook_is_never_without_its_default_version() {
    on_both(async |database| {
        let (store, account) = (database.open().await, account("acme"));
        let kept = add_hook(&store, &account, "hook", |hook| hook).await;
        let mut tx = store.begin_write().await.unwrap();
        tx.delete_version(kept.id, &kept.default_version).await.unwrap();
        assert!(!tx.commit().await.unwrap_err().is_transient());
        let mut tx = store.begin_write().await.unwrap();
        assert_eq!(tx.insert_hook(&account, &hook("without", 9)).await.unwrap(), Inserted::Done);
        tx.commit().await.unwrap_err();
        let mut tx = store.begin_write().await.unwrap();
        let missing = Hook { default_version: version("9.9.9"), ..kept.clone() };
        assert!(tx.update_hook(&account, &kept, &missing).await.unwrap());
        tx.commit().await.unwrap_err();
        let (_, hooks) = store.session().await.unwrap().find_gating_hooks(&account).await.unwrap();
        assert_eq!(hooks.len(), 1);
    })
    .await;
}

#[tokio::test]
async fn a_policy_comes_back_byte_for_byte_and_the_first_stays() {
    on_both(async |database| {
        let store = database.open().await;
        let bytes: Vec<u8> = (0..=255).cycle().take(1_048_576).collect();
        for upload in [
            PolicyUpload { format: PolicyFormat::Zip, bytes },
            PolicyUpload { format: PolicyFormat::Rego, bytes: AWKWARD.as_bytes().to_vec() },
            PolicyUpload { format: PolicyFormat::Rego, bytes: Vec::new() },
        ] {
            let digest = upload.digest();
            let mut tx = store.begin_write().await.unwrap();
            tx.insert_bundle(&upload, &digest, true, at(1)).await.unwrap();
            let other = PolicyUpload { format: upload.format, bytes: b"other".to_vec() };
            tx.insert_bundle(&other, &digest, false, at(2)).await.unwrap();
            assert_eq!(tx.find_bundle(&digest).await.unwrap(), Some(upload));
            tx.commit().await.unwrap();
        }
        let unknown = upload("never stored").digest();
        assert_eq!(store.session().await.unwrap().find_bundle(&unknown).await.unwrap(), None);
    })
    .await;
}

#[tokio::test]
async fn hooks_and_versions_are_paged_both_ways_in_order_of_creation() {
    on_both(async |database| {
        let (store, account) = (database.open().await, account("acme"));
        let mut hooks = Vec::new();
        // Times repeat, and the last ones were created by a clock that went back.
        for (index, time) in [5, 5, 5, 6, 6, 9, 9, 9, 9, 9, 2, 2].into_iter().enumerate() {
            hooks.push(
                add_hook(&store, &account, &format!("hook{index}"), |hook| Hook {
                    create_time: at(time),
                    ..hook
                })
                .await,
            );
        }
        let versioned = hooks[0].clone();
        let mut versions = vec![hook_version("1.0.0", versioned.sequence)];
        for (index, time) in [1_000, 1_001, 1_001, 1_001, 999, 999].into_iter().enumerate() {
            let sequence = 100 + i64::try_from(index).unwrap();
            let version = hook_version(&format!("2.0.{index}"), sequence);
            versions.push(HookVersion { create_time: at(time), ..version });
            add_version(&store, &account, &versioned, versions.last().unwrap()).await;
        }
        hooks.sort_by_key(|hook| (hook.create_time, hook.sequence));
        versions.sort_by_key(|version| (version.create_time, version.sequence));
        check_pages(&hooks, async |request| {
            store.session().await.unwrap().list_hooks(&account, request).await.unwrap()
        })
        .await;
        check_pages(&versions, async |request| {
            store.session().await.unwrap().list_versions(versioned.id, request).await.unwrap()
        })
        .await;
    })
    .await;
}

proptest! {
    // One database takes many descriptions; making it is what takes the time.
    #![proptest_config(ProptestConfig { cases: 2, ..ProptestConfig::default() })]

    #[test]
    fn any_description_comes_back_as_it_was(texts in prop::collection::vec("[^\0]{0,64}", 50)) {
        let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().unwrap();
        runtime.block_on(on_both(async |database| {
            let (store, account) = (database.open().await, account("acme"));
            for (index, text) in texts.iter().enumerate() {
                let change = |hook| Hook { description: description(text), ..hook };
                let written = add_hook(&store, &account, &format!("hook{index}"), change).await;
                let found = store.session().await.unwrap().find_hook(&account, &written.name).await.unwrap();
                assert_eq!(found, Some(written));
            }
        }));
    }
}
