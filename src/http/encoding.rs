//! Bodies that are no UTF-8 JSON as it stands: which encoding they have, so that the answer can name it.

use axum::http::{HeaderMap, header};

use crate::http::codes;
use crate::http::error::ApiError;

/// What bodies of another encoding begin with, the longer signs first.
const SIGNS: [(&[u8], &str); 9] = [
    (b"\x1f\x8b", "compressed with gzip"),
    (b"\x28\xb5\x2f\xfd", "compressed with zstd"),
    (b"\xff\xfe\0\0", "UTF-32"),
    (b"\0\0\xfe\xff", "UTF-32"),
    (b"\xff\xfe", "UTF-16"),
    (b"\xfe\xff", "UTF-16"),
    (b"\xef\xbb\xbf", "UTF-8 with a byte-order mark"),
    // Without a mark, of what begins with a character of ASCII, as every JSON object does.
    (b"{\0", "UTF-16"),
    (b"\0{", "UTF-16"),
];

/// Refuses a body that is announced as compressed: nothing here unpacks one.
pub(super) fn check_announced(headers: &HeaderMap) -> Result<(), ApiError> {
    let encodings = headers.get_all(header::CONTENT_ENCODING).iter();
    let words = encodings.map(|value| String::from_utf8_lossy(value.as_bytes()).trim().to_ascii_lowercase());
    match words.into_iter().find(|word| !matches!(word.as_str(), "" | "identity")) {
        None => Ok(()),
        Some(word) => Err(refuse(&format!("encoded with `{}` (`Content-Encoding`)", cut(&word)))),
    }
}

/// Refuses a body of which the first bytes, or an escape that is half a character, tell that it is no UTF-8 JSON.
pub(super) fn check(body: &[u8]) -> Result<(), ApiError> {
    if let Some((_, encoding)) = SIGNS.iter().find(|(sign, _)| body.starts_with(sign)) {
        return Err(refuse(encoding));
    }
    match find_half(body) {
        None => Ok(()),
        Some(at) => {
            let (line, column) = place(body, at);
            Err(ApiError::new(
                codes::NOT_UTF8,
                format!(
                    "the body has half of a character at line {line} column {column}: a UTF-16 surrogate (`\\ud800` to \
                     `\\udfff`) stands alone, which UTF-8 cannot say"
                ),
            ))
        }
    }
}

fn refuse(encoding: &str) -> ApiError {
    ApiError::new(codes::NOT_UTF8, format!("the body is {encoding}: send JSON as plain UTF-8"))
}

fn cut(word: &str) -> String {
    word.chars().filter(|letter| !letter.is_control()).take(64).collect()
}

/// Where an escape for a surrogate stands without its other half.
fn find_half(body: &[u8]) -> Option<usize> {
    let mut at = 0_usize;
    while let Some(next) = body.get(at..)?.iter().position(|byte| *byte == b'\\') {
        let escape = at.saturating_add(next);
        at = escape.saturating_add(match surrogate(body, escape) {
            None => 2,
            Some(Half::High) if surrogate(body, escape.saturating_add(6)) == Some(Half::Low) => 12,
            Some(Half::High | Half::Low) => return Some(escape),
        });
    }
    None
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Half {
    High,
    Low,
}

/// The half that is escaped at `at`, if one is.
fn surrogate(body: &[u8], at: usize) -> Option<Half> {
    let [b'\\', b'u', b'd' | b'D', digit, one, other] = body.get(at..at.saturating_add(6))? else {
        return None;
    };
    if !(one.is_ascii_hexdigit() && other.is_ascii_hexdigit()) {
        return None;
    }
    match digit.to_ascii_lowercase() {
        b'8' | b'9' | b'a' | b'b' => Some(Half::High),
        b'c'..=b'f' => Some(Half::Low),
        _ => None,
    }
}

/// The line and column of the byte `at`, both counted from 1.
fn place(body: &[u8], at: usize) -> (usize, usize) {
    let before = body.get(..at).unwrap_or_default();
    let line = before.split(|byte| *byte == b'\n').count();
    let start = before.iter().rposition(|byte| *byte == b'\n').map_or(0, |end| end.saturating_add(1));
    (line, at.saturating_sub(start).saturating_add(1))
}

#[cfg(test)]
mod tests {
    use super::find_half;

    #[test]
    fn half_a_character_is_found_and_a_whole_one_is_none() {
        let check = |body: &str, expected| assert_eq!(find_half(body.as_bytes()), expected, "{body}");
        for half in
            [r"\ud83d", r"\uDE00", r"\ude00\ud83d", r"\ud83d\n", r"\ud83dx\ude00", r"\udbff\ud800\udc00"]
        {
            check(half, Some(0));
        }
        for whole in
            [r"\ud83d\ude00", r"\\ud83d", r"\uD7FF\ue000", r"\u00e9", "plain", "", r"\", r"\ud8", r"\ud8zz"]
        {
            check(whole, None);
        }
        check(r"\ud83d\ude00\\\\\ud83d", Some(16));
    }
}
