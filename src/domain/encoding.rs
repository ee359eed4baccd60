//! How a text is written in bytes: UTF-8, with a byte-order mark or without, or UTF-16, as PowerShell's `>` writes it.

use std::borrow::Cow;

/// The mark that some editors put before UTF-8.
const UTF_8_MARK: &[u8] = b"\xef\xbb\xbf";
/// The marks of UTF-32, of which one begins as that of UTF-16 does.
const UTF_32_MARKS: [&[u8]; 2] = [b"\xff\xfe\0\0", b"\0\0\xfe\xff"];
/// How gzip begins.
const GZIP: &[u8] = b"\x1f\x8b";

/// How bytes say, or show, that they are written.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Encoding {
    /// UTF-8 without a mark; also what is not known to be anything else.
    Utf8,
    /// UTF-8 behind a byte-order mark.
    MarkedUtf8,
    /// UTF-16, the lower byte first.
    Utf16Le,
    /// UTF-16, the higher byte first.
    Utf16Be,
    /// UTF-32 of either order.
    Utf32,
    /// No text at all, but the compressed bytes of one.
    Gzip,
}

impl Encoding {
    /// How `bytes` are written, by how they begin. UTF-16 is known without a mark, too: no JSON and no YAML holds a NUL.
    fn of(bytes: &[u8]) -> Self {
        if UTF_32_MARKS.iter().any(|mark| bytes.starts_with(mark)) {
            return Self::Utf32;
        }
        match bytes {
            [0xff, 0xfe, ..] => Self::Utf16Le,
            [0xfe, 0xff, ..] => Self::Utf16Be,
            [0, second, ..] if *second != 0 => Self::Utf16Be,
            [first, 0, ..] if *first != 0 => Self::Utf16Le,
            _ if bytes.starts_with(UTF_8_MARK) => Self::MarkedUtf8,
            _ if bytes.starts_with(GZIP) => Self::Gzip,
            _ => Self::Utf8,
        }
    }
}

/// Why bytes are no text.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum NotText {
    /// Written in a way that is not read.
    #[error("it is UTF-32, which is not read: save it as UTF-8")]
    Utf32,
    /// Not a text yet.
    #[error("it is compressed with gzip: unpack it first")]
    Gzip,
    /// Begun as UTF-8, and not gone on with.
    #[error("it is not UTF-8: byte {0} belongs to no letter; save it as UTF-8")]
    Utf8(usize),
    /// UTF-16 with half a letter.
    #[error("it is UTF-16 with half a letter: save it as UTF-8")]
    Utf16,
}

/// The text that `bytes` write, without a byte-order mark.
///
/// # Errors
/// What is wrong with them, in the words of whoever saved them.
pub fn decode(bytes: &[u8]) -> Result<Cow<'_, str>, NotText> {
    match Encoding::of(bytes) {
        Encoding::Utf8 => utf_8(bytes),
        Encoding::MarkedUtf8 => utf_8(bytes.strip_prefix(UTF_8_MARK).unwrap_or(bytes)),
        Encoding::Utf16Le => utf_16(bytes, u16::from_le_bytes),
        Encoding::Utf16Be => utf_16(bytes, u16::from_be_bytes),
        Encoding::Utf32 => Err(NotText::Utf32),
        Encoding::Gzip => Err(NotText::Gzip),
    }
}

fn utf_8(bytes: &[u8]) -> Result<Cow<'_, str>, NotText> {
    let text = std::str::from_utf8(bytes);
    text.map(Cow::Borrowed).map_err(|wrong| NotText::Utf8(wrong.valid_up_to().saturating_add(1)))
}

fn utf_16(bytes: &[u8], unit: fn([u8; 2]) -> u16) -> Result<Cow<'static, str>, NotText> {
    let (pairs, rest) = bytes.as_chunks();
    let units = pairs.iter().copied().map(unit);
    let text: Result<String, _> = char::decode_utf16(units).collect();
    let text = text.ok().filter(|_| rest.is_empty()).ok_or(NotText::Utf16)?;
    Ok(Cow::Owned(text.strip_prefix('\u{feff}').map(str::to_owned).unwrap_or(text)))
}

#[cfg(test)]
mod tests {
    use super::{NotText, decode};

    const TEXT: &str = "{\"name\": \"Zoë 𝄞\"}\r\n";

    fn utf_16(text: &str, bytes: fn(u16) -> [u8; 2]) -> Vec<u8> {
        text.encode_utf16().flat_map(bytes).collect()
    }

    #[test]
    fn a_text_is_read_however_an_editor_saved_it() {
        let marked = format!("\u{feff}{TEXT}");
        for text in [TEXT, marked.as_str()] {
            assert_eq!(decode(text.as_bytes()).unwrap(), TEXT);
            assert_eq!(decode(&utf_16(text, u16::to_le_bytes)).unwrap(), TEXT);
            assert_eq!(decode(&utf_16(text, u16::to_be_bytes)).unwrap(), TEXT);
        }
        assert_eq!(decode(b"").unwrap(), "");
    }

    #[track_caller]
    fn check_refused(bytes: &[u8], words: &str) {
        assert_eq!(decode(bytes).unwrap_err().to_string(), words);
    }

    #[test]
    fn what_is_no_text_is_named() {
        check_refused(b"ab\xff", "it is not UTF-8: byte 3 belongs to no letter; save it as UTF-8");
        check_refused(b"\xff\xfe\0\0{\0\0\0", "it is UTF-32, which is not read: save it as UTF-8");
        check_refused(b"\x1f\x8b\x08\0", "it is compressed with gzip: unpack it first");
        assert_eq!(decode(b"\xff\xfe{\0}"), Err(NotText::Utf16));
        assert_eq!(decode(b"\xff\xfe\x00\xd8"), Err(NotText::Utf16));
    }
}
