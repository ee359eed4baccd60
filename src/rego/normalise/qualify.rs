//! Rules of a package, written so that they mean the same in a package of their own: what names a rule names its whole path.
//!
//! The questions about a policy stand in such a package, so that nothing the policy says can depend on them.

use crate::rego::normalise::bind::Context;
use crate::rego::normalise::fresh::Fresh;
use crate::rego::normalise::packages::steps;
use crate::rego::normalise::print;
use crate::rego::normalise::resolve::flatten;
use crate::rego::normalise::rows::Lines;
use crate::rego::normalise::tree::{Body, Expr, Literal, Package, Part, Rule};
use crate::rego::normalise::walk::Names;

/// Questions about the rules of one package, as a module of their own.
pub(super) struct Questions<'a> {
    /// The path of the package that is asked about.
    about: &'a Expr,
    /// The first parts of the names of its rules.
    rules: &'a Names,
    fresh: &'a mut Fresh,
    name: String,
    asked: Vec<Rule>,
}

impl<'a> Questions<'a> {
    /// No questions yet.
    pub(super) fn new(about: &'a Expr, rules: &'a Names, fresh: &'a mut Fresh) -> Self {
        let name = fresh.name();
        Self { about, rules, fresh, name, asked: Vec::new() }
    }

    /// A variable or a rule that nothing else is named.
    pub(super) fn fresh(&mut self) -> String {
        self.fresh.name()
    }

    /// The first parts of the names of the rules of the package.
    pub(super) const fn rules(&self) -> &'a Names {
        self.rules
    }

    /// Adds a rule with the names of the package, and gives its path.
    pub(super) fn ask(&mut self, mut rule: Rule) -> String {
        let path = format!("data.{}.{}", self.name, steps(&rule.name).join("."));
        for clause in &mut rule.clauses {
            clause.value.iter_mut().for_each(|value| self.expr(value));
            self.body(&mut clause.body);
        }
        self.asked.push(rule);
        path
    }

    /// The text of the module, rewritten as policies are.
    pub(super) fn print(self) -> String {
        let Self { fresh, name, mut asked, .. } = self;
        let rules: Names = asked.iter().flat_map(|rule| steps(&rule.name)).collect();
        let none = Names::new();
        let mut context = Context { rules: &rules, functions: &none, sets: &none, fresh };
        for rule in &mut asked {
            super::rewrite_rule(rule, &mut context);
        }
        let package = Package { path: Expr::Name(name), rules: asked };
        print::print(&package, &Lines::of(std::iter::empty())).text
    }

    fn body(&self, body: &mut Body) {
        for statement in body {
            statement.exprs_mut().into_iter().for_each(|expr| self.expr(expr));
            statement.with.iter_mut().for_each(|with| self.expr(&mut with.target));
            if let Literal::Every { body, .. } = &mut statement.literal {
                self.body(body);
            }
        }
    }

    fn expr(&self, expr: &mut Expr) {
        match expr {
            Expr::Name(name) if self.rules.contains(name) => *expr = self.path_of(name),
            Expr::Comprehension(comprehension) => {
                comprehension
                    .key
                    .iter_mut()
                    .chain([&mut comprehension.term])
                    .for_each(|term| self.expr(term));
                self.body(&mut comprehension.body);
            }
            other => {
                if let Expr::Call(call) = other {
                    self.expr(&mut call.function);
                }
                other.inner_mut().into_iter().for_each(|inner| self.expr(inner));
                flatten(other);
            }
        }
    }

    /// `data.package.name`.
    fn path_of(&self, name: &str) -> Expr {
        let mut parts = match self.about {
            Expr::Ref(base, parts) => steps(base).into_iter().map(Part::Field).chain(parts.clone()).collect(),
            base => steps(base).into_iter().map(Part::Field).collect::<Vec<_>>(),
        };
        parts.push(Part::Field(name.to_owned()));
        Expr::Ref(Box::new(Expr::name("data")), parts)
    }
}
