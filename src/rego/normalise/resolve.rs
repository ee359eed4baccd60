//! What names stand for. Imports become the paths they name, so that files with other imports can share a module; a
//! variable named as a rule of the package or as a variable around it gets a name of its own, because the engine's
//! scheduler and its loops tell variables apart by name only.

use std::collections::BTreeMap;

use crate::rego::normalise::fresh::Fresh;
use crate::rego::normalise::tree::{Body, Expr, Literal, Rule, Statement};
use crate::rego::normalise::walk::{self, Names};

/// What the names of one file stand for outside of its rules.
#[derive(Debug)]
pub(super) struct Globals<'a> {
    /// The rules of the package.
    pub(super) rules: &'a Names,
    /// The imports of the file and their paths.
    pub(super) imports: BTreeMap<String, Expr>,
}

/// Resolves the names of one rule.
pub(super) fn resolve(rule: &mut Rule, globals: &Globals<'_>, fresh: &mut Fresh) {
    let mut resolver = Resolver { globals, fresh, scopes: Vec::new() };
    let mut arguments = Names::new();
    rule.arguments.iter().flatten().for_each(|argument| walk::names_of(argument, &mut arguments));
    resolver.enter(arguments, Names::new());
    rule.arguments.iter_mut().flatten().for_each(|argument| resolver.expr(argument));
    for (index, clause) in rule.clauses.iter_mut().enumerate() {
        resolver.enter_body(&clause.body);
        if index == 0 {
            rule.name.inner_mut().into_iter().skip(1).for_each(|key| resolver.expr(key));
        }
        clause.value.iter_mut().for_each(|value| resolver.expr(value));
        resolver.statements(&mut clause.body);
        resolver.scopes.pop();
    }
}

struct Scope {
    /// The variables it declares and their names in the module.
    declared: BTreeMap<String, String>,
    /// All names that its statements mention.
    mentioned: Names,
}

struct Resolver<'a> {
    globals: &'a Globals<'a>,
    fresh: &'a mut Fresh,
    scopes: Vec<Scope>,
}

impl Resolver<'_> {
    fn enter_body(&mut self, body: &Body) {
        let mut mentioned = Names::new();
        walk::own_names(body, &mut mentioned);
        self.enter(walk::declared(body), mentioned);
    }

    fn enter(&mut self, declared: Names, mentioned: Names) {
        let declared = declared.into_iter().filter(|name| name != "_").map(|name| {
            let taken = self.globals.rules.contains(&name)
                || self.scopes.iter().any(|scope| {
                    scope.declared.contains_key(&name) || scope.mentioned.contains(&name)
                });
            let own = if taken { self.fresh.name() } else { name.clone() };
            (name, own)
        });
        let declared = declared.collect();
        self.scopes.push(Scope { declared, mentioned });
    }

    fn find_local(&self, name: &str) -> Option<&String> {
        self.scopes.iter().rev().find_map(|scope| scope.declared.get(name))
    }

    fn statements(&mut self, body: &mut Body) {
        body.iter_mut().for_each(|statement| self.statement(statement));
    }

    fn statement(&mut self, statement: &mut Statement) {
        statement.exprs_mut().into_iter().for_each(|expr| self.expr(expr));
        statement.with.iter_mut().for_each(|with| self.function(&mut with.target));
        match &mut statement.literal {
            Literal::Some(names) => names.iter_mut().for_each(|name| self.rename(name)),
            Literal::Every { key, value, body, .. } => {
                self.enter(key.iter().chain([&*value]).cloned().collect(), Names::new());
                key.iter_mut().chain([value]).for_each(|name| self.rename(name));
                self.enter_body(body);
                self.statements(body);
                self.scopes.pop();
                self.scopes.pop();
            }
            Literal::SomeIn { .. } | Literal::Is(_) | Literal::Not(_) => {}
        }
    }

    fn rename(&self, name: &mut String) {
        if let Some(own) = self.find_local(name) {
            *name = own.clone();
        }
    }

    fn expr(&mut self, expr: &mut Expr) {
        match expr {
            Expr::Name(name) => match self.find_local(name) {
                Some(own) => *name = own.clone(),
                None => self.import(expr),
            },
            Expr::Comprehension(comprehension) => {
                self.enter_body(&comprehension.body);
                comprehension.key.iter_mut().chain([&mut comprehension.term]).for_each(|expr| self.expr(expr));
                self.statements(&mut comprehension.body);
                self.scopes.pop();
            }
            Expr::Call(call) => {
                self.function(&mut call.function);
                call.arguments.iter_mut().for_each(|argument| self.expr(argument));
            }
            Expr::Ref(..) => {
                expr.inner_mut().into_iter().for_each(|inner| self.expr(inner));
                flatten(expr);
            }
            other => other.inner_mut().into_iter().for_each(|inner| self.expr(inner)),
        }
    }

    /// The name of a function, which no variable has.
    fn function(&self, name: &mut Expr) {
        match name {
            Expr::Ref(base, _) => {
                self.import(base);
                flatten(name);
            }
            name => self.import(name),
        }
    }

    fn import(&self, expr: &mut Expr) {
        if let Expr::Name(name) = expr
            && let Some(path) = self.globals.imports.get(name)
        {
            *expr = path.clone();
        }
    }
}

/// Makes one reference of a reference whose base became one.
fn flatten(expr: &mut Expr) {
    if let Expr::Ref(base, parts) = expr
        && let Expr::Ref(inner, path) = base.as_mut()
    {
        path.append(parts);
        *expr = Expr::Ref(inner.clone(), std::mem::take(path));
    }
}
