//! Patterns with objects match whole objects.
//!
//! For OPA `{"a": x} = e` holds when `e` has the key `a` and no other; for the engine it may have more. The whole is
//! compared once its variables are bound: `{"a": x} = h; h == {"a": x}`. Arguments of functions, `some {"a": x} in e`,
//! indexes such as `xs[{"a": x}]` and results such as that of `walk(e, [path, {"a": x}])` are patterns too.

use regorus::unstable::BUILTINS;

use crate::rego::normalise::bind::{Beside, Context, each_statement};
use crate::rego::normalise::packages::steps;
use crate::rego::normalise::tree::{Body, Call, Expr, Infix, Literal, Operator, Part, Rule, Statement};

/// Makes patterns among the arguments of a rule exact.
pub(super) fn rewrite_arguments(rule: &mut Rule, context: &mut Context<'_>) {
    for argument in rule.arguments.iter_mut().flatten() {
        if !is_pattern(argument, context) {
            continue;
        }
        let name = Expr::Name(context.fresh.name());
        let mut pattern = std::mem::replace(argument, name.clone());
        name_wildcards(&mut pattern, context);
        for clause in &mut rule.clauses {
            let exprs = [infix(Operator::Unify, &pattern, &name), infix(Operator::Equal, &name, &pattern)];
            let statements = exprs.map(|expr| Statement::is(clause.origin.clone(), expr));
            clause.body.splice(..0, statements);
        }
    }
}

/// Makes the patterns in a body exact.
pub(super) fn rewrite(body: &mut Body, context: &mut Context<'_>) {
    each_statement(body, context, |statement, beside| match &mut statement.literal {
        Literal::Is(Expr::Infix(infix)) if matches!(infix.operator, Operator::Unify | Operator::Declare) => {
            sides(infix, beside);
        }
        Literal::Is(Expr::Call(call)) => result(call, beside),
        Literal::SomeIn { key, value, .. } => {
            key.iter_mut().chain([value]).for_each(|pattern| apart(pattern, beside));
        }
        Literal::Is(_) | Literal::Some(_) | Literal::Every { .. } | Literal::Not(_) => {}
    });
}

/// Makes the patterns among the indexes of a body exact: `xs[{"a": x}]`. Heads are in the body by then.
pub(super) fn rewrite_indexes(body: &mut Body, context: &mut Context<'_>) {
    each_statement(body, context, |statement, beside| {
        if let Literal::Is(expr) = &mut statement.literal {
            indexes(expr, beside);
        }
    });
}

fn indexes(expr: &mut Expr, beside: &mut Beside<'_, '_>) {
    if let Expr::Ref(_, parts) = expr {
        for part in parts {
            if let Part::Index(index) = part {
                apart(index, beside);
            }
        }
    }
    expr.inner_mut().into_iter().for_each(|inner| indexes(inner, beside));
}

fn sides(infix: &mut Infix, beside: &mut Beside<'_, '_>) {
    let declares = infix.operator == Operator::Declare;
    let Infix { left, right, .. } = infix;
    // Two literals are compared key by key before anything runs.
    if is_pattern(left, beside.context) && !is_literal(right) {
        exact(left, right, beside);
    } else if !declares && is_pattern(right, beside.context) && !is_literal(left) {
        exact(right, left, beside);
    }
}

const fn is_literal(expr: &Expr) -> bool {
    matches!(expr, Expr::Array(_) | Expr::Object(_))
}

fn exact(pattern: &mut Expr, value: &mut Expr, beside: &mut Beside<'_, '_>) {
    name_wildcards(pattern, beside.context);
    if !matches!(value, Expr::Name(_)) {
        beside.bind(value);
    }
    beside.then(infix(Operator::Equal, value, pattern));
}

/// The result of a call as a statement of its own.
fn result(call: &mut Call, beside: &mut Beside<'_, '_>) {
    if has_result(call)
        && let Some(pattern) = call.arguments.last_mut()
    {
        apart(pattern, beside);
    }
}

/// Whether a call gives its result to its last argument: `walk(e, x)`.
pub(super) fn has_result(call: &Call) -> bool {
    let builtin = BUILTINS.get(steps(&call.function).join(".").as_str());
    builtin.and_then(|(_, arity)| usize::from(*arity).checked_add(1)) == Some(call.arguments.len())
}

/// Puts a variable in the place of a pattern, which follows.
fn apart(pattern: &mut Expr, beside: &mut Beside<'_, '_>) {
    if is_pattern(pattern, beside.context) {
        let name = Expr::Name(beside.context.fresh.name());
        let mut pattern = std::mem::replace(pattern, name.clone());
        name_wildcards(&mut pattern, beside.context);
        beside.then(infix(Operator::Unify, &pattern, &name));
        beside.then(infix(Operator::Equal, &name, &pattern));
    }
}

/// Gives each `_` a name, so that the pattern can be compared with.
fn name_wildcards(pattern: &mut Expr, context: &mut Context<'_>) {
    match pattern {
        Expr::Name(name) if name == "_" => *name = context.fresh.name(),
        Expr::Array(_) | Expr::Object(_) => {
            pattern.inner_mut().into_iter().for_each(|inner| name_wildcards(inner, context));
        }
        _ => {}
    }
}

/// Whether there is an object with a variable in it.
fn is_pattern(expr: &Expr, context: &Context<'_>) -> bool {
    match expr {
        Expr::Object(_) => expr.inner().into_iter().any(|inner| has_variable(inner, context)),
        Expr::Array(_) => expr.inner().into_iter().any(|inner| is_pattern(inner, context)),
        _ => false,
    }
}

fn has_variable(expr: &Expr, context: &Context<'_>) -> bool {
    match expr {
        Expr::Name(name) => context.is_variable(name),
        Expr::Array(_) | Expr::Object(_) => {
            expr.inner().into_iter().any(|inner| has_variable(inner, context))
        }
        _ => false,
    }
}

fn infix(operator: Operator, left: &Expr, right: &Expr) -> Expr {
    Expr::Infix(Box::new(Infix { operator, left: left.clone(), right: right.clone(), span: None }))
}
