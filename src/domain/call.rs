//! What a hook of a later phase is told (`gate.md` section 4).

use crate::domain::account::Account;
use crate::domain::course::LaterHook;
use crate::domain::operation::{Operation, WorkId};
use crate::domain::phase::Phase;
use crate::domain::stack::Stack;

/// One call of one hook, with all it is told. The error is the original one, as it was reported.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct PhaseCall {
    /// Whose operation it is.
    pub account: Account,
    /// The operation.
    pub work_id: WorkId,
    /// The name of what was done.
    pub kind: String,
    /// To what.
    pub stack: Stack,
    /// Who started it.
    pub actor: Option<String>,
    /// The phase it is called in.
    pub phase: Phase,
    /// Why the operation did not succeed; empty when it did.
    pub error: String,
    /// Who is called.
    pub hook: LaterHook,
}

impl PhaseCall {
    /// The call of `hook` in `phase` of `operation`.
    pub fn of(account: &Account, operation: &Operation, phase: Phase, hook: &LaterHook) -> Self {
        let report = operation.course.reported.as_ref().map(|reported| &reported.report);
        Self {
            account: account.clone(),
            work_id: operation.work_id,
            kind: operation.kind.clone(),
            stack: operation.stack.clone(),
            actor: operation.actor.clone(),
            phase,
            error: report.and_then(|report| report.error.clone()).unwrap_or_default(),
            hook: hook.clone(),
        }
    }

    /// What the receiver knows a repeated call by: the same each time this call is tried.
    pub fn id(&self) -> String {
        format!("{}.{}.{}", self.work_id, self.phase.as_str(), self.hook.id)
    }
}
