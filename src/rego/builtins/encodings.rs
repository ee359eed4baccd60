//! Base64 and hexadecimal digits, read as strictly as Go reads them. What is no text afterwards is refused: the engine
//! would put other characters in its place.

use base64::Engine as _;
use base64::alphabet::{Alphabet, STANDARD, URL_SAFE};
use base64::engine::{DecodePaddingMode, GeneralPurpose, GeneralPurposeConfig};
use regorus::Value;

use crate::rego::builtins::{Refusal, argument, measure, text_of};

pub(super) fn base64_decode(arguments: &[Value]) -> Result<Value, Refusal> {
    text(decode(&STANDARD, text_of(argument(arguments, 0)?)?)?)
}

pub(super) fn base64_is_valid(arguments: &[Value]) -> Result<Value, Refusal> {
    Ok(Value::Bool(text_of(argument(arguments, 0)?).is_ok_and(|text| decode(&STANDARD, text).is_ok())))
}

/// Also without the padding at the end.
pub(super) fn base64url_decode(arguments: &[Value]) -> Result<Value, Refusal> {
    let encoded = text_of(argument(arguments, 0)?)?;
    let missing = match encoded.len().checked_rem(4) {
        _ if encoded.ends_with('=') => "",
        Some(2) => "==",
        Some(3) => "=",
        Some(1) => return Err(Refusal::wrong_argument()),
        _ => "",
    };
    text(decode(&URL_SAFE, &format!("{encoded}{missing}"))?)
}

pub(super) fn hex_decode(arguments: &[Value]) -> Result<Value, Refusal> {
    let digits = text_of(argument(arguments, 0)?)?.as_bytes();
    let pairs = digits.chunks(2).map(|pair| match pair {
        [high, low] => byte(*high, *low),
        _ => None,
    });
    text(pairs.collect::<Option<Vec<u8>>>().ok_or_else(Refusal::wrong_argument)?)
}

/// Go looks over line ends, and doesn't mind bits that are left over.
fn decode(alphabet: &Alphabet, encoded: &str) -> Result<Vec<u8>, Refusal> {
    measure::check_size(encoded.len())?;
    let config = GeneralPurposeConfig::new()
        .with_decode_allow_trailing_bits(true)
        .with_decode_padding_mode(DecodePaddingMode::RequireCanonical);
    let encoded = encoded.replace(['\r', '\n'], "");
    GeneralPurpose::new(alphabet, config).decode(encoded).map_err(|_| Refusal::wrong_argument())
}

fn text(bytes: Vec<u8>) -> Result<Value, Refusal> {
    text_from(bytes).map(Value::from)
}

/// What was decoded, if it is a text.
pub(super) fn text_from(bytes: Vec<u8>) -> Result<String, Refusal> {
    String::from_utf8(bytes).map_err(|_| Refusal::new("what is encoded is not UTF-8"))
}

/// The byte that two hexadecimal digits write.
pub(super) fn byte(high: u8, low: u8) -> Option<u8> {
    let digit = |digit: u8| char::from(digit).to_digit(16);
    u8::try_from(digit(high)?.checked_mul(16)?.checked_add(digit(low)?)?).ok()
}
