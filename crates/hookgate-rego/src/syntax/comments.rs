//! Comments, and the blocks of METADATA among them.

use super::Span;

/// A comment.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Comment {
    /// From its `#` to the end of the line.
    pub span: Span,
    /// What stands after the `#`.
    pub text: String,
}

/// A block of comments that begins with `# METADATA` at the beginning of a line: YAML about what follows it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Metadata {
    /// From the `#` of its first line to the end of its last one.
    pub span: Span,
    /// Row of the line that says METADATA; the first line of the YAML is in the next row, and so on.
    pub row: u32,
    /// The YAML, each line without its `#` and the one space after it.
    pub yaml: String,
}
