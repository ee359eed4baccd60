//! What stands between operators: names, values, collections, brackets.

use super::{Parse, Parser};
use crate::syntax::tokens::{Gap, Keyword, TokenKind, quoted};
use crate::syntax::tree::{Operator, Term, TermKind};
use crate::syntax::{Span, SyntaxError};

impl Parser<'_> {
    /// An operand, with the references and calls that hang on it.
    pub(super) fn operand(&mut self) -> Parse<Term> {
        self.chain(|parser| {
            let head = parser.head_of_operand()?;
            parser.steps(head)
        })
    }

    fn head_of_operand(&mut self) -> Parse<Term> {
        match self.kind() {
            TokenKind::Name(_) => self.named(),
            TokenKind::Number | TokenKind::Dot => self.number(),
            TokenKind::Operator(Operator::Subtract) => self.negative(),
            TokenKind::String => self.string(),
            TokenKind::RawString => Ok(self.raw_string()),
            TokenKind::Template(piece) => self.template(piece),
            TokenKind::LeftBracket => self.array(),
            TokenKind::LeftBrace => self.set_or_object(),
            TokenKind::LeftParen => self.group(),
            TokenKind::RightBracket
            | TokenKind::RightBrace
            | TokenKind::RightParen
            | TokenKind::Comma
            | TokenKind::Colon
            | TokenKind::Semicolon
            | TokenKind::Assign
            | TokenKind::Unify
            | TokenKind::Operator(_)
            | TokenKind::Illegal
            | TokenKind::End => self.expected("a value"),
        }
    }

    /// A variable, or what is called by a keyword.
    fn named(&mut self) -> Parse<Term> {
        let kind = match self.any_keyword() {
            None | Some(Keyword::Contains) => return Ok(self.variable()),
            Some(Keyword::Null) => TermKind::Null,
            Some(Keyword::True) => TermKind::Bool(true),
            Some(Keyword::False) => TermKind::Bool(false),
            // The built-ins of `|` and `&` by their names.
            Some(Keyword::And | Keyword::Or) if self.is_called() => return Ok(self.variable()),
            Some(keyword) => return self.misplaced(keyword),
        };
        Ok(Term { span: self.advance(), kind })
    }

    fn is_called(&self) -> bool {
        let next = self.next_token();
        next.gap == Gap::None && next.kind == TokenKind::LeftParen
    }

    pub(super) fn variable(&mut self) -> Term {
        let span = self.advance();
        Term { span, kind: TermKind::Var(self.text_of(span).to_owned()) }
    }

    fn misplaced<T>(&self, keyword: Keyword) -> Parse<T> {
        let error = self.unexpected("a value");
        self.fail(match keyword {
            Keyword::Not => error.help("`not` stands before a whole statement"),
            Keyword::Some | Keyword::Every => error.help("that is a statement of its own"),
            Keyword::If => error.help("the value of a rule stands before `if`"),
            _ => error.help(format!("{} is a keyword and names nothing", quoted(self.text_of(self.span())))),
        })
    }

    /// `(term)`
    fn group(&mut self) -> Parse<Term> {
        let open = self.advance();
        let inner = self.nested(Self::term)?;
        let close = self.close(TokenKind::RightParen, open, "`)`")?;
        Ok(Term { span: open.to(close), kind: inner.kind })
    }

    /// `-x` or `-1`
    fn negative(&mut self) -> Parse<Term> {
        let next = self.next_token();
        let is_plain = match next.kind {
            TokenKind::Name(Some(keyword)) => !self.language.has(keyword) || keyword == Keyword::Contains,
            kind => matches!(kind, TokenKind::Name(None)),
        };
        if !is_plain {
            return self.number();
        }
        let sign: Span = self.advance();
        let name = self.variable();
        let term = self.steps(name)?;
        self.higher()?;
        Ok(Term { span: sign.to(term.span), kind: TermKind::Minus(Box::new(term)) })
    }

    /// Says that something cannot have members, nor be called.
    pub(super) fn no_reference<T>(&self, head: &Term, what: &str) -> Parse<T> {
        let message = format!("{what} has no members and cannot be called");
        self.fail(SyntaxError::new(head.span, message).help("give it a name first: `x := …`, then `x[…]`"))
    }
}
