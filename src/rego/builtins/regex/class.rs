//! Classes of characters and single escaped characters, as RE2 has them: ASCII, unless they are named by Unicode.

use regex_syntax::hir::{ClassUnicode, ClassUnicodeRange};

use crate::rego::builtins::regex::cursor::Cursor;
use crate::rego::builtins::regex::fault::Fault;
use crate::rego::builtins::regex::parse::Flags;
use crate::rego::builtins::regex::unicode;

const DIGIT: &[(char, char)] = &[('0', '9')];
const SPACE: &[(char, char)] = &[('\t', '\n'), ('\u{c}', '\r'), (' ', ' ')];
const WORD: &[(char, char)] = &[('0', '9'), ('A', 'Z'), ('_', '_'), ('a', 'z')];

/// What can stand between `[:` and `:]`.
const NAMED: &[(&str, &[(char, char)])] = &[
    ("alnum", &[('0', '9'), ('A', 'Z'), ('a', 'z')]),
    ("alpha", &[('A', 'Z'), ('a', 'z')]),
    ("ascii", &[('\0', '\u{7f}')]),
    ("blank", &[('\t', '\t'), (' ', ' ')]),
    ("cntrl", &[('\0', '\u{1f}'), ('\u{7f}', '\u{7f}')]),
    ("digit", DIGIT),
    ("graph", &[('!', '~')]),
    ("lower", &[('a', 'z')]),
    ("print", &[(' ', '~')]),
    ("punct", &[('!', '/'), (':', '@'), ('[', '`'), ('{', '~')]),
    ("space", &[('\t', '\r'), (' ', ' ')]),
    ("upper", &[('A', 'Z')]),
    ("word", WORD),
    ("xdigit", &[('0', '9'), ('A', 'F'), ('a', 'f')]),
];

/// A class in brackets; the cursor is at the first.
pub(super) fn bracketed(cursor: &mut Cursor<'_>, flags: Flags) -> Result<ClassUnicode, Fault> {
    cursor.advance(1);
    let is_negated = cursor.skip('^');
    let mut class = ClassUnicode::empty();
    let mut is_first = true;
    while is_first || !cursor.skip(']') {
        is_first = false;
        if let Some(named) = named(cursor, flags)? {
            class.union(&named);
        } else if let Some(escaped) = escaped(cursor, flags)? {
            class.union(&escaped);
        } else {
            let range = range(cursor)?;
            class.union(&if flags.fold { folded(range) } else { range });
        }
    }
    if is_negated {
        class.negate();
    }
    Ok(class)
}

/// A class that is written `\d`, `\pL` or the like, if the cursor is at one.
pub(super) fn escaped(cursor: &mut Cursor<'_>, flags: Flags) -> Result<Option<ClassUnicode>, Fault> {
    if cursor.peek() != Some('\\') {
        return Ok(None);
    }
    let (ranges, is_negated) = match cursor.peek_second() {
        Some('d') => (DIGIT, false),
        Some('D') => (DIGIT, true),
        Some('s') => (SPACE, false),
        Some('S') => (SPACE, true),
        Some('w') => (WORD, false),
        Some('W') => (WORD, true),
        Some(letter @ ('p' | 'P')) => {
            cursor.advance(2);
            return unicode::class(cursor, letter == 'P', flags).map(Some);
        }
        _ => return Ok(None),
    };
    cursor.advance(2);
    Ok(Some(ascii(ranges, is_negated, flags)))
}

/// The number of a character that is written with a backslash.
pub(super) fn escaped_character(cursor: &mut Cursor<'_>) -> Result<u32, Fault> {
    cursor.advance(1);
    let Some(character) = cursor.next() else {
        return Err(Fault::syntax("a backslash at the end"));
    };
    let control = match character {
        'a' => 0x07,
        'f' => 0x0c,
        'n' => 0x0a,
        'r' => 0x0d,
        't' => 0x09,
        'v' => 0x0b,
        'x' => return hexadecimal(cursor),
        '0' => return Ok(octal(cursor, 0)),
        '1'..='7' if cursor.peek().is_some_and(|next| next.is_digit(8)) => {
            return Ok(octal(cursor, character.to_digit(8).unwrap_or_default()));
        }
        '1'..='9' => {
            return Err(Fault::syntax(format!(
                "`\\{character}` is a back-reference, which RE2 does not have"
            )));
        }
        'Z' => return Err(Fault::syntax("`\\Z` is not there: write `\\z`")),
        punctuation if punctuation.is_ascii() && !punctuation.is_ascii_alphanumeric() => {
            u32::from(punctuation)
        }
        other => return Err(Fault::syntax(format!("`\\{}` means nothing", other.escape_debug()))),
    };
    Ok(control)
}

/// `class` with all that differs from it in case only.
pub(super) fn folded(mut class: ClassUnicode) -> ClassUnicode {
    // INVARIANT: the tables for it are compiled in, or every test of `(?i)` fails.
    drop(class.try_case_fold_simple());
    class
}

fn ascii(ranges: &[(char, char)], is_negated: bool, flags: Flags) -> ClassUnicode {
    let class = ClassUnicode::new(ranges.iter().map(|(first, last)| ClassUnicodeRange::new(*first, *last)));
    let mut class = if flags.fold { folded(class) } else { class };
    if is_negated {
        class.negate();
    }
    class
}

/// A class like `[:alpha:]`, if the cursor is at one.
fn named(cursor: &mut Cursor<'_>, flags: Flags) -> Result<Option<ClassUnicode>, Fault> {
    let mut ahead = *cursor;
    if !(ahead.skip('[') && ahead.skip(':')) {
        return Ok(None);
    }
    let Some(name) = ahead.take_until(":]") else { return Ok(None) };
    let positive = name.strip_prefix('^');
    let wanted = positive.unwrap_or(name);
    let Some((_, ranges)) = NAMED.iter().find(|(name, _)| *name == wanted) else {
        return Err(Fault::syntax("a name between `[:` and `:]` that is no class"));
    };
    *cursor = ahead;
    Ok(Some(ascii(ranges, positive.is_some(), flags)))
}

/// A single character, or a range of them.
fn range(cursor: &mut Cursor<'_>) -> Result<ClassUnicode, Fault> {
    let first = character(cursor)?;
    let mut last = first;
    if cursor.peek() == Some('-') && cursor.peek_second().is_some_and(|next| next != ']') {
        cursor.advance(1);
        last = character(cursor)?;
    }
    if last < first {
        return Err(Fault::syntax("a range of characters that goes backwards"));
    }
    // Halves of pairs are in no text: a range begins after them and ends before them.
    let first = if (0xd800..=0xdfff).contains(&first) { 0xe000 } else { first };
    let last = if (0xd800..=0xdfff).contains(&last) { 0xd7ff } else { last };
    let ends = char::from_u32(first).zip(char::from_u32(last)).filter(|(first, last)| first <= last);
    Ok(ClassUnicode::new(ends.map(|(first, last)| ClassUnicodeRange::new(first, last))))
}

fn character(cursor: &mut Cursor<'_>) -> Result<u32, Fault> {
    match cursor.peek() {
        None => Err(Fault::syntax("a `[` is not closed")),
        Some('\\') => escaped_character(cursor),
        Some(character) => {
            cursor.next();
            Ok(u32::from(character))
        }
    }
}

/// Up to three digits in all.
fn octal(cursor: &mut Cursor<'_>, first: u32) -> u32 {
    (0..2).fold(first, |number, _| match cursor.peek().and_then(|next| next.to_digit(8)) {
        None => number,
        Some(digit) => {
            cursor.advance(1);
            number.saturating_mul(8).saturating_add(digit)
        }
    })
}

/// Two digits, or any number of them in braces.
fn hexadecimal(cursor: &mut Cursor<'_>) -> Result<u32, Fault> {
    let digits = if cursor.skip('{') {
        cursor.take_until("}").map(str::to_owned)
    } else {
        cursor.next().zip(cursor.next()).map(|(first, second)| String::from_iter([first, second]))
    };
    let digits = digits.unwrap_or_default();
    let is_number = !digits.is_empty() && digits.bytes().all(|b| b.is_ascii_hexdigit());
    let number = u32::from_str_radix(&digits, 16).ok().filter(|number| is_number && *number <= 0x10_ffff);
    number.ok_or_else(|| Fault::syntax("after `\\x` come two hexadecimal digits, or more in braces"))
}
