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
    /// Another place that it is about: the bracket that is still open.
    pub related: Option<Span>,
}

impl SyntaxError {
    pub(super) fn new(span: Span, message: impl Into<String>) -> Self {
        Self { span, message: message.into(), help: None, related: None }
    }

    pub(super) fn related(self, span: Span) -> Self {
        Self { related: Some(span), ..self }
    }

    pub(super) fn help(self, help: impl Into<String>) -> Self {
        Self { help: Some(help.into()), ..self }
    }
}
