//! Stacks: what operations are about.

use std::collections::BTreeMap;

use crate::domain::invalid::{Invalid, Rule};

/// Any printable text of 1 to 128 characters.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub struct StackName(String);

impl StackName {
    const MAX: usize = 128;

    /// `text` as a stack name.
    ///
    /// # Errors
    /// When it is empty, too long, or has control characters.
    pub fn parse(text: &str) -> Result<Self, Invalid> {
        printable("stack.name", text, 1, Self::MAX).map(Self)
    }

    /// The name as it was given.
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

/// The stack an operation is about.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Stack {
    /// Its name.
    pub name: StackName,
    /// The orchestrator's id for it.
    pub id: Option<String>,
    /// Its labels, at most 64.
    pub labels: BTreeMap<String, String>,
}

impl Stack {
    const MAX_ID: usize = 128;
    const MAX_LABELS: usize = 64;
    const MAX_LABEL: usize = 256;

    /// `text` as the id of a stack.
    ///
    /// # Errors
    /// When it is empty, too long, or has control characters.
    pub fn parse_id(text: &str) -> Result<String, Invalid> {
        printable("stack.id", text, 1, Self::MAX_ID)
    }

    /// `labels`, if there are not too many and none is too long.
    ///
    /// # Errors
    /// Names the label that breaks a rule.
    pub fn parse_labels(labels: BTreeMap<String, String>) -> Result<BTreeMap<String, String>, Invalid> {
        if labels.len() > Self::MAX_LABELS {
            return Err(Invalid::new("stack.labels", Rule::Form("must be at most 64 labels")));
        }
        for (key, value) in &labels {
            printable("stack.labels", key, 1, Self::MAX_LABEL)?;
            printable(&format!("stack.labels.{key}"), value, 0, Self::MAX_LABEL)?;
        }
        Ok(labels)
    }
}

/// The states of a stack that a decision can lead to.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum StackStatus {
    /// The operation goes on.
    DeploymentInProgress,
    /// A deletion goes on.
    DeletionInProgress,
    /// Denied, whatever the operation was: the contract names only this one.
    DeploymentFailed,
}

impl StackStatus {
    /// The contract's word.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::DeploymentInProgress => "DEPLOYMENT_IN_PROGRESS",
            Self::DeletionInProgress => "DELETION_IN_PROGRESS",
            Self::DeploymentFailed => "DEPLOYMENT_FAILED",
        }
    }
}

/// `text`, if it has from `min` to `max` characters and none of them is a control character.
pub(super) fn printable(field: &str, text: &str, min: usize, max: usize) -> Result<String, Invalid> {
    let wrong = |rule| Err(Invalid::new(field, rule));
    let length = text.chars().count();
    if length < min {
        return wrong(Rule::TooShort { min });
    }
    if length > max {
        return wrong(Rule::TooLong { max });
    }
    if text.chars().any(char::is_control) {
        return wrong(Rule::Characters("control characters are not allowed"));
    }
    Ok(text.to_owned())
}
