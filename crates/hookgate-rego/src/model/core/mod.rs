//! The core of the language, in which names, safety and types are checked: a rule has one body, an infix term is a call,
//! every `_` is a variable of its own. What the checks ask for is then written into it step by step (`names`, `expand`).
//!
//! This is the tree of OPA's compiler, so that what is found in it is found where OPA finds it.

mod build;
mod constant;
mod lower;
mod names;
mod variables;
mod walk;

pub(super) use build::{call, equality, reference, string, variable};
pub(super) use constant::{is_constant, is_ground, is_scalar, key, needs_evaluation};
pub(super) use lower::lower;
pub(super) use names::{Names, Origin, Var, known};
pub(super) use variables::{
    Skip, VarSet, variables_of, variables_of_body, variables_of_expr, variables_of_with,
};
pub(super) use walk::{Node, walk_body, walk_expr, walk_term, walk_terms_mut};

use std::rc::Rc;

use crate::syntax::Span;

/// A value, and where it was written.
#[derive(Debug, Clone)]
pub(super) struct Term {
    pub(super) span: Span,
    pub(super) value: Value,
}

#[derive(Debug, Clone)]
pub(super) enum Value {
    Null,
    Bool(bool),
    Number(Rc<str>),
    String(Rc<str>),
    Var(Var),
    /// What it begins with and the steps; `input` and `data` are references without steps.
    Ref(Vec<Term>),
    /// What is called, a reference, and the arguments.
    Call(Vec<Term>),
    Array(Vec<Term>),
    Set(Vec<Term>),
    Object(Vec<(Term, Term)>),
    Comprehension(Box<Comprehension>),
    /// The parts that are no text.
    Template(Vec<Expr>),
}

#[derive(Debug, Clone)]
pub(super) struct Comprehension {
    /// Which it is in its bundle.
    pub(super) id: u32,
    pub(super) kind: Collection,
    /// The key, if it makes an object.
    pub(super) key: Option<Term>,
    pub(super) term: Term,
    pub(super) body: Body,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Collection {
    Array,
    Set,
    Object,
}

pub(super) type Body = Vec<Expr>;

/// A statement.
#[derive(Debug, Clone)]
pub(super) struct Expr {
    pub(super) span: Span,
    pub(super) kind: ExprKind,
    pub(super) negated: bool,
    pub(super) with: Vec<With>,
    /// Whether nobody wrote it.
    pub(super) generated: bool,
    /// Whether it was `:=`.
    pub(super) assigned: bool,
}

#[derive(Debug, Clone)]
pub(super) enum ExprKind {
    Term(Term),
    /// What is called and the operands.
    Call(Vec<Term>),
    /// `some x, y`
    Some(Vec<(Var, Span)>),
    /// `some key, value in collection`
    SomeIn(Box<SomeIn>),
    Every(Box<Every>),
    /// `not { … }` under `import future.keywords.not`.
    Not(Operand),
    /// `and`, `or`.
    Logic(Box<(Operand, Operand)>),
}

#[derive(Debug, Clone)]
pub(super) struct SomeIn {
    pub(super) key: Option<Term>,
    pub(super) value: Term,
    pub(super) collection: Term,
}

#[derive(Debug, Clone)]
pub(super) struct Every {
    pub(super) key: Term,
    pub(super) value: Term,
    pub(super) domain: Term,
    pub(super) body: Body,
}

#[derive(Debug, Clone)]
pub(super) struct Operand {
    /// Whether it was written in braces, and may declare variables.
    pub(super) braces: bool,
    pub(super) body: Body,
}

#[derive(Debug, Clone)]
pub(super) struct With {
    pub(super) target: Term,
    pub(super) value: Term,
}

/// A rule, or a branch of one.
#[derive(Debug, Clone)]
pub(super) struct Rule {
    /// Its file.
    pub(super) module: usize,
    pub(super) span: Span,
    pub(super) default: bool,
    pub(super) head: Head,
    pub(super) body: Body,
    /// Whether it is an `else` of the rule before it.
    pub(super) is_else: bool,
    /// Whether a fault of it has been told: what follows from it is not.
    pub(super) is_faulty: bool,
}

#[derive(Debug, Clone)]
pub(super) struct Head {
    pub(super) span: Span,
    /// Its name, a variable, and the steps.
    pub(super) reference: Vec<Term>,
    pub(super) arguments: Vec<Term>,
    /// What it adds to a set.
    pub(super) key: Option<Term>,
    /// The value it gives; one of the two is there.
    pub(super) value: Option<Term>,
}

impl Expr {
    pub(super) fn new(span: Span, kind: ExprKind) -> Self {
        Self { span, kind, negated: false, with: Vec::new(), generated: false, assigned: false }
    }

    /// What is called and the operands.
    pub(super) fn call(&self) -> Option<(&[Term], &[Term])> {
        match &self.kind {
            ExprKind::Call(terms) => {
                let (operator, operands) = terms.split_first()?;
                match &operator.value {
                    Value::Ref(name) => Some((name, operands)),
                    _ => None,
                }
            }
            _ => None,
        }
    }

    /// The operands, if it calls this operator.
    pub(super) fn operands_of(&self, operator: Var) -> Option<&[Term]> {
        let (name, operands) = self.call()?;
        is_operator(name, operator).then_some(operands)
    }

    /// The two sides of `=`.
    pub(super) fn equality(&self) -> Option<(&Term, &Term)> {
        match self.operands_of(known::EQ)? {
            [left, right] => Some((left, right)),
            _ => None,
        }
    }

    pub(super) fn is_equality(&self) -> bool {
        self.operands_of(known::EQ).is_some()
    }

    pub(super) fn is_assignment(&self) -> bool {
        self.operands_of(known::ASSIGN).is_some()
    }
}

/// Whether a reference is nothing but this name.
pub(super) fn is_operator(name: &[Term], operator: Var) -> bool {
    matches!(name, [Term { value: Value::Var(var), .. }] if *var == operator)
}

impl Term {
    pub(super) fn new(span: Span, value: Value) -> Self {
        Self { span, value }
    }

    pub(super) fn var(&self) -> Option<Var> {
        match self.value {
            Value::Var(var) => Some(var),
            _ => None,
        }
    }

    pub(super) fn reference(&self) -> Option<&[Term]> {
        match &self.value {
            Value::Ref(path) => Some(path),
            _ => None,
        }
    }

    /// `input` or `data` alone.
    pub(super) fn root(&self) -> Option<Var> {
        match self.reference()? {
            [Term { value: Value::Var(var), .. }] if var.is_root() => Some(*var),
            _ => None,
        }
    }
}

impl Head {
    /// Whether it adds to a set.
    pub(super) fn is_partial(&self) -> bool {
        self.value.is_none()
    }

    /// How many steps of its name have one value, the name itself among them.
    pub(super) fn ground_steps(&self) -> usize {
        let steps = self.reference.iter().skip(1);
        steps.take_while(|step| is_ground(step)).count().saturating_add(1)
    }

    pub(super) fn is_ground(&self) -> bool {
        self.ground_steps() == self.reference.len()
    }

    /// Its name.
    pub(super) fn name(&self) -> Option<Var> {
        self.reference.first().and_then(Term::var)
    }
}
