//! Phases: before the work, after its success, after it in any case (`gate.md` section 4).

use serde::{Deserialize, Serialize};

/// The phases of an operation.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Phase {
    /// Before the work.
    Pre,
    /// After it, only if it succeeded.
    Success,
    /// After it, always.
    Post,
}

impl Phase {
    /// The word in answers and in policies' `input.phase`.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Pre => "pre",
            Self::Success => "success",
            Self::Post => "post",
        }
    }
}

/// How a phase went. The last two are of a phase that is not over, and are never stored.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum PhaseStatus {
    /// No hook in it failed, but perhaps with a warning.
    Ok,
    /// A hook in it failed, and that counted.
    Failed,
    /// A hook in it failed, and the operator's settings ignore that.
    Ignored,
    /// No hook was asked in it.
    Skipped,
    /// Its hooks are yet to be asked, if it comes to that.
    Pending,
    /// Its hooks are being asked.
    Running,
}

impl PhaseStatus {
    /// The word in answers.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Ok => "ok",
            Self::Failed => "failed",
            Self::Ignored => "ignored",
            Self::Skipped => "skipped",
            Self::Pending => "pending",
            Self::Running => "running",
        }
    }
}

/// In which phases a failing hook changes nothing (settings `ignore_…_hook_failure`).
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct FailureRules {
    /// Before the work: it is ALLOWED all the same.
    pub ignore_pre: bool,
    /// After its success: the post phase runs all the same.
    pub ignore_success: bool,
    /// At the end: nothing is said to whoever reports.
    pub ignore_post: bool,
}

impl FailureRules {
    /// Whether a failure in `phase` is ignored.
    pub const fn ignore(self, phase: Phase) -> bool {
        match phase {
            Phase::Pre => self.ignore_pre,
            Phase::Success => self.ignore_success,
            Phase::Post => self.ignore_post,
        }
    }
}

impl Default for FailureRules {
    fn default() -> Self {
        Self { ignore_pre: false, ignore_success: false, ignore_post: true }
    }
}
