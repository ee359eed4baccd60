//! Accounts with as many hooks as they may have, written through the store.

use hookgate::domain::account::Account;
use hookgate::domain::bundle::{PolicyFormat, PolicyUpload};
use hookgate::domain::hook::{
    Configuration, Description, FailureMode, Hook, HookId, HookName, HookVersion, TargetStacks, Version,
};
use hookgate::domain::time::Timestamp;
use hookgate::store::hooks::Inserted;
use hookgate::store::{Store, WriteTx};

/// The hooks of an account: as many as the default setting allows.
pub(crate) const HOOKS: usize = 100;
/// How many of them gate.
pub(crate) const GATING: usize = 5;

const HELLO: &str = include_str!("../policies/hello.rego");
const NOW: Timestamp = Timestamp::from_millis(1_795_334_400_000);

pub(crate) fn domain(account: usize) -> String {
    format!("account-{account:04}")
}

pub(crate) fn hook_name(hook: usize) -> String {
    format!("hook-{hook:03}")
}

/// Fills the database round by round, as accounts grow beside each other: the hooks of one lie far apart.
pub(crate) async fn fill(store: &Store, accounts: usize) {
    for hook in 0..HOOKS {
        let mut tx = store.begin_write().await.expect("a transaction");
        for account in 0..accounts {
            insert(&mut tx, account, hook).await;
        }
        tx.commit().await.expect("a commit");
    }
}

/// Adds one hook, as the service does, with a policy of its own.
async fn insert(tx: &mut WriteTx, account: usize, number: usize) {
    let text = format!("# hook {number} of account {account}\n{HELLO}");
    let upload = PolicyUpload { format: PolicyFormat::Rego, bytes: text.into_bytes() };
    let account = Account::parse(&domain(account), "local").expect("an account");
    let sequence = tx.bump_revision(&account).await.expect("a revision");
    let hook = hook(number, sequence);
    assert_eq!(tx.insert_hook(&account, &hook).await.expect("a hook"), Inserted::Done);
    tx.insert_bundle(&upload, &upload.digest(), true, NOW).await.expect("a policy");
    let version = HookVersion {
        version: hook.default_version.clone(),
        description: Description::default(),
        digest: upload.digest(),
        sequence,
        create_time: hook.create_time,
    };
    assert_eq!(tx.insert_version(hook.id, &version).await.expect("a version"), Inserted::Done);
}

fn hook(number: usize, sequence: i64) -> Hook {
    let target_stacks =
        if number.is_multiple_of(HOOKS / GATING) { TargetStacks::All } else { TargetStacks::None };
    let time = NOW.plus_millis(sequence);
    Hook {
        id: HookId::generate(),
        name: HookName::parse(&hook_name(number)).expect("a name"),
        description: Description::parse("hook_description", "says hello to the world").expect("a text"),
        default_version: Version::parse("hook_version", "1.0.0").expect("a version"),
        configuration: Some(Configuration { target_stacks, failure_mode: FailureMode::Fail }),
        sequence,
        create_time: time,
        update_time: time,
    }
}
