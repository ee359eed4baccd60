//! Outcomes: what the orchestrator says became of an operation, or that it never said anything (`gate.md` section 4).

use serde::{Deserialize, Serialize};

use crate::domain::invalid::{Invalid, Rule};
use crate::domain::time::Timestamp;

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
        let all = [Self::Succeeded, Self::Failed, Self::Abandoned];
        all.into_iter().find(|outcome| outcome.as_str() == word).ok_or_else(|| {
            let words = all.map(|outcome| outcome.as_str().to_owned());
            Invalid::new("outcome", Rule::NotOneOf(words.into()))
        })
    }

    /// `word` as an outcome that can be reported.
    ///
    /// # Errors
    /// Lists the words.
    pub fn parse_reported(word: &str) -> Result<Self, Invalid> {
        match word {
            "SUCCEEDED" => Ok(Self::Succeeded),
            "FAILED" => Ok(Self::Failed),
            _ => {
                let words = vec!["SUCCEEDED".to_owned(), "FAILED".to_owned()];
                Err(Invalid::new("status", Rule::NotOneOf(words)))
            }
        }
    }
}

/// An outcome with what was said about it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Report {
    /// What became of the operation.
    pub outcome: Outcome,
    /// Why it did not succeed: always there when it did not, and never when it did.
    pub error: Option<String>,
    /// What the work gave: the text of a JSON object, kept as it came.
    pub outputs: Option<String>,
}

/// The error of a failure about which nothing was said.
const UNEXPLAINED: &str = "the operation failed; its orchestrator gave no error";

impl Report {
    /// The longest error that is kept, in bytes.
    pub const MAX_ERROR: usize = 8 << 10;
    /// The largest outputs, in bytes.
    pub const MAX_OUTPUTS: usize = 64 << 10;

    /// What was reported. An `error` that is too long is cut; NUL, which not every database keeps, becomes U+FFFD.
    ///
    /// # Errors
    /// When a success has an error, or the outputs are too large.
    pub fn parse(outcome: Outcome, error: Option<String>, outputs: Option<&str>) -> Result<Self, Invalid> {
        let error = error.filter(|text| !text.is_empty()).map(|text| text.replace('\0', "\u{FFFD}"));
        let error = match (outcome, error) {
            (Outcome::Succeeded, None) => None,
            (Outcome::Succeeded, Some(_)) => {
                return Err(Invalid::new("error", Rule::Together("goes with `status` `FAILED` only")));
            }
            (Outcome::Failed | Outcome::Abandoned, error) => {
                Some(error.unwrap_or_else(|| UNEXPLAINED.to_owned()))
            }
        };
        if outputs.is_some_and(|text| text.len() > Self::MAX_OUTPUTS) {
            return Err(Invalid::new("outputs", Rule::TooManyBytes { max: Self::MAX_OUTPUTS }));
        }
        Ok(Self { outcome, error: error.as_deref().map(cut_error), outputs: outputs.map(str::to_owned) })
    }

    /// The outcome of an operation about which `error` is all there is to say.
    pub fn abandoned(error: String) -> Self {
        Self { outcome: Outcome::Abandoned, error: Some(error), outputs: None }
    }
}

/// The beginning of `text`, as much as is kept of an error: whole characters, at most [`Report::MAX_ERROR`] bytes.
pub fn cut_error(text: &str) -> String {
    let end = text.floor_char_boundary(Report::MAX_ERROR);
    text.get(..end).unwrap_or_default().to_owned()
}

/// A report, and when it came.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Reported {
    /// What was said.
    pub report: Report,
    /// When.
    pub at: Timestamp,
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::{Outcome, Report, UNEXPLAINED, cut_error};

    fn error(outcome: Outcome, error: &str) -> Option<String> {
        Report::parse(outcome, Some(error.to_owned()), None).unwrap().error
    }

    #[test]
    fn only_a_failure_has_an_error_and_always_one() {
        assert_eq!(error(Outcome::Failed, "quota exceeded").as_deref(), Some("quota exceeded"));
        assert_eq!(error(Outcome::Failed, "").as_deref(), Some(UNEXPLAINED));
        assert_eq!(Report::parse(Outcome::Failed, None, None).unwrap().error.as_deref(), Some(UNEXPLAINED));
        assert_eq!(error(Outcome::Succeeded, ""), None);
        let wrong = Report::parse(Outcome::Succeeded, Some("x".to_owned()), None).unwrap_err();
        assert_eq!(wrong.to_string(), "`error` goes with `status` `FAILED` only");
    }

    #[test]
    fn what_is_too_large_is_cut_or_refused() {
        assert_eq!(error(Outcome::Failed, &"ö".repeat(5_000)).unwrap(), "ö".repeat(4_096));
        assert_eq!(error(Outcome::Failed, &format!("x{}", "ö".repeat(5_000))).unwrap().len(), 8_191);
        let outputs = |bytes: usize| Report::parse(Outcome::Succeeded, None, Some(&"x".repeat(bytes)));
        assert!(outputs(Report::MAX_OUTPUTS).is_ok());
        assert_eq!(
            outputs(Report::MAX_OUTPUTS + 1).unwrap_err().to_string(),
            "`outputs` is longer than 65536 bytes"
        );
    }

    #[test]
    fn nobody_can_report_that_nobody_reported() {
        assert_eq!(Outcome::parse_reported("SUCCEEDED"), Ok(Outcome::Succeeded));
        assert_eq!(Outcome::parse_reported("FAILED"), Ok(Outcome::Failed));
        for word in ["ABANDONED", "succeeded", ""] {
            assert!(Outcome::parse_reported(word).is_err(), "{word}");
        }
    }

    proptest! {
        #[test]
        fn the_cut_text_is_the_beginning(text in "\\PC{0,9000}") {
            let cut = cut_error(&text);
            prop_assert!(text.starts_with(&cut) && cut.len() <= Report::MAX_ERROR);
            prop_assert!(cut == text || cut.len() > Report::MAX_ERROR - 4);
        }
    }
}
