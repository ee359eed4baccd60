//! Things to store, awkward on purpose.

use std::collections::BTreeMap;

use crate::domain::account::Account;
use crate::domain::bundle::{Digest, PolicyFormat, PolicyUpload};
use crate::domain::course::Course;
use crate::domain::diagnostic::Place;
use crate::domain::event::{EventHook, EventType, StackEvent};
use crate::domain::hook::{
    Configuration, Description, FailureMode, Hook, HookId, HookName, HookVersion, TargetStacks, Version,
};
use crate::domain::judgement::{GatingHook, HookOutcome, Judgement};
use crate::domain::mask::InputRecord;
use crate::domain::operation::{Operation, WorkId};
use crate::domain::stack::{Stack, StackName};
use crate::domain::time::Timestamp;
use crate::domain::verdict::{Decision, Evaluation, Finding, HookResult, Severity, Verdict};
use crate::store::Store;
use crate::store::hooks::Inserted;

/// Quotes, placeholders, wildcards, Chinese, an emoji of several code points, a lone combining mark.
pub(super) const AWKWARD: &str = r#"it's "quoted" \ $1 ? :a %_ -- ; 校验私有hook失败 👩‍👩‍👧 ́"#;

pub(super) fn at(millis: i64) -> Timestamp {
    Timestamp::from_millis(millis)
}

pub(super) fn account(domain: &str) -> Account {
    Account::parse(domain, "local").unwrap()
}

pub(super) fn name(text: &str) -> HookName {
    HookName::parse(text).unwrap()
}

pub(super) fn version(text: &str) -> Version {
    Version::parse("hook_version", text).unwrap()
}

pub(super) fn description(text: &str) -> Description {
    Description::parse("hook_description", text).unwrap()
}

pub(super) fn upload(text: &str) -> PolicyUpload {
    PolicyUpload { format: PolicyFormat::Rego, bytes: text.as_bytes().to_vec() }
}

pub(super) const ALL: Option<Configuration> =
    Some(Configuration { target_stacks: TargetStacks::All, failure_mode: FailureMode::Fail });

pub(super) fn hook(text: &str, sequence: i64) -> Hook {
    Hook {
        id: HookId::generate(),
        name: name(text),
        description: description(AWKWARD),
        default_version: version("1.0.0"),
        configuration: ALL,
        sequence,
        create_time: at(1_000),
        update_time: at(1_000),
    }
}

pub(super) fn hook_version(text: &str, sequence: i64) -> HookVersion {
    HookVersion {
        version: version(text),
        description: description(AWKWARD),
        digest: upload("package policy").digest(),
        sequence,
        create_time: at(1_000),
    }
}

/// Adds a hook with version 1.0.0, as a service does; `change` makes it what the test needs.
pub(super) async fn add_hook(
    store: &Store,
    account: &Account,
    text: &str,
    change: impl FnOnce(Hook) -> Hook,
) -> Hook {
    let mut tx = store.begin_write().await.unwrap();
    let sequence = tx.bump_revision(account).await.unwrap();
    let hook = change(hook(text, sequence));
    assert_eq!(tx.insert_hook(account, &hook).await.unwrap(), Inserted::Done);
    let policy = upload("package policy");
    tx.insert_bundle(&policy, &policy.digest(), true, at(1_000)).await.unwrap();
    let version = HookVersion { version: hook.default_version.clone(), ..hook_version("1.0.0", sequence) };
    assert_eq!(tx.insert_version(hook.id, &version).await.unwrap(), Inserted::Done);
    tx.commit().await.unwrap();
    hook
}

/// Adds a version to a hook.
pub(super) async fn add_version(store: &Store, account: &Account, hook: &Hook, version: &HookVersion) {
    let mut tx = store.begin_write().await.unwrap();
    tx.bump_revision(account).await.unwrap();
    assert_eq!(tx.insert_version(hook.id, version).await.unwrap(), Inserted::Done);
    tx.commit().await.unwrap();
}

pub(super) fn stack(text: &str) -> Stack {
    let labels =
        BTreeMap::from([("env".to_owned(), AWKWARD.to_owned()), (AWKWARD.to_owned(), String::new())]);
    Stack { name: StackName::parse(text).unwrap(), id: Some(AWKWARD.to_owned()), labels }
}

/// What a hook that refuses says, in every field.
pub(super) fn outcome(text: &str) -> HookOutcome {
    let finding = Finding {
        rule_id: Some("S3-1".to_owned()),
        severity: Some(Severity::Critical),
        message: format!("{AWKWARD}\0"),
        ..Finding::default()
    };
    HookOutcome {
        hook: GatingHook {
            name: name(text),
            id: HookId::generate(),
            version: version("1.2.3-rc.1+build.5"),
            digest: Digest::of(b"policy"),
            failure_mode: FailureMode::Fail,
        },
        evaluation: Evaluation {
            result: HookResult::Refused,
            message: Some(AWKWARD.to_owned()),
            note: Some(AWKWARD.to_owned()),
            findings: vec![finding],
            location: Some(Place { file: format!("lib/{AWKWARD}.rego"), row: u32::MAX, col: 1 }),
            duration_us: 412,
            explanation: None,
        },
        verdict: Verdict::Fail,
    }
}

/// A hook that passed and has nothing to say.
pub(super) fn passed(text: &str) -> HookOutcome {
    HookOutcome { evaluation: Evaluation::of(HookResult::Passed), verdict: Verdict::Pass, ..outcome(text) }
}

pub(super) fn operation(stack_name: &str, created_at: i64) -> Operation {
    Operation {
        work_id: WorkId::generate(),
        kind: "DeployStack".to_owned(),
        stack: stack(stack_name),
        actor: Some(AWKWARD.to_owned()),
        stack_status: Some("DEPLOYMENT_FAILED".to_owned()),
        message: Some(AWKWARD.to_owned()),
        judgement: Judgement { decision: Decision::Denied, hooks: Vec::new(), revision: 42 },
        input: Some(InputRecord { erased: vec![AWKWARD.to_owned()], ..InputRecord::withheld(AWKWARD) }),
        created_at: at(created_at),
        course: Course::default(),
    }
}

/// An operation without anything that may be left out.
pub(super) fn bare_operation(stack_name: &str, created_at: i64) -> Operation {
    Operation {
        stack: Stack { id: None, labels: BTreeMap::new(), ..stack(stack_name) },
        actor: None,
        stack_status: None,
        message: None,
        judgement: Judgement { decision: Decision::Allowed, hooks: Vec::new(), revision: 0 },
        input: None,
        ..operation(stack_name, created_at)
    }
}

/// Records operations, each in a transaction of its own.
pub(super) async fn record(store: &Store, account: &Account, operations: &[Operation]) {
    for operation in operations {
        let mut tx = store.begin_write().await.unwrap();
        tx.insert_operation(account, operation).await.unwrap();
        tx.commit().await.unwrap();
    }
}

pub(super) fn event(operation: &Operation, position: u32, event_type: EventType) -> StackEvent {
    StackEvent {
        work_id: operation.work_id,
        position,
        event_type,
        message: AWKWARD.to_owned(),
        hook: Some(EventHook {
            name: AWKWARD.to_owned(),
            id: HookId::generate(),
            version: Some(version("1.0.0+b")),
        }),
        time: operation.created_at,
    }
}
