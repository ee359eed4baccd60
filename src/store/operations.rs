//! Operations and what each hook did to them: the record of decisions.

use sqlx::any::AnyRow;

use crate::domain::account::Account;
use crate::domain::hook::HookName;
use crate::domain::operation::{Judgement, Operation, OperationFilter, OperationKind, WorkId};
use crate::domain::page::{Key, Page, PageRequest, SortDir};
use crate::domain::phase::Phase;
use crate::domain::stack::{Stack, StackName};
use crate::domain::time::Timestamp;
use crate::domain::verdict::{Decision, HookResult};
use crate::store::phases::course;
use crate::store::row::{Columns, storable, to_json};
use crate::store::sql::{ascending, descending, queries};
use crate::store::{Session, StoreError, WriteTx, paging};

macro_rules! select {
    ($condition:expr) => {
        concat!(
            "SELECT work_id, operation, stack_name, stack_id, stack_labels, actor, decision, stack_status, message, \
             revision, created_at, outcome, outcome_error, outcome_at, success_status, success_error, post_status, \
             post_error, due_at FROM operations o WHERE ",
            $condition
        )
    };
}

/// The conditions every list has, filtered by what was given; the casts tell PostgreSQL the type of what was not.
macro_rules! filtered {
    ($condition:expr) => {
        select!(concat!(
            $condition,
            " AND domain = $5 AND region = $6 \
             AND (CAST($7 AS TEXT) IS NULL OR operation = $7) \
             AND (CAST($8 AS TEXT) IS NULL OR decision = $8) \
             AND ((CAST($9 AS TEXT) IS NULL AND CAST($10 AS TEXT) IS NULL) OR EXISTS ( \
                 SELECT 1 FROM operation_hooks h WHERE h.work_id = o.work_id \
                 AND (CAST($9 AS TEXT) IS NULL OR h.hook_name = $9) \
                 AND (CAST($10 AS TEXT) IS NULL OR h.result = $10)))"
        ))
    };
}

/// A page begins at its key and ends at $4 at the latest. With a second bound on the side of the key, SQLite would begin
/// there instead, and walk over everything that earlier pages have shown.
macro_rules! up {
    ($condition:literal) => {
        ascending!(
            filtered!(concat!("created_at < $4", $condition)),
            ("created_at", "work_id") after "$1, $2" limit "$3"
        )
    };
}

macro_rules! down {
    ($condition:literal) => {
        descending!(
            filtered!(concat!("created_at >= $4", $condition)),
            ("created_at", "work_id") before "$1, $2" limit "$3"
        )
    };
}

queries! {
    FIND_OPERATION = select!("domain = $1 AND region = $2 AND work_id = $3");

    LIST_OPERATIONS_UP = up!("");
    LIST_OPERATIONS_DOWN = down!("");

    /// With the stack in the condition rather than behind a null test, so that the index of stacks serves it.
    LIST_STACK_OPERATIONS_UP = up!(" AND stack_name = $11");
    LIST_STACK_OPERATIONS_DOWN = down!(" AND stack_name = $11");

    INSERT_OPERATION = "INSERT INTO operations (work_id, domain, region, operation, stack_name, stack_id, stack_labels, \
        actor, decision, stack_status, message, revision, created_at, due_at) \
        VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14)";
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
        let sql = match filter.stack_name {
            None => paging::text_for(request, LIST_OPERATIONS_UP, LIST_OPERATIONS_DOWN),
            Some(_) => paging::text_for(request, LIST_STACK_OPERATIONS_UP, LIST_STACK_OPERATIONS_DOWN),
        };
        let (first, last) = ends(filter, request.read_dir());
        let mut query = sqlx::query(sql)
            .bind(request.marker.as_ref().map_or(first, |_| paging::from_time(request)))
            .bind(paging::from_work_id(request))
            .bind(request.rows_to_read())
            .bind(last)
            .bind(&account.domain)
            .bind(&account.region)
            .bind(filter.operation.as_ref().map(OperationKind::as_str))
            .bind(filter.decision.map(Decision::as_str))
            .bind(filter.hook_name.as_ref().map(HookName::as_str))
            .bind(filter.result.map(HookResult::as_str));
        if let Some(name) = &filter.stack_name {
            query = query.bind(name.as_str());
        }
        let rows = query.fetch_all(self.connection()).await?;
        let operations = rows.iter().map(operation).collect::<Result<_, _>>()?;
        let mut page = request.page(operations, key);
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
        query.execute(self.connection()).await?;
        let later = [Phase::Success, Phase::Post].map(|phase| (phase, operation.course.phase(phase)));
        let calls: Vec<_> =
            later.iter().flat_map(|(phase, later)| later.calls.iter().map(|call| (*phase, call))).collect();
        self.insert_later_calls(operation.work_id, &calls).await?;
        self.insert_operation_hooks(operation.work_id, &operation.judgement.hooks).await
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

fn key(operation: &Operation) -> Key {
    Key { time: operation.created_at.millis(), tie: operation.work_id.to_string() }
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
        created_at: row.moment("created_at")?,
        course: course(row)?,
    })
}
