//! The decision log, read from its beginning: a line for each operation, for whoever reads OPA's.

use std::collections::VecDeque;
use std::io::{self, Write};

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
/// How many accounts are read at once.
const ACCOUNTS: u32 = 1_000;

/// Which decisions are read, and how much of each.
#[derive(Debug, Clone, Default)]
pub struct Selection {
    /// Those that pass it.
    pub filter: OperationFilter,
    /// Leave out what the policies saw.
    pub without_inputs: bool,
}

/// Why an export ended early.
#[derive(Debug, thiserror::Error)]
pub enum ExportError {
    /// The log cannot be read.
    #[error(transparent)]
    Unavailable(#[from] Unavailable),
    /// Nobody takes the lines.
    #[error(transparent)]
    Unwritten(#[from] io::Error),
}

/// A part of the log that is being read, line by line; nothing is held between two lines but a page of operations.
#[derive(Debug)]
pub struct Reading {
    account: Account,
    selection: Selection,
    /// The next page; none after the last.
    request: Option<PageRequest>,
    page: VecDeque<(Operation, String)>,
    left: u64,
}

/// Writes the decisions in `selection` of one account, or of every account in turn, a line each.
///
/// # Errors
/// When the log cannot be read or the lines cannot be written; what was written stays.
pub async fn export(
    store: &Store,
    (account, selection): (Option<Account>, &Selection),
    out: &mut impl Write,
) -> Result<(), ExportError> {
    if let Some(account) = account {
        return export_of(store, (account, selection), out).await;
    }
    let mut last = Account { domain: String::new(), region: String::new() };
    loop {
        let accounts = store.session().await.map_err(Unavailable::from)?.list_accounts(&last, ACCOUNTS).await;
        let accounts = accounts.map_err(Unavailable::from)?;
        let Some(next) = accounts.last() else { return Ok(()) };
        last = next.clone();
        for account in accounts {
            export_of(store, (account, selection), out).await?;
        }
    }
}

async fn export_of(
    store: &Store,
    (account, selection): (Account, &Selection),
    out: &mut impl Write,
) -> Result<(), ExportError> {
    let request =
        request(&selection.filter, None).map_err(|invalid| Unavailable::Broken(invalid.to_string()))?;
    let mut reading = Reading::new(account, selection.clone(), (request, u64::MAX));
    while let Some(line) = reading.next(store).await? {
        writeln!(out, "{line}")?;
    }
    Ok(())
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
    /// The decisions of `account` in `selection`, the oldest first, at most `most`.
    pub fn new(account: Account, selection: Selection, (request, most): (PageRequest, u64)) -> Self {
        Self { account, selection, request: Some(request), page: VecDeque::new(), left: most }
    }

    /// The next line, without its end; none after the last.
    pub async fn next(&mut self, store: &Store) -> Result<Option<String>, Unavailable> {
        let Some(left) = self.left.checked_sub(1) else { return Ok(None) };
        if self.page.is_empty() {
            self.turn(store).await?;
        }
        let Some((operation, marker)) = self.page.pop_front() else { return Ok(None) };
        self.left = left;
        let input = if self.selection.without_inputs {
            None
        } else {
            find_input(store, &self.account, &operation).await?
        };
        let line = decision_event::line(&self.account, &operation, (input.as_deref(), &marker));
        line.map(Some).map_err(|cause| Unavailable::Broken(cause.to_string()))
    }

    async fn turn(&mut self, store: &Store) -> Result<(), Unavailable> {
        let Some(request) = self.request.take() else { return Ok(()) };
        let page =
            store.session().await?.list_operations(&self.account, &self.selection.filter, &request).await?;
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
