//! Stacks: what operations are about.

use std::collections::BTreeMap;

use crate::domain::invalid::{Invalid, Rule};
use crate::domain::outcome::Outcome;

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

/// The states of a stack that an operation can lead to.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum StackStatus {
    /// The operation goes on.
    DeploymentInProgress,
    /// A deletion goes on.
    DeletionInProgress,
    /// Denied, whatever the operation was: the contract names only this one. Or it did not succeed.
    DeploymentFailed,
    /// The operation is over, and did what it should.
    DeploymentComplete,
    /// A deletion is over, and something may be left.
    DeletionFailed,
}

impl StackStatus {
    const ALL: [Self; 5] = [
        Self::DeploymentInProgress,
        Self::DeletionInProgress,
        Self::DeploymentFailed,
        Self::DeploymentComplete,
        Self::DeletionFailed,
    ];

    /// The state of that word.
    pub fn find(word: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|status| status.as_str() == word)
    }

    /// What has become of a stack in this state once its operation ended with `outcome`; `None` for one that was deleted, since
    /// the contract has no state for what is not there.
    pub const fn after(self, outcome: Outcome) -> Option<Self> {
        match (self, outcome) {
            (Self::DeploymentInProgress, Outcome::Succeeded) => Some(Self::DeploymentComplete),
            (Self::DeletionInProgress, Outcome::Succeeded) => None,
            // Nobody knows what an operation did that was never reported: it is not said to be complete.
            (Self::DeploymentInProgress, Outcome::Failed | Outcome::Abandoned) => {
                Some(Self::DeploymentFailed)
            }
            (Self::DeletionInProgress, Outcome::Failed | Outcome::Abandoned) => Some(Self::DeletionFailed),
            (Self::DeploymentFailed | Self::DeploymentComplete | Self::DeletionFailed, _) => Some(self),
        }
    }

    /// The contract's word.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::DeploymentInProgress => "DEPLOYMENT_IN_PROGRESS",
            Self::DeletionInProgress => "DELETION_IN_PROGRESS",
            Self::DeploymentFailed => "DEPLOYMENT_FAILED",
            Self::DeploymentComplete => "DEPLOYMENT_COMPLETE",
            Self::DeletionFailed => "DELETION_FAILED",
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

#[cfg(test)]
mod tests {
    use super::StackStatus;
    use crate::domain::outcome::Outcome;

    #[test]
    fn an_operation_that_nobody_reported_is_not_complete() {
        let after = |status: StackStatus| status.after(Outcome::Abandoned).map(StackStatus::as_str);
        assert_eq!(after(StackStatus::DeploymentInProgress), Some("DEPLOYMENT_FAILED"));
        assert_eq!(after(StackStatus::DeletionInProgress), Some("DELETION_FAILED"));
    }

    #[test]
    fn every_state_is_found_by_its_word() {
        for status in StackStatus::ALL {
            assert_eq!(StackStatus::find(status.as_str()), Some(status));
        }
        assert_eq!(StackStatus::find("GONE"), None);
    }
}
