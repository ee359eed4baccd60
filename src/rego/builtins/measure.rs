//! How large a value is when it is written out: a value of a few bytes can share its parts so often that writing it, or
//! walking over it, never ends.

use regorus::Value;

use crate::rego::builtins::Refusal;

/// The most bytes a built-in function may take or make.
pub(super) const MAX_BYTES: usize = 16 << 20;

/// Refuses values that are larger, written out, than [`MAX_BYTES`].
pub(super) fn check(values: &[Value]) -> Result<(), Refusal> {
    let mut left = MAX_BYTES;
    values.iter().try_for_each(|value| spend(value, &mut left)).ok_or_else(too_large)
}

/// Refuses a size above [`MAX_BYTES`].
pub(super) fn check_size(bytes: usize) -> Result<(), Refusal> {
    if bytes > MAX_BYTES { Err(too_large()) } else { Ok(()) }
}

fn too_large() -> Refusal {
    Refusal::bound(format!("more than {MAX_BYTES} bytes"))
}

fn spend(value: &Value, left: &mut usize) -> Option<()> {
    let own = match value {
        Value::String(text) => text.len(),
        // Digits are a little over two per byte of a big number; its size is not ours to see.
        Value::Number(_) | Value::Null | Value::Bool(_) | Value::Undefined => 8,
        Value::Array(_) | Value::Set(_) | Value::Object(_) => 2,
    };
    *left = left.checked_sub(own.saturating_add(1))?;
    match value {
        Value::Array(items) => items.iter().try_for_each(|item| spend(item, left)),
        Value::Set(items) => items.iter().try_for_each(|item| spend(item, left)),
        Value::Object(members) => {
            members.iter().try_for_each(|(key, member)| spend(key, left).and_then(|()| spend(member, left)))
        }
        Value::String(_) | Value::Number(_) | Value::Null | Value::Bool(_) | Value::Undefined => Some(()),
    }
}
