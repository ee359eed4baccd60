//! `sprintf` as OPA has it: Go's `fmt.Sprintf`, its flags, indexes and complaints (`%!d(string=hi)`) included.
//!
//! Where the meaning is Go's, so are the names: see the documentation of its package `fmt`.

mod arg;
pub(super) mod float;
mod form;
mod format;
pub(super) mod quote;

use regorus::Value;

use crate::rego::builtins::{Refusal, argument, measure, text_of};
use arg::Arg;

/// The most bytes of a text that is made.
const MAX_BYTES: usize = 1 << 20;

pub(super) fn sprintf(arguments: &[Value]) -> Result<Value, Refusal> {
    let text = text_of(argument(arguments, 0)?)?;
    let values = argument(arguments, 1)?.as_array().map_err(|_| Refusal::wrong_argument())?;
    measure::check(arguments)?;
    let args = values.iter().map(Arg::new).collect::<Result<Vec<_>, _>>()?;
    format::format(text, &args).map(Value::from)
}

#[cfg(test)]
mod tests;
