//! The texts of a bundle: what a reviewer sees must be what runs.

use crate::domain::bundle::FileKind;
use crate::domain::diagnostic::{Diagnostic, Fault, Place};

use super::paths::shown;

/// The longest line in a diagnostic, in characters.
const SHOWN_LINE: usize = 120;

/// How many bytes tell whether a text is UTF-16.
const SIGHT: usize = 64;

/// How archives and compressed files begin, besides `tar`, which has its mark further in.
const ARCHIVES: [&[u8]; 9] = [
    b"PK\x03\x04",
    b"PK\x05\x06",
    b"PK\x07\x08",
    b"\x1f\x8b",
    b"\xfd7zXZ\0",
    b"7z\xbc\xaf\x27\x1c",
    b"Rar!\x1a\x07",
    b"\x28\xb5\x2f\xfd",
    b"BZh91AY&SY",
];
const TAR_MARK: (usize, &[u8]) = (257, b"ustar");

const BYTE_ORDER_MARK: &[u8] = b"\xef\xbb\xbf";
/// The marks of UTF-16.
const WIDE_MARKS: [&[u8]; 2] = [b"\xff\xfe", b"\xfe\xff"];

/// `bytes`, the content of the file at `path`, as text.
pub(super) fn parse(path: &str, bytes: &[u8]) -> Result<String, Diagnostic> {
    let forbidden = |what| Err(Diagnostic::new(Fault::ForbiddenEntry, format!("`{}` {what}", shown(path))));
    if is_archive(bytes) {
        return forbidden("is an archive itself: archives cannot be nested");
    }
    let not_utf8_at_all = |what| Err(Diagnostic::new(Fault::NotUtf8, format!("`{}` {what}", shown(path))));
    if is_wide(bytes) {
        return not_utf8_at_all("is UTF-16: save it as UTF-8");
    }
    if bytes.starts_with(BYTE_ORDER_MARK) {
        return not_utf8_at_all("begins with a byte-order mark: save it as UTF-8 without one");
    }
    let text = match str::from_utf8(bytes) {
        _ if is_binary(path, bytes) => return forbidden("is binary: a policy may hold text files only"),
        Ok(text) => text,
        Err(error) => return Err(not_utf8(path, bytes, error.valid_up_to())),
    };
    match text.char_indices().find(|(_, c)| is_forbidden(*c)) {
        Some((at, c)) => Err(forbidden_character(path, text, at, c)),
        None => Ok(text.to_owned()),
    }
}

/// Whether `c` changes the direction of text, so that it reads other than it runs.
pub(super) const fn is_bidi_control(c: char) -> bool {
    matches!(c, '\u{061C}' | '\u{200E}' | '\u{200F}' | '\u{202A}'..='\u{202E}' | '\u{2066}'..='\u{2069}')
}

const fn is_forbidden(c: char) -> bool {
    c == '\0' || is_bidi_control(c)
}

/// Whether it is UTF-16: with its mark, or with a NUL beside each of its first letters.
fn is_wide(bytes: &[u8]) -> bool {
    let begin = bytes.get(..SIGHT).unwrap_or(bytes);
    let every = |first: usize| begin.iter().skip(first).step_by(2);
    let is_between = |letters: usize, nuls: usize| {
        every(letters).all(|byte| matches!(byte, 1..=127)) && every(nuls).all(|byte| *byte == 0)
    };
    let has_nuls = begin.len() > 1 && (is_between(0, 1) || is_between(1, 0));
    has_nuls || WIDE_MARKS.iter().any(|mark| bytes.starts_with(mark))
}

/// Whether it is no text at all: a NUL, which in Rego and data that are UTF-8 otherwise is one character that is not allowed.
fn is_binary(path: &str, bytes: &[u8]) -> bool {
    let is_other = FileKind::of(path) == FileKind::Other || str::from_utf8(bytes).is_err();
    let nuls = bytes.split(|byte| *byte == 0).skip(1).count();
    nuls > 0 && (is_other || nuls.saturating_mul(10) > bytes.len())
}

fn is_archive(bytes: &[u8]) -> bool {
    let (at, mark) = TAR_MARK;
    ARCHIVES.iter().any(|magic| bytes.starts_with(magic))
        || bytes.get(at..).is_some_and(|rest| rest.starts_with(mark))
}

fn not_utf8(path: &str, bytes: &[u8], valid: usize) -> Diagnostic {
    let before = String::from_utf8_lossy(bytes.get(..valid).unwrap_or_default());
    let place = place_behind(path, &before);
    Diagnostic::at(Fault::NotUtf8, place, None, "the text is not UTF-8 from here on")
}

fn forbidden_character(path: &str, text: &str, at: usize, c: char) -> Diagnostic {
    let (before, _) = text.split_at_checked(at).unwrap_or((text, ""));
    let place = place_behind(path, before);
    let line = text.lines().nth(before.matches('\n').count()).map(visible);
    let message = format!(
        "the character U+{:04X} is not allowed, not even in comments and strings: {}",
        u32::from(c),
        if c == '\0' { "texts have no NUL" } else { "it makes text read other than it runs" }
    );
    Diagnostic::at(Fault::ForbiddenCharacter, place, line, message)
}

/// The place of the character that follows `before`.
fn place_behind(path: &str, before: &str) -> Place {
    let row = before.matches('\n').count();
    let col = before.rsplit('\n').next().unwrap_or_default().chars().count();
    let from_one = |count: usize| u32::try_from(count).unwrap_or(u32::MAX).saturating_add(1);
    Place { file: path.to_owned(), row: from_one(row), col: from_one(col) }
}

fn visible(line: &str) -> String {
    let hides = |c: char| is_forbidden(c) || (c.is_control() && c != '\t');
    let spelled = |c: char| if hides(c) { c.escape_unicode().to_string() } else { c.to_string() };
    line.chars().take(SHOWN_LINE).map(spelled).collect()
}
