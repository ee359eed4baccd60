//! The text of a policy: bytes → lexer → tokens → parser → [`tree`], and print back to text.
//!
//! The language is Rego as OPA 1.22 reads it: v1, v0 for what is to be rewritten, and the keywords that OPA has for the
//! future. What OPA's parser refuses is refused here, at the same row. Names, safety and types are the business of those
//! who read the tree.

mod comments;
mod span;
pub mod tree;

pub use comments::{Comment, Metadata};
pub use span::{Lines, Position, Span};
