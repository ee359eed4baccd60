//! Numbers.

use super::Lexer;
use crate::syntax::tokens::TokenKind;

impl Lexer<'_> {
    /// Digits, a fraction, an exponent; and what follows without a space, so that `0a2b` is one mistake.
    pub(super) fn number(&mut self) -> TokenKind {
        let start = self.offset();
        self.digits();
        if self.take_if('.') && self.digits() == 0 {
            self.error(self.since(start), "the number ends in a point: a fraction is missing");
        }
        if self.take_if('e') || self.take_if('E') {
            let _ = self.take_if('+') || self.take_if('-');
            if self.digits() == 0 {
                self.error(self.since(start), "the exponent of the number is missing");
            }
        }
        let word = self.take_while(|c| c.is_ascii_alphanumeric() || c == '_');
        if !word.is_empty() {
            self.error(self.since(start), "a name cannot begin with a digit, nor a number hold letters");
        }
        TokenKind::Number
    }

    fn digits(&mut self) -> usize {
        self.take_while(|c| c.is_ascii_digit()).len()
    }
}
