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
}
