//! The histories of stacks.

use super::samples::{account, at, bare_operation, event, operation, record};
use super::{check_pages, everything, on_both};
use crate::domain::event::{EventQuery, EventType, StackEvent};
use crate::domain::operation::Operation;
use crate::domain::page::SortDir;
use crate::domain::stack::StackName;
use crate::store::Store;

fn of_stack(text: &str) -> EventQuery {
    let stack_name = StackName::parse(text).unwrap();
    EventQuery { stack_name, stack_id: None, work_id: None, event_types: None }
}

async fn write(store: &Store, operation: &Operation, events: &[StackEvent]) {
    record(store, &account("acme"), std::slice::from_ref(operation)).await;
    let mut tx = store.begin_write().await.unwrap();
    tx.insert_events(&account("acme"), &operation.stack, events).await.unwrap();
    tx.commit().await.unwrap();
}

#[tokio::test]
async fn events_are_read_as_they_were_written_and_paged_both_ways() {
    on_both(async |database| {
        let store = database.open().await;
        let mut written = Vec::new();
        for time in [5, 5, 6, 2] {
            let operation = operation("stack", time);
            let mut events: Vec<_> =
                (0..12).map(|position| event(&operation, position, EventType::Error)).collect();
            events[0].hook = None;
            write(&store, &operation, &events).await;
            written.extend(events);
        }
        written.sort_by_key(|event| (event.time, event.work_id, event.position));
        let query = of_stack("stack");
        check_pages(&written, async |request| {
            store.session().await.unwrap().list_events(&account("acme"), &query, request).await.unwrap()
        })
        .await;
    })
    .await;
}

#[tokio::test]
async fn events_are_filtered_by_stack_operation_and_type() {
    on_both(async |database| {
        let store = database.open().await;
        let (first, second, other) =
            (operation("stack", 1), bare_operation("stack", 2), operation("Stack", 3));
        let [a, b] = [event(&first, 0, EventType::Log), event(&first, 1, EventType::Error)];
        let (c, d) = (event(&second, 0, EventType::Error), event(&other, 0, EventType::Error));
        write(&store, &first, &[a.clone(), b.clone()]).await;
        write(&store, &second, std::slice::from_ref(&c)).await;
        write(&store, &other, std::slice::from_ref(&d)).await;
        let check = async |query: EventQuery, expected: &[&StackEvent]| {
            let mut session = store.session().await.unwrap();
            let page =
                session.list_events(&account("acme"), &query, &everything(SortDir::Desc)).await.unwrap();
            assert_eq!(page.rows.iter().collect::<Vec<_>>(), expected, "{query:?}");
        };
        let types = |types: &[EventType]| Some(types.to_vec());
        check(of_stack("stack"), &[&c, &b, &a]).await;
        check(of_stack("Stack"), &[&d]).await;
        check(of_stack("none"), &[]).await;
        check(EventQuery { stack_id: first.stack.id.clone(), ..of_stack("stack") }, &[&b, &a]).await;
        check(EventQuery { work_id: Some(second.work_id), ..of_stack("stack") }, &[&c]).await;
        check(EventQuery { work_id: Some(other.work_id), ..of_stack("stack") }, &[]).await;
        check(EventQuery { event_types: types(&[EventType::Log]), ..of_stack("stack") }, &[&a]).await;
        check(EventQuery { event_types: types(&[EventType::Error]), ..of_stack("stack") }, &[&c, &b]).await;
        check(
            EventQuery { event_types: types(&[EventType::Log, EventType::Error]), ..of_stack("stack") },
            &[&c, &b, &a],
        )
        .await;
        check(EventQuery { event_types: types(&[]), ..of_stack("stack") }, &[]).await;
        let mut session = store.session().await.unwrap();
        let (other, query, request) = (account("other"), of_stack("stack"), everything(SortDir::Desc));
        assert_eq!(session.list_events(&other, &query, &request).await.unwrap().rows, []);
    })
    .await;
}

#[tokio::test]
async fn a_nul_in_a_message_is_replaced() {
    on_both(async |database| {
        let store = database.open().await;
        let operation = operation("stack", 1);
        let mut written = event(&operation, 0, EventType::Log);
        written.message = "a\0b".to_owned();
        written.time = at(-1);
        write(&store, &operation, std::slice::from_ref(&written)).await;
        let mut session = store.session().await.unwrap();
        let page =
            session.list_events(&account("acme"), &of_stack("stack"), &everything(SortDir::Desc)).await;
        assert_eq!(page.unwrap().rows, [StackEvent { message: "a\u{FFFD}b".to_owned(), ..written }]);
    })
    .await;
}
