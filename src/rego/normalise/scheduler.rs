//! Rewrite 8: the engine's scheduler is told what defines a variable.
//!
//! It orders statements by the variables they define and use, and takes every `m[y]` for a definition of `y`. When the
//! real one waits for something else, `not m[y]` runs first, over all keys, and a denial is lost. An index that is a
//! variable bound elsewhere is written `m[[y][0]]`, which it takes for a use. And it does not look into the body of an
//! `every`, which may then run before the variables around it are there: they are added to the domain.

use crate::rego::normalise::bind::{Context, each_statement};
use crate::rego::normalise::tree::{Body, Expr, Literal, Operator, Part, Statement};
use crate::rego::normalise::walk::{self, Names};

/// Pins indexes and adds the dependencies of each `every`. `outer` are the names mentioned around the body.
pub(super) fn rewrite(body: &mut Body, outer: &Names, context: &mut Context<'_>) {
    let bound = bound(body, context);
    for statement in &mut *body {
        let negated = matches!(statement.literal, Literal::Not(_));
        let is_bound = |name: &String| name != "_" && context.is_variable(name) && (negated || bound.contains(name));
        statement.exprs_mut().into_iter().for_each(|expr| pin(expr, &is_bound));
    }
    let mut around = outer.clone();
    walk::own_names(body, &mut around);
    each_statement(body, context, |statement, before| {
        let used = used_by_every(statement, &around, before.context);
        if let Literal::Every { domain, .. } = &mut statement.literal
            && !used.is_empty()
        {
            let value = std::mem::replace(domain, Expr::Null);
            *domain = first_of([value].into_iter().chain(used.iter().map(|name| Expr::name(name))).collect());
            before.bind(domain);
        }
    });
}

/// The variables that have a definition other than as an index.
fn bound(body: &Body, context: &Context<'_>) -> Names {
    let mut bound = walk::declared(body);
    for statement in body {
        // `some x` alone defines nothing.
        if let Literal::Some(names) = &statement.literal {
            names.iter().for_each(|name| drop(bound.remove(name)));
        }
    }
    loop {
        let before = bound.len();
        body.iter().for_each(|statement| unified(statement, &mut bound, context));
        if bound.len() == before {
            return bound;
        }
    }
}

/// Adds the variables that `x = e` defines, if `e` needs none that is not defined.
fn unified(statement: &Statement, bound: &mut Names, context: &Context<'_>) {
    let Literal::Is(Expr::Infix(infix)) = &statement.literal else { return };
    if infix.operator != Operator::Unify {
        return;
    }
    for (pattern, value) in [(&infix.left, &infix.right), (&infix.right, &infix.left)] {
        let mut needed = Names::new();
        walk::names_of(value, &mut needed);
        if needed.iter().all(|name| bound.contains(name) || !context.is_variable(name)) {
            walk::pattern_names(pattern, bound);
        }
    }
}

fn pin(expr: &mut Expr, is_bound: &impl Fn(&String) -> bool) {
    if let Expr::Ref(_, parts) = expr {
        for part in parts {
            if let Part::Index(index) = part {
                pin_index(index, is_bound);
            }
        }
    }
    expr.inner_mut().into_iter().for_each(|inner| pin(inner, is_bound));
}

fn pin_index(index: &mut Expr, is_bound: &impl Fn(&String) -> bool) {
    match index {
        Expr::Name(name) if is_bound(name) => *index = first_of(vec![Expr::name(name)]),
        Expr::Array(items) => items.iter_mut().for_each(|item| pin_index(item, is_bound)),
        Expr::Object(fields) => fields.iter_mut().for_each(|(_, value)| pin_index(value, is_bound)),
        _ => {}
    }
}

/// `[a, b][0]`.
fn first_of(items: Vec<Expr>) -> Expr {
    let first = Part::Index(Expr::Number("0".to_owned()));
    Expr::Ref(Box::new(Expr::Array(items)), vec![first])
}

/// The variables around an `every` that its body uses.
fn used_by_every(statement: &Statement, around: &Names, context: &Context<'_>) -> Names {
    let Literal::Every { key, value, body, .. } = &statement.literal else { return Names::new() };
    let mut used = Names::new();
    walk::all_names(body, &mut used);
    let own = |name: &String| key.as_ref() == Some(name) || value == name;
    used.retain(|name| name != "_" && around.contains(name) && context.is_variable(name) && !own(name));
    used
}
