//! Texts and characters in quotes, as Go quotes them: what can't be printed becomes an escape.

use crate::rego::builtins::characters::is_printable;

/// Which quote stands around, and what may stand between.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(in crate::rego::builtins) enum Within {
    /// Everything that prints.
    Printable,
    /// Only what prints and is ASCII.
    Ascii,
}

/// `text` in double quotes.
pub(in crate::rego::builtins) fn quote(text: &str, within: Within) -> String {
    enclose(text.chars(), '"', within)
}

/// `character` in single quotes.
pub(super) fn quote_char(character: char, within: Within) -> String {
    enclose(std::iter::once(character), '\'', within)
}

/// Whether `text` can stand between backquotes as it is.
pub(super) fn fits_backquotes(text: &str) -> bool {
    text.chars().all(|c| c == '\t' || !matches!(c, '\0'..='\u{1f}' | '`' | '\u{7f}' | '\u{feff}'))
}

fn enclose(text: impl Iterator<Item = char>, quote: char, within: Within) -> String {
    let mut quoted = String::from(quote);
    for character in text {
        if character == quote || character == '\\' {
            quoted.push('\\');
            quoted.push(character);
        } else if is_printable(character) && (within == Within::Printable || character.is_ascii()) {
            quoted.push(character);
        } else {
            quoted.push_str(&escape(character));
        }
    }
    quoted.push(quote);
    quoted
}

fn escape(character: char) -> String {
    match character {
        '\u{7}' => r"\a".to_owned(),
        '\u{8}' => r"\b".to_owned(),
        '\u{b}' => r"\v".to_owned(),
        '\u{c}' => r"\f".to_owned(),
        '\n' => r"\n".to_owned(),
        '\r' => r"\r".to_owned(),
        '\t' => r"\t".to_owned(),
        '\0'..='\u{7f}' => format!(r"\x{:02x}", u32::from(character)),
        '\u{80}'..='\u{ffff}' => format!(r"\u{:04x}", u32::from(character)),
        _ => format!(r"\U{:08x}", u32::from(character)),
    }
}
