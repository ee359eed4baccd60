//! What an operator cannot take has no value, where that is asked for: to the engine it is an error however lenient it is.
//!
//! `a + b` becomes `number(a) + number(b)`, with functions that only a lenient evaluation has.

use crate::rego::builtins::operands::{NUMBER, NUMBER_OR_SET, SET};
use crate::rego::normalise::tree::{Body, Call, Expr, Operator, Statement};

/// Guards the operands of a body.
pub(super) fn rewrite(body: &mut Body) {
    body.iter_mut().flat_map(Statement::exprs_mut).for_each(within);
}

fn within(expr: &mut Expr) {
    expr.inner_mut().into_iter().for_each(within);
    if let Expr::Infix(infix) = expr
        && let Some(guard) = guard_of(infix.operator)
    {
        guarded(guard, &mut infix.left);
        guarded(guard, &mut infix.right);
    }
}

const fn guard_of(operator: Operator) -> Option<&'static str> {
    match operator {
        Operator::Add | Operator::Multiply | Operator::Divide | Operator::Modulo => Some(NUMBER),
        Operator::Subtract => Some(NUMBER_OR_SET),
        Operator::Or | Operator::And => Some(SET),
        Operator::Declare
        | Operator::Unify
        | Operator::Equal
        | Operator::Unequal
        | Operator::Less
        | Operator::LessOrEqual
        | Operator::Greater
        | Operator::GreaterOrEqual => None,
    }
}

fn guarded(guard: &str, operand: &mut Expr) {
    if !matches!(operand, Expr::Number(_)) {
        let argument = std::mem::replace(operand, Expr::Null);
        let function = Expr::name(guard);
        *operand = Expr::Call(Box::new(Call { function, arguments: vec![argument], span: None }));
    }
}
