//! Which expressions need brackets where.

use crate::rego::normalise::tree::{Expr, Operator};

/// How tightly the parts of an expression hold together, from the loosest.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum Level {
    /// A statement.
    Statement,
    /// `k, v in e`, which would end at a comma elsewhere.
    Pair,
    /// `v in e`.
    In,
    Comparison,
    Union,
    Intersection,
    Sum,
    Product,
    Term,
}

impl Level {
    /// That of an expression with this operator.
    const fn of(operator: Operator) -> Self {
        match operator {
            Operator::Declare | Operator::Unify => Self::Statement,
            Operator::Equal
            | Operator::Unequal
            | Operator::Less
            | Operator::LessOrEqual
            | Operator::Greater
            | Operator::GreaterOrEqual => Self::Comparison,
            Operator::Or => Self::Union,
            Operator::And => Self::Intersection,
            Operator::Add | Operator::Subtract => Self::Sum,
            Operator::Multiply | Operator::Divide | Operator::Modulo => Self::Product,
        }
    }

    /// That of an expression.
    pub(super) fn of_expr(expr: &Expr) -> Self {
        match expr {
            Expr::Infix(infix) => Self::of(infix.operator),
            Expr::Membership(member) if member.key.is_some() => Self::Pair,
            Expr::Membership(_) => Self::In,
            _ => Self::Term,
        }
    }

    /// What the operands on the left and on the right must at least hold together by.
    pub(super) const fn operands(operator: Operator) -> (Self, Self) {
        match operator {
            // The whole right side belongs to it, but OPA reads a comparison there only in brackets.
            Operator::Declare | Operator::Unify => (Self::Term, Self::Union),
            Operator::Equal
            | Operator::Unequal
            | Operator::Less
            | Operator::LessOrEqual
            | Operator::Greater
            | Operator::GreaterOrEqual => (Self::Union, Self::Union),
            Operator::Or => (Self::Union, Self::Intersection),
            Operator::And => (Self::Intersection, Self::Sum),
            Operator::Add | Operator::Subtract => (Self::Sum, Self::Product),
            Operator::Multiply | Operator::Divide | Operator::Modulo => (Self::Product, Self::Term),
        }
    }
}

/// What stands in a list: `|` and anything looser would be read as the bar of a comprehension.
pub(super) const ITEM: Level = Level::Intersection;
