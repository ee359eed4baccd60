//! Rewrite 4: what `every` and `some` run through is bound beside, and `some` runs through collections only.
//!
//! The engine stops with an error where `some x in "text"` simply holds for no `x`.

use crate::rego::normalise::bind::{Context, each_statement};
use crate::rego::normalise::tree::{Body, Call, Expr, Literal, Membership, Operator};

/// Binds the domains of each `every` and `some … in` of a body.
pub(super) fn rewrite(body: &mut Body, context: &mut Context<'_>) {
    each_statement(body, context, |statement, beside| match &mut statement.literal {
        Literal::Every { domain: Expr::Name(name), .. }
        | Literal::SomeIn { collection: Expr::Name(name), .. }
            if beside.context.sets.contains(name) => {}
        Literal::Every { domain, .. } => beside.bind_undefined(domain),
        Literal::SomeIn { collection, .. } => {
            let known = is_collection(collection);
            beside.bind_undefined(collection);
            if !known {
                beside.require(is_iterable(collection.clone()));
            }
        }
        Literal::Some(_) | Literal::Is(_) | Literal::Not(_) => {}
    });
}

/// Whether an expression is a collection whenever it has a value.
fn is_collection(expr: &Expr) -> bool {
    match expr {
        Expr::Array(_) | Expr::Set(_) | Expr::Object(_) | Expr::Comprehension(_) => true,
        Expr::Infix(infix) => matches!(infix.operator, Operator::And | Operator::Or),
        Expr::Null
        | Expr::Bool(_)
        | Expr::Number(_)
        | Expr::Text(_)
        | Expr::Name(_)
        | Expr::Ref(..)
        | Expr::Call(_)
        | Expr::Membership(_) => false,
    }
}

/// `type_name(e) in {"array", "object", "set"}`.
fn is_iterable(expr: Expr) -> Expr {
    let function = Expr::name("type_name");
    let types = ["array", "object", "set"].map(|name| Expr::Text(name.to_owned()));
    Expr::Membership(Box::new(Membership {
        key: None,
        value: Expr::Call(Box::new(Call { function, arguments: vec![expr], span: None })),
        collection: Expr::Set(types.to_vec()),
    }))
}
