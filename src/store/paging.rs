//! Where a page begins, in the words of a query.
//!
//! A marker comes from a client: a forged one may lead anywhere in the list, but never to an error.

use crate::domain::operation::WorkId;
use crate::domain::page::{Key, PageRequest, SortDir};

/// The text for the direction in which `request` reads.
pub(super) fn text_for(
    request: &PageRequest,
    ascending: &'static str,
    descending: &'static str,
) -> &'static str {
    match request.read_dir() {
        SortDir::Asc => ascending,
        SortDir::Desc => descending,
    }
}

/// The moment after which the page begins: the marker's, or the end of time that `request` reads from.
pub(super) fn from_time(request: &PageRequest) -> i64 {
    request.marker.as_ref().map_or_else(|| end(request), |marker| marker.key.time)
}

/// The number after which the page begins among rows of one moment.
pub(super) fn from_number(request: &PageRequest) -> i64 {
    tie(request).parse().unwrap_or_else(|_| end(request))
}

/// The operation after which the page begins among operations of one moment; nothing sorts before everything.
pub(super) fn from_work_id(request: &PageRequest) -> String {
    WorkId::parse(tie(request)).map(|id| id.to_string()).unwrap_or_default()
}

/// The event after which the page begins among events of one moment: the operation and the place in it.
pub(super) fn from_event(request: &PageRequest) -> (String, i64) {
    let (work_id, position) = tie(request).split_once('/').unwrap_or_default();
    let work_id = WorkId::parse(work_id).map(|id| id.to_string()).unwrap_or_default();
    (work_id, position.parse().unwrap_or_else(|_| end(request)))
}

/// The key of a row that a number tells apart from others of its moment.
pub(super) fn key(time: i64, number: i64) -> Key {
    Key { time, tie: number.to_string() }
}

/// What the marker says about rows of one moment; nothing on the first page.
fn tie(request: &PageRequest) -> &str {
    request.marker.as_ref().map_or("", |marker| &marker.key.tie)
}

fn end(request: &PageRequest) -> i64 {
    match request.read_dir() {
        SortDir::Asc => i64::MIN,
        SortDir::Desc => i64::MAX,
    }
}
