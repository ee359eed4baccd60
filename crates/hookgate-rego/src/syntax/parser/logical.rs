//! `and`, `or` and the `not` with a scope of its own, where they are imported.
//!
//! `{ … }` is an operand if `and` or `or` stands behind it, which [`Brackets`] knows, and a term else.

use super::group::Group;
use super::statement::operand;
use super::{Parse, Parser};
use crate::syntax::SyntaxError;
use crate::syntax::tokens::{Keyword, Token, TokenKind, quoted};
use crate::syntax::tree::{Body, Operand, Operator, Statement, StatementKind, Term, TermKind};

/// For each opening bracket the index of the token that closes it.
#[derive(Debug, Default)]
pub(super) struct Brackets(Vec<usize>);

impl Brackets {
    fn of(tokens: &[Token]) -> Self {
        let mut closing = vec![usize::MAX; tokens.len()];
        let mut open = Vec::new();
        for (at, token) in tokens.iter().enumerate() {
            if matches!(token.kind, TokenKind::LeftBrace | TokenKind::LeftBracket | TokenKind::LeftParen) {
                open.push(at);
            } else if matches!(
                token.kind,
                TokenKind::RightBrace | TokenKind::RightBracket | TokenKind::RightParen
            ) && let Some(place) = open.pop().and_then(|at| closing.get_mut(at))
            {
                *place = at;
            }
        }
        Self(closing)
    }
}

impl Parser<'_> {
    /// `and …` and `or …` behind a statement.
    pub(super) fn logical_tail(&mut self, left: Statement) -> Parse<Statement> {
        if !self.is_logical_operator() {
            return Ok(left);
        }
        if let Some(with) = left.with.first() {
            let error = SyntaxError::new(with.span, "`with` stands between the operands of `and` or `or`");
            return self
                .fail(error.help("put brackets around its operand, or `with` behind the whole statement"));
        }
        if self.text_of(left.span).starts_with('{') {
            let error =
                SyntaxError::new(left.span, "the braces of an operand hold a value here, not statements");
            return self.fail(error.help("put round brackets around the value"));
        }
        self.logical(operand(left))
    }

    /// The chain of `or` behind its first operand, and the `with` behind that.
    pub(super) fn logical(&mut self, first: Operand) -> Parse<Statement> {
        let start = first.span;
        let chain = self.chain(|parser| parser.ors(first))?;
        self.with_modifiers(start, chain.kind)
    }

    fn ors(&mut self, first: Operand) -> Parse<Statement> {
        let mut left = self.ands(first)?;
        while self.take_keyword(Keyword::Or).is_some() {
            let right = self.logical_operand("or")?;
            let right = self.chain(|parser| parser.ands(right))?;
            let kind = StatementKind::Or(Box::new((left, right)));
            left = self.link(kind, "or")?;
        }
        self.only(left)
    }

    /// The chain of `and`, which binds more tightly.
    fn ands(&mut self, mut left: Operand) -> Parse<Operand> {
        while self.take_keyword(Keyword::And).is_some() {
            let right = self.logical_operand("and")?;
            let kind = StatementKind::And(Box::new((left, right)));
            left = self.link(kind, "and")?;
        }
        Ok(left)
    }

    fn link(&mut self, kind: StatementKind, word: &str) -> Parse<Operand> {
        self.higher()?;
        let (StatementKind::And(operands) | StatementKind::Or(operands)) = &kind else {
            return self.expected("an operand");
        };
        let span = operands.0.span.to(operands.1.span);
        for side in [&operands.0, &operands.1] {
            if side.body.statements.iter().all(says_nothing) {
                let error = SyntaxError::new(side.span, format!("the operand of `{word}` only prints"));
                return self.fail(error.help("`print` holds always: put it into a line of its own"));
            }
        }
        Ok(operand(Statement { span, kind, with: Vec::new() }))
    }

    pub(super) fn only(&self, chain: Operand) -> Parse<Statement> {
        match chain.body.statements.into_iter().next() {
            Some(statement) => Ok(statement),
            None => self.expected("a statement"),
        }
    }

    /// One operand of `and` or `or`.
    pub(super) fn logical_operand(&mut self, word: &str) -> Parse<Operand> {
        if self.is(TokenKind::LeftBrace) {
            return self.operand_in_braces(word);
        }
        if self.is_keyword(Keyword::Not) {
            return self.negated_operand();
        }
        if !self.is(TokenKind::LeftParen) {
            return self.single();
        }
        match self.parenthesis()? {
            Group::Logical(group) => Ok(group),
            Group::Term(head) => self.single_from(head),
        }
    }

    fn negated_operand(&mut self) -> Parse<Operand> {
        let start = self.advance();
        let kind = if self.language.has_not_bodies() {
            StatementKind::Not(self.denied()?)
        } else {
            let inner = self.span();
            let kind = self.expression()?;
            let inner = Statement { span: self.since(inner), kind, with: Vec::new() };
            StatementKind::Negated(Box::new(inner))
        };
        Ok(operand(Statement { span: self.since(start), kind, with: Vec::new() }))
    }

    /// What stands behind `not` where it has a scope of its own.
    pub(super) fn denied(&mut self) -> Parse<Operand> {
        if self.is(TokenKind::LeftBrace) {
            return self.operand_in_braces("not");
        }
        if !self.is(TokenKind::LeftParen) {
            return self.single();
        }
        match self.parenthesis()? {
            Group::Logical(group) => Ok(group),
            Group::Term(head) => self.single_from(head),
        }
    }

    /// An expression, the first operand of which is known.
    fn single_from(&mut self, head: Term) -> Parse<Operand> {
        let start = head.span;
        let term = self.steps(head)?;
        let term = self.rest_of_term(term)?;
        let kind = self.rest_of_expression(term)?;
        Ok(operand(Statement { span: self.since(start), kind, with: Vec::new() }))
    }

    pub(super) fn operand_in_braces(&mut self, word: &str) -> Parse<Operand> {
        let (span, body) = self.braces()?;
        if self.is_ambiguous(&body) {
            let error = SyntaxError::new(
                span,
                "this is a body that holds a union, though it looks like a comprehension",
            );
            let text = quoted(self.text_of(span));
            return self.fail(error.help(format!(
                "put round brackets around {text} behind `{word}` if a comprehension is meant, else around the union"
            )));
        }
        Ok(Operand { span, braces: true, body })
    }

    /// Whether a body begins with a union that stands in no brackets.
    fn is_ambiguous(&self, body: &Body) -> bool {
        body.statements.first().is_some_and(|first| {
            let is_union = matches!(
                &first.kind,
                StatementKind::Term(Term { kind: TermKind::Infix(Operator::Or, _), .. })
            );
            is_union && !self.text_of(first.span).starts_with('(')
        })
    }

    pub(super) fn is_logical_operator(&self) -> bool {
        matches!(self.keyword(), Some(Keyword::And | Keyword::Or))
    }

    /// Whether `and` or `or` stands behind the brace that closes the one here.
    pub(super) fn is_operand_in_braces(&mut self) -> bool {
        let brackets = self.brackets.get_or_insert_with(|| Brackets::of(self.tokens));
        let behind = brackets.0.get(self.at).and_then(|at| self.tokens.get(at.checked_add(1)?));
        behind.is_some_and(|token| match token.kind {
            TokenKind::Name(Some(keyword @ (Keyword::And | Keyword::Or))) => self.language.has(keyword),
            _ => false,
        })
    }
}

/// Whether a statement holds whatever is true.
fn says_nothing(statement: &Statement) -> bool {
    let StatementKind::Term(Term { kind: TermKind::Call(callee, _), .. }) = &statement.kind else {
        return false;
    };
    matches!(&callee.kind, TermKind::Var(name) if name == "print")
}
