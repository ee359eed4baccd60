//! Whole numbers out of others, with OPA's ways near zero, and within what it does exactly.

use regorus::Value;

use crate::rego::builtins::sprintf::float::find_float;
use crate::rego::builtins::{Refusal, argument, delegate};

/// The greatest number below which all whole numbers are themselves.
const MAX_EXACT: f64 = 9_007_199_254_740_992.0;

pub(super) fn abs(arguments: &[Value]) -> Result<Value, Refusal> {
    delegate("abs", exact(arguments)?)
}

pub(super) fn round(arguments: &[Value]) -> Result<Value, Refusal> {
    delegate("round", exact(arguments)?)
}

/// What is between -1 and 0 becomes 1: OPA cuts it to 0, misses its sign and adds 1.
pub(super) fn ceil(arguments: &[Value]) -> Result<Value, Refusal> {
    if near_zero(arguments)? { Ok(Value::from(1_u64)) } else { delegate("ceil", arguments) }
}

/// What is between -1 and 0 becomes 0, for the same reason.
pub(super) fn floor(arguments: &[Value]) -> Result<Value, Refusal> {
    if near_zero(arguments)? { Ok(Value::from(0_u64)) } else { delegate("floor", arguments) }
}

/// Cuts what is after the point, and writes the rest in base 2, 8, 10 or 16.
pub(super) fn format_int(arguments: &[Value]) -> Result<Value, Refusal> {
    let base = argument(arguments, 1)?;
    if find_float(base).is_some() {
        return Err(Refusal::wrong_argument());
    }
    let number = argument(arguments, 0)?;
    let Some(float) = find_float(number) else { return delegate("format_int", arguments) };
    if float.abs() > MAX_EXACT {
        return Err(too_great());
    }
    let whole: i64 = format!("{:.0}", float.trunc()).parse().map_err(|_| too_great())?;
    delegate("format_int", &[Value::from(whole), base.clone()])
}

fn near_zero(arguments: &[Value]) -> Result<bool, Refusal> {
    let number = argument(exact(arguments)?, 0)?;
    Ok(find_float(number).is_some_and(|float| -1.0 < float && float < 0.0))
}

/// Of greater numbers OPA keeps other digits than the engine.
fn exact(arguments: &[Value]) -> Result<&[Value], Refusal> {
    let number = argument(arguments, 0)?;
    let is_exact = match find_float(number) {
        Some(float) => float.abs() <= MAX_EXACT,
        None => number.as_i64().is_ok(),
    };
    if is_exact { Ok(arguments) } else { Err(too_great()) }
}

fn too_great() -> Refusal {
    Refusal::new("not a number that fits 64 bits")
}
