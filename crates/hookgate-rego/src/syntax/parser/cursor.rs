//! Looking at tokens, and saying what is wrong with one.

use super::{MAX_DEPTH, Parse, Parser, Stop};
use crate::syntax::tokens::{Gap, Keyword, Token, TokenKind, quoted};
use crate::syntax::{MAX_ERRORS, Span, SyntaxError};

/// What stands behind the last token.
const END: Token = Token { kind: TokenKind::End, span: Span::new(0, 0), gap: Gap::Line };

impl Parser<'_> {
    pub(super) fn token(&self) -> Token {
        self.tokens.get(self.at).or(self.tokens.last()).copied().unwrap_or(END)
    }

    pub(super) fn next_token(&self) -> Token {
        self.tokens.get(self.at.saturating_add(1)).or(self.tokens.last()).copied().unwrap_or(END)
    }

    pub(super) fn kind(&self) -> TokenKind {
        self.token().kind
    }

    pub(super) fn span(&self) -> Span {
        self.token().span
    }

    /// Goes to the next token. What stood here is the answer.
    pub(super) fn advance(&mut self) -> Span {
        let span = self.span();
        self.at = self.at.saturating_add(1).min(self.tokens.len());
        span
    }

    pub(super) fn is(&self, kind: TokenKind) -> bool {
        self.kind() == kind
    }

    pub(super) fn take(&mut self, kind: TokenKind) -> Option<Span> {
        self.is(kind).then(|| self.advance())
    }

    /// The keyword here, if it is one now. A keyword that a `.` or a `[` touches is the first name of a reference.
    pub(super) fn keyword(&self) -> Option<Keyword> {
        if self.begins_reference() { None } else { self.any_keyword() }
    }

    /// The keyword here, where no reference can begin.
    pub(super) fn any_keyword(&self) -> Option<Keyword> {
        match self.kind() {
            TokenKind::Name(Some(keyword)) if self.language.has(keyword) => Some(keyword),
            _ => None,
        }
    }

    pub(super) fn is_keyword(&self, keyword: Keyword) -> bool {
        self.keyword() == Some(keyword)
    }

    pub(super) fn take_keyword(&mut self, keyword: Keyword) -> Option<Span> {
        self.is_keyword(keyword).then(|| self.advance())
    }

    /// The same where no reference can begin.
    pub(super) fn take_any_keyword(&mut self, keyword: Keyword) -> Option<Span> {
        (self.any_keyword() == Some(keyword)).then(|| self.advance())
    }

    /// Whether a name stands here that is no keyword.
    pub(super) fn is_name(&self) -> bool {
        matches!(self.kind(), TokenKind::Name(_)) && self.any_keyword().is_none()
    }

    /// Whether the keyword here is the first name of a reference, as in `not.x`.
    pub(super) fn begins_reference(&self) -> bool {
        let next = self.next_token();
        next.gap == Gap::None
            && matches!(next.kind, TokenKind::Dot | TokenKind::LeftBracket)
            && self.any_keyword().is_some()
    }

    /// From the beginning of something to the end of what was read last.
    pub(super) fn since(&self, start: Span) -> Span {
        let last = self.at.checked_sub(1).and_then(|at| self.tokens.get(at));
        last.map_or(start, |last| start.to(last.span))
    }

    pub(super) fn text_of(&self, span: Span) -> &str {
        span.of(self.text)
    }

    /// The token here in the words of a message.
    pub(super) fn found(&self) -> String {
        self.kind().described(self.text_of(self.span()))
    }

    /// Says that something else should stand here.
    pub(super) fn expected<T>(&self, what: &str) -> Parse<T> {
        if self.guesses {
            return Err(Stop(None));
        }
        self.fail(self.unexpected(what))
    }

    pub(super) fn unexpected(&self, what: &str) -> SyntaxError {
        SyntaxError::new(self.span(), format!("there is {} where {what} should be", self.found()))
    }

    /// Stops with an error, unless the lexer has said what is wrong here.
    pub(super) fn fail<T>(&self, error: SyntaxError) -> Parse<T> {
        let told = self.is(TokenKind::Illegal) && error.span == self.span();
        Err(Stop((!told).then(|| Box::new(error))))
    }

    /// Says what is wrong, and goes on.
    pub(super) fn report(&mut self, error: SyntaxError) {
        if self.errors.len() < MAX_ERRORS {
            self.errors.push(error);
        }
    }

    pub(super) fn expect(&mut self, kind: TokenKind, what: &str) -> Parse<Span> {
        match self.take(kind) {
            Some(span) => Ok(span),
            None => self.expected(what),
        }
    }

    /// What closes a bracket.
    pub(super) fn close(&mut self, kind: TokenKind, open: Span, what: &str) -> Parse<Span> {
        if let Some(span) = self.take(kind) {
            return Ok(span);
        }
        if self.guesses {
            return Err(Stop(None));
        }
        let help = format!("the {} before it is still open", quoted(self.text_of(open)));
        self.fail(self.unexpected(what).help(help).related(open))
    }

    /// Reads something that has a bracket or a body of its own, and bounds how deep these stand in each other.
    pub(super) fn nested<T>(&mut self, read: impl FnOnce(&mut Self) -> Parse<T>) -> Parse<T> {
        let outer = std::mem::take(&mut self.height);
        self.depth = self.depth.saturating_add(1);
        let found = if self.depth > MAX_DEPTH { self.too_deep() } else { read(self) };
        self.depth = self.depth.saturating_sub(1);
        let found = found?;
        self.higher()?;
        self.height = self.height.max(outer);
        Ok(found)
    }

    /// Reads the links of a chain (`a + b + c` is `(a + b) + c`), each of which makes the tree one higher.
    pub(super) fn chain<T>(&mut self, read: impl FnOnce(&mut Self) -> Parse<T>) -> Parse<T> {
        let outer = std::mem::take(&mut self.height);
        let found = read(self)?;
        self.height = self.height.max(outer);
        Ok(found)
    }

    /// Counts a node above those that were made.
    pub(super) fn higher(&mut self) -> Parse<()> {
        self.height = self.height.saturating_add(1);
        if self.height > MAX_DEPTH { self.too_deep() } else { Ok(()) }
    }

    fn too_deep<T>(&self) -> Parse<T> {
        let message = format!("this is nested more than {MAX_DEPTH} deep");
        self.fail(SyntaxError::new(self.span(), message).help("give a part of it a name of its own"))
    }
}
