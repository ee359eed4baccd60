//! The course of operations after their decisions: outcomes, phases, and whose turn it is to go on with them.
//!
//! INVARIANT: a transaction that writes here takes the row of its one operation before anything else, by
//! [`WriteTx::record_outcome`], [`WriteTx::claim_due`] or [`WriteTx::hold_lease`]. Servers on one database thus take turns.

use sqlx::any::AnyRow;
use uuid::Uuid;

use crate::domain::account::Account;
use crate::domain::course::{Course, PhaseEnd};
use crate::domain::operation::{Operation, WorkId};
use crate::domain::outcome::{Report, Reported};
use crate::domain::phase::Phase;
use crate::domain::time::Timestamp;
use crate::store::row::{Columns, storable};
use crate::store::sql::queries;
use crate::store::{Session, StoreError, WriteTx};

queries! {
    FIND_OUTPUTS = "SELECT outcome_outputs FROM operations WHERE work_id = $1";

    LIST_DUE = "SELECT work_id, domain, region FROM operations WHERE due_at <= $1 ORDER BY due_at \
        LIMIT CAST($2 AS BIGINT)";

    /// The state it relies on stands in the condition: two reports at once, or a report and a timeout, are one.
    RECORD_OUTCOME = "UPDATE operations SET outcome = $4, outcome_error = $5, outcome_outputs = $6, outcome_at = $7, \
        due_at = $7 \
        WHERE domain = $1 AND region = $2 AND work_id = $3 AND decision = 'ALLOWED' AND outcome IS NULL";

    CLAIM_DUE = "UPDATE operations SET lease = $2, due_at = $3 WHERE work_id = $1 AND due_at <= $4";

    /// Changes nothing, but takes the row until the transaction is over.
    HOLD_LEASE = "UPDATE operations SET lease = lease WHERE work_id = $1 AND lease = $2";

    RECORD_SUCCESS_END = "UPDATE operations SET success_status = $2, success_error = $3 WHERE work_id = $1";
    RECORD_POST_END = "UPDATE operations SET post_status = $2, post_error = $3 WHERE work_id = $1";

    RECORD_DUE = "UPDATE operations SET due_at = $2 WHERE work_id = $1";

    FIND_NEXT_POSITION = "SELECT COALESCE(MAX(position) + 1, 0) AS position FROM stack_events WHERE work_id = $1";
}

/// The right to go on with an operation, for as long as nobody else has claimed it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Lease {
    /// Whose operation it is.
    pub account: Account,
    /// The operation.
    pub work_id: WorkId,
    token: String,
}

impl Session {
    /// The operations that a worker is to look at by `now`, the most urgent first and at most `most` of them.
    pub async fn list_due(
        &mut self,
        now: Timestamp,
        most: usize,
    ) -> Result<Vec<(Account, WorkId)>, StoreError> {
        let query = sqlx::query(LIST_DUE).bind(now.millis()).bind(i64::try_from(most).unwrap_or(i64::MAX));
        let rows = query.fetch_all(self.connection()).await?;
        rows.iter()
            .map(|row| {
                let account = Account { domain: row.value("domain")?, region: row.value("region")? };
                Ok((account, row.work_id()?))
            })
            .collect()
    }

    /// The place of the next event of the operation; it stays free only for a writer that holds the operation's row.
    pub async fn find_next_position(&mut self, work_id: WorkId) -> Result<u32, StoreError> {
        let query = sqlx::query(FIND_NEXT_POSITION).bind(work_id.to_string());
        query.fetch_one(self.connection()).await?.number("position")
    }

    /// `operations` with the calls of their later phases, all of them read at once.
    pub(super) async fn with_calls(
        &mut self,
        mut operations: Vec<Operation>,
    ) -> Result<Vec<Operation>, StoreError> {
        let ids: Vec<WorkId> = operations.iter().map(|operation| operation.work_id).collect();
        let mut calls = self.list_later_calls(&ids).await?;
        for operation in &mut operations {
            for (phase, call) in calls.remove(&operation.work_id).unwrap_or_default() {
                operation.course.phase_mut(phase).calls.push(call);
            }
        }
        Ok(operations)
    }

    /// `operation` with the outputs of its work. Lists go without: they may be large.
    pub(super) async fn with_outputs(&mut self, mut operation: Operation) -> Result<Operation, StoreError> {
        if let Some(reported) = &mut operation.course.reported {
            let query = sqlx::query(FIND_OUTPUTS).bind(operation.work_id.to_string());
            reported.report.outputs = query.fetch_one(self.connection()).await?.value("outcome_outputs")?;
        }
        Ok(operation)
    }
}

impl WriteTx {
    /// Keeps the outcome of the account's operation; `false` if it is unknown, denied, or has one already.
    pub async fn record_outcome(
        &mut self,
        account: &Account,
        work_id: WorkId,
        Reported { report, at }: &Reported,
    ) -> Result<bool, StoreError> {
        let query = sqlx::query(RECORD_OUTCOME)
            .bind(&account.domain)
            .bind(&account.region)
            .bind(work_id.to_string())
            .bind(report.outcome.as_str())
            .bind(report.error.as_deref())
            .bind(report.outputs.as_deref())
            .bind(at.millis());
        Ok(query.execute(self.connection()).await?.rows_affected() == 1)
    }

    /// Takes an operation that is due by `now`, until `until`; `None` when another server was faster.
    pub async fn claim_due(
        &mut self,
        (account, work_id): (Account, WorkId),
        now: Timestamp,
        until: Timestamp,
    ) -> Result<Option<Lease>, StoreError> {
        let lease = Lease { account, work_id, token: Uuid::new_v4().to_string() };
        let query = sqlx::query(CLAIM_DUE)
            .bind(work_id.to_string())
            .bind(&lease.token)
            .bind(until.millis())
            .bind(now.millis());
        let claimed = query.execute(self.connection()).await?.rows_affected() == 1;
        Ok(claimed.then_some(lease))
    }

    /// Whether the lease is still the last one. If so, it stays so until this transaction is over.
    pub async fn hold_lease(&mut self, lease: &Lease) -> Result<bool, StoreError> {
        let query = sqlx::query(HOLD_LEASE).bind(lease.work_id.to_string()).bind(&lease.token);
        Ok(query.execute(self.connection()).await?.rows_affected() == 1)
    }

    /// Keeps how a later phase ended.
    pub async fn record_end(
        &mut self,
        work_id: WorkId,
        phase: Phase,
        end: &PhaseEnd,
    ) -> Result<(), StoreError> {
        let sql = match phase {
            Phase::Success => RECORD_SUCCESS_END,
            Phase::Pre | Phase::Post => RECORD_POST_END,
        };
        let query = sqlx::query(sql)
            .bind(work_id.to_string())
            .bind(end.status.as_str())
            .bind(end.error.as_deref().map(storable));
        query.execute(self.connection()).await?;
        Ok(())
    }

    /// Says when a worker is to look at the operation again; `None` for never.
    pub async fn record_due(&mut self, work_id: WorkId, due_at: Option<Timestamp>) -> Result<(), StoreError> {
        let query = sqlx::query(RECORD_DUE).bind(work_id.to_string()).bind(due_at.map(Timestamp::millis));
        query.execute(self.connection()).await?;
        Ok(())
    }
}

/// The course in a row of operations, as yet without calls and outputs.
pub(super) fn course(row: &AnyRow) -> Result<Course, StoreError> {
    let mut course =
        Course { reported: reported(row)?, due_at: row.optional_moment("due_at")?, ..Course::default() };
    course.success.end = end(row, "success_status", "success_error")?;
    course.post.end = end(row, "post_status", "post_error")?;
    Ok(course)
}

fn reported(row: &AnyRow) -> Result<Option<Reported>, StoreError> {
    let Some(outcome) = row.optional_word("outcome")? else { return Ok(None) };
    let report = Report { outcome, error: row.value("outcome_error")?, outputs: None };
    Ok(Some(Reported { report, at: row.moment("outcome_at")? }))
}

fn end(row: &AnyRow, status: &str, error: &str) -> Result<Option<PhaseEnd>, StoreError> {
    let Some(status) = row.optional_word(status)? else { return Ok(None) };
    Ok(Some(PhaseEnd { status, error: row.value(error)? }))
}
