//! The rows that evaluations come to.

use std::cell::RefCell;

use regorus::Engine;

use crate::domain::coverage::{Rows, add};
use crate::rego::normalise::RowMaps;

/// Collects rows, if anybody wants to know.
#[derive(Debug, Default)]
pub(super) struct Covering {
    is_on: bool,
    seen: RefCell<Rows>,
}

impl Covering {
    /// One that collects.
    pub(super) fn on() -> Self {
        Self { is_on: true, ..Self::default() }
    }

    /// Has an engine note where it comes to.
    pub(super) fn watch(&self, engine: &mut Engine) {
        if self.is_on {
            engine.set_enable_coverage(true);
        }
    }

    /// Adds where an engine came to.
    pub(super) fn collect(&self, engine: &Engine, rows: &RowMaps) {
        if self.is_on {
            add(&mut self.seen.borrow_mut(), reached(engine, rows));
        }
    }

    /// The rows since the last time.
    pub(super) fn take(&self) -> Rows {
        self.seen.take()
    }
}

/// The author's rows that an engine came to.
pub(super) fn reached(engine: &Engine, rows: &RowMaps) -> Rows {
    let mut reached = Rows::new();
    let files = engine.get_coverage_report().map(|report| report.files).unwrap_or_default();
    for file in files {
        let Some(map) = rows.get(&file.path) else { continue };
        for place in file.covered.iter().filter_map(|row| map.find(*row, 1)) {
            reached.entry(place.file).or_default().insert(place.row);
        }
    }
    reached
}
