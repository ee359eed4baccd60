//! Which variables are in something, with what is to be left out.

use std::collections::BTreeSet;

use super::{Body, Comprehension, Expr, ExprKind, Term, Value, Var, With};

pub(in crate::model) type VarSet = BTreeSet<Var>;

/// What is left out.
#[derive(Debug, Clone, Copy, Default)]
#[expect(clippy::struct_excessive_bools, reason = "each is left out, or not, whatever the others are")]
pub(in crate::model) struct Skip {
    /// What a reference begins with.
    pub(in crate::model) ref_head: bool,
    /// The name of what is called, or replaced by `with`.
    pub(in crate::model) call_head: bool,
    /// Keys of objects.
    pub(in crate::model) object_keys: bool,
    /// Bodies in it: comprehensions, `every`, `not`, `and`, `or`, templates.
    pub(in crate::model) closures: bool,
    /// Sets.
    pub(in crate::model) sets: bool,
}

impl Skip {
    pub(in crate::model) const NOTHING: Self =
        Self { ref_head: false, call_head: false, object_keys: false, closures: false, sets: false };
    /// What has to be safe in a statement, apart from its bodies.
    pub(in crate::model) const FOR_SAFETY: Self = Self { call_head: true, closures: true, ..Self::NOTHING };
    /// What a pattern binds.
    pub(in crate::model) const FOR_BINDING: Self =
        Self { ref_head: true, object_keys: true, closures: true, ..Self::NOTHING };
    /// What the last argument of a call binds.
    pub(in crate::model) const FOR_OUTPUT: Self = Self { sets: true, ..Self::FOR_BINDING };
}

pub(in crate::model) fn variables_of(term: &Term, skip: Skip) -> VarSet {
    let mut found = Variables { skip, found: VarSet::new() };
    found.term(term);
    found.found
}

pub(in crate::model) fn variables_of_expr(expr: &Expr, skip: Skip) -> VarSet {
    let mut found = Variables { skip, found: VarSet::new() };
    found.expr(expr);
    found.found
}

pub(in crate::model) fn variables_of_with(with: &With, skip: Skip) -> VarSet {
    let mut found = Variables { skip, found: VarSet::new() };
    found.with(with);
    found.found
}

pub(in crate::model) fn variables_of_body(body: &Body, skip: Skip) -> VarSet {
    let mut found = Variables { skip, found: VarSet::new() };
    found.body(body);
    found.found
}

struct Variables {
    skip: Skip,
    found: VarSet,
}

impl Variables {
    fn body(&mut self, body: &Body) {
        body.iter().for_each(|expr| self.expr(expr));
    }

    fn terms(&mut self, terms: &[Term]) {
        terms.iter().for_each(|term| self.term(term));
    }

    fn expr(&mut self, expr: &Expr) {
        match &expr.kind {
            ExprKind::Term(term) => self.term(term),
            ExprKind::Call(terms) => self.called(terms),
            ExprKind::Some(names) => self.found.extend(names.iter().map(|(var, _)| *var)),
            ExprKind::SomeIn(some) => {
                some.key.iter().for_each(|key| self.term(key));
                self.term(&some.value);
                self.term(&some.collection);
            }
            // OPA leaves out the `with` of an `every` here too.
            ExprKind::Every(every) if self.skip.closures => return self.term(&every.domain),
            ExprKind::Every(every) => {
                self.terms(std::slice::from_ref(&every.key));
                self.term(&every.value);
                self.term(&every.domain);
                self.body(&every.body);
            }
            ExprKind::Not(_) | ExprKind::Logic(_) if self.skip.closures => {}
            ExprKind::Not(operand) => self.body(&operand.body),
            ExprKind::Logic(sides) => {
                self.body(&sides.0.body);
                self.body(&sides.1.body);
            }
        }
        expr.with.iter().for_each(|with| self.with(with));
    }

    fn called(&mut self, terms: &[Term]) {
        match terms.split_first() {
            Some((Term { value: Value::Ref(name), .. }, operands)) if self.skip.call_head => {
                self.terms(name.get(1..).unwrap_or_default());
                self.terms(operands);
            }
            _ => self.terms(terms),
        }
    }

    fn with(&mut self, with: &With) {
        if !self.skip.call_head {
            self.term(&with.target);
            return self.term(&with.value);
        }
        if let Value::Ref(path) = &with.target.value {
            self.terms(path.get(1..).unwrap_or_default());
        }
        match &with.value.value {
            Value::Ref(path) => self.terms(path.get(1..).unwrap_or_default()),
            _ => self.term(&with.value),
        }
    }

    fn term(&mut self, term: &Term) {
        match &term.value {
            Value::Null | Value::Bool(_) | Value::Number(_) | Value::String(_) => {}
            Value::Var(var) => {
                self.found.insert(*var);
            }
            Value::Ref(path) if self.skip.ref_head => self.terms(path.get(1..).unwrap_or_default()),
            Value::Ref(items) | Value::Array(items) => self.terms(items),
            Value::Call(items) => self.called(items),
            Value::Set(items) => {
                if !self.skip.sets {
                    self.terms(items);
                }
            }
            Value::Object(members) => {
                for (key, value) in members {
                    if !self.skip.object_keys {
                        self.term(key);
                    }
                    self.term(value);
                }
            }
            Value::Comprehension(_) | Value::Template(_) if self.skip.closures => {}
            Value::Comprehension(comprehension) => self.comprehension(comprehension),
            Value::Template(parts) => parts.iter().for_each(|part| self.expr(part)),
        }
    }

    fn comprehension(&mut self, comprehension: &Comprehension) {
        comprehension.key.iter().for_each(|key| self.term(key));
        self.term(&comprehension.term);
        self.body(&comprehension.body);
    }
}
