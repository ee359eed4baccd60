//! What hides secrets: the masks that policies name, and what is recorded of a document that was masked.

use serde::{Deserialize, Serialize};

use crate::domain::explanation::Explanation;
use crate::domain::verdict::{DEFAULT_MESSAGE, Evaluation, HookResult};

/// What stands in the place of a secret.
pub const MARKER: &str = "(masked)";

/// One wish of a policy's `data.system.log.mask`.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct MaskOp {
    /// Where: `/input/…` or `/result/…`.
    pub path: String,
    /// What is put there; nothing removes what is there.
    pub value: Option<serde_json::Value>,
}

/// What a policy wants hidden.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub enum Mask {
    /// It has no `data.system.log.mask`.
    Undeclared,
    /// These, in order.
    Named(Vec<MaskOp>),
    /// It has one that gives no answer, for this reason: nothing of the input may be kept or told.
    Failed(String),
    /// It was not asked, for this reason: the input may not be kept.
    Unknown(String),
}

/// Which inputs are kept (setting `decisions.keep_input`).
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize)]
pub enum KeepInput {
    /// Every one.
    #[default]
    All,
    /// Those of denied operations.
    Denied,
    /// None.
    None,
}

/// What is known about the input of an operation that was to be kept.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct InputRecord {
    /// Whether it is.
    pub state: InputState,
    /// The paths whose values were replaced, at most [`InputRecord::MAX_PATHS`].
    pub masked: Vec<String>,
    /// The paths that were removed.
    pub erased: Vec<String>,
}

impl InputRecord {
    /// The most paths that are listed; what lies at others is masked all the same.
    pub const MAX_PATHS: usize = 1_000;

    /// The record of an input of which nothing is kept.
    pub fn withheld(reason: impl Into<String>) -> Self {
        Self { state: InputState::Withheld(reason.into()), masked: Vec::new(), erased: Vec::new() }
    }
}

/// Whether an input is kept.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub enum InputState {
    /// It is, under the SHA-256 of the masked document.
    Kept(String),
    /// Nothing of it is, for this reason.
    Withheld(String),
}

/// `evaluation` without the texts of the policy, for when nobody can tell what in them is secret.
pub fn withhold_texts(evaluation: &mut Evaluation, reason: &str) {
    if evaluation.result == HookResult::Refused {
        evaluation.message = Some(format!("{DEFAULT_MESSAGE}; the policy's text is withheld: {reason}"));
    }
    if evaluation.explanation.is_some() {
        evaluation.explanation = Some(Explanation::missing(format!("withheld: {reason}")));
    }
    for finding in &mut evaluation.findings {
        MARKER.clone_into(&mut finding.message);
        (finding.rule_id, finding.resource, finding.remediation) = (None, None, None);
    }
}
