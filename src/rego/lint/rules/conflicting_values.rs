//! `conflicting-values`: a rule whose one value is taken from a loop. Two turns with different values are an error of the hook.

use std::collections::BTreeSet;

use regorus::unstable::{AssignOp, BoolOp, Expr, Literal};

use crate::rego::check::walk;
use crate::rego::lint::Found;
use crate::rego::lint::bindings::{Binding, Scope};
use crate::rego::lint::definitions::{Branch, Form};
use crate::rego::lint::subject::Subject;

pub(super) fn find(subject: &Subject<'_>) -> Vec<Found> {
    let mut found = Vec::new();
    for rule in subject.definitions.rules.iter().filter(|rule| rule.form == Form::Value) {
        for branch in &rule.branches {
            let Some(scope) = subject.definitions.scope_of(rule, branch) else { continue };
            found.extend(judge(rule.short_name(), branch, &scope));
        }
    }
    found
}

fn judge(name: &str, branch: &Branch<'_>, scope: &Scope<'_>) -> Option<Found> {
    let value = branch.value.filter(|value| is_of_loop(value, scope))?;
    let statements = branch.query.map(|query| query.stmts.as_slice()).unwrap_or_default();
    if statements.iter().any(|statement| picks_one(&statement.literal, scope)) {
        return None;
    }
    let message = format!(
        "`{name}` gets a value from every turn of a loop, and two that differ are an error of the hook: make it a set, \
         or one value of all, such as `concat` gives"
    );
    Some(Found::on(value, message))
}

/// Whether a value can be another in each turn of a loop.
fn is_of_loop(expr: &Expr, scope: &Scope<'_>) -> bool {
    let mut loops = Loops { scope, names: BTreeSet::new(), is_loop: false };
    loops.look(expr);
    loops.is_loop
}

/// The variables that a value depends on.
struct Loops<'a, 's> {
    scope: &'a Scope<'s>,
    names: BTreeSet<String>,
    is_loop: bool,
}

impl Loops<'_, '_> {
    fn look(&mut self, expr: &Expr) {
        if let Expr::Var { span, .. } = expr {
            return self.variable(span.text());
        }
        let inner = walk::inner(expr);
        // What a comprehension makes of a loop of its own is one value.
        if inner.query.is_none() {
            inner.exprs.into_iter().for_each(|expr| self.look(expr));
        }
    }

    fn variable(&mut self, name: &str) {
        if name == "_" {
            self.is_loop = true;
            return;
        }
        let Some((binding, _)) = self.scope.find(name) else { return };
        if !self.names.insert(name.to_owned()) {
            return;
        }
        match binding {
            Binding::Value(value) => self.look(value),
            Binding::Element(_) | Binding::Key => self.is_loop = true,
            Binding::Free | Binding::Pattern | Binding::Argument => {}
        }
    }
}

/// Whether a statement can pick one turn of a loop: it compares something of it for equality.
fn picks_one(literal: &Literal, scope: &Scope<'_>) -> bool {
    let Literal::Expr { expr, .. } = literal else { return false };
    let is_equality = matches!(
        expr.as_ref(),
        Expr::BoolExpr { op: BoolOp::Eq, .. } | Expr::AssignExpr { op: AssignOp::Eq, .. }
    );
    is_equality && is_of_loop(expr, scope)
}
