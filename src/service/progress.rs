//! One operation going on within one transaction that holds its row: what happens, and the events that tell of it.
//!
//! Nothing here waits for anything but the database; what is to be called is handed to whoever holds the lease.

use crate::domain::account::Account;
use crate::domain::call::PhaseCall;
use crate::domain::course::{CallAnswer, LaterCall, Next};
use crate::domain::event::{EventHook, EventType, StackEvent};
use crate::domain::operation::Operation;
use crate::domain::outcome::{Outcome, Report, Reported};
use crate::domain::phase::Phase;
use crate::domain::time::Timestamp;
use crate::domain::verdict::Verdict;
use crate::service::Services;
use crate::store::later_calls::CallKey;
use crate::store::{StoreError, WriteTx};

/// The error of a call that no server has survived.
const NEVER_ANSWERED: &str = "the server ended each time it called this hook";

/// An operation that is going on.
#[derive(Debug)]
pub(super) struct Progress<'a> {
    services: &'a Services,
    account: &'a Account,
    tx: WriteTx,
    pub(super) operation: Operation,
    /// The moment of everything that happens here: never before what happened already, whatever the clock says.
    pub(super) now: Timestamp,
}

impl<'a> Progress<'a> {
    /// `operation`, as it stands in `tx`, which holds its row.
    pub(super) fn of(
        services: &'a Services,
        account: &'a Account,
        (tx, operation): (WriteTx, Operation),
    ) -> Self {
        let now = moment(services, &operation);
        Self { services, account, tx, operation, now }
    }

    /// Gives the operation up: nobody has said what became of it.
    pub(super) async fn abandon(&mut self) -> Result<(), StoreError> {
        let limit = self.services.settings.outcome_timeout;
        let report = Report::abandoned(format!("no outcome was reported within {limit:?}"));
        let reported = Reported { report, at: self.now };
        self.tx.record_outcome(self.account, self.operation.work_id, &reported).await?;
        self.tell_outcome(reported).await
    }

    /// Takes in the outcome, which is recorded.
    pub(super) async fn tell_outcome(&mut self, reported: Reported) -> Result<(), StoreError> {
        let Report { outcome, error, .. } = &reported.report;
        let error = error.as_deref().unwrap_or_default();
        let (event_type, message) = match outcome {
            Outcome::Succeeded => (EventType::Log, "the operation succeeded".to_owned()),
            Outcome::Failed => (EventType::Error, format!("the operation failed: {error}")),
            Outcome::Abandoned => (EventType::Error, format!("the operation was abandoned: {error}")),
        };
        self.operation.course.reported = Some(reported);
        self.tell(event_type, message, None).await
    }

    /// Takes in what came of a call.
    pub(super) async fn answer(&mut self, key: CallKey, answer: CallAnswer) -> Result<(), StoreError> {
        let answer = CallAnswer { at: answer.at.max(self.now), ..answer };
        let calls = &mut self.operation.course.phase_mut(key.phase).calls;
        let Some(call) = calls.iter_mut().find(|call| call.hook.id == key.hook && call.answer.is_none())
        else {
            return Ok(());
        };
        self.tx.record_answer(key, &answer).await?;
        self.now = answer.at;
        call.answer = Some(answer);
        let call = call.clone();
        self.tell_failure(key.phase, &call).await
    }

    /// Goes on as far as nobody has to be asked; gives the call that is next, if one is.
    pub(super) async fn settle(&mut self) -> Result<Option<PhaseCall>, StoreError> {
        loop {
            let work_id = self.operation.work_id;
            match self.operation.next(self.services.settings.failure_rules) {
                Next::Report | Next::Closed => return Ok(None),
                Next::Call(phase, call) => {
                    return Ok(Some(PhaseCall::of(self.account, &self.operation, phase, &call.hook)));
                }
                Next::GiveUp(phase, call) => {
                    let key = CallKey { work_id, phase, hook: call.hook.id };
                    let answer = CallAnswer { error: Some(NEVER_ANSWERED.to_owned()), at: self.now };
                    self.answer(key, answer).await?;
                }
                Next::End(phase, end) => {
                    self.tx.record_end(work_id, phase, &end).await?;
                    self.operation.course.phase_mut(phase).end = Some(end);
                }
            }
        }
    }

    /// Counts the call that is about to be made, and keeps the operation until `due_at`.
    pub(super) async fn call(&mut self, call: &PhaseCall, due_at: Timestamp) -> Result<(), StoreError> {
        let key = CallKey { work_id: call.work_id, phase: call.phase, hook: call.hook.id };
        self.tx.record_attempt(key, self.now).await?;
        self.tx.record_due(call.work_id, Some(due_at)).await
    }

    /// Leaves the operation to whoever comes by `due_at`, to nobody if nothing is left to do.
    pub(super) async fn leave(&mut self, due_at: Option<Timestamp>) -> Result<(), StoreError> {
        self.tx.record_due(self.operation.work_id, due_at).await
    }

    /// Makes it all true, and tells those who wait for the end.
    pub(super) async fn commit(self) -> Result<(), StoreError> {
        self.tx.commit().await?;
        if self.operation.is_closed() {
            self.services.signals.closed(self.operation.work_id);
        }
        Ok(())
    }

    /// A failing hook is an event: ERROR when it counts, LOG when it does not.
    async fn tell_failure(&mut self, phase: Phase, call: &LaterCall) -> Result<(), StoreError> {
        let ignored = self.services.settings.failure_rules.ignore(phase);
        let event_type = match call.verdict() {
            Some(Verdict::Fail) if !ignored => EventType::Error,
            Some(Verdict::Fail | Verdict::Warn) => EventType::Log,
            Some(Verdict::Pass) | None => return Ok(()),
        };
        let error = call.answer.as_ref().and_then(|answer| answer.error.clone()).unwrap_or_default();
        let hook = EventHook { name: call.hook.name.clone(), id: call.hook.id, version: None };
        self.tell(event_type, error, Some(hook)).await
    }

    async fn tell(
        &mut self,
        event_type: EventType,
        message: String,
        hook: Option<EventHook>,
    ) -> Result<(), StoreError> {
        let work_id = self.operation.work_id;
        let position = self.tx.find_next_position(work_id).await?;
        let event = StackEvent { work_id, position, event_type, message, hook, time: self.now };
        self.tx.insert_events(self.account, &self.operation.stack, &[event]).await
    }
}

/// The present moment in the course of `operation`.
pub(super) fn moment(services: &Services, operation: &Operation) -> Timestamp {
    services.clock.now().max(operation.latest())
}
