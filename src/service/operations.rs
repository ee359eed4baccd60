//! Looking at operations and at the events of stacks; judging without storing.

use std::collections::HashMap;
use std::sync::Arc;

use crate::domain::account::Account;
use crate::domain::bundle::{Digest, PolicyUpload};
use crate::domain::event::{EventQuery, StackEvent};
use crate::domain::hook::{FailureMode, HookId, HookName, Version};
use crate::domain::judgement::GatingHook;
use crate::domain::operation::{Operation, OperationFilter, Request, WorkId};
use crate::domain::page::{Page, PageRequest};
use crate::service::Services;
use crate::service::begin::operation;
use crate::service::error::{GateError, RegistryError, Unavailable};
use crate::service::gate::Case;
use crate::service::registry::find_hook;
use crate::service::versions::{find_policy, find_version};

/// The operation of that id.
pub async fn show_operation(
    services: &Services,
    account: &Account,
    work_id: &str,
) -> Result<Operation, GateError> {
    let unknown = || GateError::OperationNotFound(work_id.chars().take(64).collect());
    let id = WorkId::parse(work_id).ok_or_else(unknown)?;
    services.store.session().await?.find_operation(account, id).await?.ok_or_else(unknown)
}

/// A policy that the operation asked, as it was uploaded: policies outlive their hooks, so that a decision can be understood.
pub async fn show_policy(
    services: &Services,
    account: &Account,
    (work_id, digest): (&str, &str),
) -> Result<PolicyUpload, GateError> {
    let operation = show_operation(services, account, work_id).await?;
    let asked = operation.judgement.hooks.iter().find(|outcome| outcome.hook.digest.as_str() == digest);
    match asked {
        Some(outcome) => Ok(find_policy(services, &outcome.hook.digest).await?),
        None => Err(GateError::PolicyNotAsked(operation.work_id, digest.chars().take(64).collect())),
    }
}

/// The operations of the account, newest first.
pub async fn list_operations(
    services: &Services,
    account: &Account,
    filter: &OperationFilter,
    page: &PageRequest,
) -> Result<Page<Operation>, GateError> {
    Ok(services.store.session().await?.list_operations(account, filter, page).await?)
}

/// `ListStackEvents`: the history of one stack, newest first. A `work_id` that the account does not have is an error.
pub async fn list_stack_events(
    services: &Services,
    account: &Account,
    query: &EventQuery,
    page: &PageRequest,
) -> Result<Page<StackEvent>, GateError> {
    if let Some(work_id) = query.work_id {
        show_operation(services, account, &work_id.to_string()).await?;
    }
    Ok(services.store.session().await?.list_events(account, query, page).await?)
}

/// A hook to judge with, instead of the account's own set.
#[derive(Debug)]
pub enum ChosenHook {
    /// A registered hook at a version, the default one unless given.
    Registered(HookName, Option<Version>),
    /// A policy that nobody has stored.
    Unsaved(PolicyUpload),
}

/// Judges as [`super::begin::begin`] does and stores nothing; with `chosen` hooks, or the account's.
pub async fn check(
    services: &Services,
    account: &Account,
    request: &Request,
    chosen: Option<Vec<ChosenHook>>,
) -> Result<Operation, GateError> {
    let (revision, gating) = services.store.session().await?.find_gating_hooks(account).await?;
    let (hooks, unsaved) = match chosen {
        None => (gating, HashMap::new()),
        Some(chosen) => resolve(services, account, chosen).await?,
    };
    let mut case = Case::new(services, account, request).unstored(unsaved);
    case.ask(services, &hooks).await?;
    let judgement = case.judge(&hooks, revision, &services.settings);
    let judgement = judgement.ok_or_else(|| Unavailable::Broken("a hook was not asked".to_owned()))?;
    Ok(operation(&case, judgement, None))
}

type Resolved = (Vec<GatingHook>, HashMap<Digest, Arc<PolicyUpload>>);

async fn resolve(
    services: &Services,
    account: &Account,
    chosen: Vec<ChosenHook>,
) -> Result<Resolved, GateError> {
    let (mut hooks, mut unsaved) = (Vec::new(), HashMap::new());
    for (index, choice) in (1_usize..).zip(chosen) {
        match choice {
            ChosenHook::Registered(name, version) => {
                hooks.push(registered(services, account, &name, version).await?);
            }
            ChosenHook::Unsaved(upload) => {
                services.evaluators.examine(account, &upload).await.map_err(RegistryError::from)?;
                hooks.push(unsaved_hook(index, upload.digest())?);
                unsaved.insert(upload.digest(), Arc::new(upload));
            }
        }
    }
    Ok((hooks, unsaved))
}

async fn registered(
    services: &Services,
    account: &Account,
    name: &HookName,
    version: Option<Version>,
) -> Result<GatingHook, GateError> {
    let mut session = services.store.session().await?;
    let hook = find_hook(&mut session, account, name, None).await?;
    let version = version.unwrap_or_else(|| hook.default_version.clone());
    let version = find_version(&mut session, &hook, &version).await?;
    Ok(GatingHook {
        name: hook.name,
        id: hook.id,
        version: version.version,
        digest: version.digest,
        failure_mode: hook.configuration.unwrap_or_default().failure_mode,
    })
}

/// A stand-in for the hook an unsaved policy will belong to: judged in mode FAIL, so that a refusal shows.
fn unsaved_hook(index: usize, digest: Digest) -> Result<GatingHook, GateError> {
    let invalid = |invalid| GateError::from(RegistryError::Invalid(invalid));
    Ok(GatingHook {
        name: HookName::parse(&format!("unsaved-{index}")).map_err(invalid)?,
        id: HookId::UNSAVED,
        version: Version::parse("hook_version", "0.0.0").map_err(invalid)?,
        digest,
        failure_mode: FailureMode::Fail,
    })
}
