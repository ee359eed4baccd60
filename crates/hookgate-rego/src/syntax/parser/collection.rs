//! Arrays, sets, objects and comprehensions.
//!
//! `{a | b}` is a comprehension; but `{a | b, c}` is a set of a union and another term, which only the comma shows.

use super::infix::union;
use super::{Parse, Parser};
use crate::syntax::tokens::TokenKind;
use crate::syntax::tree::{Body, Comprehension, Entry, Operator, StatementKind, Term, TermKind};
use crate::syntax::{Span, SyntaxError};

/// What stands behind a `|`.
enum Behind {
    /// The body of a comprehension.
    Body(Body),
    /// The right side of a union, and a comma after it.
    Union(Term),
}

impl Parser<'_> {
    /// `[a, b]` or `[a | …]`
    pub(super) fn array(&mut self) -> Parse<Term> {
        let open = self.advance();
        let kind = self.nested(|parser| parser.in_brackets(open))?;
        Ok(Term { span: self.since(open), kind })
    }

    fn in_brackets(&mut self, open: Span) -> Parse<TermKind> {
        const END: TokenKind = TokenKind::RightBracket;
        if self.take(END).is_some() {
            return Ok(TermKind::Array(Vec::new()));
        }
        // OPA takes a comma before the first element, too.
        let comma = self.take(TokenKind::Comma).is_some();
        let head = self.operand()?;
        let first = if !comma && self.is(TokenKind::Operator(Operator::Or)) {
            match self.behind_bar(END, open)? {
                Behind::Body(body) => {
                    return Ok(TermKind::Comprehension(Box::new(Comprehension::Array(head, body))));
                }
                Behind::Union(term) => self.union(head, term)?,
            }
        } else {
            self.rest_of_element(head)?
        };
        Ok(TermKind::Array(self.list(vec![first], END, open, "`]`")?))
    }

    /// `{a, b}`, `{a | …}`, `{k: v}` or `{k: v | …}`
    pub(super) fn set_or_object(&mut self) -> Parse<Term> {
        let open = self.advance();
        let kind = self.nested(|parser| parser.in_braces(open))?;
        Ok(Term { span: self.since(open), kind })
    }

    fn in_braces(&mut self, open: Span) -> Parse<TermKind> {
        const END: TokenKind = TokenKind::RightBrace;
        if self.take(END).is_some() {
            return Ok(TermKind::Object(Vec::new()));
        }
        let comma = self.take(TokenKind::Comma).is_some();
        let head = self.operand()?;
        let first = if !comma && self.is(TokenKind::Operator(Operator::Or)) {
            match self.behind_bar(END, open)? {
                Behind::Body(body) => {
                    return Ok(TermKind::Comprehension(Box::new(Comprehension::Set(head, body))));
                }
                Behind::Union(term) => self.union(head, term)?,
            }
        } else {
            self.rest_of_element(head)?
        };
        if self.take(TokenKind::Colon).is_some() {
            return self.object(first, comma, open);
        }
        Ok(TermKind::Set(self.list(vec![first], END, open, "`}`")?))
    }

    /// The rest of an object, behind the first `:`.
    fn object(&mut self, key: Term, comma: bool, open: Span) -> Parse<TermKind> {
        let value = self.operand()?;
        let value = if !comma && self.is(TokenKind::Operator(Operator::Or)) {
            match self.behind_bar(TokenKind::RightBrace, open)? {
                Behind::Body(body) => {
                    let comprehension = Comprehension::Object(Entry { key, value }, body);
                    return Ok(TermKind::Comprehension(Box::new(comprehension)));
                }
                Behind::Union(term) => self.union(value, term)?,
            }
        } else {
            self.rest_of_element(value)?
        };
        self.entries(Entry { key, value }, open)
    }

    fn entries(&mut self, first: Entry, open: Span) -> Parse<TermKind> {
        let mut entries = vec![first];
        loop {
            if self.take(TokenKind::Comma).is_none() {
                self.close(TokenKind::RightBrace, open, "`,` or `}`")?;
                return Ok(TermKind::Object(entries));
            }
            if self.take(TokenKind::RightBrace).is_some() {
                return Ok(TermKind::Object(entries));
            }
            let key = self.element()?;
            self.expect(TokenKind::Colon, "`:` and the value of this key")?;
            let value = self.element()?;
            entries.push(Entry { key, value });
        }
    }

    /// Reads what stands behind the `|` after the first term: a body, unless a comma comes after its first term.
    fn behind_bar(&mut self, end: TokenKind, open: Span) -> Parse<Behind> {
        self.advance();
        let first = self.first_statement(end)?;
        if self.is(TokenKind::Comma)
            && first.with.is_empty()
            && let StatementKind::Term(term) = first.kind
        {
            return Ok(Behind::Union(term));
        }
        Ok(Behind::Body(self.rest_of_body(first, end, open)?))
    }

    fn union(&mut self, head: Term, term: Term) -> Parse<Term> {
        self.higher()?;
        let span = term.span;
        let Some(union) = union(head, term) else {
            let error = SyntaxError::new(span, "a union and `key, value in …` stand in one list");
            return self.fail(error.help("put brackets around the first of them"));
        };
        Ok(union)
    }
}
