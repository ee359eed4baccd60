//! Looking at characters.

use super::Lexer;
use crate::syntax::{Span, span};

impl<'t> Lexer<'t> {
    pub(super) fn peek(&self) -> Option<char> {
        self.rest.chars().next()
    }

    pub(super) fn bump(&mut self) {
        let mut chars = self.rest.chars();
        chars.next();
        self.rest = chars.as_str();
    }

    pub(super) fn take_if(&mut self, wanted: char) -> bool {
        let rest = self.rest.strip_prefix(wanted);
        self.rest = rest.unwrap_or(self.rest);
        rest.is_some()
    }

    pub(super) fn take_while(&mut self, wanted: impl Fn(char) -> bool) -> &'t str {
        let after = self.rest.trim_start_matches(wanted);
        let taken = self.rest.get(..self.rest.len().saturating_sub(after.len())).unwrap_or_default();
        self.rest = after;
        taken
    }

    pub(super) fn advance(&mut self, bytes: usize) {
        self.rest = self.rest.get(bytes..).unwrap_or_default();
    }

    pub(super) fn offset(&self) -> u32 {
        span::offset(self.text.len().saturating_sub(self.rest.len()))
    }

    pub(super) fn since(&self, start: u32) -> Span {
        Span::new(start, self.offset())
    }
}
