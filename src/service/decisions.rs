//! The decision log, read from its beginning: a line for each operation, for whoever reads OPA's.

use std::collections::VecDeque;

use crate::domain::account::Account;
use crate::domain::decision_event;
use crate::domain::invalid::Invalid;
use crate::domain::operation::{Operation, OperationFilter};
use crate::domain::page::{PageRequest, SortDir};
use crate::service::error::Unavailable;
use crate::service::inputs::find_input;
use crate::store::Store;

/// How many operations are read at once.
const PAGE: u32 = 100;

/// A part of the log that is being read, line by line; nothing is held between two lines but a page of operations.
#[derive(Debug)]
pub struct Reading {
    account: Account,
    filter: OperationFilter,
    /// The next page; none after the last.
    request: Option<PageRequest>,
    page: VecDeque<(Operation, String)>,
    left: u64,
}

/// Where to begin.
///
/// # Errors
/// When the marker is not one of this log.
pub fn request(filter: &OperationFilter, marker: Option<&str>) -> Result<PageRequest, Invalid> {
    // Whoever goes on may do so with another end.
    let list = OperationFilter { since: None, until: None, ..filter.clone() };
    PageRequest::parse(&format!("decisions {list:?}"), PAGE, SortDir::Asc, marker)
}

impl Reading {
    /// The decisions of `account` that pass `filter`, the oldest first, at most `most`.
    pub fn new(account: Account, filter: OperationFilter, (request, most): (PageRequest, u64)) -> Self {
        Self { account, filter, request: Some(request), page: VecDeque::new(), left: most }
    }

    /// The next line, without its end; none after the last.
    pub async fn next(&mut self, store: &Store) -> Result<Option<String>, Unavailable> {
        let Some(left) = self.left.checked_sub(1) else { return Ok(None) };
        if self.page.is_empty() {
            self.turn(store).await?;
        }
        let Some((operation, marker)) = self.page.pop_front() else { return Ok(None) };
        self.left = left;
        let input = find_input(store, &self.account, &operation).await?;
        let line = decision_event::line(&self.account, &operation, (input.as_deref(), &marker));
        line.map(Some).map_err(|cause| Unavailable::Broken(cause.to_string()))
    }

    async fn turn(&mut self, store: &Store) -> Result<(), Unavailable> {
        let Some(request) = self.request.take() else { return Ok(()) };
        let page = store.session().await?.list_operations(&self.account, &self.filter, &request).await?;
        if let (Some(_), Some(last)) = (&page.next, page.rows.last()) {
            self.request = Some(request.after(last.key()));
        }
        let marked = page.rows.into_iter().map(|operation| {
            let marker = request.marker_after(operation.key());
            (operation, marker)
        });
        self.page = marked.collect();
        Ok(())
    }
}
