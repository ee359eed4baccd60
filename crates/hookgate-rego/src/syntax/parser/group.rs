//! Round brackets where `and`, `or` and `not` are imported: what they hold is read once, and is a term if nothing of this
//! kind is found in it.

use super::statement::operand;
use super::{Parse, Parser};
use crate::syntax::tokens::{Keyword, TokenKind};
use crate::syntax::tree::{Operand, Statement, StatementKind, Term};

/// What a pair of round brackets holds.
pub(super) enum Group {
    /// `and`, `or`, `not` or `with`.
    Logical(Operand),
    /// A term.
    Term(Term),
}

impl Parser<'_> {
    /// A statement that begins with a bracket, where it may be a group.
    pub(super) fn logical_group(&mut self) -> Parse<Option<Statement>> {
        if !self.language.has_logic() {
            return Ok(None);
        }
        let start = self.span();
        if self.is(TokenKind::LeftBrace) && self.is_operand_in_braces() {
            let left = self.operand_in_braces("")?;
            return self.logical(left).map(Some);
        }
        if !self.is(TokenKind::LeftParen) {
            return Ok(None);
        }
        match self.parenthesis()? {
            Group::Logical(group) => self.after_group(group).map(Some),
            Group::Term(head) => {
                let term = self.steps(head)?;
                let term = self.rest_of_term(term)?;
                let kind = self.rest_of_expression(term)?;
                let statement = self.with_modifiers(start, kind)?;
                self.logical_tail(statement).map(Some)
            }
        }
    }

    /// What follows a group that begins a statement.
    fn after_group(&mut self, group: Operand) -> Parse<Statement> {
        if self.is_logical_operator() {
            return self.logical(group);
        }
        let span = group.span;
        let Some(inner) = group.body.statements.into_iter().next() else {
            return self.expected("a statement");
        };
        if inner.with.is_empty() {
            return self.with_modifiers(span, inner.kind);
        }
        if self.is_keyword(Keyword::With) {
            return self
                .expected("`and`, `or` or the end of the statement: the group has its `with` already,");
        }
        if matches!(inner.kind, StatementKind::And(_) | StatementKind::Or(_)) {
            return Ok(Statement { span, ..inner });
        }
        self.expected("`and` or `or`: a statement under `with` needs no brackets otherwise,")
    }

    /// `( … )`, where it may be a group.
    pub(super) fn parenthesis(&mut self) -> Parse<Group> {
        let open = self.advance();
        let group = self.nested(Self::in_parenthesis)?;
        let close = self.close(TokenKind::RightParen, open, "`)`")?;
        let span = open.to(close);
        Ok(match group {
            Group::Logical(group) => Group::Logical(Operand { span, ..group }),
            Group::Term(term) => Group::Term(Term { span, ..term }),
        })
    }

    fn in_parenthesis(&mut self) -> Parse<Group> {
        let first = self.first_in_parenthesis()?;
        if self.is_logical_operator() {
            let chain = self.logical(first)?;
            return Ok(Group::Logical(operand(chain)));
        }
        if first.braces {
            return self.expected("`and` or `or`");
        }
        let statement = self.only(first)?;
        let start = statement.span;
        if self.is_keyword(Keyword::With) && statement.with.is_empty() {
            let statement = self.with_modifiers(start, statement.kind)?;
            return Ok(Group::Logical(operand(statement)));
        }
        match statement.kind {
            StatementKind::Term(term) if statement.with.is_empty() => Ok(Group::Term(term)),
            StatementKind::Assign(..) | StatementKind::Unify(..) => {
                self.expected("a value alone in the brackets")
            }
            _ => Ok(Group::Logical(operand(statement))),
        }
    }

    fn first_in_parenthesis(&mut self) -> Parse<Operand> {
        if self.is(TokenKind::LeftBrace) && !self.is_operand_in_braces() {
            return self.single();
        }
        if self.is(TokenKind::LeftParen) && !self.language.has_logic() {
            return self.single();
        }
        self.logical_operand("")
    }
}
