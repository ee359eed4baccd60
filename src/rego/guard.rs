//! What is refused before the parser sees it: the parser is exponential in nesting, quadratic in imports, recursive in
//! chains, and blind after a NUL. It looks at characters and tokens only and is linear in the length of the file.

use std::num::{NonZeroU32, NonZeroUsize};

use regorus::Source;
use regorus::unstable::{Lexer, Token, TokenKind};
use regorus::utils::limits::PolicyLengthConfig;

use crate::domain::bundle::FileKind;
use crate::domain::bundle::limits::MAX_BYTES;
use crate::domain::diagnostic::{Diagnostic, Fault};
use crate::rego::place::{at_offset, at_span};
use crate::rego::syntax;

/// The widest line, as the engine counts: a tab is four columns, a character of a string its bytes.
/// INVARIANT: fits `u16`, the greatest width with which the engine can format an error.
const MAX_COLUMNS: u32 = 65_535;
/// The same in tests, which hold whole documents: an error further right than the engine can format is caught.
const MAX_TEST_COLUMNS: u32 = 1 << 20;
/// The deepest nesting of brackets.
const MAX_DEPTH: u32 = 24;
/// The greatest sum of 3^depth over the tokens of a file: a token at depth d is parsed up to about 3^d times.
const MAX_COST: u64 = 5_000_000;
/// The same in tests, whose documents are nested deeply; whoever waits for them wrote them.
const MAX_TEST_COST: u64 = 200_000_000;
/// The most operators in one file: the engine is recursive in their chains.
const MAX_OPERATORS: usize = 5_000;
/// The most imports in one file: the parser compares each with each.
const MAX_IMPORTS: usize = 200;
/// The most tokens in one file.
const MAX_TOKENS: usize = 250_000;
/// The most unary minus signs in a row.
const MAX_MINUS_RUN: usize = 8;
/// The greatest exponent of a number: the parser multiplies it out, also that of `0e1000000000`.
const MAX_EXPONENT: u32 = 400;
/// The most tokens of one reference: `a.b["c"][d]` has ten.
const MAX_REFERENCE: usize = 1_000;

/// How much longer than the author's text a normalised one may be: it has spaces, names and brackets that his had not.
const GROWTH: usize = 4;

/// What differs between policies and tests.
struct Bounds {
    columns: u32,
    cost: u64,
}

impl Bounds {
    fn of(path: &str) -> Self {
        if FileKind::of(path) == FileKind::RegoTest {
            Self { columns: MAX_TEST_COLUMNS, cost: MAX_TEST_COST }
        } else {
            Self { columns: MAX_COLUMNS, cost: MAX_COST }
        }
    }
}

/// The limits under which the engine reads policies: those of this module, not its narrower defaults.
pub(super) fn length_limits() -> PolicyLengthConfig {
    limits_with(MAX_COLUMNS)
}

/// The same for a bundle with its tests.
pub(super) fn length_limits_of_tests() -> PolicyLengthConfig {
    limits_with(MAX_TEST_COLUMNS)
}

fn limits_with(columns: u32) -> PolicyLengthConfig {
    let bytes = NonZeroUsize::new(MAX_BYTES.saturating_mul(GROWTH)).unwrap_or(NonZeroUsize::MIN);
    PolicyLengthConfig {
        max_col: NonZeroU32::new(columns).unwrap_or(NonZeroU32::MIN),
        max_file_bytes: bytes,
        max_lines: bytes.saturating_add(1),
    }
}

/// Looks over one file of Rego.
///
/// # Errors
/// The first reason not to parse it.
pub(super) fn check(path: &str, text: &str) -> Result<(), Diagnostic> {
    let bounds = Bounds::of(path);
    check_characters(path, text)?;
    check_lines(path, text, bounds.columns)?;
    let limits = limits_with(bounds.columns);
    let source = Source::from_contents_with_limits(
        path.to_owned(),
        text.to_owned(),
        NonZeroUsize::new(MAX_BYTES).unwrap_or(NonZeroUsize::MIN),
        limits.max_lines,
    )
    .map_err(|_| Diagnostic::new(Fault::TooLarge, format!("`{path}` is larger than {MAX_BYTES} bytes")))?;
    let mut lexer = Lexer::new(&source);
    lexer.set_max_col(limits.max_col);
    let mut tally = Tally { max_cost: bounds.cost, ..Tally::default() };
    loop {
        let token = lexer.next_token().map_err(|error| syntax::explain(&error.to_string(), path, text))?;
        if token.0 == TokenKind::Eof {
            return Ok(());
        }
        tally.count(&token).map_err(|(fault, message)| at_span(fault, &token.1, message))?;
    }
}

fn check_characters(path: &str, text: &str) -> Result<(), Diagnostic> {
    let wrong = text.char_indices().find_map(|(offset, character)| {
        let name = match character {
            '\0' => "a NUL character",
            '\u{FEFF}' => "a byte-order mark",
            '\u{202A}'..='\u{202E}' | '\u{2066}'..='\u{2069}' | '\u{200E}' | '\u{200F}' | '\u{061C}' => {
                "a bidirectional control character"
            }
            _ => return None,
        };
        Some((offset, name))
    });
    match wrong {
        None => Ok(()),
        Some((offset, name)) => {
            let message = format!("{name} is not allowed: what is read must be what runs");
            let found = at_offset(Fault::ForbiddenCharacter, path, text, offset, message);
            Err(Diagnostic { line: None, ..found })
        }
    }
}

fn check_lines(path: &str, text: &str, max: u32) -> Result<(), Diagnostic> {
    let mut offset = 0_usize;
    for line in text.split('\n') {
        let tabs = line.bytes().filter(|byte| *byte == b'\t').count();
        let columns = line.len().saturating_add(tabs.saturating_mul(3));
        if u32::try_from(columns).is_ok_and(|columns| columns < max) {
            offset = offset.saturating_add(line.len()).saturating_add(1);
            continue;
        }
        let message = format!("the line is too long: at most {max} columns are allowed");
        return Err(at_offset(Fault::TooManyParts, path, text, offset, message));
    }
    Ok(())
}

/// What has been counted so far.
#[derive(Default)]
struct Tally {
    tokens: usize,
    operators: usize,
    imports: usize,
    minus_run: usize,
    reference: usize,
    depth: u32,
    cost: u64,
    max_cost: u64,
    row: u32,
    after_dot: bool,
}

impl Tally {
    fn count(&mut self, token: &Token) -> Result<(), (Fault, String)> {
        check_number(token)?;
        let text = match token.0 {
            TokenKind::String | TokenKind::RawString => "",
            TokenKind::Symbol | TokenKind::Number | TokenKind::Ident | TokenKind::Eof => token.1.text(),
        };
        self.count_nesting(text);
        self.count_reference(token, text);
        self.tokens = self.tokens.saturating_add(1);
        self.operators = self.operators.saturating_add(usize::from(is_operator(&token.0, text)));
        self.imports = self.imports.saturating_add(usize::from(text == "import" && !self.after_dot));
        self.minus_run = if text == "-" { self.minus_run.saturating_add(1) } else { 0 };
        self.after_dot = text == ".";
        self.judge()
    }

    fn count_nesting(&mut self, text: &str) {
        match text {
            "[" | "{" | "(" | "set(" => self.depth = self.depth.saturating_add(1),
            "]" | "}" | ")" => self.depth = self.depth.saturating_sub(1),
            _ => {}
        }
        self.cost = self.cost.saturating_add(3_u64.saturating_pow(self.depth));
    }

    /// Counts the tokens that can make up one reference; a reference does not go over the end of a line.
    fn count_reference(&mut self, token: &Token, text: &str) {
        let is_symbol = matches!(token.0, TokenKind::Symbol | TokenKind::Eof);
        let part = matches!(text, "." | "[" | "]") || !(is_symbol || text.starts_with('-'));
        let same_row = self.row == token.1.line;
        self.row = token.1.line;
        self.reference = match (part, same_row) {
            (true, true) => self.reference.saturating_add(1),
            (true, false) => 1,
            (false, _) => 0,
        };
    }

    fn judge(&self) -> Result<(), (Fault, String)> {
        let too_many = |what: &str, limit: usize| {
            Err((Fault::TooManyParts, format!("too many {what} in one file: at most {limit} are allowed")))
        };
        let too_complex = |message: String| Err((Fault::TooComplex, message));
        match self {
            _ if self.depth > MAX_DEPTH => {
                too_complex(format!("nested too deeply: at most {MAX_DEPTH} levels of brackets are allowed"))
            }
            _ if self.cost > self.max_cost => {
                too_complex("too much is nested too deeply: give inner parts names of their own".to_owned())
            }
            _ if self.minus_run > MAX_MINUS_RUN => {
                too_complex(format!("too many minus signs in a row: at most {MAX_MINUS_RUN} are allowed"))
            }
            _ if self.reference > MAX_REFERENCE => too_complex(
                "the reference has too many parts: give a part of it a name of its own".to_owned(),
            ),
            _ if self.operators > MAX_OPERATORS => too_many("operators", MAX_OPERATORS),
            _ if self.imports > MAX_IMPORTS => too_many("imports", MAX_IMPORTS),
            _ if self.tokens > MAX_TOKENS => too_many("tokens", MAX_TOKENS),
            _ => Ok(()),
        }
    }
}

fn check_number(token: &Token) -> Result<(), (Fault, String)> {
    let text = if token.0 == TokenKind::Number { token.1.text() } else { "" };
    let Some((_, exponent)) = text.split_once(['e', 'E']) else { return Ok(()) };
    if exponent.trim_start_matches(['+', '-']).parse().is_ok_and(|exponent: u32| exponent <= MAX_EXPONENT) {
        return Ok(());
    }
    Err((Fault::TooComplex, format!("the exponent is out of range: at most {MAX_EXPONENT} is allowed")))
}

fn is_operator(kind: &TokenKind, text: &str) -> bool {
    match kind {
        // `1 -2` is a subtraction whose minus the lexer gives to the number.
        TokenKind::Number => text.starts_with('-'),
        TokenKind::Ident => text == "in",
        TokenKind::Symbol => {
            matches!(text, "+" | "-" | "*" | "/" | "%" | "&" | "|" | "==" | "!=" | "<" | "<=" | ">" | ">=")
        }
        TokenKind::String | TokenKind::RawString | TokenKind::Eof => false,
    }
}

#[cfg(test)]
mod tests {
    use super::check;
    use crate::domain::diagnostic::Fault;
    use proptest::prelude::*;

    #[track_caller]
    fn passes(text: &str) {
        assert_eq!(check("p.rego", text), Ok(()));
    }

    #[track_caller]
    fn refuses(text: &str, fault: Fault, row: u32, col: u32) {
        let found = check("p.rego", text).unwrap_err();
        let place = found.place.clone().unwrap();
        assert_eq!((found.fault, place.row, place.col), (fault, row, col), "{found}");
    }

    #[test]
    fn characters_that_hide_what_runs_are_refused_with_their_place() {
        refuses("package p\n# \0\nx := 1", Fault::ForbiddenCharacter, 2, 3);
        refuses("\u{FEFF}package p", Fault::ForbiddenCharacter, 1, 1);
        refuses("package p\nx := \"\u{202E}\"", Fault::ForbiddenCharacter, 2, 7);
        passes("package p\nx := \"é💥\"");
    }

    #[test]
    fn lines_may_be_long_but_not_longer_than_the_engine_can_report() {
        passes(&format!("package p\nx := \"{}\"", "a".repeat(65_000)));
        refuses(&format!("package p\nx := \"{}\"", "a".repeat(65_530)), Fault::TooManyParts, 2, 1);
        refuses(&format!("package p\n{}x := 1", "\t".repeat(20_000)), Fault::TooManyParts, 2, 1);
        refuses(&format!("package p\nx := \"{}\\q\"", "a".repeat(65_500)), Fault::Syntax, 2, 65_507);
    }

    #[test]
    fn nesting_is_bounded_by_depth_and_by_cost() {
        let nested = |open: &str, close: &str, levels| {
            format!("package p\nx := {}1{}", open.repeat(levels), close.repeat(levels))
        };
        passes(&nested("[", "]", 10));
        refuses(&nested("[", "]", 100), Fault::TooComplex, 2, 19);
        refuses(&nested("{1|", "|2}", 30), Fault::TooComplex, 2, 43);
        refuses(&nested("count(", ")", 600), Fault::TooComplex, 2, 89);
        refuses(&nested("set(", ")", 600), Fault::TooComplex, 2, 61);
    }

    #[test]
    fn runs_of_minus_signs_are_bounded_also_over_several_lines() {
        passes("package p\nx := - - - 1");
        refuses(&format!("package p\nx := {}1", "-\n".repeat(600)), Fault::TooComplex, 10, 1);
    }

    #[test]
    fn operators_imports_tokens_and_parts_of_a_reference_are_bounded() {
        passes(&format!("package p\nx := 1{}", "+1".repeat(4_000)));
        refuses(&format!("package p\nx := 1{}", "+1".repeat(5_001)), Fault::TooManyParts, 2, 10_007);
        refuses(&format!("package p\nx := 1{}", " -1".repeat(5_001)), Fault::TooManyParts, 2, 15_008);
        refuses(&format!("package p\n{}", "import data.x\n".repeat(201)), Fault::TooManyParts, 202, 1);
        passes(&format!("package p\nx := [{}]", "a.import, ".repeat(300)));
        refuses(&format!("package p\nx := a{}", ".b".repeat(600)), Fault::TooComplex, 2, 1_006);
        refuses(&format!("package p\nx := [{}]", "1,\n".repeat(126_000)), Fault::TooManyParts, 124_999, 2);
    }

    #[test]
    fn exponents_are_bounded_also_of_nothing() {
        passes("package p\nx := [0, -1.5, 1e300, 2E-9, 0e0]");
        refuses("package p\nx := 0e1000000000", Fault::TooComplex, 2, 6);
        refuses("package p\nx := -0.0E+99999999", Fault::TooComplex, 2, 6);
    }

    #[test]
    fn what_the_lexer_refuses_has_place_and_line() {
        let found = check("p.rego", "package p\nx := \"é\" $").unwrap_err();
        assert_eq!(found.to_string(), "p.rego:2:10: invalid character: x := \"é\" $");
        assert_eq!(
            check("p.rego", "package p\nx := 1e400").unwrap_err().message,
            "the number is out of range"
        );
    }

    proptest! {
        #[test]
        fn any_text_is_passed_or_refused_and_never_panics(text in "\\PC*|[-+*/(){}\\[\\].,;:=<>|&\"`a-z0-9\\n\\t ]*") {
            drop(check("p.rego", &text));
        }

        #[test]
        fn any_bytes_are_passed_or_refused_and_never_panic(bytes: Vec<u8>) {
            drop(check("p.rego", &String::from_utf8_lossy(&bytes)));
        }
    }
}
