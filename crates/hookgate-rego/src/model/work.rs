//! How much may be looked at.

use std::cell::Cell;

/// The most steps for a bundle: far more than any text of a person takes.
const MOST: u64 = 30_000_000;

/// A store of steps. When it is used up, types say nothing any more: what is left is accepted, as OPA would after
/// minutes, or refused by what does not need types.
#[derive(Debug)]
pub(super) struct Work(Cell<u64>);

impl Work {
    pub(super) fn new() -> Self {
        Self(Cell::new(MOST))
    }

    /// Takes a step, if there is one left.
    pub(super) fn take(&self) -> bool {
        let left = self.0.get();
        self.0.set(left.saturating_sub(1));
        left > 0
    }
}
