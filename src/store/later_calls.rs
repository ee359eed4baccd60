//! The calls of hooks in the later phases of operations: pinned with the operation, answered one by one.

use std::collections::HashMap;
use std::time::Duration;

use sqlx::any::AnyRow;

use crate::domain::course::{CallAnswer, LaterCall, LaterHook};
use crate::domain::hook::HookId;
use crate::domain::operation::WorkId;
use crate::domain::phase::Phase;
use crate::domain::time::Timestamp;
use crate::store::row::{Columns, storable};
use crate::store::sql::{ROWS_AT_ONCE, queries, with_rows};
use crate::store::{Session, StoreError, WriteTx};

pub(super) const LIST_LATER_CALLS: &str = "SELECT work_id, phase, hook_id, hook_name, failure_mode, timeout_ms, attempts, \
    called_at, error, answered_at FROM later_calls WHERE work_id IN";
pub(super) const LIST_LATER_CALLS_ORDER: &str = " ORDER BY work_id, position";

pub(super) const INSERT_LATER_CALLS: &str = "INSERT INTO later_calls (work_id, phase, hook_id, position, hook_name, \
    failure_mode, timeout_ms, attempts) VALUES";
pub(super) const INSERT_LATER_CALLS_COLUMNS: usize = 8;

queries! {
    RECORD_ATTEMPT = "UPDATE later_calls SET attempts = attempts + 1, called_at = $4 \
        WHERE work_id = $1 AND phase = $2 AND hook_id = $3";

    /// The first answer stays: a call has one, however often it was repeated.
    RECORD_ANSWER = "UPDATE later_calls SET error = $4, answered_at = $5 \
        WHERE work_id = $1 AND phase = $2 AND hook_id = $3 AND answered_at IS NULL";
}

/// One call, by the operation, the phase and the hook.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct CallKey {
    /// The operation.
    pub work_id: WorkId,
    /// The phase.
    pub phase: Phase,
    /// The hook.
    pub hook: HookId,
}

impl Session {
    /// The calls of each of the operations, in the order they are made.
    pub(super) async fn list_later_calls(
        &mut self,
        operations: &[WorkId],
    ) -> Result<HashMap<WorkId, Vec<(Phase, LaterCall)>>, StoreError> {
        let mut calls: HashMap<WorkId, Vec<(Phase, LaterCall)>> = HashMap::new();
        if operations.is_empty() {
            return Ok(calls);
        }
        let text = with_rows(LIST_LATER_CALLS, 1, operations.len(), LIST_LATER_CALLS_ORDER);
        // Pages come in every length: their texts would crowd out the statements that are worth keeping prepared.
        let mut query = sqlx::query(text).persistent(operations.len() == 1);
        for work_id in operations {
            query = query.bind(work_id.to_string());
        }
        for row in query.fetch_all(self.connection()).await? {
            calls.entry(row.work_id()?).or_default().push((row.word("phase")?, call(&row)?));
        }
        Ok(calls)
    }
}

impl WriteTx {
    /// Pins the hooks of `calls`, which nobody has answered yet.
    pub(super) async fn insert_later_calls(
        &mut self,
        work_id: WorkId,
        calls: &[(Phase, &LaterCall)],
    ) -> Result<(), StoreError> {
        let mut positions = 0_i64..;
        for some in calls.chunks(ROWS_AT_ONCE) {
            let text = with_rows(INSERT_LATER_CALLS, some.len(), INSERT_LATER_CALLS_COLUMNS, "");
            let mut query = sqlx::query(text);
            for ((phase, LaterCall { hook, attempts, .. }), position) in some.iter().zip(positions.by_ref()) {
                query = query
                    .bind(work_id.to_string())
                    .bind(phase.as_str())
                    .bind(hook.id.to_string())
                    .bind(position)
                    .bind(storable(&hook.name))
                    .bind(hook.failure_mode.as_str())
                    .bind(i64::try_from(hook.timeout.as_millis()).unwrap_or(i64::MAX))
                    .bind(i64::from(*attempts));
            }
            query.execute(self.connection()).await?;
        }
        Ok(())
    }

    /// Counts a call that is about to be made.
    pub async fn record_attempt(&mut self, call: CallKey, now: Timestamp) -> Result<(), StoreError> {
        let query = sqlx::query(RECORD_ATTEMPT)
            .bind(call.work_id.to_string())
            .bind(call.phase.as_str())
            .bind(call.hook.to_string())
            .bind(now.millis());
        query.execute(self.connection()).await?;
        Ok(())
    }

    /// Keeps what came of a call.
    pub async fn record_answer(&mut self, call: CallKey, answer: &CallAnswer) -> Result<(), StoreError> {
        let query = sqlx::query(RECORD_ANSWER)
            .bind(call.work_id.to_string())
            .bind(call.phase.as_str())
            .bind(call.hook.to_string())
            .bind(answer.error.as_deref().map(storable))
            .bind(answer.at.millis());
        query.execute(self.connection()).await?;
        Ok(())
    }
}

fn call(row: &AnyRow) -> Result<LaterCall, StoreError> {
    let error: Option<String> = row.value("error")?;
    let answered_at = row.optional_moment("answered_at")?;
    Ok(LaterCall {
        hook: LaterHook {
            id: row.parsed("hook_id", |text| HookId::parse("hook_id", text))?,
            name: row.value("hook_name")?,
            failure_mode: row.word("failure_mode")?,
            timeout: Duration::from_millis(row.number("timeout_ms")?),
        },
        attempts: row.number("attempts")?,
        called_at: row.optional_moment("called_at")?,
        answer: answered_at.map(|at| CallAnswer { error, at }),
    })
}
