//! What a report says, whatever its form.

use std::time::Duration;

use crate::domain::diagnostic::Place;

/// Cases that belong together: those of one policy.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(in crate::cli) struct Suite {
    /// Its name for people: a path.
    pub(in crate::cli) name: String,
    /// In the order in which they ran.
    pub(in crate::cli) cases: Vec<Case>,
}

/// One thing that was tried.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(in crate::cli) struct Case {
    /// Its name within its suite.
    pub(in crate::cli) name: String,
    /// Where it begins, as seen from here.
    pub(in crate::cli) place: Option<Place>,
    /// How long it took.
    pub(in crate::cli) duration: Duration,
    /// What came of it.
    pub(in crate::cli) outcome: CaseOutcome,
}

/// What came of a case.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(in crate::cli) enum CaseOutcome {
    /// All is as it should be.
    Passed,
    /// It came out otherwise than it should.
    Failed(Problem),
    /// It could not be tried.
    Errored(Problem),
    /// It was not tried.
    Skipped {
        /// Why.
        reason: String,
    },
}

/// What is wrong with a case.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(in crate::cli) struct Problem {
    /// One word for programs.
    pub(in crate::cli) kind: &'static str,
    /// One line.
    pub(in crate::cli) message: String,
    /// Everything else, in lines; may be empty.
    pub(in crate::cli) details: String,
    /// The place that is to blame, if it is another than the one where the case begins.
    pub(in crate::cli) place: Option<Place>,
}

/// Something to be said at a place.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(in crate::cli) struct Annotation {
    /// How bad it is.
    pub(in crate::cli) level: Level,
    /// Where, as seen from here.
    pub(in crate::cli) place: Option<Place>,
    /// A few words.
    pub(in crate::cli) title: String,
    /// The rest, in lines.
    pub(in crate::cli) message: String,
}

/// How bad something is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(in crate::cli) enum Level {
    /// It must be mended.
    Error,
    /// It should be looked at.
    Warning,
    /// Good to know.
    Notice,
}
