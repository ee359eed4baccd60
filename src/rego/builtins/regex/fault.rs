//! Why a pattern is no pattern.

use crate::rego::builtins::Refusal;

/// What is wrong with a pattern.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum Fault {
    /// It is none of RE2's.
    Syntax(String),
    /// It may be one, and is beyond what we take.
    Beyond(String),
}

impl Fault {
    pub(super) fn syntax(message: impl Into<String>) -> Self {
        Self::Syntax(message.into())
    }

    pub(super) fn beyond(message: impl Into<String>) -> Self {
        Self::Beyond(message.into())
    }
}

impl From<Fault> for Refusal {
    fn from(fault: Fault) -> Self {
        match fault {
            Fault::Syntax(message) => Self::new(format!("a pattern that is none: {message}")),
            Fault::Beyond(message) => Self::bound(format!("a pattern that is too large: {message}")),
        }
    }
}
