//! References and calls: `.name`, `[key]` and `(…)` without a space before them.

use super::{Parse, Parser};
use crate::syntax::Span;
use crate::syntax::tokens::{Gap, TokenKind};
use crate::syntax::tree::{Reference, Term, TermKind, Text};

impl Parser<'_> {
    /// What hangs on a term.
    pub(super) fn steps(&mut self, mut head: Term) -> Parse<Term> {
        self.can_have_steps(&head)?;
        loop {
            head = self.path(head)?;
            if !self.touches(TokenKind::LeftParen) {
                return Ok(head);
            }
            head = self.call(head)?;
            if !self.touches_step() {
                return Ok(head);
            }
            // What follows stands above the call; the first one was counted with its brackets.
            self.higher()?;
        }
    }

    /// `.name` and `[key]`, as often as they stand there.
    fn path(&mut self, head: Term) -> Parse<Term> {
        let mut path = Vec::new();
        while self.touches_step() {
            path.push(self.step()?);
        }
        if path.is_empty() {
            return Ok(head);
        }
        let span = self.since(head.span);
        Ok(Term { span, kind: TermKind::Reference(Box::new(Reference { head, path })) })
    }

    /// `.name` or `[key]`
    pub(super) fn step(&mut self) -> Parse<Term> {
        if self.take(TokenKind::Dot).is_some() {
            return self.member();
        }
        let open = self.advance();
        let key = self.nested(Self::term)?;
        self.close(TokenKind::RightBracket, open, "`]`")?;
        Ok(key)
    }

    fn member(&mut self) -> Parse<Term> {
        if !matches!(self.kind(), TokenKind::Name(_)) || self.token().gap != Gap::None {
            return self.expected("the name of a member, right behind the `.`,");
        }
        let span = self.advance();
        let value = self.text_of(span).to_owned();
        Ok(Term { span, kind: TermKind::String(Text { value, raw: false }) })
    }

    /// `(a, b)` behind what is called.
    pub(super) fn call(&mut self, callee: Term) -> Parse<Term> {
        let open = self.advance();
        let arguments = self.nested(|parser| parser.list(Vec::new(), TokenKind::RightParen, open, "`)`"))?;
        let span = self.since(callee.span);
        let is_set = arguments.is_empty() && matches!(&callee.kind, TermKind::Var(name) if name == "set");
        let kind =
            if is_set { TermKind::Set(arguments) } else { TermKind::Call(Box::new(callee), arguments) };
        Ok(Term { span, kind })
    }

    /// The rest of a list, up to what closes it. A comma may stand behind the last one.
    pub(super) fn list(
        &mut self,
        mut items: Vec<Term>,
        end: TokenKind,
        open: Span,
        what: &str,
    ) -> Parse<Vec<Term>> {
        let mut is_first = items.is_empty();
        while !self.is(end) {
            if !is_first {
                if self.take(TokenKind::Comma).is_none() {
                    return self.close(end, open, &format!("`,` or {what}")).map(|_| items);
                }
                if self.is(end) {
                    break;
                }
            }
            items.push(self.element()?);
            is_first = false;
        }
        self.advance();
        Ok(items)
    }

    pub(super) fn touches(&self, kind: TokenKind) -> bool {
        self.is(kind) && self.token().gap == Gap::None
    }

    pub(super) fn touches_step(&self) -> bool {
        self.touches(TokenKind::Dot) || self.touches(TokenKind::LeftBracket)
    }

    /// Whether members and calls may hang on a term, if any do.
    fn can_have_steps(&self, head: &Term) -> Parse<()> {
        if !self.touches_step() && !self.touches(TokenKind::LeftParen) {
            return Ok(());
        }
        match &head.kind {
            TermKind::Null => self.no_reference(head, "null"),
            TermKind::Bool(_) => self.no_reference(head, "a boolean"),
            TermKind::Number(_) => self.no_reference(head, "a number"),
            TermKind::String(_) | TermKind::Template(_) => self.no_reference(head, "a string"),
            TermKind::Reference(_) => self.no_reference(head, "a reference in brackets"),
            TermKind::Var(name) if matches!(name.as_str(), "input" | "data") && is_bracketed(head, name) => {
                self.no_reference(head, "a document in brackets")
            }
            TermKind::Var(_)
            | TermKind::Call(..)
            | TermKind::Infix(..)
            | TermKind::In(_)
            | TermKind::Minus(_)
            | TermKind::Array(_)
            | TermKind::Set(_)
            | TermKind::Object(_)
            | TermKind::Comprehension(_) => Ok(()),
        }
    }
}

fn is_bracketed(term: &Term, name: &str) -> bool {
    term.span.range().len() != name.len()
}
