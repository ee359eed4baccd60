//! Rules: heads with their bodies, and what holds else.

use super::{Parse, Parser};
use crate::syntax::tokens::{Gap, Keyword, TokenKind};
use crate::syntax::tree::{Body, Chain, Else, HeadKind, Rule, SetForm, StatementKind, Term, TermKind};
use crate::syntax::{Span, SyntaxError};

impl Parser<'_> {
    pub(super) fn rule(&mut self) -> Parse<Rule> {
        let start = self.span();
        let default = self.take_keyword(Keyword::Default);
        let spaced = self.is_spaced_head();
        let head = self.head()?;
        let mut rule = Rule {
            span: self.since(start),
            metadata: Vec::new(),
            default,
            head,
            bodies: Vec::new(),
            elses: Vec::new(),
        };
        if default.is_some() {
            self.check_default(&rule)?;
            return Ok(rule);
        }
        self.bodies(&mut rule)?;
        rule.span = self.since(start);
        if rule.bodies.is_empty() {
            self.check_fact(&rule, spaced)?;
        }
        as_in_v0(&mut rule);
        self.check_version(&rule);
        Ok(rule)
    }

    /// Whether there is white space behind the name, which only a rule with a body may have before its path.
    fn is_spaced_head(&self) -> bool {
        let next = self.next_token();
        next.gap != Gap::None
            && matches!(next.kind, TokenKind::Dot | TokenKind::LeftBracket | TokenKind::LeftParen)
    }

    fn bodies(&mut self, rule: &mut Rule) -> Parse<()> {
        let keyword = self.take_if(matches!(rule.head.kind, HeadKind::Value(None)));
        if keyword.is_none() && !self.is(TokenKind::LeftBrace) {
            return Ok(());
        }
        let body = if keyword.is_some() { self.body_behind_if()? } else { self.braces()?.1 };
        rule.bodies.push(Chain { keyword, body });
        if self.is_keyword(Keyword::Else) {
            self.check_else(&rule.head)?;
            while self.is_keyword(Keyword::Else) && rule.elses.last().is_none_or(|last| last.body.is_some()) {
                rule.elses.push(self.else_branch()?);
            }
        }
        while self.is(TokenKind::LeftBrace) {
            if !rule.elses.is_empty() {
                return self.expected("`else` or the next rule");
            }
            let (_, body) = self.braces()?;
            rule.bodies.push(Chain { keyword: None, body });
        }
        Ok(())
    }

    /// What stands behind `if`: one statement, or a body in braces. Braces may also be a value: only those of a set are
    /// taken for a body.
    fn body_behind_if(&mut self) -> Parse<Body> {
        if !self.is(TokenKind::LeftBrace) {
            return self.statement_as_body();
        }
        let (at, errors) = (self.at, self.errors.len());
        self.guesses = true;
        let attempt = self.statement_as_body();
        self.guesses = false;
        if let Ok(body) = attempt
            && !is_set(&body)
        {
            return Ok(body);
        }
        self.at = at;
        self.errors.truncate(errors);
        self.depth = 0;
        self.height = 0;
        self.ahead = None;
        Ok(self.braces()?.1)
    }

    fn statement_as_body(&mut self) -> Parse<Body> {
        let statement = self.statement()?;
        Ok(Body { span: statement.span, statements: vec![statement] })
    }

    /// `if`. Behind a value, but not directly behind a name, `if[x]` would be a reference.
    fn take_if(&mut self, is_behind_name: bool) -> Option<Span> {
        if is_behind_name { self.take_any_keyword(Keyword::If) } else { self.take_keyword(Keyword::If) }
    }

    /// `else := value if { … }`
    fn else_branch(&mut self) -> Parse<Else> {
        let start = self.advance();
        let value = self.given_value()?;
        let keyword = self.take_if(value.is_none());
        let body = if self.is(TokenKind::LeftBrace) {
            Some(self.braces()?.1)
        } else if keyword.is_some() {
            Some(self.statement_as_body()?)
        } else if value.is_some() {
            None
        } else {
            return self.expected("the value or the body of `else`");
        };
        let span = self.since(start);
        if body.is_some() && keyword.is_none() && self.language.is_strict() {
            self.report(missing_if(span));
        }
        Ok(Else { span, value, keyword, body })
    }

    /// A rule without a body is a fact, and needs a value or an element.
    fn check_fact(&mut self, rule: &Rule, spaced: bool) -> Parse<()> {
        let head = &rule.head;
        if spaced && !matches!(head.kind, HeadKind::Element(..)) {
            let error = SyntaxError::new(head.name.span, "there is a space behind the name of the rule");
            return self.fail(error.help("leave it out"));
        }
        if self.is(TokenKind::Semicolon) {
            return self.expected("the next rule");
        }
        match &head.kind {
            HeadKind::Element(..) | HeadKind::Value(Some(_)) => Ok(()),
            HeadKind::Value(None) => self.check_bare(rule),
        }
    }

    /// What may stand without value and body: `f(x)`, and in v0 `p[x]` and `p.q.r`.
    fn check_bare(&self, rule: &Rule) -> Parse<()> {
        let head = &rule.head;
        let is_function = head.parameters.as_ref().is_some_and(|parameters| !parameters.is_empty());
        if is_function || (!head.path.is_empty() && head.parameters.is_none() && !self.language.is_strict()) {
            return Ok(());
        }
        if self.is(TokenKind::End) || self.token().gap == Gap::Line {
            let error = SyntaxError::new(rule.span, "the rule has neither a value nor a body");
            return self.fail(error.help("`:= value` gives it a value, `if { … }` a body"));
        }
        let what = if head.parameters.is_some() {
            "the value or the body of the function"
        } else {
            "`:=`, `contains` or `if`"
        };
        let error = self.unexpected(what);
        self.fail(match head.name.text.as_str() {
            word @ ("and" | "or" | "in" | "if" | "contains") => error
                .help(format!("`{word}` is a name here: the language has to be told that it is a keyword")),
            _ => error,
        })
    }

    /// What v1 wants of a rule.
    fn check_version(&mut self, rule: &Rule) {
        if !self.language.is_strict() {
            return;
        }
        let head = &rule.head;
        if head.path.is_empty() && self.language.reserves(&head.name.text) {
            let message = format!("`{}` is a keyword and cannot name a rule", head.name.text);
            self.report(SyntaxError::new(head.name.span, message));
        }
        if matches!(head.kind, HeadKind::Element(_, SetForm::Brackets)) {
            let error = SyntaxError::new(head.span, "this is how v0 writes a set");
            self.report(error.help(format!("`{} contains … if {{ … }}`", head.name.text)));
        } else if rule.bodies.first().is_some_and(|first| first.keyword.is_none()) {
            self.report(missing_if(head.span));
        }
    }
}

fn missing_if(span: Span) -> SyntaxError {
    SyntaxError::new(span, "`if` is missing before the body").help("`… if { … }`")
}

/// In v0, `p[x] { … }` is a set, and so is `p.x { … }`.
fn as_in_v0(rule: &mut Rule) {
    let head = &mut rule.head;
    let is_set = rule.bodies.first().is_none_or(|first| first.keyword.is_none())
        && matches!(head.kind, HeadKind::Value(None))
        && head.parameters.is_none()
        && head.path.len() == 1;
    if is_set && let Some(element) = head.path.pop() {
        head.kind = HeadKind::Element(element, SetForm::Brackets);
    }
}

/// Whether a body is nothing but a set.
fn is_set(body: &Body) -> bool {
    body.statements.first().is_some_and(|statement| {
        matches!(&statement.kind, StatementKind::Term(Term { kind: TermKind::Set(_), .. }))
    })
}
