//! What came of the tests of one policy, with places as they are seen from here.

use crate::domain::coverage::Coverage;
use crate::domain::diagnostic::Place;
use crate::domain::unit_test::StatementValue;

/// One policy that was tested.
#[derive(Debug, Default)]
pub(super) struct Report {
    /// The policy, as it was named or found.
    pub(super) source: String,
    /// Its tests, then its cases.
    pub(super) tried: Vec<Tried>,
    /// Whether registration refuses it, so that what was tried stands for the faults.
    pub(super) is_refused: bool,
    /// The rows they came to, if that was asked.
    pub(super) coverage: Coverage,
}

/// A test or a case.
#[derive(Debug)]
pub(super) struct Tried {
    /// `data.policy.test_x` or `cases/x`.
    pub(super) name: String,
    /// Where it begins.
    pub(super) place: Option<Place>,
    /// How long it took, in microseconds.
    pub(super) duration_us: u64,
    /// What came of it.
    pub(super) outcome: Outcome,
    /// What was printed.
    pub(super) prints: Vec<String>,
    /// What the gate would say otherwise.
    pub(super) note: Option<String>,
}

/// What came of a test or a case.
#[derive(Debug)]
pub(super) enum Outcome {
    Passed,
    /// Not as it should be.
    Failed(Trouble),
    /// It could not be evaluated.
    Errored(Trouble),
    /// It is none: it cannot be read, or its policy is refused.
    Broken(Trouble),
    /// Not run, for that reason.
    Skipped(&'static str),
}

/// What is wrong, and what there is to see about it.
#[derive(Debug, Default)]
pub(super) struct Trouble {
    /// One line.
    pub(super) message: String,
    /// The place that is to blame.
    pub(super) place: Option<Place>,
    /// The line there.
    pub(super) line: Option<String>,
    /// The expressions in it, and what they were.
    pub(super) values: Vec<StatementValue>,
    /// More lines.
    pub(super) details: Vec<Line>,
}

/// A line of details.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum Line {
    /// As it is.
    Plain(String),
    /// Only in the first of two texts: what was expected, or what stands to the left.
    Left(String),
    /// Only in the second of them.
    Right(String),
}

impl Line {
    /// The line with its sign, as in every diff.
    pub(super) fn signed(&self) -> String {
        match self {
            Self::Plain(text) => text.clone(),
            Self::Left(text) => format!("- {text}"),
            Self::Right(text) => format!("+ {text}"),
        }
    }
}

impl Outcome {
    /// What is wrong, if something is.
    pub(super) const fn trouble(&self) -> Option<&Trouble> {
        match self {
            Self::Failed(trouble) | Self::Errored(trouble) | Self::Broken(trouble) => Some(trouble),
            Self::Passed | Self::Skipped(_) => None,
        }
    }

    /// The word for programs.
    pub(super) const fn as_str(&self) -> &'static str {
        match self {
            Self::Passed => "passed",
            Self::Failed(_) => "failed",
            Self::Errored(_) => "errored",
            Self::Broken(_) => "broken",
            Self::Skipped(_) => "skipped",
        }
    }
}

/// How many of each there were.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub(super) struct Totals {
    pub(super) passed: usize,
    pub(super) failed: usize,
    pub(super) errored: usize,
    pub(super) broken: usize,
    /// Those of the broken that are faults of a policy that is refused.
    pub(super) refused: usize,
    pub(super) skipped: usize,
}

impl Totals {
    /// Adds those of one policy.
    pub(super) fn count(&mut self, report: &Report) {
        if report.is_refused {
            self.refused = self.refused.saturating_add(report.tried.len());
        }
        for tried in &report.tried {
            let number = match tried.outcome {
                Outcome::Passed => &mut self.passed,
                Outcome::Failed(_) => &mut self.failed,
                Outcome::Errored(_) => &mut self.errored,
                Outcome::Broken(_) => &mut self.broken,
                Outcome::Skipped(_) => &mut self.skipped,
            };
            *number = number.saturating_add(1);
        }
    }

    /// Whether there was nothing at all.
    pub(super) fn is_empty(&self) -> bool {
        *self == Self::default()
    }
}
