//! Numbers, strings and template strings.

use super::{Parse, Parser};
use crate::syntax::tokens::{Piece, TokenKind};
use crate::syntax::tree::{Operator, Part, Statement, StatementKind, Template, Term, TermKind, Text};
use crate::syntax::{Span, SyntaxError, lexer};

/// A number may not be 2 to the power of this, nor that small: OPA cannot print it in time.
const MAX_EXPONENT: f64 = 1e5;

impl Parser<'_> {
    /// A number, perhaps with a sign, perhaps without a digit before its point. As in OPA there may be spaces between.
    pub(super) fn number(&mut self) -> Parse<Term> {
        let start = self.span();
        let mut written = String::new();
        if self.take(TokenKind::Operator(Operator::Subtract)).is_some() {
            written.push('-');
        }
        let is_fraction = self.take(TokenKind::Dot).is_some();
        if is_fraction {
            written.push('.');
        }
        let digits = self.span();
        self.expect(TokenKind::Number, "a number")?;
        let digits_written = self.text_of(digits);
        written.push_str(digits_written);
        let span = start.to(digits);
        if !is_fraction && has_leading_zero(digits_written) {
            return self
                .fail(SyntaxError::new(span, "a number cannot begin with a zero").help("leave it out"));
        }
        if is_fraction && digits_written.contains('.') {
            return self.fail(SyntaxError::new(span, "the number has two points"));
        }
        if exponent(&written).is_none_or(|exponent| exponent.abs() > MAX_EXPONENT) {
            return self.fail(SyntaxError::new(span, "the number is too great, or too near to zero"));
        }
        Ok(Term { span, kind: TermKind::Number(written) })
    }

    pub(super) fn string(&mut self) -> Parse<Term> {
        let span = self.span();
        let Some(value) = lexer::unquote(self.text_of(span)) else { return self.control_character(span) };
        self.advance();
        Ok(Term { span, kind: TermKind::String(Text { value, raw: false }) })
    }

    fn control_character<T>(&self, span: Span) -> Parse<T> {
        let error =
            SyntaxError::new(span, "a string with escapes cannot hold a tab or another control character");
        self.fail(error.help("write `\\t` for a tab"))
    }

    pub(super) fn raw_string(&mut self) -> Term {
        let span = self.advance();
        let value = self.text_of(span).trim_matches('`').to_owned();
        Term { span, kind: TermKind::String(Text { value, raw: true }) }
    }

    /// `$"… {x} …"`
    pub(super) fn template(&mut self, first: Piece) -> Parse<Term> {
        let start = self.span();
        if !first.first {
            return self.expected("a value");
        }
        if !self.language.has_templates() {
            return self.fail(SyntaxError::new(start, "v0 has no template strings"));
        }
        let parts = self.nested(|parser| parser.parts(first))?;
        let template = Template { parts, raw: first.raw };
        Ok(Term { span: self.since(start), kind: TermKind::Template(template) })
    }

    fn parts(&mut self, mut piece: Piece) -> Parse<Vec<Part>> {
        let mut parts = Vec::new();
        loop {
            let span = self.span();
            let written = self.text_of(span);
            let text = if piece.raw { Some(lexer::raw_template(written)) } else { lexer::template(written) };
            let Some(text) = text else { return self.control_character(span) };
            self.advance();
            if !text.is_empty() {
                parts.push(Part::Text(span, text));
            }
            if piece.last {
                return Ok(parts);
            }
            parts.push(Part::Hole(self.hole()?));
            let TokenKind::Template(next) = self.kind() else { return self.expected("`}`") };
            if next.first {
                return self.expected("`}`");
            }
            piece = next;
        }
    }

    /// What stands in a hole: a term.
    fn hole(&mut self) -> Parse<Statement> {
        let statement = self.statement()?;
        let what = match &statement.kind {
            StatementKind::Negated(_) => "`not`",
            StatementKind::Assign(..) => "an assignment",
            StatementKind::Unify(..) => "`=`",
            StatementKind::Every(_) => "`every`",
            StatementKind::Some(_) | StatementKind::SomeIn(_) => "`some`",
            StatementKind::Term(_) | StatementKind::Not(_) | StatementKind::And(_) | StatementKind::Or(_) => {
                return Ok(statement);
            }
        };
        let message = format!("{what} stands in a template string, which takes values");
        self.fail(SyntaxError::new(statement.span, message))
    }
}

fn has_leading_zero(digits: &str) -> bool {
    digits
        .strip_prefix('0')
        .is_some_and(|rest| rest.starts_with(|c: char| c.is_ascii_digit()) || rest.len() == 1)
}

/// About the binary exponent of a number; `None` beyond all bounds.
fn exponent(number: &str) -> Option<f64> {
    let (digits, tens) = number.split_once(['e', 'E']).unwrap_or((number, "0"));
    let (whole, fraction) = digits.split_once('.').unwrap_or((digits, ""));
    let all: String = whole.chars().chain(fraction.chars()).filter(char::is_ascii_digit).collect();
    let shown = all.trim_start_matches('0');
    if shown.is_empty() {
        return Some(0.0);
    }
    let tens = f64::from(tens.parse::<i32>().ok()?);
    let behind = f64::from(u32::try_from(fraction.len()).ok()?);
    let head: f64 = format!("0.{shown}").parse().ok()?;
    let places = f64::from(u32::try_from(shown.len()).ok()?);
    let exponent = (head.log10() + places - behind + tens) * std::f64::consts::LOG2_10;
    Some(exponent.floor() + 1.0)
}
