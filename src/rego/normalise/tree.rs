//! The syntax of a policy as a tree that can be changed: `lower` makes it, the rewrites change it, `print` writes it.
//!
//! It holds what the syntax means and not how it was written: no brackets, no imports, strings by their value.

use regorus::unstable::Span;

/// Where something stands in the author's text.
#[derive(Debug, Clone)]
pub(super) struct Origin {
    /// The file, by its position among the files of the package.
    pub(super) file: usize,
    /// The piece of text; only its row and its start can be relied on.
    pub(super) span: Span,
}

/// One package: the rules of all its files.
#[derive(Debug)]
pub(super) struct Package {
    /// Its path without `data`.
    pub(super) path: Expr,
    /// Its rules, in the order of files and rows.
    pub(super) rules: Vec<Rule>,
}

/// One rule with its chain of `else`.
#[derive(Debug, Clone)]
pub(super) struct Rule {
    pub(super) origin: Origin,
    pub(super) kind: RuleKind,
    /// The reference that names it; its last part is a key if that is an index.
    pub(super) name: Expr,
    /// The patterns of its arguments, if it is a function.
    pub(super) arguments: Option<Vec<Expr>>,
    /// The rule itself, then each `else`.
    pub(super) clauses: Vec<Clause>,
}

/// What a rule makes of its name.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum RuleKind {
    /// `p := v`, `p[k] := v`, `f(x) := v`.
    Value,
    /// `p contains v`.
    Element,
    /// `default p := v`.
    Default,
}

/// A value and the body under which it holds.
#[derive(Debug, Clone)]
pub(super) struct Clause {
    pub(super) origin: Origin,
    /// The value or the element; without one it is `true`.
    pub(super) value: Option<Expr>,
    /// The statements; none if it always holds.
    pub(super) body: Body,
}

/// Statements that all must hold.
pub(super) type Body = Vec<Statement>;

/// One statement.
#[derive(Debug, Clone)]
pub(super) struct Statement {
    pub(super) origin: Origin,
    pub(super) literal: Literal,
    pub(super) with: Vec<With>,
}

/// What a statement says.
#[derive(Debug, Clone)]
pub(super) enum Literal {
    /// `some x, y`.
    Some(Vec<String>),
    /// `some k, v in e`.
    SomeIn { key: Option<Expr>, value: Expr, collection: Expr },
    /// `every k, v in e { … }`.
    Every { key: Option<String>, value: String, domain: Expr, body: Body },
    /// An expression, `x := e` and `x = e` among them.
    Is(Expr),
    /// `not e`.
    Not(Expr),
}

/// `with target as value`.
#[derive(Debug, Clone)]
pub(super) struct With {
    pub(super) target: Expr,
    pub(super) value: Expr,
}

/// A term or an expression.
#[derive(Debug, Clone)]
pub(super) enum Expr {
    Null,
    Bool(bool),
    /// A number as it was written, with its sign.
    Number(String),
    Text(String),
    /// A variable, a rule, `input` or `data`.
    Name(String),
    /// `base.field[index]`: the base is no reference.
    Ref(Box<Self>, Vec<Part>),
    Array(Vec<Self>),
    Set(Vec<Self>),
    Object(Vec<(Self, Self)>),
    Comprehension(Box<Comprehension>),
    Call(Box<Call>),
    Infix(Box<Infix>),
    Membership(Box<Membership>),
}

/// One step of a reference.
#[derive(Debug, Clone)]
pub(super) enum Part {
    /// `.name`.
    Field(String),
    /// `[index]`.
    Index(Expr),
}

/// `[term | body]`, `{term | body}`, `{key: term | body}`.
#[derive(Debug, Clone)]
pub(super) struct Comprehension {
    pub(super) origin: Origin,
    pub(super) kind: Brackets,
    pub(super) key: Option<Expr>,
    pub(super) term: Expr,
    pub(super) body: Body,
}

/// What a comprehension makes.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Brackets {
    /// An array.
    Square,
    /// A set, or with a key an object.
    Curly,
}

/// `function(arguments)`.
#[derive(Debug, Clone)]
pub(super) struct Call {
    pub(super) function: Expr,
    pub(super) arguments: Vec<Expr>,
    pub(super) span: Option<Span>,
}

/// `left operator right`.
#[derive(Debug, Clone)]
pub(super) struct Infix {
    pub(super) operator: Operator,
    pub(super) left: Expr,
    pub(super) right: Expr,
    pub(super) span: Option<Span>,
}

/// `key, value in collection`.
#[derive(Debug, Clone)]
pub(super) struct Membership {
    pub(super) key: Option<Expr>,
    pub(super) value: Expr,
    pub(super) collection: Expr,
}

/// The operators, from the loosest.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Operator {
    Declare,
    Unify,
    Equal,
    Unequal,
    Less,
    LessOrEqual,
    Greater,
    GreaterOrEqual,
    Or,
    And,
    Add,
    Subtract,
    Multiply,
    Divide,
    Modulo,
}

impl Operator {
    /// Whether it orders its operands.
    pub(super) const fn orders(self) -> bool {
        matches!(self, Self::Less | Self::LessOrEqual | Self::Greater | Self::GreaterOrEqual)
    }
}

impl Expr {
    /// A variable or a rule.
    pub(super) fn name(name: &str) -> Self {
        Self::Name(name.to_owned())
    }

    /// `name = value`.
    pub(super) fn unify(name: &str, value: Self) -> Self {
        let left = Self::name(name);
        Self::Infix(Box::new(Infix { operator: Operator::Unify, left, right: value, span: None }))
    }

    /// The expressions directly inside, in the order they are written; those of a comprehension are not.
    pub(super) fn inner(&self) -> Vec<&Self> {
        match self {
            Self::Ref(base, parts) => {
                [base.as_ref()].into_iter().chain(parts.iter().filter_map(Part::index)).collect()
            }
            Self::Array(items) | Self::Set(items) => items.iter().collect(),
            Self::Object(fields) => fields.iter().flat_map(|(key, value)| [key, value]).collect(),
            Self::Call(call) => call.arguments.iter().collect(),
            Self::Infix(infix) => vec![&infix.left, &infix.right],
            Self::Membership(member) => {
                member.key.iter().chain([&member.value, &member.collection]).collect()
            }
            Self::Null
            | Self::Bool(_)
            | Self::Number(_)
            | Self::Text(_)
            | Self::Name(_)
            | Self::Comprehension(_) => Vec::new(),
        }
    }

    /// As [`Self::inner`], to change them.
    pub(super) fn inner_mut(&mut self) -> Vec<&mut Self> {
        match self {
            Self::Ref(base, parts) => {
                [base.as_mut()].into_iter().chain(parts.iter_mut().filter_map(Part::index_mut)).collect()
            }
            Self::Array(items) | Self::Set(items) => items.iter_mut().collect(),
            Self::Object(fields) => fields.iter_mut().flat_map(|(key, value)| [key, value]).collect(),
            Self::Call(call) => call.arguments.iter_mut().collect(),
            Self::Infix(infix) => vec![&mut infix.left, &mut infix.right],
            Self::Membership(member) => {
                member.key.iter_mut().chain([&mut member.value, &mut member.collection]).collect()
            }
            Self::Null
            | Self::Bool(_)
            | Self::Number(_)
            | Self::Text(_)
            | Self::Name(_)
            | Self::Comprehension(_) => Vec::new(),
        }
    }
}

impl Part {
    fn index(&self) -> Option<&Expr> {
        match self {
            Self::Field(_) => None,
            Self::Index(index) => Some(index),
        }
    }

    fn index_mut(&mut self) -> Option<&mut Expr> {
        match self {
            Self::Field(_) => None,
            Self::Index(index) => Some(index),
        }
    }
}

impl Statement {
    /// An expression as a statement without `with`.
    pub(super) fn is(origin: Origin, expr: Expr) -> Self {
        Self { origin, literal: Literal::Is(expr), with: Vec::new() }
    }

    /// The expressions directly in it; those of the body of an `every` are not.
    pub(super) fn exprs(&self) -> Vec<&Expr> {
        let exprs: Vec<&Expr> = match &self.literal {
            Literal::Some(_) => Vec::new(),
            Literal::SomeIn { key, value, collection } => key.iter().chain([value, collection]).collect(),
            Literal::Every { domain, .. } => vec![domain],
            Literal::Is(expr) | Literal::Not(expr) => vec![expr],
        };
        exprs.into_iter().chain(self.with.iter().map(|with| &with.value)).collect()
    }

    /// As [`Self::exprs`], to change them.
    pub(super) fn exprs_mut(&mut self) -> Vec<&mut Expr> {
        let exprs: Vec<&mut Expr> = match &mut self.literal {
            Literal::Some(_) => Vec::new(),
            Literal::SomeIn { key, value, collection } => key.iter_mut().chain([value, collection]).collect(),
            Literal::Every { domain, .. } => vec![domain],
            Literal::Is(expr) | Literal::Not(expr) => vec![expr],
        };
        exprs.into_iter().chain(self.with.iter_mut().map(|with| &mut with.value)).collect()
    }
}
