//! What must hold for a body to hold, and whether several bodies leave no case out.

use std::collections::{BTreeMap, BTreeSet};

use regorus::Value;
use regorus::unstable::{AssignOp, BoolOp, Expr, Literal, LiteralStmt, Query, Ref};

use crate::rego::check::constants::value_of;
use crate::rego::check::names::{path_of, static_names};
use crate::rego::lint::bindings::Scope;
use crate::rego::lint::kinds::Kind;
use crate::rego::lint::sameness::print_of;
use crate::rego::lint::subject::Subject;

/// The most conditions that are weighed against each other.
const MAX_WEIGHED: usize = 8;
/// How often the conditions are gone through for some that can be left out.
const MAX_ROUNDS: usize = 50;

/// Something that may hold or not.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum Condition {
    /// A statement that another body may turn round.
    Is { text: String, holds: bool },
    /// One that nothing else is like.
    Unlike,
}

impl Condition {
    const fn is(text: String) -> Self {
        Self::Is { text, holds: true }
    }

    fn turned(self) -> Self {
        match self {
            Self::Is { text, holds } => Self::Is { text, holds: !holds },
            Self::Unlike => Self::Unlike,
        }
    }
}

impl Subject<'_> {
    /// What must hold for a body to hold: nothing if it always does.
    pub(super) fn conditions<'s>(
        &'s self,
        arguments: &[Ref<Expr>],
        query: Option<&'s Query>,
        scope: &Scope<'s>,
    ) -> Vec<Condition> {
        let patterns = arguments.iter().filter(|argument| !matches!(argument.as_ref(), Expr::Var { .. }));
        let patterns = patterns.map(|_| Condition::Unlike);
        let statements = query.map(|query| query.stmts.as_slice()).unwrap_or_default();
        patterns.chain(statements.iter().filter_map(|it| self.condition(it, scope))).collect()
    }

    fn condition<'s>(&'s self, statement: &'s LiteralStmt, scope: &Scope<'s>) -> Option<Condition> {
        if !statement.with_mods.is_empty() {
            return Some(Condition::Unlike);
        }
        match &statement.literal {
            Literal::SomeVars { .. } => None,
            Literal::SomeIn { .. } | Literal::Every { .. } => Some(Condition::Unlike),
            Literal::NotExpr { expr, .. } => self.condition_of(expr, scope).map(Condition::turned),
            Literal::Expr { expr, .. } => self.condition_of(expr, scope),
        }
    }

    fn condition_of<'s>(&'s self, expr: &'s Expr, scope: &Scope<'s>) -> Option<Condition> {
        if let Some(value) = value_of(expr) {
            return (value == Value::Bool(false)).then_some(Condition::Unlike);
        }
        if let Expr::AssignExpr { op, lhs, rhs, .. } = expr {
            let declares = *op == AssignOp::ColEq && matches!(lhs.as_ref(), Expr::Var { .. });
            return (!declares || !self.is_certain(rhs, scope)).then_some(Condition::Unlike);
        }
        if let Expr::BoolExpr { op, lhs, rhs, .. } = expr
            && self.is_certain(lhs, scope)
            && self.is_certain(rhs, scope)
        {
            return Some(compared(op, lhs, rhs));
        }
        let is_collection = self.kind_of(expr, scope).is_some_and(Kind::is_collection);
        let always = is_remark(expr) || (is_collection && self.is_certain(expr, scope));
        (!always).then(|| Condition::is(print_of(expr)))
    }
}

/// Whether an expression says something and asks nothing.
fn is_remark(expr: &Expr) -> bool {
    let Expr::Call { fcn, .. } = expr else { return false };
    path_of(fcn)
        .as_deref()
        .and_then(static_names)
        .is_some_and(|names| matches!(names.as_slice(), ["print" | "trace"]))
}

/// A comparison of two values that are there, and its opposite under the same text.
fn compared(op: &BoolOp, lhs: &Expr, rhs: &Expr) -> Condition {
    let (left, right) = (print_of(lhs), print_of(rhs));
    let is_count = matches!(lhs, Expr::Call { fcn, .. } if fcn.span().text() == "count");
    let empty = || Condition::is(format!("eq {left} 0"));
    match (op, right.as_str()) {
        (BoolOp::Gt | BoolOp::Ne, "0()") | (BoolOp::Ge, "1()") if is_count => empty().turned(),
        (BoolOp::Le | BoolOp::Eq, "0()") | (BoolOp::Lt, "1()") if is_count => empty(),
        (BoolOp::Eq, _) => Condition::is(format!("eq {left} {right}")),
        (BoolOp::Ne, _) => Condition::is(format!("eq {left} {right}")).turned(),
        (BoolOp::Lt, _) => Condition::is(format!("lt {left} {right}")),
        (BoolOp::Ge, _) => Condition::is(format!("lt {left} {right}")).turned(),
        (BoolOp::Gt, _) => Condition::is(format!("gt {left} {right}")),
        (BoolOp::Le, _) => Condition::is(format!("gt {left} {right}")).turned(),
    }
}

/// Whether at least one of several bodies holds, whatever holds of their conditions. Where there are too many to tell, it is taken for so.
pub(super) fn covers_all(bodies: &[Vec<Condition>]) -> bool {
    let mut bodies: Vec<Body<'_>> = bodies.iter().filter_map(|body| read(body)).collect();
    // A condition that no other body turns round can fail without helping one.
    for _ in 0..MAX_ROUNDS {
        let (mut met, mut failed) = (BTreeSet::new(), BTreeSet::new());
        for (text, holds) in bodies.iter().flatten() {
            if *holds {
                met.insert(*text)
            } else {
                failed.insert(*text)
            };
        }
        let before = bodies.len();
        let both: BTreeSet<_> = met.intersection(&failed).copied().collect();
        bodies.retain(|body| body.keys().all(|text| both.contains(text)));
        if bodies.len() == before {
            return both.len() > MAX_WEIGHED || holds_always(&bodies);
        }
    }
    true
}

/// The conditions of a body by their texts.
type Body<'a> = BTreeMap<&'a str, bool>;

/// Nothing if it never holds, or if nothing can be said of it.
fn read(body: &[Condition]) -> Option<Body<'_>> {
    let mut read = BTreeMap::new();
    for condition in body {
        let Condition::Is { text, holds } = condition else { return None };
        if read.insert(text.as_str(), *holds).is_some_and(|before| before != *holds) {
            return None;
        }
    }
    Some(read)
}

fn holds_always(bodies: &[Body<'_>]) -> bool {
    let Some(first) = bodies.first() else { return false };
    let Some(text) = first.keys().next().copied() else { return true };
    [true, false].into_iter().all(|holds| {
        let possible = bodies.iter().filter(|body| body.get(text).is_none_or(|wanted| *wanted == holds));
        let left: Vec<Body<'_>> = possible
            .map(|body| body.iter().filter(|(other, _)| **other != text).map(|(k, v)| (*k, *v)).collect())
            .collect();
        left.iter().any(BTreeMap::is_empty) || holds_always(&left)
    })
}
