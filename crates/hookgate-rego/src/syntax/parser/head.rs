//! The head of a rule.

use super::{Parse, Parser};
use crate::syntax::SyntaxError;
use crate::syntax::tokens::{Gap, Keyword, TokenKind};
use crate::syntax::tree::{Assignment, Head, HeadKind, SetForm, Term, Word};

impl Parser<'_> {
    /// What a rule defines, up to the value or the element.
    pub(super) fn head(&mut self) -> Parse<Head> {
        let start = self.span();
        let name = self.rule_name()?;
        let path = self.head_path()?;
        let parameters = self.parameters(path.is_empty())?;
        if path.is_empty() && name.text == "set" && parameters.as_ref().is_some_and(Vec::is_empty) {
            return self.fail(SyntaxError::new(name.span, "`set()` is the empty set and cannot name a rule"));
        }
        let kind = self.head_kind(parameters.is_some())?;
        Ok(Head { span: self.since(start), name, path, parameters, kind })
    }

    fn rule_name(&mut self) -> Parse<Word> {
        if self.is_name() || self.begins_reference() {
            return Ok(self.word());
        }
        let Some(keyword) = self.any_keyword() else {
            return self.expected("a rule");
        };
        let word = self.text_of(self.span());
        let error = SyntaxError::new(self.span(), format!("`{word}` is a keyword and cannot name a rule"));
        self.fail(match keyword {
            Keyword::Else => error.help("`else` follows the body of a rule"),
            Keyword::Some | Keyword::Every | Keyword::Not => {
                error.help("a statement stands in the body of a rule")
            }
            _ => error,
        })
    }

    /// `.q[x]` behind the name. Before the first step there may be white space if a body follows, as in OPA.
    fn head_path(&mut self) -> Parse<Vec<Term>> {
        let mut path = Vec::new();
        if self.stands_apart() {
            path.push(self.step()?);
        }
        while self.touches_step() {
            path.push(self.step()?);
        }
        Ok(path)
    }

    fn stands_apart(&self) -> bool {
        self.token().gap != Gap::None && (self.is(TokenKind::Dot) || self.is(TokenKind::LeftBracket))
    }

    fn parameters(&mut self, may_stand_apart: bool) -> Parse<Option<Vec<Term>>> {
        if !self.is(TokenKind::LeftParen) || !(may_stand_apart || self.token().gap == Gap::None) {
            return Ok(None);
        }
        let open = self.advance();
        let parameters = self.nested(|parser| parser.list(Vec::new(), TokenKind::RightParen, open, "`)`"))?;
        if self.touches_step() || self.touches(TokenKind::LeftParen) {
            return self.expected("the value or the body of the function");
        }
        Ok(Some(parameters))
    }

    fn head_kind(&mut self, is_function: bool) -> Parse<HeadKind> {
        if let Some(keyword) = self.take_any_keyword(Keyword::Contains) {
            if is_function {
                let error = SyntaxError::new(keyword, "a function has a value and contains nothing");
                return self.fail(error.help("let it give a set: `f(x) := {…}`"));
            }
            return Ok(HeadKind::Element(self.term()?, SetForm::Contains(keyword)));
        }
        Ok(HeadKind::Value(self.given_value()?))
    }

    /// `:= value` or `= value`
    pub(super) fn given_value(&mut self) -> Parse<Option<(Assignment, Term)>> {
        if self.take(TokenKind::Assign).is_some() {
            return Ok(Some((Assignment::Assign, self.term()?)));
        }
        if self.take(TokenKind::Unify).is_some() {
            return Ok(Some((Assignment::Unify, self.term()?)));
        }
        Ok(None)
    }
}
