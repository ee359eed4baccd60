//! The hooks of an operation, each with what its policy said: written and read with their operations.

use std::collections::HashMap;

use sqlx::any::AnyRow;

use crate::domain::account::Account;
use crate::domain::bundle::Digest;
use crate::domain::diagnostic::Place;
use crate::domain::hook::{HookId, HookName, Version};
use crate::domain::judgement::{GatingHook, HookOutcome};
use crate::domain::operation::{Operation, WorkId};
use crate::domain::verdict::Evaluation;
use crate::store::row::{Columns, storable, to_json};
use crate::store::sql::{ROWS_AT_ONCE, with_rows};
use crate::store::{Session, StoreError, WriteTx};

pub(super) const LIST_OPERATION_HOOKS: &str = "SELECT work_id, hook_name, hook_id, hook_version, digest, failure_mode, \
    result, verdict, err_msg, note, findings, location_file, location_row, location_col, duration_us \
    FROM operation_hooks WHERE work_id IN";
pub(super) const LIST_OPERATION_HOOKS_ORDER: &str = " ORDER BY work_id, position";

pub(super) const INSERT_OPERATION_HOOKS: &str = "INSERT INTO operation_hooks (work_id, position, hook_name, hook_id, \
    hook_version, digest, failure_mode, result, verdict, err_msg, note, findings, location_file, location_row, \
    location_col, duration_us, domain, region, created_at) VALUES";
pub(super) const INSERT_OPERATION_HOOKS_COLUMNS: usize = 19;

impl Session {
    /// The hooks of each of the operations, in the order they were asked.
    pub(super) async fn list_operation_hooks(
        &mut self,
        operations: &[WorkId],
    ) -> Result<HashMap<WorkId, Vec<HookOutcome>>, StoreError> {
        let mut hooks: HashMap<WorkId, Vec<HookOutcome>> = HashMap::new();
        if operations.is_empty() {
            return Ok(hooks);
        }
        let text = with_rows(LIST_OPERATION_HOOKS, 1, operations.len(), LIST_OPERATION_HOOKS_ORDER);
        // Pages come in every length: their texts would crowd out the statements that are worth keeping prepared.
        let mut query = sqlx::query(text).persistent(operations.len() == 1);
        for work_id in operations {
            query = query.bind(work_id.to_string());
        }
        for row in query.fetch_all(self.connection()).await? {
            hooks.entry(row.work_id()?).or_default().push(outcome(&row)?);
        }
        Ok(hooks)
    }
}

impl WriteTx {
    pub(super) async fn insert_operation_hooks(
        &mut self,
        account: &Account,
        operation: &Operation,
    ) -> Result<(), StoreError> {
        let mut positions = 0_i64..;
        for some in operation.judgement.hooks.chunks(ROWS_AT_ONCE) {
            let text = with_rows(INSERT_OPERATION_HOOKS, some.len(), INSERT_OPERATION_HOOKS_COLUMNS, "");
            let mut query = sqlx::query(text);
            for (outcome, position) in some.iter().zip(positions.by_ref()) {
                query = bind(query, outcome, operation.work_id, position)?
                    .bind(&account.domain)
                    .bind(&account.region)
                    .bind(operation.created_at.millis());
            }
            query.execute(self.connection()).await?;
        }
        Ok(())
    }
}

type Query<'q> = sqlx::query::Query<'q, sqlx::Any, sqlx::any::AnyArguments>;

fn bind<'q>(
    query: Query<'q>,
    outcome: &'q HookOutcome,
    work_id: WorkId,
    position: i64,
) -> Result<Query<'q>, StoreError> {
    let HookOutcome { hook, evaluation, verdict } = outcome;
    let place = evaluation.location.as_ref();
    Ok(query
        .bind(work_id.to_string())
        .bind(position)
        .bind(hook.name.as_str())
        .bind(hook.id.to_string())
        .bind(hook.version.to_string())
        .bind(hook.digest.as_str())
        .bind(hook.failure_mode.as_str())
        .bind(evaluation.result.as_str())
        .bind(verdict.as_str())
        .bind(evaluation.message.as_deref().map(storable))
        .bind(evaluation.note.as_deref().map(storable))
        .bind(to_json("findings", &evaluation.findings)?)
        .bind(place.map(|place| storable(&place.file)))
        .bind(place.map(|place| i64::from(place.row)))
        .bind(place.map(|place| i64::from(place.col)))
        .bind(i64::try_from(evaluation.duration_us).unwrap_or(i64::MAX)))
}

fn outcome(row: &AnyRow) -> Result<HookOutcome, StoreError> {
    Ok(HookOutcome {
        hook: GatingHook {
            name: row.parsed("hook_name", HookName::parse)?,
            id: row.parsed("hook_id", |text| HookId::parse("hook_id", text))?,
            version: row.parsed("hook_version", |text| Version::parse("hook_version", text))?,
            digest: Digest::from_stored(row.value("digest")?),
            failure_mode: row.word("failure_mode")?,
        },
        evaluation: Evaluation {
            result: row.word("result")?,
            message: row.value("err_msg")?,
            note: row.value("note")?,
            findings: row.json("findings")?,
            location: place(row)?,
            duration_us: row.number("duration_us")?,
            explanation: None,
        },
        verdict: row.word("verdict")?,
    })
}

fn place(row: &AnyRow) -> Result<Option<Place>, StoreError> {
    let file: Option<String> = row.value("location_file")?;
    file.map(|file| Ok(Place { file, row: row.number("location_row")?, col: row.number("location_col")? }))
        .transpose()
}
