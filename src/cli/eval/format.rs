//! The forms in which a decision is printed.

use clap::ValueEnum;

/// The forms there are.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, ValueEnum)]
pub(super) enum Format {
    /// For people: the decision, and what each policy has to say
    #[default]
    Pretty,
    /// For machines: an object with the members of the answer of `POST /v1/checks`
    Json,
    /// Commands of a GitHub workflow, which annotate the rules that refused
    Github,
    /// `JUnit` XML, as build servers read it: a suite for each policy; warnings are skipped cases
    Junit,
    /// The Test Anything Protocol
    Tap,
    /// SARIF 2.1.0, as code scanners read it: a result for each finding, about the input
    Sarif,
}
