//! What Go's package `unicode` says of a character, where the standard library says something else.

use std::sync::LazyLock;

use regex_syntax::hir::{Class, ClassUnicode, HirKind};

static PRINTABLE: LazyLock<ClassUnicode> = LazyLock::new(|| class(r"[\pL\pM\pN\pP\pS ]"));
static LETTERS_AND_DIGITS: LazyLock<ClassUnicode> = LazyLock::new(|| class(r"[\pL\p{Nd}]"));

/// Letters, marks, numbers, punctuation, symbols, and the space.
pub(super) fn is_printable(character: char) -> bool {
    if character.is_ascii() { matches!(character, ' '..='~') } else { holds(&PRINTABLE, character) }
}

/// Letters and decimal digits, without marks and other numbers.
pub(super) fn is_letter_or_digit(character: char) -> bool {
    if character.is_ascii() {
        character.is_ascii_alphanumeric()
    } else {
        holds(&LETTERS_AND_DIGITS, character)
    }
}

/// A class that the tables know.
pub(super) fn class(pattern: &str) -> ClassUnicode {
    match regex_syntax::parse(pattern).map(regex_syntax::hir::Hir::into_kind) {
        Ok(HirKind::Class(Class::Unicode(class))) => class,
        _ => ClassUnicode::empty(),
    }
}

fn holds(class: &ClassUnicode, character: char) -> bool {
    let after = class.ranges().partition_point(|range| range.end() < character);
    class.ranges().get(after).is_some_and(|range| range.start() <= character)
}
