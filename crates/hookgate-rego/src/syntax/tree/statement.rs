//! Statements: what a body asks for.

use super::{Element, Term, Word};
use crate::syntax::Span;

/// Statements that must hold together.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct Body {
    /// From the first statement to the last, without brackets.
    pub span: Span,
    /// The statements, at least one.
    pub statements: Vec<Statement>,
}

/// One statement, with what it is asked under.
#[derive(Debug, Clone, PartialEq)]
pub struct Statement {
    /// All of it.
    pub span: Span,
    /// What it says.
    pub kind: StatementKind,
    /// `with input.x as 1 with …`.
    pub with: Vec<With>,
}

/// What a statement says.
#[derive(Debug, Clone, PartialEq)]
pub enum StatementKind {
    /// A term that must not be undefined or false: a reference, a call, a comparison, any value.
    Term(Term),
    /// `x := 1`.
    Assign(Term, Term),
    /// `x = 1`.
    Unify(Term, Term),
    /// `not x.y`, as it is without `import future.keywords.not`. The statement within is a term, an assignment or a
    /// unification, and has no `with`: that stands with the outer one.
    Negated(Box<Statement>),
    /// `not x.y` and `not { … }` under `import future.keywords.not`, where what stands in it has a scope of its own.
    Not(Operand),
    /// `some x, y`.
    Some(Vec<Word>),
    /// `some value in collection`, `some key, value in collection`.
    SomeIn(Box<Element>),
    /// `every value in collection { … }`.
    Every(Box<Every>),
    /// `a and b`, under `import future.keywords.and`.
    And(Box<(Operand, Operand)>),
    /// `a or b`, under `import future.keywords.or`.
    Or(Box<(Operand, Operand)>),
}

/// `every key, value in collection { … }`.
#[derive(Debug, Clone, PartialEq)]
pub struct Every {
    /// The variable of the key, if it is asked for; `_` is one, too.
    pub key: Option<Word>,
    /// The variable of the value.
    pub value: Word,
    /// What is gone through.
    pub collection: Term,
    /// What must hold for each.
    pub body: Body,
}

/// What `not`, `and` and `or` are about: one statement, or several in braces.
#[derive(Debug, Clone, PartialEq)]
pub struct Operand {
    /// All of it, with its brackets.
    pub span: Span,
    /// Whether it was written in braces.
    pub braces: bool,
    /// The statements.
    pub body: Body,
}

/// `with target as value`.
#[derive(Debug, Clone, PartialEq)]
pub struct With {
    /// From the keyword to the end of the value.
    pub span: Span,
    /// What is replaced: a variable or a reference.
    pub target: Term,
    /// What it is replaced with.
    pub value: Term,
}
