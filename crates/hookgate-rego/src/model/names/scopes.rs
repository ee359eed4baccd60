//! The scopes around a statement.

use std::collections::{BTreeMap, HashMap};

use crate::model::core::Var;

/// How a name came into a scope.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Occurrence {
    Argument,
    Seen,
    Assigned,
    Declared,
}

/// What the names of a scope have become, from the outermost to the innermost.
#[derive(Debug, Clone, Default)]
pub(super) struct Scopes(Vec<HashMap<Var, (Var, Occurrence)>>);

impl Scopes {
    pub(super) fn new() -> Self {
        Self(vec![HashMap::new()])
    }

    pub(super) fn push(&mut self) {
        self.0.push(HashMap::new());
    }

    pub(super) fn pop(&mut self) {
        self.0.pop();
    }

    pub(super) fn insert(&mut self, name: Var, local: Var, occurrence: Occurrence) {
        if let Some(scope) = self.0.last_mut() {
            scope.insert(name, (local, occurrence));
        }
    }

    /// What a name is here.
    pub(super) fn declared(&self, name: Var) -> Option<Var> {
        self.0.iter().rev().find_map(|scope| scope.get(&name)).map(|(local, _)| *local)
    }

    /// What `some` and `every` declare in the innermost scope, in order: the name, and what it has become.
    pub(super) fn declared_here(&self) -> impl Iterator<Item = (Var, Var)> {
        let scope = self.0.last().into_iter().flatten();
        let declared = scope.filter(|(_, (_, occurrence))| *occurrence == Occurrence::Declared);
        let in_order: BTreeMap<Var, Var> = declared.map(|(name, (local, _))| (*local, *name)).collect();
        in_order.into_iter().map(|(local, name)| (name, local))
    }

    /// How it came into the innermost scope.
    pub(super) fn occurrence(&self, name: Var) -> Option<Occurrence> {
        self.0.last().and_then(|scope| scope.get(&name)).map(|(_, occurrence)| *occurrence)
    }

    /// How it came into any scope around.
    pub(super) fn any_occurrence(&self, name: Var) -> Option<Occurrence> {
        self.0.iter().rev().find_map(|scope| scope.get(&name)).map(|(_, occurrence)| *occurrence)
    }
}
