//! Great numbers of JSON texts as they are written. The reader rounds whatever is beyond 64 bits to the nearest binary floating
//! point number, and two identifiers that differ would become one.
//!
//! Whole numbers are kept exactly; one that is great and has a fraction, for which the engine has no exact form, is refused.

use std::collections::BTreeMap;

use regorus::Value;
use serde::de::Error as _;

/// From here on rounding to a binary floating point number may change more than the tenth part.
pub(super) const GREAT: f64 = 1e15;
/// What is said about a number that cannot be kept.
pub(super) const TOO_PRECISE: &str = "a number beyond 10^15 with a fraction";
/// The most digits a whole number can have that the reader does not call out of range.
const MAX_DIGITS: usize = 310;

/// The great whole numbers of a valid JSON text, by their position among its numbers.
///
/// # Errors
/// The first great number that is not whole.
pub(super) fn find_great(text: &[u8]) -> serde_json::Result<BTreeMap<usize, Value>> {
    let mut found = BTreeMap::new();
    for (position, (at, token)) in (Numbers { text, at: 0 }).enumerate() {
        let is_great = token.parse().is_ok_and(|number: f64| number.abs() >= GREAT);
        if is_great {
            let digits = whole_digits(token).and_then(|digits| Value::from_numeric_string(&digits).ok());
            let number = digits.ok_or_else(|| serde_json::Error::custom(refusal(text, at)))?;
            found.insert(position, number);
        }
    }
    Ok(found)
}

fn refusal(text: &[u8], at: usize) -> String {
    let before: Vec<&[u8]> = text.get(..at).unwrap_or_default().split(|byte| *byte == b'\n').collect();
    let (line, column) = (before.len(), before.last().map_or(0, |line| line.len()).saturating_add(1));
    format!("{TOO_PRECISE} at line {line} column {column}")
}

/// The number tokens of a valid JSON text and where they begin.
struct Numbers<'t> {
    text: &'t [u8],
    at: usize,
}

impl<'t> Iterator for Numbers<'t> {
    type Item = (usize, &'t str);

    fn next(&mut self) -> Option<Self::Item> {
        loop {
            let rest = self.text.get(self.at..)?;
            let begin = rest.iter().position(|byte| matches!(byte, b'"' | b'-' | b'0'..=b'9'))?;
            let rest = rest.get(begin..)?;
            let start = self.at.saturating_add(begin);
            let length = if rest.first() == Some(&b'"') { text_length(rest) } else { number_length(rest) };
            self.at = start.saturating_add(length);
            if rest.first() != Some(&b'"') {
                return Some((start, str::from_utf8(rest.get(..length)?).ok()?));
            }
        }
    }
}

/// How long the string is that begins here, with its quotes.
fn text_length(rest: &[u8]) -> usize {
    let mut is_escaped = false;
    let end = rest.iter().skip(1).position(|byte| {
        let ends = *byte == b'"' && !is_escaped;
        is_escaped = *byte == b'\\' && !is_escaped;
        ends
    });
    end.map_or(rest.len(), |end| end.saturating_add(2))
}

fn number_length(rest: &[u8]) -> usize {
    let is_part = |byte: &u8| matches!(byte, b'-' | b'+' | b'.' | b'e' | b'E' | b'0'..=b'9');
    rest.iter().position(|byte| !is_part(byte)).unwrap_or(rest.len())
}

/// The digits of a whole number, however it is written; nothing if it has a fraction.
fn whole_digits(token: &str) -> Option<String> {
    let (sign, unsigned) = token.strip_prefix('-').map_or(("", token), |rest| ("-", rest));
    let (mantissa, exponent) = unsigned.split_once(['e', 'E']).unwrap_or((unsigned, "0"));
    let (whole, fraction) = mantissa.split_once('.').unwrap_or((mantissa, ""));
    let fraction = fraction.trim_end_matches('0');
    // By how many places the point stands to the right of the last digit that counts.
    let digits = format!("{whole}{fraction}");
    let places = i64::try_from(fraction.len()).ok()?;
    let shift = exponent.parse::<i64>().ok()?.checked_sub(places)?;
    let digits = if shift < 0 {
        let kept = digits.len().checked_sub(usize::try_from(shift.checked_neg()?).ok()?)?;
        let (kept, cut) = digits.split_at_checked(kept)?;
        if cut.bytes().any(|digit| digit != b'0') {
            return None;
        }
        kept.to_owned()
    } else {
        let shift = usize::try_from(shift).ok().filter(|shift| *shift <= MAX_DIGITS)?;
        digits + &"0".repeat(shift)
    };
    let digits = digits.trim_start_matches('0');
    (!digits.is_empty() && digits.len() <= MAX_DIGITS).then(|| format!("{sign}{digits}"))
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::{find_great, whole_digits};
    use crate::rego::document::parse_json;

    #[track_caller]
    fn check(token: &str, expected: Option<&str>) {
        assert_eq!(whole_digits(token).as_deref(), expected, "{token}");
    }

    #[test]
    fn whole_numbers_have_their_digits_however_they_are_written() {
        check("18446744073709551616", Some("18446744073709551616"));
        check("-18446744073709551616", Some("-18446744073709551616"));
        check("1e20", Some("100000000000000000000"));
        check("1.5E+20", Some("150000000000000000000"));
        check("1234567890123456789.0", Some("1234567890123456789"));
        check("12345678901234567890e-1", Some("1234567890123456789"));
        check("0.00001e25", Some("100000000000000000000"));
        check("1.50", None);
        check("12345678901234567890.5", None);
        check("12345678901234567891e-1", None);
        check("1e999999999999", None);
    }

    #[track_caller]
    fn differ(one: &str, other: &str) {
        let parse = |text: &str| parse_json(text.as_bytes(), 9).unwrap();
        assert_ne!(parse(one), parse(other));
        assert_eq!(parse(one), parse(one));
    }

    #[test]
    fn great_numbers_that_differ_stay_different() {
        differ("18446744073709551616", "18446744073709551617");
        differ("-9223372036854775809", "-9223372036854775810");
        differ("100000000000000000001", "1e20");
        differ(
            "[1.5,\"9\\\"9\",{\"7\":100000000000000000001}]",
            "[1.5,\"9\\\"9\",{\"7\":100000000000000000002}]",
        );
        assert_eq!(parse_json(b"1e20", 9).unwrap(), parse_json(b"100000000000000000000", 9).unwrap());
        assert_eq!(parse_json(b"1e300", 9).unwrap(), parse_json(b"10e299", 9).unwrap());
    }

    #[test]
    fn a_great_number_with_a_fraction_is_refused_with_its_place() {
        let refused = parse_json(b"[1,\n 12345678901234567890.5]", 9).unwrap_err();
        assert_eq!(refused.to_string(), "a number beyond 10^15 with a fraction at line 2 column 2");
        assert!(parse_json(b"0.30000000000000000000000004", 9).is_ok());
    }

    proptest! {
        #[test]
        fn every_integer_is_kept(numbers in proptest::collection::vec("-?[1-9][0-9]{0,60}", 0..6)) {
            let text = format!("[{}]", numbers.join(","));
            let read = parse_json(text.as_bytes(), 99).unwrap();
            let expected: Vec<_> =
                numbers.iter().map(|digits| regorus::Value::from_numeric_string(digits).unwrap()).collect();
            prop_assert_eq!(read, regorus::Value::from(expected));
        }

        #[test]
        fn arbitrary_bytes_never_panic(bytes: Vec<u8>) {
            drop(find_great(&bytes));
        }
    }
}
