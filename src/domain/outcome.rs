//! Outcomes: what became of an operation (`gate.md` section 4).

use serde::{Deserialize, Serialize};

use crate::domain::invalid::{Invalid, Rule};

/// What became of an operation.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "UPPERCASE")]
pub enum Outcome {
    /// The work was done.
    Succeeded,
    /// It was not, or not whole.
    Failed,
    /// Nobody reported in time.
    Abandoned,
}

impl Outcome {
    const ALL: [Self; 3] = [Self::Succeeded, Self::Failed, Self::Abandoned];

    /// The word in answers and in the store.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Succeeded => "SUCCEEDED",
            Self::Failed => "FAILED",
            Self::Abandoned => "ABANDONED",
        }
    }

    /// The outcome of that word.
    ///
    /// # Errors
    /// Lists the words.
    pub fn parse(word: &str) -> Result<Self, Invalid> {
        Self::ALL.into_iter().find(|outcome| outcome.as_str() == word).ok_or_else(|| {
            let words = Self::ALL.map(|outcome| outcome.as_str().to_owned());
            Invalid::new("outcome", Rule::NotOneOf(words.into()))
        })
    }
}
