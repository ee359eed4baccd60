//! Bodies: statements, each in a line of its own or behind a `;`.

use super::{Parse, Parser};
use crate::syntax::tokens::{Gap, Keyword, TokenKind};
use crate::syntax::tree::{Body, Operator, Statement};
use crate::syntax::{Span, SyntaxError};

impl Parser<'_> {
    /// `{ … }`. The body, and the span with the braces.
    pub(super) fn braces(&mut self) -> Parse<(Span, Body)> {
        let open = self.advance();
        let body = self.nested(|parser| {
            let first = parser.first_statement(TokenKind::RightBrace)?;
            parser.rest_of_body(first, TokenKind::RightBrace, open)
        })?;
        Ok((self.since(open), body))
    }

    pub(super) fn first_statement(&mut self, end: TokenKind) -> Parse<Statement> {
        if self.is(end) {
            let error = SyntaxError::new(self.span(), "the body is empty");
            return self.fail(error.help("`true` holds always"));
        }
        self.statement()
    }

    /// The statements behind the first one, up to and with what closes the body.
    pub(super) fn rest_of_body(&mut self, first: Statement, end: TokenKind, open: Span) -> Parse<Body> {
        let start = first.span;
        let mut statements = vec![first];
        loop {
            if self.take(TokenKind::Semicolon).is_none() {
                let span = self.since(start);
                if self.take(end).is_some() {
                    return Ok(Body { span, statements });
                }
                if self.token().gap != Gap::Line || self.is(TokenKind::End) {
                    return self.unfinished(end, open);
                }
            }
            statements.push(self.statement()?);
        }
    }

    /// Says what is wrong where a statement ends and neither a line nor the body does.
    fn unfinished<T>(&mut self, end: TokenKind, open: Span) -> Parse<T> {
        let closing = if end == TokenKind::RightBrace { "`}`" } else { "`]`" };
        if self.is(TokenKind::End) {
            return self.close(end, open, closing).and_then(|_| self.expected(closing));
        }
        let error = self.unexpected(&format!("the end of the line, `;` or {closing}"));
        let word = self.text_of(self.span());
        let help = match Keyword::of(word) {
            Some(Keyword::And | Keyword::Or) => {
                format!(
                    "`import future.keywords.{word}` makes it an operator; statements in lines of their own all hold"
                )
            }
            Some(Keyword::If) => "a rule begins in a line of its own".to_owned(),
            _ if self.is(TokenKind::Operator(Operator::And)) => {
                "statements in lines of their own all hold".to_owned()
            }
            _ => return self.fail(error),
        };
        self.fail(error.help(help))
    }
}
