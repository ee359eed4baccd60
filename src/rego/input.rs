//! From the bytes of an input document to a value of the engine, within budgets.

use std::fmt;

use regorus::Value;

/// An input document as the engine holds it, ready for any number of evaluations.
#[derive(Debug, Clone)]
pub struct Input(pub(super) Value);

/// Why a document is no input; the text is meant for the caller.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct InputError(String);

impl fmt::Display for InputError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

impl std::error::Error for InputError {}

/// Reads an input document and sets the gate's members at its top level.
///
/// # Errors
/// When the bytes are no JSON object.
pub fn parse(bytes: &[u8], gate_members: &serde_json::Value) -> Result<Input, InputError> {
    let text = std::str::from_utf8(bytes).map_err(|error| InputError(error.to_string()))?;
    let mut value = Value::from_json_str(text).map_err(|error| InputError(error.to_string()))?;
    let object = value.as_object_mut().map_err(|_| InputError("must be a JSON object".to_owned()))?;
    for (name, member) in gate_members.as_object().into_iter().flatten() {
        object.insert(Value::from(name.as_str()), Value::from(member.clone()));
    }
    Ok(Input(value))
}
