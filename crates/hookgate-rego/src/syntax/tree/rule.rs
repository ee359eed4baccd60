//! Rules: a head, the bodies that make it hold, and what holds else.

use super::{Body, Term, Word};
use crate::syntax::{Metadata, Span};

/// A rule with all bodies that were written to one head.
#[derive(Debug, Clone, PartialEq)]
pub struct Rule {
    /// From its first word to the end of its last body.
    pub span: Span,
    /// The METADATA before it, in the order of the text.
    pub metadata: Vec<Metadata>,
    /// Where `default` stands, if it does.
    pub default: Option<Span>,
    /// What it defines.
    pub head: Head,
    /// Its bodies: none for a fact such as `limit := 3` or `names contains "a"`; more than one for `p if { … } { … }`,
    /// each of which makes the head hold.
    pub bodies: Vec<Chain>,
    /// What holds when the body does not, in this order. Then there is one body.
    pub elses: Vec<Else>,
}

/// One of the bodies of a rule.
#[derive(Debug, Clone, PartialEq)]
pub struct Chain {
    /// Where `if` stands before it. None for the bodies after the first, and in v0.
    pub keyword: Option<Span>,
    /// The statements.
    pub body: Body,
}

/// What a rule defines: `p`, `p[x].q`, `f(x, y)`, with a value or an element.
#[derive(Debug, Clone, PartialEq)]
pub struct Head {
    /// From the name to the end of the value or the element.
    pub span: Span,
    /// The first name.
    pub name: Word,
    /// What follows it: strings for `.q` and `["q"]`, other terms for keys that are computed.
    pub path: Vec<Term>,
    /// The parameters of a function.
    pub parameters: Option<Vec<Term>>,
    /// What it is given.
    pub kind: HeadKind,
}

/// What a rule gives its name.
#[derive(Debug, Clone, PartialEq)]
pub enum HeadKind {
    /// One value: `p := 1`, `p = 1`, or true if there is none.
    Value(Option<(Assignment, Term)>),
    /// An element of a set: `p contains x`.
    Element(Term, SetForm),
}

/// How a value is given.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Assignment {
    /// `:=`
    Assign,
    /// `=`
    Unify,
}

/// How an element of a set is written.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum SetForm {
    /// `p contains x`; here stands the keyword.
    Contains(Span),
    /// `p[x] { … }`, only in v0.
    Brackets,
}

/// `else := value if { … }`.
#[derive(Debug, Clone, PartialEq)]
pub struct Else {
    /// From the keyword to the end.
    pub span: Span,
    /// Its value: true if there is none.
    pub value: Option<(Assignment, Term)>,
    /// Where `if` stands.
    pub keyword: Option<Span>,
    /// When it holds: always if there is no body.
    pub body: Option<Body>,
}
