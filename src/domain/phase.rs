//! Phases: before the work, after its success, after it in any case (`gate.md` section 4).

/// The phases of an operation.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
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

/// How a phase went.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum PhaseStatus {
    /// Nothing in it stopped the operation.
    Ok,
    /// A hook in it denied the operation.
    Failed,
    /// No hook was asked in it.
    Skipped,
}

impl PhaseStatus {
    /// The word in answers.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Ok => "ok",
            Self::Failed => "failed",
            Self::Skipped => "skipped",
        }
    }
}
