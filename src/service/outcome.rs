//! The end of an operation, as its orchestrator reports it (`gate.md` section 4).

use std::time::Duration;

use tokio::sync::broadcast::Receiver;

use crate::domain::account::Account;
use crate::domain::operation::{Operation, WorkId};
use crate::domain::outcome::{Outcome, Report, Reported};
use crate::domain::verdict::Decision;
use crate::service::Services;
use crate::service::error::GateError;
use crate::service::operations::show_operation;
use crate::service::progress::{Progress, moment};

/// How often somebody who waits looks for himself: another server may be at the operation, and tells nobody here.
const LOOK_AGAIN: Duration = Duration::from_millis(500);

/// Keeps the outcome, has the later phases run, and gives the operation as it stands once they have, or once the caller
/// has waited long enough. The same outcome again changes nothing.
pub async fn report_outcome(
    services: &Services,
    account: &Account,
    work_id: &str,
    report: Report,
) -> Result<Operation, GateError> {
    let operation = show_operation(services, account, work_id).await?;
    let (work_id, outcome) = (operation.work_id, report.outcome);
    // From before anything happens, so that no closing is missed.
    let closings = services.signals.closings();
    if !is_reported(&operation, outcome)? && !record(services, account, operation, report).await? {
        // Somebody was faster, perhaps with another outcome.
        is_reported(&show(services, account, work_id).await?, outcome)?;
    }
    let closing = until_closed(services, (account, work_id), closings);
    match tokio::time::timeout(services.settings.answer_timeout, closing).await {
        Ok(closed) => closed,
        Err(_) => show(services, account, work_id).await,
    }
}

/// Whether this very outcome is reported already.
fn is_reported(operation: &Operation, outcome: Outcome) -> Result<bool, GateError> {
    if operation.judgement.decision == Decision::Denied {
        return Err(GateError::OperationDenied(operation.work_id));
    }
    match &operation.course.reported {
        None => Ok(false),
        Some(Reported { report, .. }) if report.outcome == outcome => Ok(true),
        Some(Reported { report, .. }) => Err(GateError::OtherOutcome(operation.work_id, report.outcome)),
    }
}

/// Keeps the outcome; `false` when there was one in the meantime.
async fn record(
    services: &Services,
    account: &Account,
    operation: Operation,
    report: Report,
) -> Result<bool, GateError> {
    let reported = Reported { report, at: moment(services, &operation) };
    let mut tx = services.store.begin_write().await?;
    if !tx.record_outcome(account, operation.work_id, &reported).await? {
        return Ok(false);
    }
    let mut progress = Progress::of(services, account, (tx, operation));
    progress.tell_outcome(reported).await?;
    let is_due = progress.settle().await?.is_some();
    if !is_due {
        progress.leave(None).await?;
    }
    progress.commit().await?;
    if is_due {
        services.signals.wake();
    }
    Ok(true)
}

/// The operation, once nothing can happen to it any more.
async fn until_closed(
    services: &Services,
    (account, work_id): (&Account, WorkId),
    mut closings: Receiver<WorkId>,
) -> Result<Operation, GateError> {
    loop {
        let operation = show(services, account, work_id).await?;
        if operation.is_closed() {
            return Ok(operation);
        }
        // Whoever falls behind, or waits too long, looks for himself.
        let closing = async { while closings.recv().await.is_ok_and(|closed| closed != work_id) {} };
        drop(tokio::time::timeout(LOOK_AGAIN, closing).await);
    }
}

async fn show(services: &Services, account: &Account, work_id: WorkId) -> Result<Operation, GateError> {
    show_operation(services, account, &work_id.to_string()).await
}
