//! Operations and what each hook did to them: the record of decisions.

use sqlx::any::AnyRow;

use crate::domain::account::Account;
use crate::domain::hook::HookName;
use crate::domain::judgement::Judgement;
use crate::domain::operation::{Operation, OperationFilter, OperationKind, WorkId};
use crate::domain::outcome::Outcome;
use crate::domain::page::{Page, PageRequest, SortDir};
use crate::domain::phase::Phase;
use crate::domain::stack::{Stack, StackName};
use crate::domain::time::Timestamp;
use crate::domain::verdict::{Decision, HookResult};
use crate::store::phases::course;
use crate::store::row::{Columns, storable, to_json};
use crate::store::sql::{ascending, descending, queries};
use crate::store::{Session, StoreError, WriteTx, inputs, paging};

macro_rules! select {
    ($tables:literal, $condition:expr) => {
        concat!(
            "SELECT o.work_id, o.operation, o.stack_name, o.stack_id, o.stack_labels, o.actor, o.decision, \
             o.stack_status, o.message, o.revision, o.created_at, \
             o.input_state, o.input_digest, o.input_reason, o.input_masked, o.input_erased, \
             o.outcome, o.outcome_error, o.outcome_at, o.success_status, o.success_error, o.post_status, \
             o.post_error, o.due_at FROM ",
            $tables,
            " WHERE ",
            $condition
        )
    };
}

/// The conditions every list has, filtered by what was given; the casts tell PostgreSQL the type of what was not.
macro_rules! filtered {
    ($tables:literal, $condition:expr) => {
        select!(
            $tables,
            concat!(
                $condition,
                " AND (CAST($7 AS TEXT) IS NULL OR o.stack_name = $7) \
                 AND (CAST($8 AS TEXT) IS NULL OR o.operation = $8) \
                 AND (CAST($9 AS TEXT) IS NULL OR o.decision = $9) \
                 AND (CAST($10 AS TEXT) IS NULL OR o.outcome = $10) \
                 AND ((CAST($11 AS TEXT) IS NULL AND CAST($12 AS TEXT) IS NULL) OR EXISTS ( \
                     SELECT 1 FROM operation_hooks f WHERE f.work_id = o.work_id \
                     AND (CAST($11 AS TEXT) IS NULL OR f.hook_name = $11) \
                     AND (CAST($12 AS TEXT) IS NULL OR f.result = $12)))"
            )
        )
    };
}

/// A list that begins in the index of one filter: with it in the condition of `operations` rather than behind a null test.
///
/// A page begins at its key and ends at $4 at the latest. With a second bound on the side of the key, SQLite would begin
/// there instead, and walk over everything that earlier pages have shown.
macro_rules! up {
    ($condition:literal) => {
        ascending!(
            filtered!("operations o", concat!("o.created_at < $4 AND o.domain = $5 AND o.region = $6", $condition)),
            ("o.created_at", "o.work_id") after "$1, $2" limit "$3"
        )
    };
}

macro_rules! down {
    ($condition:literal) => {
        descending!(
            filtered!("operations o", concat!("o.created_at >= $4 AND o.domain = $5 AND o.region = $6", $condition)),
            ("o.created_at", "o.work_id") before "$1, $2" limit "$3"
        )
    };
}

/// A list that begins in an index of hooks. Of an operation in which several hooks fit, the first one brings it.
macro_rules! by_hook {
    ($condition:literal, $same:literal) => {
        concat!(
            "o.work_id = h.work_id AND h.domain = $5 AND h.region = $6",
            $condition,
            " AND NOT EXISTS (SELECT 1 FROM operation_hooks e WHERE e.work_id = h.work_id AND e.position < h.position",
            $same,
            ")"
        )
    };
}

macro_rules! hooks_up {
    ($condition:literal, $same:literal) => {
        ascending!(
            // A cross join, which SQLite takes in this order.
            filtered!(
                "operation_hooks h CROSS JOIN operations o",
                concat!("h.created_at < $4 AND ", by_hook!($condition, $same))
            ),
            ("h.created_at", "h.work_id") after "$1, $2" limit "$3"
        )
    };
}

macro_rules! hooks_down {
    ($condition:literal, $same:literal) => {
        descending!(
            filtered!(
                "operation_hooks h CROSS JOIN operations o",
                concat!("h.created_at >= $4 AND ", by_hook!($condition, $same))
            ),
            ("h.created_at", "h.work_id") before "$1, $2" limit "$3"
        )
    };
}

queries! {
    FIND_OPERATION = select!("operations o", "o.domain = $1 AND o.region = $2 AND o.work_id = $3");

    LIST_OPERATIONS_UP = up!("");
    LIST_OPERATIONS_DOWN = down!("");
    LIST_BY_STACK_UP = up!(" AND o.stack_name = $7");
    LIST_BY_STACK_DOWN = down!(" AND o.stack_name = $7");
    LIST_BY_KIND_UP = up!(" AND o.operation = $8");
    LIST_BY_KIND_DOWN = down!(" AND o.operation = $8");
    LIST_BY_DECISION_UP = up!(" AND o.decision = $9");
    LIST_BY_DECISION_DOWN = down!(" AND o.decision = $9");
    LIST_BY_OUTCOME_UP = up!(" AND o.outcome = $10");
    LIST_BY_OUTCOME_DOWN = down!(" AND o.outcome = $10");
    LIST_BY_HOOK_UP = hooks_up!(" AND h.position >= 0 AND h.hook_name = $11", " AND e.hook_name = h.hook_name");
    LIST_BY_HOOK_DOWN = hooks_down!(" AND h.position >= 0 AND h.hook_name = $11", " AND e.hook_name = h.hook_name");
    LIST_BY_RESULT_UP = hooks_up!(" AND h.position >= 0 AND h.result = $12", " AND e.result = h.result");
    LIST_BY_RESULT_DOWN = hooks_down!(" AND h.position >= 0 AND h.result = $12", " AND e.result = h.result");
    LIST_BY_BOTH_UP = hooks_up!(
        " AND h.hook_name = $11 AND h.result = $12", " AND e.hook_name = h.hook_name AND e.result = h.result");
    LIST_BY_BOTH_DOWN = hooks_down!(
        " AND h.hook_name = $11 AND h.result = $12", " AND e.hook_name = h.hook_name AND e.result = h.result");

    INSERT_OPERATION = "INSERT INTO operations (work_id, domain, region, operation, stack_name, stack_id, stack_labels, \
        actor, decision, stack_status, message, revision, created_at, due_at, \
        input_state, input_digest, input_reason, input_masked, input_erased) \
        VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15, $16, $17, $18, $19)";
}

impl Session {
    /// The account's operation of that id, with its hooks.
    pub async fn find_operation(
        &mut self,
        account: &Account,
        work_id: WorkId,
    ) -> Result<Option<Operation>, StoreError> {
        let query =
            sqlx::query(FIND_OPERATION).bind(&account.domain).bind(&account.region).bind(work_id.to_string());
        let row = query.fetch_optional(self.connection()).await?;
        let found = row.as_ref().map(operation).transpose()?.into_iter().collect();
        match self.with_hooks(found).await?.pop() {
            Some(operation) => Ok(Some(self.with_outputs(operation).await?)),
            None => Ok(None),
        }
    }

    /// A page of the account's operations that pass `filter`, by their beginning, with their hooks.
    pub async fn list_operations(
        &mut self,
        account: &Account,
        filter: &OperationFilter,
        request: &PageRequest,
    ) -> Result<Page<Operation>, StoreError> {
        let (up, down) = texts(Lead::of(filter));
        let (first, last) = ends(filter, request.read_dir());
        let query = sqlx::query(paging::text_for(request, up, down))
            .bind(request.marker.as_ref().map_or(first, |_| paging::from_time(request)))
            .bind(paging::from_work_id(request))
            .bind(request.rows_to_read())
            .bind(last)
            .bind(&account.domain)
            .bind(&account.region)
            .bind(filter.stack_name.as_ref().map(StackName::as_str))
            .bind(filter.operation.as_ref().map(OperationKind::as_str))
            .bind(filter.decision.map(Decision::as_str))
            .bind(filter.outcome.map(Outcome::as_str))
            .bind(filter.hook_name.as_ref().map(HookName::as_str))
            .bind(filter.result.map(HookResult::as_str));
        let rows = query.fetch_all(self.connection()).await?;
        let operations = rows.iter().map(operation).collect::<Result<_, _>>()?;
        let mut page = request.page(operations, Operation::key);
        page.rows = self.with_hooks(page.rows).await?;
        Ok(page)
    }

    /// `operations` with their hooks, all of them read at once.
    async fn with_hooks(&mut self, mut operations: Vec<Operation>) -> Result<Vec<Operation>, StoreError> {
        let ids: Vec<WorkId> = operations.iter().map(|operation| operation.work_id).collect();
        let mut hooks = self.list_operation_hooks(&ids).await?;
        for operation in &mut operations {
            operation.judgement.hooks = hooks.remove(&operation.work_id).unwrap_or_default();
        }
        self.with_calls(operations).await
    }
}

impl WriteTx {
    /// Records an operation, what each hook did to it, and which hooks its later phases have.
    pub async fn insert_operation(
        &mut self,
        account: &Account,
        operation: &Operation,
    ) -> Result<(), StoreError> {
        let query = sqlx::query(INSERT_OPERATION)
            .bind(operation.work_id.to_string())
            .bind(&account.domain)
            .bind(&account.region)
            .bind(&operation.kind)
            .bind(operation.stack.name.as_str())
            .bind(operation.stack.id.as_deref())
            .bind(to_json("stack_labels", &operation.stack.labels)?)
            .bind(operation.actor.as_deref())
            .bind(operation.judgement.decision.as_str())
            .bind(operation.stack_status.as_deref())
            .bind(operation.message.as_deref().map(storable))
            .bind(operation.judgement.revision)
            .bind(operation.created_at.millis())
            .bind(operation.course.due_at.map(Timestamp::millis));
        let query = inputs::bind_record(query, operation.input.as_ref())?;
        query.execute(self.connection()).await?;
        let later = [Phase::Success, Phase::Post].map(|phase| (phase, operation.course.phase(phase)));
        let calls: Vec<_> =
            later.iter().flat_map(|(phase, later)| later.calls.iter().map(|call| (*phase, call))).collect();
        self.insert_later_calls(operation.work_id, &calls).await?;
        self.insert_operation_hooks(account, operation).await
    }
}

/// The filter whose index a list begins in; the others are looked at row by row.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Lead {
    Stack,
    HookAndResult,
    Hook,
    Result,
    Decision,
    Outcome,
    Kind,
    Time,
}

impl Lead {
    /// The one that leaves the fewest operations. Hooks gate every stack of an account and mostly pass, so a hook, or what is
    /// usual, says less than a stack or what is not.
    pub(super) fn of(filter: &OperationFilter) -> Self {
        let is_rare = filter.result.is_some_and(|result| result != HookResult::Passed);
        let went_wrong = filter.outcome.is_some_and(|outcome| outcome != Outcome::Succeeded);
        let ranked = [
            (filter.stack_name.is_some(), Self::Stack),
            (filter.hook_name.is_some() && filter.result.is_some(), Self::HookAndResult),
            (is_rare, Self::Result),
            (went_wrong, Self::Outcome),
            (filter.decision == Some(Decision::Denied), Self::Decision),
            (filter.operation.is_some(), Self::Kind),
            (filter.hook_name.is_some(), Self::Hook),
            (filter.result.is_some(), Self::Result),
            (filter.outcome.is_some(), Self::Outcome),
            (filter.decision.is_some(), Self::Decision),
        ];
        ranked.into_iter().find(|(is_given, _)| *is_given).map_or(Self::Time, |(_, lead)| lead)
    }
}

/// The list in both directions.
const fn texts(lead: Lead) -> (&'static str, &'static str) {
    match lead {
        Lead::Stack => (LIST_BY_STACK_UP, LIST_BY_STACK_DOWN),
        Lead::HookAndResult => (LIST_BY_BOTH_UP, LIST_BY_BOTH_DOWN),
        Lead::Hook => (LIST_BY_HOOK_UP, LIST_BY_HOOK_DOWN),
        Lead::Result => (LIST_BY_RESULT_UP, LIST_BY_RESULT_DOWN),
        Lead::Decision => (LIST_BY_DECISION_UP, LIST_BY_DECISION_DOWN),
        Lead::Outcome => (LIST_BY_OUTCOME_UP, LIST_BY_OUTCOME_DOWN),
        Lead::Kind => (LIST_BY_KIND_UP, LIST_BY_KIND_DOWN),
        Lead::Time => (LIST_OPERATIONS_UP, LIST_OPERATIONS_DOWN),
    }
}

/// The moments at which a list begins and ends, in the order it is read.
fn ends(filter: &OperationFilter, dir: SortDir) -> (i64, i64) {
    let since = filter.since.map_or(i64::MIN, Timestamp::millis);
    let until = filter.until.map_or(i64::MAX, Timestamp::millis);
    match dir {
        SortDir::Asc => (since, until),
        SortDir::Desc => (until, since),
    }
}

/// An operation without its hooks, calls and outputs.
fn operation(row: &AnyRow) -> Result<Operation, StoreError> {
    Ok(Operation {
        work_id: row.work_id()?,
        kind: row.value("operation")?,
        stack: Stack {
            name: row.parsed("stack_name", StackName::parse)?,
            id: row.value("stack_id")?,
            labels: row.json("stack_labels")?,
        },
        actor: row.value("actor")?,
        stack_status: row.value("stack_status")?,
        message: row.value("message")?,
        judgement: Judgement {
            decision: row.word("decision")?,
            hooks: Vec::new(),
            revision: row.value("revision")?,
        },
        input: inputs::record(row)?,
        created_at: row.moment("created_at")?,
        course: course(row)?,
    })
}
