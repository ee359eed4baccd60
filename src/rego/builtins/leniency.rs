//! Whether an error of a built-in function is one of the evaluation, as the gate has it, or only leaves the call without a
//! value, as OPA has it unless it is asked to be strict.

use std::cell::Cell;

thread_local! {
    /// How it is on this thread. An evaluation never leaves its thread.
    static LENIENT: Cell<bool> = const { Cell::new(false) };
}

/// Sets it for the evaluations that follow on this thread.
pub(in crate::rego) fn set_lenient(lenient: bool) {
    LENIENT.set(lenient);
}

pub(super) fn is_lenient() -> bool {
    LENIENT.get()
}
