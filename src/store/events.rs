//! The lines of stacks' histories.

use sqlx::any::AnyRow;

use crate::domain::account::Account;
use crate::domain::event::{EventHook, EventQuery, EventType, StackEvent};
use crate::domain::hook::{HookId, Version};
use crate::domain::page::{Key, Page, PageRequest};
use crate::domain::stack::Stack;
use crate::store::row::{Columns, storable};
use crate::store::sql::{ROWS_AT_ONCE, ascending, descending, queries, with_rows};
use crate::store::{Session, StoreError, WriteTx, paging};

macro_rules! select {
    ($condition:literal) => {
        concat!(
            "SELECT work_id, position, event_type, event_message, hook_name, hook_id, hook_version, time \
             FROM stack_events WHERE domain = $5 AND region = $6 AND stack_name = $7 \
             AND (CAST($8 AS TEXT) IS NULL OR stack_id = $8) AND event_type IN ($9, $10)",
            $condition
        )
    };
}

macro_rules! up {
    ($condition:literal) => {
        ascending!(select!($condition), ("time", "work_id", "position") after "$1, $2, $3" limit "$4")
    };
}

macro_rules! down {
    ($condition:literal) => {
        descending!(select!($condition), ("time", "work_id", "position") before "$1, $2, $3" limit "$4")
    };
}

queries! {
    LIST_EVENTS_UP = up!("");
    LIST_EVENTS_DOWN = down!("");

    /// With the operation in the condition rather than behind a null test, so that its index serves it.
    LIST_OPERATION_EVENTS_UP = up!(" AND work_id = $11");
    LIST_OPERATION_EVENTS_DOWN = down!(" AND work_id = $11");
}

pub(super) const INSERT_EVENTS: &str = "INSERT INTO stack_events (work_id, position, domain, region, stack_name, \
    stack_id, event_type, event_message, hook_name, hook_id, hook_version, time) VALUES";
pub(super) const INSERT_EVENTS_COLUMNS: usize = 12;

impl Session {
    /// A page of the history of one of the account's stacks, as far as it answers `query`.
    pub async fn list_events(
        &mut self,
        account: &Account,
        query: &EventQuery,
        request: &PageRequest,
    ) -> Result<Page<StackEvent>, StoreError> {
        let types = query.event_types.as_deref().unwrap_or(&[EventType::Log, EventType::Error]);
        let (Some(first), Some(last)) = (types.first(), types.last()) else {
            return Ok(request.page(Vec::new(), key));
        };
        let (work_id, position) = paging::from_event(request);
        let sql = match query.work_id {
            None => paging::text_for(request, LIST_EVENTS_UP, LIST_EVENTS_DOWN),
            Some(_) => paging::text_for(request, LIST_OPERATION_EVENTS_UP, LIST_OPERATION_EVENTS_DOWN),
        };
        let mut bound = sqlx::query(sql)
            .bind(paging::from_time(request))
            .bind(work_id)
            .bind(position)
            .bind(request.rows_to_read())
            .bind(&account.domain)
            .bind(&account.region)
            .bind(query.stack_name.as_str())
            .bind(query.stack_id.as_deref())
            .bind(first.as_str())
            .bind(last.as_str());
        if let Some(work_id) = query.work_id {
            bound = bound.bind(work_id.to_string());
        }
        let rows = bound.fetch_all(self.connection()).await?;
        let events = rows.iter().map(event).collect::<Result<_, _>>()?;
        Ok(request.page(events, key))
    }
}

impl WriteTx {
    /// Adds lines to the history of the account's stack. Their operation has to be recorded before.
    pub async fn insert_events(
        &mut self,
        account: &Account,
        stack: &Stack,
        events: &[StackEvent],
    ) -> Result<(), StoreError> {
        for some in events.chunks(ROWS_AT_ONCE) {
            let mut query = sqlx::query(with_rows(INSERT_EVENTS, some.len(), INSERT_EVENTS_COLUMNS, ""));
            for event in some {
                let hook = event.hook.as_ref();
                query = query
                    .bind(event.work_id.to_string())
                    .bind(i64::from(event.position))
                    .bind(&account.domain)
                    .bind(&account.region)
                    .bind(stack.name.as_str())
                    .bind(stack.id.as_deref())
                    .bind(event.event_type.as_str())
                    .bind(storable(&event.message))
                    .bind(hook.map(|hook| hook.name.as_str()))
                    .bind(hook.map(|hook| hook.id.to_string()))
                    .bind(hook.and_then(|hook| hook.version.as_ref()).map(ToString::to_string))
                    .bind(event.time.millis());
            }
            query.execute(self.connection()).await?;
        }
        Ok(())
    }
}

fn key(event: &StackEvent) -> Key {
    Key { time: event.time.millis(), tie: format!("{}/{}", event.work_id, event.position) }
}

fn event(row: &AnyRow) -> Result<StackEvent, StoreError> {
    Ok(StackEvent {
        work_id: row.work_id()?,
        position: row.number("position")?,
        event_type: row.word("event_type")?,
        message: row.value("event_message")?,
        hook: hook(row)?,
        time: row.moment("time")?,
    })
}

fn hook(row: &AnyRow) -> Result<Option<EventHook>, StoreError> {
    let Some(name) = row.value("hook_name")? else { return Ok(None) };
    let id = row.parsed("hook_id", |text| HookId::parse("hook_id", text))?;
    let version = row.optional("hook_version", |text| Version::parse("hook_version", text))?;
    Ok(Some(EventHook { name, id, version }))
}
