//! Time in policies: the operation's begin, the same for every call and in every replay; no zone of the machine's.

use std::cell::Cell;

use regorus::Value;

use crate::rego::builtins::{Refusal, delegate};

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

/// A function that takes a moment with a time zone.
pub(super) fn zoned(name: &str, arguments: &[Value]) -> Result<Value, Refusal> {
    let local = Value::from("Local");
    let is_local = |argument: &Value| argument.as_array().is_ok_and(|parts| parts.get(1) == Some(&local));
    if arguments.iter().any(is_local) {
        return Err(Refusal::new("the time zone `Local` differs from machine to machine: name one"));
    }
    delegate(name, arguments)
}
