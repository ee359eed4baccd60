//! Every body of a policy, also those of comprehensions and of `every`, with the names that hold in it.

use regorus::unstable::{Expr, Literal, Query, Ref};

use crate::rego::check::walk;
use crate::rego::lint::bindings::Scope;
use crate::rego::lint::subject::Subject;

/// A body.
pub(super) struct Body<'s> {
    pub(super) query: &'s Query,
    pub(super) scope: Scope<'s>,
    /// Whether it is that of a rule itself, and of no comprehension or `every` in it.
    pub(super) is_of_rule: bool,
    /// What is made of it: the value of a rule, the terms of a comprehension.
    pub(super) values: Vec<&'s Expr>,
    /// Bodies with the same number stand in one branch of a rule.
    pub(super) branch: usize,
}

impl Subject<'_> {
    /// Every body, from top to bottom.
    pub(super) fn bodies(&self) -> Vec<Body<'_>> {
        let mut found = Bodies::default();
        for rule in &self.definitions.rules {
            for branch in &rule.branches {
                let Some(scope) = self.definitions.scope_of(rule, branch) else { continue };
                found.branch = found.branch.saturating_add(1);
                if let Some(query) = branch.query {
                    found.body(query, &scope, branch.value.into_iter().collect());
                }
                found.exprs(branch.value, &scope);
            }
        }
        found.found
    }
}

#[derive(Default)]
struct Bodies<'s> {
    found: Vec<Body<'s>>,
    branch: usize,
    depth: usize,
}

impl<'s> Bodies<'s> {
    fn body(&mut self, query: &'s Query, scope: &Scope<'s>, values: Vec<&'s Expr>) {
        let (is_of_rule, branch) = (self.depth == 0, self.branch);
        self.found.push(Body { query, scope: scope.clone(), is_of_rule, values, branch });
        for statement in &query.stmts {
            let inner = walk::inner_of_literal(&statement.literal);
            self.exprs(inner.exprs.into_iter().map(Ref::as_ref), scope);
            self.exprs(statement.with_mods.iter().map(|with| with.r#as.as_ref()), scope);
            if let Literal::Every { key, value, domain, query, .. } = &statement.literal {
                self.inside(query, &scope.within_every((key.as_ref(), value), domain, query), Vec::new());
            }
        }
    }

    fn inside(&mut self, query: &'s Query, scope: &Scope<'s>, values: Vec<&'s Expr>) {
        self.depth = self.depth.saturating_add(1);
        self.exprs(values.iter().copied(), scope);
        self.body(query, scope, values);
        self.depth = self.depth.saturating_sub(1);
    }

    fn exprs(&mut self, exprs: impl IntoIterator<Item = &'s Expr>, scope: &Scope<'s>) {
        for expr in exprs {
            let inner = walk::inner(expr);
            let parts = inner.exprs.into_iter().map(Ref::as_ref);
            match inner.query {
                None => self.exprs(parts.collect::<Vec<_>>(), scope),
                Some(query) => self.inside(query, &scope.within(query), parts.collect()),
            }
        }
    }
}

/// What a statement asks: an expression, and whether it must not hold.
pub(super) fn asked(literal: &Literal) -> Option<(&Expr, bool)> {
    match literal {
        Literal::Expr { expr, .. } => Some((expr, false)),
        Literal::NotExpr { expr, .. } => Some((expr, true)),
        Literal::SomeVars { .. } | Literal::SomeIn { .. } | Literal::Every { .. } => None,
    }
}
