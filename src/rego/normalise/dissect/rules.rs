//! Which rules there are, and which an expression names.

use std::collections::BTreeSet;
use std::fmt;

use crate::rego::normalise::origin::part_of;
use crate::rego::normalise::packages::{United, root, steps};
use crate::rego::normalise::tree::{Body, Expr, Literal, Package, Rule, Statement};

/// The path of a rule: its package, and the first part of its own name.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub(in crate::rego) struct RuleName(Vec<String>);

impl RuleName {
    /// The rule at that path.
    pub(in crate::rego) const fn at(path: Vec<String>) -> Self {
        Self(path)
    }

    pub(super) fn of(package: &Package, rule: &Rule) -> Self {
        Self::in_package(package, &root(&rule.name).unwrap_or_default())
    }

    fn in_package(package: &Package, name: &str) -> Self {
        Self(steps(&package.path).into_iter().chain([name.to_owned()]).collect())
    }
}

impl fmt::Display for RuleName {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self.0.as_slice() {
            [package, rule] if package == "policy" => f.write_str(rule),
            path => f.write_str(&path.join(".")),
        }
    }
}

/// Every rule of a policy that is no function.
pub(super) fn all(packages: &[United]) -> BTreeSet<RuleName> {
    let rules = packages.iter().flat_map(|united| {
        let package = &united.package;
        let rules = package.rules.iter().filter(|rule| rule.arguments.is_none());
        rules.map(|rule| RuleName::of(package, rule))
    });
    rules.collect()
}

/// The names of the rules that give the verdict.
pub(super) fn roots(packages: &[United]) -> Vec<RuleName> {
    let rules = packages.iter().flat_map(|united| {
        let package = &united.package;
        let rules = package.rules.iter().filter(|rule| gives_verdict(package, rule));
        rules.map(|rule| RuleName::of(package, rule))
    });
    rules.collect::<BTreeSet<_>>().into_iter().collect()
}

/// Whether a rule gives the verdict: not one that sets another member of `hook_result`.
pub(super) fn gives_verdict(package: &Package, rule: &Rule) -> bool {
    let path: Vec<String> = steps(&package.path).into_iter().chain(steps(&rule.name)).collect();
    part_of(&path, &rule.name).is_some()
}

/// The rules that a statement names, in the order of writing.
pub(super) fn named_in_statement(
    statement: &Statement,
    package: &Package,
    known: &BTreeSet<RuleName>,
) -> Vec<RuleName> {
    let mut names = Vec::new();
    Search { package, known, names: &mut names }.statement(statement);
    names
}

/// The rules that an expression names.
pub(super) fn named_in(expr: &Expr, package: &Package, known: &BTreeSet<RuleName>) -> Vec<RuleName> {
    let mut names = Vec::new();
    Search { package, known, names: &mut names }.expr(expr);
    names
}

struct Search<'a> {
    package: &'a Package,
    known: &'a BTreeSet<RuleName>,
    names: &'a mut Vec<RuleName>,
}

impl Search<'_> {
    fn statement(&mut self, statement: &Statement) {
        statement.exprs().into_iter().for_each(|expr| self.expr(expr));
        if let Literal::Every { body, .. } = &statement.literal {
            self.body(body);
        }
    }

    fn body(&mut self, body: &Body) {
        for statement in body {
            self.statement(statement);
        }
    }

    fn expr(&mut self, expr: &Expr) {
        match expr {
            Expr::Name(name) => self.add(RuleName::in_package(self.package, name)),
            Expr::Ref(base, _) if matches!(base.as_ref(), Expr::Name(name) if name == "data") => {
                let path: Vec<String> = steps(expr).into_iter().skip(1).collect();
                let longest = (1..=path.len()).rev().filter_map(|length| path.get(..length));
                let name = longest.map(|path| RuleName(path.to_vec())).find(|name| self.known.contains(name));
                if let Some(name) = name {
                    self.add(name);
                }
            }
            Expr::Comprehension(comprehension) => {
                self.body(&comprehension.body);
                comprehension.key.iter().chain([&comprehension.term]).for_each(|term| self.expr(term));
            }
            _ => {}
        }
        expr.inner().into_iter().for_each(|inner| self.expr(inner));
    }

    fn add(&mut self, name: RuleName) {
        if self.known.contains(&name) && !self.names.contains(&name) {
            self.names.push(name);
        }
    }
}
