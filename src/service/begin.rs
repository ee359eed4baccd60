//! Begin: ask the hooks, decide, and store the decision before it is told (`gate.md` section 3).

use std::time::{Duration, Instant};

use crate::domain::account::Account;
use crate::domain::course::Course;
use crate::domain::event::{EventHook, EventType, StackEvent};
use crate::domain::judgement::{GatingHook, HookOutcome, Judgement};
use crate::domain::mask::InputRecord;
use crate::domain::operation::{IdempotencyKey, Operation, Request, WorkId};
use crate::domain::verdict::{Decision, HookResult, Verdict};
use crate::service::Services;
use crate::service::error::{GateError, Unavailable};
use crate::service::gate::Case;
use crate::service::phase_hooks::LaterHooks;
use crate::store::WriteTx;
use crate::store::keys::Claimed;

/// How often policies are asked because the account's hooks changed in the meantime. Only a policy that was not asked the last
/// time costs another round.
const MAX_ROUNDS: u32 = 20;

/// Judges the operation and stores operation, hook results and events in one transaction. The same key with the same
/// body gives the stored answer.
pub async fn begin(
    services: &Services,
    account: &Account,
    request: Request,
    key: Option<IdempotencyKey>,
) -> Result<Operation, GateError> {
    let started = Instant::now();
    if let Some(key) = &key
        && let Some(operation) = find_answered(services, account, key).await?
    {
        return Ok(operation);
    }
    let mut case = Case::new(services, account, &request);
    let (mut revision, mut hooks) = services.store.session().await?.find_gating_hooks(account).await?;
    for _ in 0..MAX_ROUNDS {
        case.ask(services, &hooks).await?;
        match record(services, &case, (revision, hooks), key.as_ref()).await? {
            Recorded::Done(operation) => {
                log(account, &operation, started.elapsed());
                return Ok(*operation);
            }
            Recorded::Before(work_id) => return show(services, account, work_id).await,
            Recorded::Changed(now) => (revision, hooks) = now,
        }
    }
    Err(Unavailable::Busy("the hooks of this account keep changing: try again".to_owned()).into())
}

/// What an operator looks for in the log: who was told what, how many hooks said it, and how long that took.
fn log(account: &Account, operation: &Operation, duration: Duration) {
    let Operation { work_id, kind, stack, judgement, .. } = operation;
    let refusing = judgement.hooks.iter().filter(|outcome| outcome.verdict == Verdict::Fail).count();
    tracing::info!(
        decision = judgement.decision.as_str(),
        operation = kind,
        stack.name = stack.name.as_str(),
        account.domain,
        work.id = %work_id,
        hooks.asked = judgement.hooks.len(),
        hooks.refusing = refusing,
        duration_ms = u64::try_from(duration.as_millis()).unwrap_or(u64::MAX),
        "{} {kind} of stack `{}`",
        judgement.decision.as_str(),
        stack.name.as_str()
    );
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

/// The operation as it was answered, whatever has become of it since.
async fn show(services: &Services, account: &Account, work_id: WorkId) -> Result<Operation, GateError> {
    let operation = super::operations::show_operation(services, account, &work_id.to_string()).await?;
    Ok(Operation { course: operation.course.as_begun(), ..operation })
}

/// The record of a judgement.
pub(super) fn operation(case: &Case<'_>, judgement: Judgement, input: Option<InputRecord>) -> Operation {
    let Request { kind, stack, actor, .. } = case.request;
    Operation {
        work_id: case.work_id,
        kind: kind.as_str().to_owned(),
        stack: stack.clone(),
        actor: actor.clone(),
        stack_status: kind.stack_status(judgement.decision).map(|status| status.as_str().to_owned()),
        message: judgement.message().filter(|_| judgement.decision == Decision::Denied),
        judgement,
        input,
        created_at: case.now,
        course: Course::default(),
    }
}

/// What became of an attempt to store a decision.
enum Recorded {
    /// It is stored.
    Done(Box<Operation>),
    /// The same request was answered before, as this operation.
    Before(WorkId),
    /// The account's hooks are these by now, and one of them has not been asked.
    Changed((i64, Vec<GatingHook>)),
}

/// Stores the decision of the hook set that is the account's at that moment: nobody can change it meanwhile.
async fn record(
    services: &Services,
    case: &Case<'_>,
    (mut revision, mut hooks): (i64, Vec<GatingHook>),
    key: Option<&IdempotencyKey>,
) -> Result<Recorded, GateError> {
    let account = case.account;
    let mut tx = services.store.begin_write().await?;
    if !tx.hold_revision(account, revision).await? {
        (revision, hooks) = tx.find_gating_hooks(account).await?;
    }
    let Some(judgement) = case.judge(&hooks, revision, &services.settings) else {
        return Ok(Recorded::Changed((revision, hooks)));
    };
    if let Some(key) = key {
        match tx.claim_key(account, key, case.work_id, case.now).await? {
            Claimed::New => {}
            Claimed::Same(work_id) => return Ok(Recorded::Before(work_id)),
            Claimed::Other => return Err(GateError::KeyReused),
        }
    }
    let (input, document) = case.kept_input(services, judgement.decision);
    if let Some(document) = document {
        tx.insert_input(account, document).await?;
    }
    let mut operation = operation(case, judgement, input);
    if operation.judgement.decision == Decision::Allowed {
        operation.course = course(services, case, &mut tx).await?;
    }
    insert(&mut tx, account, &operation).await?;
    tx.commit().await?;
    Ok(Recorded::Done(Box::new(operation)))
}

/// What is ahead of an operation that may proceed: its later hooks as they are now, and the end of our patience.
async fn course(services: &Services, case: &Case<'_>, tx: &mut WriteTx) -> Result<Course, Unavailable> {
    let LaterHooks { success, post } = services.phase_hooks.list(tx, case.account).await?;
    let patience = i64::try_from(services.settings.outcome_timeout.as_millis()).unwrap_or(i64::MAX);
    Ok(Course { due_at: Some(case.now.plus_millis(patience)), ..Course::with(success, post) })
}

async fn insert(tx: &mut WriteTx, account: &Account, operation: &Operation) -> Result<(), GateError> {
    tx.insert_operation(account, operation).await?;
    Ok(tx.insert_events(account, &operation.stack, &events(operation)).await?)
}

/// The lines an operation's beginning adds to the history of its stack.
fn events(operation: &Operation) -> Vec<StackEvent> {
    let Judgement { decision, hooks, .. } = &operation.judgement;
    let told = hooks.iter().filter_map(|outcome| Some((outcome, event_type(outcome, *decision)?)));
    let told = told.map(|(outcome, event_type)| {
        let GatingHook { name, id, version, .. } = &outcome.hook;
        let hook = EventHook { name: name.to_string(), id: *id, version: Some(version.clone()) };
        (event_type, outcome.message().to_owned(), Some(hook))
    });
    // That no hook has judged it is nobody's event but its own.
    let missing = operation.message.iter().filter(|_| operation.judgement.error().is_none());
    let missing = missing.map(|message| (EventType::Error, message.clone(), None));
    let event = |(position, (event_type, message, hook))| {
        let (work_id, time) = (operation.work_id, operation.created_at);
        StackEvent { work_id, position, event_type, message, hook, time }
    };
    (0_u32..).zip(told.chain(missing)).map(event).collect()
}

/// ERROR for what denies, LOG for a warning, for a failure that is ignored and for a hook that gave no answer.
fn event_type(outcome: &HookOutcome, decision: Decision) -> Option<EventType> {
    match outcome.verdict {
        Verdict::Fail if decision == Decision::Denied => Some(EventType::Error),
        Verdict::Fail | Verdict::Warn => Some(EventType::Log),
        Verdict::Pass => (outcome.evaluation.result == HookResult::Undefined).then_some(EventType::Log),
    }
}
