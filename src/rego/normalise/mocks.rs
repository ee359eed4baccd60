//! Functions that some `with` replaces are named in full, there and where they are called.
//!
//! The engine looks for a replacement under the name that a call has, so that `with data.lib.f as g` would not reach the
//! `f(x)` of package `lib` itself.

use crate::rego::normalise::packages::{root, steps};
use crate::rego::normalise::tree::{Expr, Part, Rule, Statement};
use crate::rego::normalise::walk::{self, Names};

/// One package, and the functions that are replaced somewhere.
pub(super) struct Mocks<'a> {
    /// The path of the package, without `data`.
    pub(super) package: &'a Expr,
    /// The paths of functions, below `data`.
    pub(super) replaced: &'a Names,
}

/// The functions that the rules of a package replace, out of `functions`.
pub(super) fn find(package: &Expr, rules: &mut [Rule], functions: &Names) -> Names {
    let mut found = Names::new();
    let mut add = |statement: &Statement| {
        for with in &statement.with {
            let full = steps(&full(package, &with.target)).join(".");
            let path = steps(&with.target).join(".");
            found.extend([full, path].into_iter().filter(|path| functions.contains(path)));
        }
    };
    rules.iter_mut().for_each(|rule| walk::each_body(rule, &mut |body, _| body.iter().for_each(&mut add)));
    found
}

impl Mocks<'_> {
    /// Names them in full in a rule.
    pub(super) fn rewrite(&self, rule: &mut Rule) {
        if self.replaced.is_empty() {
            return;
        }
        walk::each_body(rule, &mut |body, _| {
            for statement in body {
                statement.with.iter_mut().for_each(|with| self.name(&mut with.target));
                statement.exprs_mut().into_iter().for_each(|expr| self.within(expr));
            }
        });
    }

    fn within(&self, expr: &mut Expr) {
        expr.inner_mut().into_iter().for_each(|inner| self.within(inner));
        if let Expr::Call(call) = expr {
            self.name(&mut call.function);
        }
    }

    fn name(&self, function: &mut Expr) {
        let full = full(self.package, function);
        if self.replaced.contains(&steps(&full).join(".")) {
            *function = full;
        }
    }
}

/// A name of a package as a path below `data`.
fn full(package: &Expr, name: &Expr) -> Expr {
    let fields = steps(package).into_iter().chain(steps(name)).map(Part::Field);
    match root(name).as_deref() {
        None | Some("data" | "input") => name.clone(),
        Some(_) => Expr::Ref(Box::new(Expr::name("data")), fields.collect()),
    }
}
