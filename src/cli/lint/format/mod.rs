//! How findings are printed: one file for each form.

mod json;
mod pretty;

use std::io::{self, Write};

use clap::ValueEnum;

use crate::cli::lint::report::{Report, Totals};
use crate::cli::paint::Paint;

/// The forms there are.
#[derive(Debug, Clone, Copy, Default, ValueEnum)]
pub(super) enum Format {
    /// For people: each finding with its line
    #[default]
    Pretty,
    /// For machines: an array with one object for each policy
    Json,
}

impl Format {
    /// The layout of one run.
    pub(super) fn layout(self, paint: Paint) -> Box<dyn Layout> {
        match self {
            Self::Pretty => Box::new(pretty::Pretty { paint }),
            Self::Json => Box::<json::Json>::default(),
        }
    }
}

/// Prints policies as they are checked, in their order.
pub(super) trait Layout {
    /// One policy.
    fn report(&mut self, out: &mut dyn Write, report: &Report) -> io::Result<()>;

    /// The end.
    fn finish(&mut self, out: &mut dyn Write, totals: &Totals) -> io::Result<()>;
}
