//! Statements: terms, assignments, `not`, `some`, `every`, and `with` behind them.

use super::{Parse, Parser};
use crate::syntax::tokens::{Keyword, TokenKind};
use crate::syntax::tree::{Body, Every, Operand, Statement, StatementKind, Term, TermKind, With, Word};
use crate::syntax::{Span, SyntaxError};

impl Parser<'_> {
    /// A statement.
    pub(super) fn statement(&mut self) -> Parse<Statement> {
        if let Some(statement) = self.logical_group()? {
            return Ok(statement);
        }
        let start = self.span();
        if self.begins_reference() {
            let kind = self.expression_from_keyword()?;
            let statement = self.with_modifiers(start, kind)?;
            return self.logical_tail(statement);
        }
        match self.keyword() {
            Some(Keyword::Not) => self.negation(),
            Some(Keyword::Some) => self.some(),
            Some(Keyword::Every) => {
                let kind = self.every()?;
                self.with_modifiers(start, kind)
            }
            _ => {
                let kind = self.expression()?;
                let statement = self.with_modifiers(start, kind)?;
                self.logical_tail(statement)
            }
        }
    }

    /// An expression the first name of which is a keyword, as in `not.x`.
    fn expression_from_keyword(&mut self) -> Parse<StatementKind> {
        let name = self.variable();
        let head = self.steps(name)?;
        let term = self.rest_of_term(head)?;
        self.rest_of_expression(term)
    }

    /// A term, an assignment or a unification.
    pub(super) fn expression(&mut self) -> Parse<StatementKind> {
        let left = self.term()?;
        self.rest_of_expression(left)
    }

    pub(super) fn rest_of_expression(&mut self, left: Term) -> Parse<StatementKind> {
        if self.take(TokenKind::Assign).is_some() {
            return Ok(StatementKind::Assign(left, self.term()?));
        }
        if self.take(TokenKind::Unify).is_some() {
            return Ok(StatementKind::Unify(left, self.term()?));
        }
        Ok(StatementKind::Term(left))
    }

    /// `not …`
    fn negation(&mut self) -> Parse<Statement> {
        let start = self.advance();
        if let Some(keyword @ (Keyword::Some | Keyword::Every)) = self.keyword() {
            let word = if keyword == Keyword::Some { "some" } else { "every" };
            let error = SyntaxError::new(self.span(), format!("`not` cannot stand before `{word}`"));
            return self.fail(error.help("put the statement into a rule or a comprehension, and deny that"));
        }
        let kind = if self.language.has_not_bodies() {
            StatementKind::Not(self.denied()?)
        } else {
            let inner = self.span();
            let kind = self.expression()?;
            let inner = Statement { span: self.since(inner), kind, with: Vec::new() };
            StatementKind::Negated(Box::new(inner))
        };
        let statement = self.with_modifiers(start, kind)?;
        self.logical_tail(statement)
    }

    /// One expression as what `not`, `and` or `or` is about.
    pub(super) fn single(&mut self) -> Parse<Operand> {
        let start = self.span();
        let kind = self.expression()?;
        let span = self.since(start);
        Ok(operand(Statement { span, kind, with: Vec::new() }))
    }

    /// The statement with the `with` behind it.
    pub(super) fn with_modifiers(&mut self, start: Span, kind: StatementKind) -> Parse<Statement> {
        let mut with = Vec::new();
        while self.is_keyword(Keyword::With) {
            with.push(self.with()?);
        }
        Ok(Statement { span: self.since(start), kind, with })
    }

    fn with(&mut self) -> Parse<With> {
        let start = self.advance();
        if !self.is_name() {
            return self.expected("what `with` replaces (`input…`, `data…` or a function)");
        }
        let target = self.operand()?;
        if !matches!(target.kind, TermKind::Var(_) | TermKind::Reference(_)) {
            let error =
                SyntaxError::new(target.span, "`with` replaces a document or a function, not a value");
            return self.fail(error);
        }
        if self.take_any_keyword(Keyword::As).is_none() {
            return self.expected("`as` and what stands in its place");
        }
        let value = self.term()?;
        Ok(With { span: self.since(start), target, value })
    }

    /// `some x, y` or `some x in xs`
    fn some(&mut self) -> Parse<Statement> {
        let start = self.advance();
        let at = self.at;
        let term = self.term()?;
        match term.kind {
            TermKind::In(element) => self.with_modifiers(start, StatementKind::SomeIn(element)),
            TermKind::Var(_) => {
                self.at = at;
                let kind = self.declared()?;
                Ok(Statement { span: self.since(start), kind, with: Vec::new() })
            }
            _ => {
                let error = SyntaxError::new(start.to(term.span), "`some` wants names, or `… in …`");
                self.fail(error.help("`some x` declares a name, `some x in xs` goes through a collection"))
            }
        }
    }

    fn declared(&mut self) -> Parse<StatementKind> {
        let mut names = Vec::new();
        loop {
            if !self.is_name() {
                return self.expected("a name");
            }
            names.push(self.word());
            if self.take(TokenKind::Comma).is_none() {
                return Ok(StatementKind::Some(names));
            }
        }
    }

    /// The name here.
    pub(super) fn word(&mut self) -> Word {
        let span = self.advance();
        Word { span, text: self.text_of(span).to_owned() }
    }

    /// `every x in xs { … }`
    fn every(&mut self) -> Parse<StatementKind> {
        let start = self.advance();
        let term = self.term()?;
        let TermKind::In(element) = term.kind else {
            let error = SyntaxError::new(start.to(term.span), "`every` wants `… in … { … }`");
            return self.fail(error.help("`every x in xs { x > 0 }`"));
        };
        let key = element.key.map(|key| self.loop_variable(key)).transpose()?;
        let value = self.loop_variable(element.value)?;
        if !self.is(TokenKind::LeftBrace) {
            return self.expected("`{` and what holds for each");
        }
        let (_, body) = self.braces()?;
        Ok(StatementKind::Every(Box::new(Every { key, value, collection: element.collection, body })))
    }

    fn loop_variable(&self, term: Term) -> Parse<Word> {
        match term.kind {
            TermKind::Var(text) if !matches!(text.as_str(), "input" | "data") => {
                Ok(Word { span: term.span, text })
            }
            _ => self.fail(SyntaxError::new(term.span, "`every` wants a variable here")),
        }
    }
}

/// A statement as an operand without brackets.
pub(super) fn operand(statement: Statement) -> Operand {
    let span = statement.span;
    let body = Body { span, statements: vec![statement] };
    Operand { span, braces: false, body }
}
