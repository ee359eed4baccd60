//! Begin: ask the hooks, decide, and store the decision before it is told (`gate.md` section 3).

use crate::domain::account::Account;
use crate::domain::event::{EventHook, EventType, StackEvent};
use crate::domain::operation::{HookOutcome, IdempotencyKey, Judgement, Operation, Request, WorkId};
use crate::domain::time::Timestamp;
use crate::domain::verdict::{HookResult, Verdict};
use crate::service::Services;
use crate::service::error::{GateError, Unavailable};
use crate::service::gate::{self, Case};
use crate::store::WriteTx;
use crate::store::keys::Claimed;

/// How often an operation is judged anew because the account's hooks changed in the meantime.
const MAX_ATTEMPTS: u32 = 20;

/// Judges the operation and stores operation, hook results and events in one transaction. The same key with the same
/// body gives the stored answer.
pub async fn begin(
    services: &Services,
    account: &Account,
    request: Request,
    key: Option<IdempotencyKey>,
) -> Result<Operation, GateError> {
    if let Some(key) = &key
        && let Some(operation) = find_answered(services, account, key).await?
    {
        return Ok(operation);
    }
    for _ in 0..MAX_ATTEMPTS {
        let operation = judge(services, account, &request).await?;
        match record(services, account, &operation, key.as_ref()).await? {
            Recorded::Done => return Ok(operation),
            Recorded::Before(work_id) => return show(services, account, work_id).await,
            Recorded::Stale => tracing::info!("the hooks changed while an operation was judged: again"),
        }
    }
    Err(Unavailable::Busy("the hooks of this account keep changing: try again".to_owned()).into())
}

/// The answer this key got before, if it did.
async fn find_answered(
    services: &Services,
    account: &Account,
    key: &IdempotencyKey,
) -> Result<Option<Operation>, GateError> {
    let mut session = services.store.session().await?;
    match session.find_key(account, key, services.clock.now()).await? {
        Claimed::New => Ok(None),
        Claimed::Same(work_id) => {
            drop(session);
            show(services, account, work_id).await.map(Some)
        }
        Claimed::Other => Err(GateError::KeyReused),
    }
}

async fn show(services: &Services, account: &Account, work_id: WorkId) -> Result<Operation, GateError> {
    super::operations::show_operation(services, account, &work_id.to_string()).await
}

async fn judge(services: &Services, account: &Account, request: &Request) -> Result<Operation, GateError> {
    let (revision, hooks) = services.store.session().await?.find_gating_hooks(account).await?;
    let (work_id, now) = (WorkId::generate(), services.clock.now());
    let unsaved = std::collections::HashMap::new();
    let case = Case { account, request, work_id, now, hooks, revision, unsaved };
    let judgement = gate::check(services, case).await?;
    Ok(operation(request, work_id, now, judgement))
}

/// The record of a judgement.
pub(super) fn operation(
    request: &Request,
    work_id: WorkId,
    now: Timestamp,
    judgement: Judgement,
) -> Operation {
    Operation {
        work_id,
        kind: request.kind.as_str().to_owned(),
        stack: request.stack.clone(),
        actor: request.actor.clone(),
        stack_status: request.kind.stack_status(judgement.decision).map(|status| status.as_str().to_owned()),
        message: judgement.message().map(str::to_owned),
        judgement,
        created_at: now,
    }
}

/// What became of an attempt to store a decision.
enum Recorded {
    /// It is stored.
    Done,
    /// The same request was answered before, as this operation.
    Before(WorkId),
    /// The hook set it was computed from is not the account's any more.
    Stale,
}

async fn record(
    services: &Services,
    account: &Account,
    operation: &Operation,
    key: Option<&IdempotencyKey>,
) -> Result<Recorded, GateError> {
    let mut tx = services.store.begin_write().await?;
    if !tx.hold_revision(account, operation.judgement.revision).await? {
        return Ok(Recorded::Stale);
    }
    if let Some(key) = key {
        let now = operation.created_at;
        match tx.claim_key(account, key, operation.work_id, now).await? {
            Claimed::New => {}
            Claimed::Same(work_id) => return Ok(Recorded::Before(work_id)),
            Claimed::Other => return Err(GateError::KeyReused),
        }
    }
    insert(&mut tx, account, operation).await?;
    tx.commit().await?;
    Ok(Recorded::Done)
}

async fn insert(tx: &mut WriteTx, account: &Account, operation: &Operation) -> Result<(), GateError> {
    tx.insert_operation(account, operation).await?;
    Ok(tx.insert_events(account, &operation.stack, &events(operation)).await?)
}

/// The lines an operation's beginning adds to the history of its stack.
fn events(operation: &Operation) -> Vec<StackEvent> {
    let told = operation.judgement.hooks.iter().filter_map(|outcome| Some((outcome, event_type(outcome)?)));
    (0_u32..)
        .zip(told)
        .map(|(position, (outcome, event_type))| StackEvent {
            work_id: operation.work_id,
            position,
            event_type,
            message: outcome.message().to_owned(),
            hook: Some(EventHook {
                name: outcome.hook.name.clone(),
                id: outcome.hook.id,
                version: outcome.hook.version.clone(),
            }),
            time: operation.created_at,
        })
        .collect()
}

/// ERROR for what denies, LOG for a warning and for a hook that gave no answer.
fn event_type(outcome: &HookOutcome) -> Option<EventType> {
    match outcome.verdict {
        Verdict::Fail => Some(EventType::Error),
        Verdict::Warn => Some(EventType::Log),
        Verdict::Pass => (outcome.evaluation.result == HookResult::Undefined).then_some(EventType::Log),
    }
}
