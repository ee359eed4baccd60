//! `strict-builtin`: a built-in function is given something of the input whose type nothing around it checks. OPA's answer to
//! a value of the wrong type is undefined; here it is an error of the hook, which then fails.

use std::collections::BTreeSet;

use regorus::unstable::{AssignOp, BoolOp, Expr, Ref};

use crate::rego::check::constants::value_of;
use crate::rego::check::names::{Part, path_of, show, static_names};
use crate::rego::check::walk;
use crate::rego::lint::Found;
use crate::rego::lint::bindings::{Binding, Scope, Target};
use crate::rego::lint::bodies::Body;
use crate::rego::lint::sameness::print_of;
use crate::rego::lint::subject::Subject;

/// How many names are followed from one to the next.
const MAX_STEPS: u8 = 30;
/// Functions with the arguments that must be texts.
const TEXTS: &[(&str, &[usize])] = &[
    ("base64.decode", &[0]),
    ("contains", &[0, 1]),
    ("endswith", &[0, 1]),
    ("indexof", &[0, 1]),
    ("json.unmarshal", &[0]),
    ("lower", &[0]),
    ("regex.match", &[1]),
    ("regex.replace", &[0]),
    ("regex.split", &[1]),
    ("replace", &[0]),
    ("split", &[0]),
    ("startswith", &[0, 1]),
    ("substring", &[0]),
    ("time.parse_rfc3339_ns", &[0]),
    ("trim", &[0]),
    ("trim_left", &[0]),
    ("trim_prefix", &[0]),
    ("trim_right", &[0]),
    ("trim_space", &[0]),
    ("trim_suffix", &[0]),
    ("units.parse", &[0]),
    ("units.parse_bytes", &[0]),
    ("upper", &[0]),
];
/// What the gate sets, and what is a text whenever it is there.
const KNOWN_TEXTS: [&str; 4] = ["operation", "stack.name", "work_id", "phase"];
const LABELS: &str = "stack.labels.";

pub(super) fn find(subject: &Subject<'_>) -> Vec<Found> {
    let bodies = subject.bodies();
    let branches = bodies.chunk_by(|body, next| body.branch == next.branch);
    branches.flat_map(judge).collect()
}

/// One branch of a rule: a check counts wherever in it it stands.
fn judge(bodies: &[Body<'_>]) -> Vec<Found> {
    let (mut checked, mut found) = (BTreeSet::new(), Vec::new());
    each_expr(bodies, &mut |expr, _| checked.extend(check_in(expr).map(print_of)));
    each_expr(bodies, &mut |expr, scope| {
        let Expr::Call { fcn, params, .. } = expr else { return };
        let Some(name) = path_of(fcn).as_deref().and_then(static_names).map(|names| names.join(".")) else {
            return;
        };
        let Some((_, texts)) = TEXTS.iter().find(|(function, _)| *function == name) else { return };
        for argument in texts.iter().filter_map(|index| params.get(*index)) {
            if is_unchecked(argument, scope, &checked) {
                found.push(Found::on(argument, tell(&name, argument)));
            }
        }
    });
    found
}

fn tell(function: &str, argument: &Expr) -> String {
    let path = path_of(argument).unwrap_or_default();
    if static_names(&path).is_none() {
        return format!(
            "`{function}` fails the hook where this is no text: bind it to a name and ask `is_string` before"
        );
    }
    let name = show(&path);
    format!("`{function}` fails the hook where `{name}` is no text: ask `is_string({name})` before")
}

/// Visits the expressions of some bodies, each once.
fn each_expr<'s>(bodies: &[Body<'s>], visit: &mut impl FnMut(&'s Expr, &Scope<'s>)) {
    for body in bodies {
        body.values.iter().for_each(|value| each_within(value, &body.scope, visit));
        for statement in &body.query.stmts {
            let inner = walk::inner_of_literal(&statement.literal);
            inner.exprs.into_iter().for_each(|expr| each_within(expr, &body.scope, visit));
        }
    }
}

fn each_within<'s>(expr: &'s Expr, scope: &Scope<'s>, visit: &mut impl FnMut(&'s Expr, &Scope<'s>)) {
    visit(expr, scope);
    let inner = walk::inner(expr);
    // Comprehensions have a body of their own.
    if inner.query.is_none() {
        inner.exprs.into_iter().for_each(|expr| each_within(expr, scope, visit));
    }
}

/// What an expression says the type of: `is_string(x)`, `type_name(x)`, `x == "a"`, `x in {"a"}`.
fn check_in(expr: &Expr) -> Option<&Expr> {
    if let Expr::Call { fcn, params, .. } = expr {
        let asks = matches!(fcn.span().text(), "is_string" | "type_name");
        return params.first().filter(|_| asks).map(Ref::as_ref);
    }
    if let Expr::Membership { value, .. } = expr {
        return Some(value);
    }
    let (Expr::BoolExpr { op: BoolOp::Eq, lhs, rhs, .. }
    | Expr::AssignExpr { op: AssignOp::Eq, lhs, rhs, .. }) = expr
    else {
        return None;
    };
    match (value_of(lhs), value_of(rhs)) {
        (None, Some(_)) => Some(lhs),
        (Some(_), None) => Some(rhs),
        (Some(_), Some(_)) | (None, None) => None,
    }
}

/// Whether an argument comes out of the input, and is checked under none of the names it has on the way.
fn is_unchecked(argument: &Expr, scope: &Scope<'_>, checked: &BTreeSet<String>) -> bool {
    let (mut expr, mut scope) = (argument, scope.clone());
    for _ in 0..MAX_STEPS {
        if checked.contains(&print_of(expr)) {
            return false;
        }
        let (next, within) = match scope.resolve(expr) {
            Target::Input(path) => return !path.is_empty() && !is_known_text(&path),
            Target::Local { binding: Binding::Value(value), scope, .. } => (value, scope),
            Target::Local { binding: Binding::Element(collection), scope, .. } => (collection, scope),
            Target::Local { .. } | Target::Data(_) | Target::Unknown => return false,
        };
        (expr, scope) = (next, within);
    }
    false
}

fn is_known_text(path: &[Part]) -> bool {
    let name = show(path);
    KNOWN_TEXTS.contains(&name.as_str()) || name.starts_with(LABELS)
}
