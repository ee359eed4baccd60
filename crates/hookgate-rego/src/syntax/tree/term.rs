//! Terms: what has a value.

use super::{Body, Statement};
use crate::syntax::Span;

/// Something that has a value.
#[derive(Debug, Clone, PartialEq)]
pub struct Term {
    /// All of it, with the round brackets around it.
    pub span: Span,
    /// What it is.
    pub kind: TermKind,
}

/// What a term is.
#[derive(Debug, Clone, PartialEq)]
pub enum TermKind {
    /// `null`
    Null,
    /// `true`, `false`
    Bool(bool),
    /// A number as it was written, white space left out: numbers have no limit of digits.
    Number(String),
    /// A string.
    String(Text),
    /// `$"… {x} …"`
    Template(Template),
    /// A variable, a rule, an import, `input` or `data`: one name. `_` is another variable wherever it stands.
    Var(String),
    /// `a.b[c]`
    Reference(Box<Reference>),
    /// `f(x)`, `a.b(x)`: what is called (a variable or a reference), and the arguments.
    Call(Box<Term>, Vec<Term>),
    /// `a + b`, `a == b`, `a | b`.
    Infix(Operator, Box<(Term, Term)>),
    /// `value in collection`, `key, value in collection`.
    In(Box<Element>),
    /// `-x` of something that is no number.
    Minus(Box<Term>),
    /// `[a, b]`
    Array(Vec<Term>),
    /// `{a, b}`, `set()`
    Set(Vec<Term>),
    /// `{"a": b}`
    Object(Vec<Entry>),
    /// `[x | …]`, `{x | …}`, `{k: v | …}`
    Comprehension(Box<Comprehension>),
}

/// A string: what it says, and whether it was written in backquotes.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Text {
    /// What it says, escapes resolved.
    pub value: String,
    /// Whether it stands in backquotes.
    pub raw: bool,
}

/// A template string.
#[derive(Debug, Clone, PartialEq)]
pub struct Template {
    /// What it is made of; no two texts follow each other, and none is empty.
    pub parts: Vec<Part>,
    /// Whether it stands in backquotes.
    pub raw: bool,
}

/// A part of a template string.
#[derive(Debug, Clone, PartialEq)]
pub enum Part {
    /// What is written as it is, escapes resolved.
    Text(Span, String),
    /// `{…}`: a term, perhaps under `with`.
    Hole(Statement),
}

/// `head.name[key]`.
#[derive(Debug, Clone, PartialEq)]
pub struct Reference {
    /// What it begins with: a variable, a call, a collection or a comprehension.
    pub head: Term,
    /// The steps, at least one: a string for `.name` and `["name"]`.
    pub path: Vec<Term>,
}

/// `value in collection` as a term.
#[derive(Debug, Clone, PartialEq)]
pub struct Element {
    /// The key, if it is asked for.
    pub key: Option<Term>,
    /// The value.
    pub value: Term,
    /// What it is looked for in.
    pub collection: Term,
}

/// A member of an object.
#[derive(Debug, Clone, PartialEq)]
pub struct Entry {
    /// Its key.
    pub key: Term,
    /// Its value.
    pub value: Term,
}

/// A collection of all that a body finds.
#[derive(Debug, Clone, PartialEq)]
pub enum Comprehension {
    /// `[x | …]`
    Array(Term, Body),
    /// `{x | …}`
    Set(Term, Body),
    /// `{k: v | …}`
    Object(Entry, Body),
}

/// An operator between two terms.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Operator {
    /// `==`
    Equal,
    /// `!=`
    NotEqual,
    /// `<`
    Less,
    /// `<=`
    LessOrEqual,
    /// `>`
    Greater,
    /// `>=`
    GreaterOrEqual,
    /// `|`
    Or,
    /// `&`
    And,
    /// `+`
    Add,
    /// `-`
    Subtract,
    /// `*`
    Multiply,
    /// `/`
    Divide,
    /// `%`
    Remainder,
}

impl Operator {
    /// As it is written.
    pub fn symbol(self) -> &'static str {
        match self {
            Self::Equal => "==",
            Self::NotEqual => "!=",
            Self::Less => "<",
            Self::LessOrEqual => "<=",
            Self::Greater => ">",
            Self::GreaterOrEqual => ">=",
            Self::Or => "|",
            Self::And => "&",
            Self::Add => "+",
            Self::Subtract => "-",
            Self::Multiply => "*",
            Self::Divide => "/",
            Self::Remainder => "%",
        }
    }

    /// The built-in that it stands for, as OPA names it.
    pub fn builtin(self) -> &'static str {
        match self {
            Self::Equal => "equal",
            Self::NotEqual => "neq",
            Self::Less => "lt",
            Self::LessOrEqual => "lte",
            Self::Greater => "gt",
            Self::GreaterOrEqual => "gte",
            Self::Or => "or",
            Self::And => "and",
            Self::Add => "plus",
            Self::Subtract => "minus",
            Self::Multiply => "mul",
            Self::Divide => "div",
            Self::Remainder => "rem",
        }
    }

    /// How tightly it binds: the greater binds first. Those of one strength go from left to right.
    pub fn strength(self) -> u8 {
        match self {
            Self::Equal
            | Self::NotEqual
            | Self::Less
            | Self::LessOrEqual
            | Self::Greater
            | Self::GreaterOrEqual => 1,
            Self::Or => 2,
            Self::And => 3,
            Self::Add | Self::Subtract => 4,
            Self::Multiply | Self::Divide | Self::Remainder => 5,
        }
    }
}
