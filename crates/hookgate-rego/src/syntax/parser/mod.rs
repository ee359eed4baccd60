//! From tokens to the tree: recursive descent, with the strength of operators for infix terms.
//!
//! Nothing is read twice but the first statement of a rule (`p if {` may begin a collection or a body), so that the time is
//! linear in the text. The depth of the tree is bounded, so that neither this parser nor what walks the tree later can
//! exhaust the stack. After a fault reading goes on where the next rule begins.
#![expect(
    clippy::wildcard_enum_match_arm,
    reason = "a parser looks for the kinds that can stand in a place, and refuses all others"
)]

mod body;
mod collection;
mod cursor;
mod default;
mod group;
mod head;
mod import;
mod infix;
mod language;
mod literal;
mod logical;
mod module;
mod reference;
mod rule;
mod statement;
mod term;

use super::lexer;
use super::tokens::Token;
use super::tree::{Module, Term};
use super::{Span, SyntaxError, comments, span};

pub use language::Dialect;
use language::Language;
use logical::Brackets;

/// How deep a tree may be: brackets in brackets, and links of a chain such as `a + b + c`.
pub const MAX_DEPTH: u32 = 256;

/// What became of a text.
#[derive(Debug, Clone)]
pub struct Parsed {
    /// What could be read: all of it if there are no errors.
    pub module: Module,
    /// What is wrong, in the order of the text.
    pub errors: Vec<SyntaxError>,
}

/// Reads a module.
pub fn parse(text: &str, dialect: Dialect) -> Parsed {
    let lexed = lexer::read(text);
    let mut parser = Parser {
        text,
        tokens: &lexed.tokens,
        at: 0,
        language: Language::new(dialect),
        depth: 0,
        height: 0,
        guesses: false,
        ahead: None,
        brackets: None,
        errors: lexed.errors,
    };
    let mut module = parser.module();
    let mut errors = parser.errors;
    errors.sort_by_key(|error| error.span);
    comments::attach(&mut module, lexed.comments, text);
    Parsed { module, errors }
}

/// Reads a module from bytes, which may turn out to be no text.
pub fn parse_bytes(bytes: &[u8], dialect: Dialect) -> Parsed {
    match std::str::from_utf8(bytes) {
        Ok(text) => parse(text, dialect),
        Err(error) => {
            let at = span::offset(error.valid_up_to());
            let span = Span::new(at, at.saturating_add(1));
            let error = SyntaxError::new(span, "this is no UTF-8: save the file in that encoding");
            Parsed { module: Module::default(), errors: vec![error] }
        }
    }
}

/// Why a rule is not read to its end: the fault, or nothing if the lexer has told it.
#[derive(Debug)]
struct Stop(Option<Box<SyntaxError>>);

type Parse<T> = Result<T, Stop>;

struct Parser<'t> {
    text: &'t str,
    tokens: &'t [Token],
    /// Index of the token that is looked at.
    at: usize,
    language: Language,
    /// How many brackets and bodies are open.
    depth: u32,
    /// How high the trees are that were made in the innermost of them.
    height: u32,
    /// Whether something is tried that may be something else: no words are made about what is wrong.
    guesses: bool,
    /// A term that was read to see what follows it.
    ahead: Option<Ahead>,
    /// Which bracket closes which, once somebody asked.
    brackets: Option<Brackets>,
    errors: Vec<SyntaxError>,
}

/// A term that was read already: where it begins and ends among the tokens.
struct Ahead {
    from: usize,
    term: Term,
    to: usize,
    height: u32,
}
