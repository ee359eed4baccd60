//! The time a policy sees: the operation's begin, the same for every call and in every replay.

use std::cell::Cell;

use regorus::Value;

thread_local! {
    /// What `time.now_ns` answers on this thread. An evaluation never leaves its thread.
    static NOW: Cell<i64> = const { Cell::new(0) };
}

/// Sets what `time.now_ns` answers to the evaluations that follow on this thread.
pub(in crate::rego) fn set_now(nanoseconds: i64) {
    NOW.set(nanoseconds);
}

pub(super) fn now_ns() -> Value {
    Value::from(NOW.get())
}
