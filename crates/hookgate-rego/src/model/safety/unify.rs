//! Which variables `a = b` binds.

use std::collections::BTreeMap;

use crate::model::core::{Skip, Term, Value, Var, VarSet, key, variables_of};

/// The variables that are bound by `a = b` when the safe ones are.
pub(super) fn unify(safe: &VarSet, a: &Term, b: &Term) -> VarSet {
    let mut unifier = Unifier { safe, bound: VarSet::new(), unknown: BTreeMap::new() };
    unifier.unify(a, b);
    unifier.bound
}

/// Whether what a reference begins with is safe.
pub(super) fn is_reference_safe(path: &[Term], safe: &VarSet) -> bool {
    match path.first() {
        Some(Term { value: Value::Var(var), .. }) => safe.contains(var),
        Some(head) => variables_of(head, Skip::FOR_SAFETY).is_subset(safe),
        None => true,
    }
}

fn is_call_safe(call: &Term, safe: &VarSet) -> bool {
    variables_of(call, Skip::FOR_SAFETY).is_subset(safe)
}

struct Unifier<'s> {
    safe: &'s VarSet,
    bound: VarSet,
    /// Variables that are bound when others are.
    unknown: BTreeMap<Var, VarSet>,
}

impl Unifier<'_> {
    fn is_safe(&self, var: Var) -> bool {
        self.safe.contains(&var) || self.bound.contains(&var)
    }

    fn unify(&mut self, a: &Term, b: &Term) {
        match (&a.value, &b.value) {
            (Value::Var(x), _) => self.variable(*x, b),
            (_, Value::Var(x)) => self.variable_on_the_right(a, *x),
            (Value::Ref(path), Value::Array(_) | Value::Object(_)) if is_reference_safe(path, self.safe) => {
                self.bind_all(b);
            }
            (Value::Array(_) | Value::Object(_), Value::Ref(path)) if is_reference_safe(path, self.safe) => {
                self.bind_all(a);
            }
            (Value::Call(_), Value::Array(_) | Value::Object(_)) if is_call_safe(a, self.safe) => {
                self.bind_all(b);
            }
            (Value::Array(_) | Value::Object(_), Value::Call(_)) if is_call_safe(b, self.safe) => {
                self.bind_all(a);
            }
            (Value::Comprehension(_), Value::Array(_) | Value::Object(_)) => self.bind_all(b),
            (Value::Array(_), Value::Comprehension(_)) => self.bind_all(a),
            (Value::Array(x), Value::Array(y)) if x.len() == y.len() => {
                x.iter().zip(y).for_each(|(x, y)| self.unify(x, y));
            }
            (Value::Object(x), Value::Object(y)) if x.len() == y.len() => self.objects(x, y),
            _ => {}
        }
    }

    fn variable(&mut self, a: Var, b: &Term) {
        match &b.value {
            Value::Var(b) => {
                if self.is_safe(*b) {
                    self.bind(a);
                } else if self.is_safe(a) {
                    self.bind(*b);
                } else {
                    self.wait(a, *b);
                    self.wait(*b, a);
                }
            }
            Value::Array(_) | Value::Object(_) => self.all_or_later(a, b),
            Value::Ref(path) => {
                if is_reference_safe(path, self.safe) {
                    self.bind(a);
                }
            }
            Value::Call(_) => {
                if is_call_safe(b, self.safe) {
                    self.bind(a);
                }
            }
            Value::Null
            | Value::Bool(_)
            | Value::Number(_)
            | Value::String(_)
            | Value::Set(_)
            | Value::Comprehension(_)
            | Value::Template(_) => self.bind(a),
        }
    }

    fn variable_on_the_right(&mut self, a: &Term, b: Var) {
        match &a.value {
            Value::Ref(path) => {
                if is_reference_safe(path, self.safe) {
                    self.bind(b);
                }
            }
            Value::Call(_) => {
                if is_call_safe(a, self.safe) {
                    self.bind(b);
                }
            }
            Value::Array(_) | Value::Object(_) => self.all_or_later(b, a),
            _ => self.bind(b),
        }
    }

    fn objects(&mut self, a: &[(Term, Term)], b: &[(Term, Term)]) {
        for (name, value) in a {
            let same = |other: &&(Term, Term)| is_same_key(name, &other.0);
            if let Some((_, other)) = b.iter().find(same) {
                self.unify(value, other);
            }
        }
    }

    fn all_or_later(&mut self, a: Var, b: &Term) {
        if self.is_safe(a) {
            return self.bind_all(b);
        }
        let unsafe_ones: Vec<Var> =
            variables_of(b, Skip::FOR_BINDING).into_iter().filter(|var| !self.is_safe(*var)).collect();
        if unsafe_ones.is_empty() {
            self.bind(a);
        }
        for var in unsafe_ones {
            self.wait(a, var);
        }
    }

    fn bind_all(&mut self, term: &Term) {
        variables_of(term, Skip::FOR_BINDING).into_iter().for_each(|var| self.bind(var));
    }

    fn bind(&mut self, var: Var) {
        let mut next = vec![var];
        while let Some(var) = next.pop() {
            self.bound.insert(var);
            next.extend(self.unknown.remove(&var).unwrap_or_default());
            for (other, needs) in &mut self.unknown {
                if needs.remove(&var) && needs.is_empty() {
                    next.push(*other);
                }
            }
            self.unknown.retain(|_, needs| !needs.is_empty());
        }
    }

    fn wait(&mut self, var: Var, needs: Var) {
        self.unknown.entry(var).or_default().insert(needs);
    }
}

fn is_same_key(a: &Term, b: &Term) -> bool {
    match (key(a), key(b)) {
        (Some(a), Some(b)) => a == b,
        _ => a.var().is_some() && a.var() == b.var(),
    }
}
