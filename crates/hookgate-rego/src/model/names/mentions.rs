//! Local variables where they are mentioned: each name becomes the variable that its scope has given it.

use super::locals::Locals;
use super::scopes::Occurrence;
use crate::model::core::{Comprehension, Expr, ExprKind, Skip, Term, Value, Var, With, variables_of};
use crate::syntax::Span;

impl Locals<'_> {
    pub(super) fn expr(&mut self, expr: &mut Expr) {
        match &mut expr.kind {
            ExprKind::Term(term) => self.term(term),
            ExprKind::Call(terms) => terms.iter_mut().for_each(|term| self.term(term)),
            _ => {
                self.statement(expr);
                return;
            }
        }
        self.withs(expr);
    }

    pub(super) fn withs(&mut self, expr: &mut Expr) {
        expr.with.iter_mut().for_each(|with| self.with(with));
    }

    pub(super) fn with(&mut self, with: &mut With) {
        self.term(&mut with.target);
        self.term(&mut with.value);
    }

    pub(super) fn term(&mut self, term: &mut Term) {
        if term.root().is_some() {
            return self.document(term);
        }
        match &mut term.value {
            Value::Null | Value::Bool(_) | Value::Number(_) | Value::String(_) => {}
            Value::Var(var) => *var = self.seen(*var),
            Value::Ref(items) | Value::Array(items) | Value::Set(items) => {
                items.iter_mut().for_each(|item| self.term(item));
            }
            Value::Call(items) => {
                self.called(items, term.span);
                items.iter_mut().for_each(|item| self.term(item));
            }
            Value::Object(members) => {
                for (key, value) in members {
                    self.term(key);
                    self.term(value);
                }
            }
            Value::Comprehension(comprehension) => self.comprehension(comprehension),
            Value::Template(parts) => self.template(parts),
        }
    }

    pub(super) fn seen(&mut self, var: Var) -> Var {
        if let Some(local) = self.scopes.declared(var) {
            return local;
        }
        if self.scopes.occurrence(var).is_none() {
            self.scopes.insert(var, var, Occurrence::Seen);
        }
        var
    }

    /// `input` and `data` may be hidden by a local variable.
    pub(super) fn document(&mut self, term: &mut Term) {
        let Some(root) = term.root() else { return };
        if self.scopes.any_occurrence(root).is_some_and(|occurrence| occurrence != Occurrence::Seen)
            && let Some(local) = self.scopes.declared(root)
        {
            term.value = Value::Var(local);
        }
    }

    pub(super) fn called(&mut self, items: &[Term], span: Span) {
        let Some(operator) = items.first() else { return };
        let hidden = |var: &Var| self.scopes.declared(*var).is_some_and(|local| local != *var);
        let hidden = variables_of(operator, Skip::NOTHING).into_iter().find(hidden);
        if let Some(var) = hidden {
            let name = self.text(var);
            self.refuse(
                span,
                format!("the function `{name}` is hidden by a variable of that name: rename the variable"),
            );
        }
    }

    pub(super) fn comprehension(&mut self, comprehension: &mut Comprehension) {
        self.scopes.push();
        let terms = comprehension.key.iter().chain([&comprehension.term]);
        let used = terms.flat_map(|term| variables_of(term, Skip::NOTHING)).collect();
        self.body(&mut comprehension.body, &used);
        comprehension.key.iter_mut().for_each(|key| self.term(key));
        self.term(&mut comprehension.term);
        self.scopes.pop();
    }

    pub(super) fn template(&mut self, parts: &mut [Expr]) {
        for part in parts {
            self.scopes.push();
            self.expr(part);
            self.scopes.pop();
        }
    }
}
