//! Rewrite 8: the engine's scheduler is told what defines a variable.
//!
//! It orders statements by the variables they define and use, and takes every `m[y]` for a definition of `y`. When the
//! real one waits for something else, `not m[y]` runs first, over all keys, and a denial is lost. An index that is a
//! variable bound elsewhere is written `m[[y][0]]`, which it takes for a use. It does not look into the body of an
//! `every`, which may then run before the variables around it are there: they are added to the domain. And inside it
//! takes the variables of the `every` for unbound: `x = y` is written `x = [y][0]`.

use crate::rego::normalise::bind::{Beside, Context, each_statement};
use crate::rego::normalise::patterns;
use crate::rego::normalise::tree::{Body, Expr, Literal, Operator, Part, Statement};
use crate::rego::normalise::walk::{self, Around, Names};

/// Tells what defines and what uses the variables of a body.
pub(super) fn rewrite(body: &mut Body, around: &Around, context: &mut Context<'_>) {
    // In a loop the engine takes the second run of `some x` for a second declaration.
    body.sort_by_key(|statement| !matches!(statement.literal, Literal::Some(_)));
    bind_enumerated(body, around, context);
    pin_bound(body, around, context);
    let mut mentioned = around.mentioned.clone();
    walk::own_names(body, &mut mentioned);
    each_statement(body, context, |statement, beside| {
        let used = used_by_every(statement, &mentioned, beside.context);
        if let Literal::Every { domain, .. } = &mut statement.literal
            && !used.is_empty()
        {
            let value = std::mem::replace(domain, Expr::Null);
            *domain = first_of([value].into_iter().chain(used.iter().map(|name| Expr::name(name))).collect());
            beside.bind(domain);
        }
    });
}

/// Takes `m[k]` out of `x = [k, m[k]]`: the engine would have to know `k` before it runs through `m`.
fn bind_enumerated(body: &mut Body, around: &Around, context: &mut Context<'_>) {
    let bound = bound(body, context);
    each_statement(body, context, |statement, beside| {
        let Literal::Is(Expr::Infix(infix)) = &mut statement.literal else { return };
        if infix.operator != Operator::Unify {
            return;
        }
        for side in [&mut infix.left, &mut infix.right] {
            let mut open = Names::new();
            walk::pattern_names(side, &mut open);
            open.retain(|name| !bound.contains(name) && !around.mentioned.contains(name));
            if matches!(side, Expr::Array(_) | Expr::Object(_)) && !open.is_empty() {
                bind_indexed(side, &open, beside);
            }
        }
    });
}

fn bind_indexed(expr: &mut Expr, open: &Names, beside: &mut Beside<'_, '_>) {
    let is_open = |index: &&Expr| matches!(index, Expr::Name(name) if open.contains(name));
    match expr {
        Expr::Ref(..) if expr.inner().iter().skip(1).any(is_open) => beside.bind(expr),
        other => other.inner_mut().into_iter().for_each(|inner| bind_indexed(inner, open, beside)),
    }
}

fn pin_bound(body: &mut Body, around: &Around, context: &Context<'_>) {
    let mut bound = bound(body, context);
    bound.extend(around.iterated.iter().cloned());
    for statement in body {
        let negated = matches!(statement.literal, Literal::Not(_));
        let is_bound =
            |name: &str| name != "_" && context.is_variable(name) && (negated || bound.contains(name));
        statement.exprs_mut().into_iter().for_each(|expr| pin_indexes(expr, &is_bound));
        if let Literal::Is(Expr::Infix(infix)) = &mut statement.literal
            && infix.operator == Operator::Unify
        {
            let is_iterated = |name: &str| around.iterated.contains(name);
            pin(&mut infix.left, &is_iterated);
            pin(&mut infix.right, &is_iterated);
        }
    }
}

/// The variables that have a definition other than as an index, one that can be had before them.
fn bound(body: &Body, context: &Context<'_>) -> Names {
    let definitions = body.iter().flat_map(definitions).collect::<Vec<_>>();
    let mut all = Names::new();
    for definition in &definitions {
        all.extend(definition.names.iter().cloned());
    }
    let has_definition = |name: &&String| is_defined(name, &definitions, &all, context);
    all.iter().filter(has_definition).cloned().collect()
}

/// What a statement defines.
struct Definition {
    names: Names,
    needs: Names,
    /// Whether the statement is there for that: `:=` and `some … in`.
    declares: bool,
}

fn definitions(statement: &Statement) -> Vec<Definition> {
    match &statement.literal {
        Literal::SomeIn { key, value, collection } => {
            let mut definition = Definition::of(value, [collection], true);
            if let Some(key) = key {
                walk::pattern_names(key, &mut definition.names);
            }
            vec![definition]
        }
        Literal::Is(Expr::Infix(infix)) if infix.operator == Operator::Declare => {
            vec![Definition::of(&infix.left, [&infix.right], true)]
        }
        Literal::Is(Expr::Infix(infix)) if infix.operator == Operator::Unify => vec![
            Definition::of(&infix.left, [&infix.right], false),
            Definition::of(&infix.right, [&infix.left], false),
        ],
        Literal::Is(Expr::Call(call)) if patterns::has_result(call) => {
            let split = call.arguments.split_last();
            split.map(|(pattern, arguments)| Definition::of(pattern, arguments, false)).into_iter().collect()
        }
        _ => Vec::new(),
    }
}

impl Definition {
    fn of<'e>(pattern: &Expr, values: impl IntoIterator<Item = &'e Expr>, declares: bool) -> Self {
        let (mut names, mut needs) = (Names::new(), Names::new());
        walk::pattern_names(pattern, &mut names);
        values.into_iter().for_each(|value| walk::names_of(value, &mut needs));
        Self { names, needs, declares }
    }
}

/// Whether `name` is defined without being looked for: in `x := m[y]; x.a = y` it is not.
fn is_defined(name: &str, definitions: &[Definition], all: &Names, context: &Context<'_>) -> bool {
    let mut known = Names::new();
    loop {
        let before = known.len();
        for definition in definitions {
            let is_known = |needed: &String| known.contains(needed) || !context.is_variable(needed);
            let is_enumerated = |needed: &String| definition.declares && !all.contains(needed);
            if definition.needs.iter().all(|needed| is_known(needed) || is_enumerated(needed)) {
                known.extend(definition.names.iter().cloned());
            }
        }
        if known.contains(name) || known.len() == before {
            return known.contains(name);
        }
    }
}

fn pin_indexes(expr: &mut Expr, is_bound: &impl Fn(&str) -> bool) {
    if let Expr::Ref(_, parts) = expr {
        for part in parts {
            if let Part::Index(index) = part {
                pin(index, is_bound);
            }
        }
    }
    expr.inner_mut().into_iter().for_each(|inner| pin_indexes(inner, is_bound));
}

/// Makes uses of the bound variables of a pattern.
fn pin(pattern: &mut Expr, is_bound: &impl Fn(&str) -> bool) {
    match pattern {
        Expr::Name(name) if is_bound(name) => *pattern = first_of(vec![Expr::name(name)]),
        Expr::Array(items) => items.iter_mut().for_each(|item| pin(item, is_bound)),
        Expr::Object(fields) => fields.iter_mut().for_each(|(_, value)| pin(value, is_bound)),
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
