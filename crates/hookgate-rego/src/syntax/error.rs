//! What is wrong with a text.

use super::Span;

/// A fault of a text: what is wrong, where, and what would do.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct SyntaxError {
    /// What it is about.
    pub span: Span,
    /// What is wrong, in lower case and without a period.
    pub message: String,
    /// What would do, where we know it.
    pub help: Option<String>,
}

impl SyntaxError {
    pub(super) fn new(span: Span, message: impl Into<String>) -> Self {
        Self { span, message: message.into(), help: None }
    }

    pub(super) fn help(self, help: impl Into<String>) -> Self {
        Self { help: Some(help.into()), ..self }
    }
}
