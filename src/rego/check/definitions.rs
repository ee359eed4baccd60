//! One name, one kind, one default: the engine would take what it meets first.

use std::collections::BTreeMap;

use regorus::unstable::{Expr, Rule, RuleHead};

use crate::domain::diagnostic::{Diagnostic, Fault};
use crate::rego::check::names::{show, static_names};
use crate::rego::check::scan::{Scan, ScannedRule};
use crate::rego::check::walk;
use crate::rego::place::at_span;

/// What a definition makes of its name.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Kind {
    Value,
    Set,
    Object,
    Function,
}

impl Kind {
    const fn as_str(self) -> &'static str {
        match self {
            Self::Value => "a value",
            Self::Set => "a set",
            Self::Object => "an object",
            Self::Function => "a function",
        }
    }
}

/// What is known of one name.
struct Known {
    kind: Kind,
    has_default: bool,
}

/// One finding for each definition that does not fit the ones before it, and for each default that is no constant.
pub(super) fn check(scan: &Scan) -> Vec<Diagnostic> {
    let mut known = BTreeMap::new();
    let check_rule = |rule| check_constant(rule).or_else(|| check_kind(rule, &mut known));
    scan.rules.iter().filter_map(check_rule).collect()
}

fn check_constant(rule: &ScannedRule) -> Option<Diagnostic> {
    let Rule::Default { value, .. } = rule.rule.as_ref() else { return None };
    let wrong = find_variable(value)?;
    Some(at_span(Fault::Compile, wrong.span(), "the value of a default must be a constant"))
}

/// A part that is no constant; comprehensions are allowed.
fn find_variable(expr: &Expr) -> Option<&Expr> {
    if matches!(expr, Expr::Var { .. } | Expr::RefDot { .. } | Expr::RefBrack { .. } | Expr::Call { .. }) {
        return Some(expr);
    }
    let inner = walk::inner(expr);
    if inner.query.is_some() { None } else { inner.exprs.into_iter().find_map(|expr| find_variable(expr)) }
}

fn check_kind(rule: &ScannedRule, known: &mut BTreeMap<String, Known>) -> Option<Diagnostic> {
    let (name, kind) = (name_of(rule)?, kind_of(rule));
    let is_default = matches!(rule.rule.as_ref(), Rule::Default { .. });
    let Some(before) = known.get_mut(&name) else {
        known.insert(name, Known { kind, has_default: is_default });
        return None;
    };
    if before.kind != kind {
        let message = format!("`{name}` is {} here and {} above", kind.as_str(), before.kind.as_str());
        return Some(at_span(Fault::Conflict, &rule.span, message));
    }
    let twice = is_default && before.has_default;
    before.has_default |= is_default;
    twice.then(|| at_span(Fault::Conflict, &rule.span, format!("`{name}` has a default above")))
}

/// The name without a key: `p` for `p[x] := 1`.
fn name_of(rule: &ScannedRule) -> Option<String> {
    let path = match rule.path.as_slice() {
        [named @ .., _] if has_key(rule) => named,
        all => all,
    };
    static_names(path).map(|_| show(path))
}

fn has_key(rule: &ScannedRule) -> bool {
    let name = walk::head(&rule.rule).name;
    matches!(name.as_ref(), Expr::RefBrack { index, .. } if !matches!(index.as_ref(), Expr::String { .. }))
}

fn kind_of(rule: &ScannedRule) -> Kind {
    match rule.rule.as_ref() {
        _ if rule.arguments.is_some() => Kind::Function,
        _ if has_key(rule) => Kind::Object,
        Rule::Spec { head: RuleHead::Set { .. }, .. } => Kind::Set,
        Rule::Spec { .. } | Rule::Default { .. } => Kind::Value,
    }
}
