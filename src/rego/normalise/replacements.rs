//! Rewrite of `with`: what it puts in is bound before the statement.
//!
//! OPA does not try a statement whose replacement has no value; the engine looks at the last one only, takes
//! `undefined in xs` for `false` there too, and does not know `_`. What a value needs it takes for done under the `with`.

use regorus::unstable::BUILTINS;

use crate::rego::normalise::bind::{Beside, Context, each_statement};
use crate::rego::normalise::packages::steps;
use crate::rego::normalise::tree::{Body, Expr};

/// Binds the values of each `with` of a body.
pub(super) fn rewrite(body: &mut Body, context: &mut Context<'_>) {
    each_statement(body, context, |statement, beside| {
        let mut values = Beside::unreplaced(beside.context, statement.origin.clone());
        for with in &mut statement.with {
            if !is_function(&with.value, values.context) && !values.context.is_plain(&with.value) {
                values.bind(&mut with.value);
            }
        }
        let values = values.into_before();
        beside.append(values);
    });
}

/// Whether this is the name of a function, which replaces another.
fn is_function(expr: &Expr, context: &Context<'_>) -> bool {
    let path = steps(expr).join(".");
    let is_static = expr.inner().len() <= 1;
    is_static && (context.functions.contains(&path) || BUILTINS.contains_key(path.as_str()))
}
