//! The texts of constants, written in place or named.

use regorus::unstable::{Expr, Rule, RuleHead};

use crate::rego::check::names::{Meaning, path_of};
use crate::rego::lint::scopes::{Bound, root_of};
use crate::rego::lint::subject::Subject;

/// How often names are followed: from a variable to the rule it goes over.
const MAX_NAMES: usize = 2;

/// The texts that an expression is made of, if it is a constant, the name of one, or an element of one.
pub(super) fn texts_in<'e>(
    subject: &'e Subject<'_>,
    expr: &'e Expr,
    module: usize,
) -> Vec<(String, &'e Expr)> {
    texts(subject, expr, module, 0)
}

fn texts<'e>(
    subject: &'e Subject<'_>,
    expr: &'e Expr,
    module: usize,
    depth: usize,
) -> Vec<(String, &'e Expr)> {
    if let Expr::String { value, .. } | Expr::RawString { value, .. } = expr {
        return value.as_string().map(|text| (text.to_string(), expr)).into_iter().collect();
    }
    if let Expr::Array { items, .. } | Expr::Set { items, .. } = expr {
        return items.iter().flat_map(|item| texts(subject, item, module, depth)).collect();
    }
    if depth >= MAX_NAMES || !matches!(expr, Expr::Var { .. } | Expr::RefDot { .. }) {
        return Vec::new();
    }
    let (scopes, asker) = (&subject.scopes, subject.asker());
    if let Some(local) = scopes.find_local(root_of(expr)) {
        return match (expr, local.bound) {
            (Expr::Var { .. }, Bound::To(value) | Bound::ElementOf(value)) => {
                texts(subject, value, local.module, depth.saturating_add(1))
            }
            _ => Vec::new(),
        };
    }
    let meaning = path_of(expr).and_then(|path| Some(scopes.names.get(module)?.meaning(&path)));
    let Some(Meaning::Rule(path) | Meaning::Data(path)) = meaning else { return Vec::new() };
    match asker.sources.find_rules(&path) {
        Some((
            _,
            [(module, Rule::Spec { head: RuleHead::Compr { assign: Some(assign), .. }, bodies, .. })],
            [],
        )) if bodies.is_empty() => texts(subject, &assign.value, *module, depth.saturating_add(1)),
        _ => Vec::new(),
    }
}
