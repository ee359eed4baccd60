//! The text of a policy: bytes → `lexer` → `tokens` → `parser` → [`tree`], and [`mod@print`] back to text.
//!
//! The language is Rego as OPA 1.22 reads it: v1, v0 for what is to be rewritten, and the keywords that OPA has for the
//! future. What OPA's parser refuses is refused here, at the same row. Names, safety and types are the business of those
//! who read the tree.

mod comments;
mod error;
mod lexer;
mod parser;
pub mod print;
mod span;
pub mod tokens;
pub mod tree;

pub use comments::{Comment, Metadata};
pub use error::SyntaxError;
pub use parser::{Dialect, MAX_DEPTH, Parsed, parse, parse_bytes};
pub use span::{Lines, Position, Span};

/// The most errors that are told of one text.
const MAX_ERRORS: usize = 100;
