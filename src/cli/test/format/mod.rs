//! How results are printed: one file for each form of our own; the others are those of `cli::format`.

mod json;
mod others;
mod pretty;

use std::io::{self, Write};

use clap::ValueEnum;

use crate::cli::paint::Paint;
use crate::cli::test::tried::{Report, Totals};
use crate::domain::coverage::Coverage;

/// The forms there are.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, ValueEnum)]
pub(super) enum Format {
    /// For people: what failed, where and why
    #[default]
    Pretty,
    /// For machines: one object with everything; with `--coverage` it has the members of `opa test --coverage`, too
    Json,
    /// For build servers: JUnit's XML
    Junit,
    /// For harnesses: the Test Anything Protocol, version 14
    Tap,
    /// For GitHub's workflows: what failed beside the lines of a change
    Github,
}

/// How a person wants to see results.
#[derive(Debug, Clone, Copy)]
pub(super) struct Look {
    pub(super) paint: Paint,
    /// Whether what passed is shown, too.
    pub(super) is_verbose: bool,
}

/// All there is at the end.
#[derive(Debug)]
pub(super) struct Ending {
    pub(super) totals: Totals,
    /// What was covered, if that was asked.
    pub(super) coverage: Option<Coverage>,
}

impl Format {
    /// The layout of one run.
    pub(super) fn layout(self, look: Look) -> Box<dyn Layout> {
        match self {
            Self::Pretty => Box::new(pretty::Pretty { look }),
            Self::Json => Box::<json::Json>::default(),
            Self::Junit => Box::new(others::Other::new(others::Form::Junit)),
            Self::Tap => Box::new(others::Other::new(others::Form::Tap)),
            Self::Github => Box::new(others::Other::new(others::Form::Github)),
        }
    }
}

/// Prints policies as they are tested, in their order.
pub(super) trait Layout {
    /// One policy.
    fn report(&mut self, out: &mut dyn Write, report: Report) -> io::Result<()>;

    /// The end.
    fn finish(&mut self, out: &mut dyn Write, ending: &Ending) -> io::Result<()>;
}
