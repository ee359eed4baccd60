//! How findings are printed: one file for each form.

mod collected;
mod github;
mod json;
mod pretty;

use std::io::{self, Write};

use clap::ValueEnum;

use crate::cli::format::model::Level as Weight;
use crate::cli::lint::report::{Report, Totals};
use crate::cli::paint::Paint;
use crate::domain::lint::Level;

/// The forms there are.
#[derive(Debug, Clone, Copy, Default, ValueEnum)]
pub(super) enum Format {
    /// For people: each finding with its line
    #[default]
    Pretty,
    /// For machines: an array with one object for each policy
    Json,
    /// Commands of a GitHub workflow, which annotate lines
    Github,
    /// `JUnit` XML, as build servers read it
    Junit,
    /// The Test Anything Protocol
    Tap,
    /// SARIF 2.1.0, as code scanners read it
    Sarif,
}

impl Format {
    /// The layout of one run.
    pub(super) fn layout(self, paint: Paint) -> Box<dyn Layout> {
        match self {
            Self::Pretty => Box::new(pretty::Pretty { paint }),
            Self::Json => Box::<json::Json>::default(),
            Self::Github => Box::new(github::Github),
            Self::Junit => Box::new(collected::Suites::JUNIT),
            Self::Tap => Box::new(collected::Suites::TAP),
            Self::Sarif => Box::<collected::Sarif>::default(),
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

/// How bad a finding is, in the words of reports.
const fn weight(level: Level) -> Weight {
    match level {
        Level::Error => Weight::Error,
        Level::Warning => Weight::Warning,
        Level::Ignore => Weight::Notice,
    }
}
