//! Variables that only a `not` mentions: unsafe for OPA, a loop around the `not` for the engine. Constants under `not`.

use crate::domain::diagnostic::{Diagnostic, Fault};
use crate::rego::normalise::refuse::at;
use crate::rego::normalise::tree::{Expr, Literal, Rule, Statement};
use crate::rego::normalise::walk::{self, Around, Names};

/// One finding for each `not` with such a variable.
pub(super) fn check(package: &mut [Rule], rules: &Names) -> Vec<Diagnostic> {
    let mut found = Vec::new();
    for rule in package {
        walk::each_body(rule, &mut |body, around| {
            found.extend(body.iter().filter_map(|statement| check_statement(statement, body, around, rules)));
        });
    }
    found
}

fn check_statement(
    statement: &Statement,
    body: &[Statement],
    around: &Around,
    rules: &Names,
) -> Option<Diagnostic> {
    let Literal::Not(expr) = &statement.literal else { return None };
    if let Expr::Bool(value) = expr {
        // OPA takes a body of `not true` alone for `true` when the head has to be computed.
        let message = format!("`not {value}` is a constant: write `{}`", !value);
        return Some(at(Fault::Compile, &statement.origin, message));
    }
    let (mut negated, mut bound) = (Names::new(), around.mentioned.clone());
    split(expr, true, &mut negated, &mut bound);
    let binds = |other: &&Statement| !matches!(other.literal, Literal::Not(_) | Literal::Some(_));
    body.iter().filter(binds).for_each(|other| walk::own_names(std::slice::from_ref(other), &mut bound));
    let is_known =
        |name: &str| matches!(name, "input" | "data") || rules.contains(name) || bound.contains(name);
    let name = negated.iter().find(|name| *name == "_" || !is_known(name))?;
    let message = format!(
        "`{name}` has no value under `not`: bind it before, or negate a rule or `count({{x | …}}) > 0`"
    );
    Some(at(Fault::Compile, &statement.origin, message))
}

/// Tells the names that stay under a `not` from those in calls within, which OPA evaluates before it.
fn split(expr: &Expr, outermost: bool, negated: &mut Names, bound: &mut Names) {
    match expr {
        Expr::Call(_) | Expr::Infix(_) | Expr::Membership(_) if !outermost => walk::names_of(expr, bound),
        Expr::Name(name) => {
            negated.insert(name.clone());
        }
        other => other.inner().into_iter().for_each(|inner| split(inner, false, negated, bound)),
    }
}
