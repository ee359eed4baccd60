//! Terms with operators between them, the loosest of which is `in`.

use super::{Ahead, Parse, Parser};
use crate::syntax::tokens::{Keyword, TokenKind};
use crate::syntax::tree::{Element, Operator, Term, TermKind};

/// The strength of the loosest operator.
const LOOSEST: u8 = 1;

impl Parser<'_> {
    /// A term where a comma can only belong to `key, value in collection`.
    pub(super) fn term(&mut self) -> Parse<Term> {
        self.chain(|parser| {
            let first = parser.relation()?;
            let first = parser.keyed(first)?;
            parser.memberships(first)
        })
    }

    /// The rest of such a term, the first operand of which is known.
    pub(super) fn rest_of_term(&mut self, first: Term) -> Parse<Term> {
        let first = self.links(first, LOOSEST)?;
        let first = self.keyed(first)?;
        self.memberships(first)
    }

    /// A term in a list, where a comma ends it.
    pub(super) fn element(&mut self) -> Parse<Term> {
        self.chain(|parser| {
            let first = parser.relation()?;
            parser.memberships(first)
        })
    }

    /// The rest of a term in a list, the first operand of which is known.
    pub(super) fn rest_of_element(&mut self, first: Term) -> Parse<Term> {
        let first = self.links(first, LOOSEST)?;
        self.memberships(first)
    }

    /// Everything but `in`.
    fn relation(&mut self) -> Parse<Term> {
        match self.ahead.take() {
            Some(ahead) if ahead.from == self.at => {
                self.at = ahead.to;
                self.height = self.height.max(ahead.height);
                Ok(ahead.term)
            }
            _ => self.infix(LOOSEST),
        }
    }

    /// Looks behind a comma for `value in collection`. What stands there otherwise is kept: it may be the next term of a
    /// list, and is not read again.
    fn keyed(&mut self, key: Term) -> Parse<Term> {
        let comma = self.at;
        if self.take(TokenKind::Comma).is_none() || self.closes() {
            self.at = comma;
            return Ok(key);
        }
        let from = self.at;
        let value = self.relation()?;
        if self.take_any_keyword(Keyword::In).is_none() {
            self.ahead = Some(Ahead { from, term: value, to: self.at, height: self.height });
            self.at = comma;
            return Ok(key);
        }
        let collection = self.relation()?;
        self.higher()?;
        Ok(membership(Some(key), value, collection))
    }

    /// `… in collection`, as often as it stands there.
    fn memberships(&mut self, mut term: Term) -> Parse<Term> {
        while self.is_keyword(Keyword::In) {
            self.advance();
            let collection = self.relation()?;
            self.higher()?;
            term = membership(None, term, collection);
        }
        Ok(term)
    }

    fn infix(&mut self, loosest: u8) -> Parse<Term> {
        self.chain(|parser| {
            let first = parser.operand()?;
            parser.links(first, loosest)
        })
    }

    /// The operators behind a term that bind at least so tightly, from left to right.
    fn links(&mut self, mut left: Term, loosest: u8) -> Parse<Term> {
        while let TokenKind::Operator(operator) = self.kind() {
            if operator.strength() < loosest {
                break;
            }
            self.advance();
            let right = self.infix(operator.strength().saturating_add(1))?;
            self.higher()?;
            left = infix(operator, left, right);
        }
        Ok(left)
    }

    fn closes(&self) -> bool {
        matches!(
            self.kind(),
            TokenKind::RightBrace | TokenKind::RightBracket | TokenKind::RightParen | TokenKind::End
        )
    }
}

fn infix(operator: Operator, left: Term, right: Term) -> Term {
    Term { span: left.span.to(right.span), kind: TermKind::Infix(operator, Box::new((left, right))) }
}

fn membership(key: Option<Term>, value: Term, collection: Term) -> Term {
    let start = key.as_ref().map_or(value.span, |key| key.span);
    let span = start.to(collection.span);
    Term { span, kind: TermKind::In(Box::new(Element { key, value, collection })) }
}

/// Reads `head | term` as the union that it is when a comma shows that no body follows: `{a | b == c, d}`. The union binds
/// more tightly than most of what stands in the term, so `head` goes to the left of its first operand.
///
/// `None` if the term begins with `key, value in`.
pub(super) fn union(head: Term, mut term: Term) -> Option<Term> {
    let start = head.span;
    let mut place = &mut term;
    while is_looser(place) {
        place.span = start.to(place.span);
        place = match &mut place.kind {
            TermKind::Infix(_, operands) => &mut operands.0,
            TermKind::In(element) if element.key.is_none() => &mut element.value,
            _ => return None,
        };
    }
    let first = std::mem::replace(place, head);
    let left = std::mem::replace(place, Term { span: start, kind: TermKind::Null });
    *place = infix(Operator::Or, left, first);
    Some(term)
}

/// Whether a union to the left of a term would go into it: it has an operator that binds no more tightly, and no brackets.
fn is_looser(term: &Term) -> bool {
    match &term.kind {
        TermKind::Infix(operator, operands) => {
            operator.strength() <= Operator::Or.strength() && operands.0.span.start == term.span.start
        }
        TermKind::In(element) => element.key.as_ref().unwrap_or(&element.value).span.start == term.span.start,
        _ => false,
    }
}
