//! Numbers: ranges have bounds, exponents and shifts too.

use regorus::Value;

use crate::rego::builtins::{Refusal, argument, delegate, text_of};

/// The most numbers of a range.
const MAX_RANGE: u64 = 100_000;
/// The longest text of a number or a quantity, in bytes.
const MAX_DIGITS: usize = 64;
/// The most digits of an exponent.
const MAX_EXPONENT_DIGITS: usize = 2;
/// The greatest shift.
const MAX_SHIFT: i64 = 65_536;

pub(super) fn range(arguments: &[Value]) -> Result<Value, Refusal> {
    steps(whole(arguments, 0)?, whole(arguments, 1)?, 1)
}

pub(super) fn range_step(arguments: &[Value]) -> Result<Value, Refusal> {
    match whole(arguments, 2)? {
        step if step < 1 => Err(Refusal::new("the step must be a positive integer")),
        step => steps(whole(arguments, 0)?, whole(arguments, 1)?, step),
    }
}

fn steps(from: i64, to: i64, step: i64) -> Result<Value, Refusal> {
    let count = from.abs_diff(to).checked_div(step.unsigned_abs()).unwrap_or_default();
    if count >= MAX_RANGE {
        return Err(Refusal::bound(format!("more than {MAX_RANGE} numbers")));
    }
    let signed = if from <= to { step } else { step.saturating_neg() };
    let numbers = std::iter::successors(Some(from), |number| {
        let next = number.checked_add(signed)?;
        (if from <= to { next <= to } else { next >= to }).then_some(next)
    });
    Ok(Value::from(numbers.map(Value::from).collect::<Vec<_>>()))
}

fn whole(arguments: &[Value], index: usize) -> Result<i64, Refusal> {
    argument(arguments, index)?.as_i64().map_err(|_| Refusal::wrong_argument())
}

pub(super) fn shift_left(arguments: &[Value]) -> Result<Value, Refusal> {
    if whole(arguments, 1)? > MAX_SHIFT {
        return Err(Refusal::bound(format!("a shift of more than {MAX_SHIFT}")));
    }
    delegate("bits.lsh", arguments)
}

/// `units.parse` and `units.parse_bytes`: the engine multiplies an exponent out, digit by digit.
pub(super) fn units(name: &str, arguments: &[Value]) -> Result<Value, Refusal> {
    let text = text_of(argument(arguments, 0)?)?;
    // `E` is also the suffix for exa: look behind every one of them.
    let is_long = |exponent: &str| {
        let digits = exponent.trim_start_matches(['+', '-']);
        digits.bytes().take_while(u8::is_ascii_digit).count() > MAX_EXPONENT_DIGITS
    };
    // The engine leaves `_` out before it reads the number.
    if text.contains('_') || text.len() > MAX_DIGITS || text.split(['e', 'E']).skip(1).any(is_long) {
        return Err(Refusal::new("a number that is malformed or too long, or whose exponent is"));
    }
    let text = text.replace('"', "");
    let unit = text.rsplit(|c: char| c.is_ascii_digit() || c == '.').next().unwrap_or_default();
    let has_digit = text.bytes().any(|byte| byte.is_ascii_digit());
    if !has_digit || !is_unit(unit, name == "units.parse_bytes") {
        return Err(Refusal::wrong_argument());
    }
    delegate(name, arguments)
}

/// Thousands or 1024s up to the sixth power, of bytes too; a small `m` is a thousandth, which no byte has.
fn is_unit(unit: &str, of_bytes: bool) -> bool {
    let mut letters = unit.chars().map(|c| c.to_ascii_lowercase());
    let is_power = letters.next().is_none_or(|first| "kmgtpe".contains(first));
    let rest: String = letters.collect();
    is_power && (rest.is_empty() || rest == "i" || (of_bytes && (rest == "b" || rest == "ib")))
}

/// The engine makes whole numbers of more than 64 bits floating-point ones.
fn loses_digits(text: &str) -> bool {
    let digits = text.strip_prefix('-').unwrap_or(text);
    digits.bytes().all(|b| b.is_ascii_digit()) && text.parse::<i64>().is_err() && text.parse::<u64>().is_err()
}

pub(super) fn to_number(arguments: &[Value]) -> Result<Value, Refusal> {
    // The engine reads the text as JSON, with its magic key.
    let is_odd = |text: &str| {
        let is_long = text.len() > MAX_DIGITS.saturating_mul(8);
        is_long || text.contains(['{', '[']) || text.trim() != text || loses_digits(text)
    };
    if argument(arguments, 0)?.as_string().is_ok_and(|text| is_odd(text)) {
        return Err(Refusal::wrong_argument());
    }
    delegate("to_number", arguments)
}
