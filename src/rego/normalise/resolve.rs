//! What names stand for. Imports become the paths they name, so that files with other imports can share a module; a
//! variable named as a rule of the package or as a variable around it gets a name of its own, because the engine's
//! scheduler and its loops tell variables apart by name only.

use std::collections::BTreeMap;

use crate::rego::normalise::fresh::Fresh;
use crate::rego::normalise::tree::{Body, Comprehension, Expr, Literal, Rule, Statement};
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
    resolver.scopes.push(Scope::default());
    resolver.declare(&arguments);
    rule.arguments.iter_mut().flatten().for_each(|argument| resolver.expr(argument));
    for (index, clause) in rule.clauses.iter_mut().enumerate() {
        let keys = if index == 0 { rule.name.inner_mut() } else { Vec::new() };
        let heads = keys.into_iter().skip(1).chain(&mut clause.value);
        resolver.body(&mut clause.body, heads);
    }
}

/// What one body declares and mentions.
#[derive(Default)]
struct Scope {
    /// The variables it has declared so far and their names in the module.
    declared: BTreeMap<String, String>,
    /// Those it will declare.
    pending: Names,
    /// All names that its statements mention themselves.
    mentioned: Names,
    /// All names that were met so far, also in bodies within.
    met: Names,
}

struct Resolver<'a> {
    globals: &'a Globals<'a>,
    fresh: &'a mut Fresh,
    scopes: Vec<Scope>,
}

impl Resolver<'_> {
    /// A body, then the heads that see its variables.
    fn body<'e>(&mut self, body: &mut Body, heads: impl Iterator<Item = &'e mut Expr>) {
        let mut scope = Scope { pending: walk::declared(body), ..Scope::default() };
        walk::own_names(body, &mut scope.mentioned);
        self.scopes.push(scope);
        for statement in body {
            self.statement(statement);
        }
        heads.for_each(|head| self.expr(head));
        self.scopes.pop();
    }

    /// Names hold from their declaration on: what mentions one before, in a body within, means a variable of its own.
    fn declare(&mut self, names: &Names) {
        for name in names.iter().filter(|name| *name != "_") {
            let own = if self.is_taken(name) { self.fresh.name() } else { name.clone() };
            if let Some(scope) = self.scopes.last_mut() {
                scope.declared.entry(name.clone()).or_insert(own);
            }
        }
    }

    fn is_taken(&self, name: &str) -> bool {
        let mut around = self.scopes.iter().rev().skip(1);
        self.globals.rules.contains(name)
            || self.scopes.last().is_some_and(|scope| scope.met.contains(name))
            || around.any(|scope| scope.declared.contains_key(name) || scope.mentioned.contains(name))
    }

    fn find_local(&mut self, name: &str) -> Option<String> {
        self.scopes.iter_mut().for_each(|scope| {
            scope.met.insert(name.to_owned());
        });
        self.scopes.iter().rev().find_map(|scope| scope.declared.get(name)).cloned()
    }

    fn statement(&mut self, statement: &mut Statement) {
        let names = walk::declared(std::slice::from_ref(statement));
        statement.with.iter_mut().for_each(|with| {
            self.function(&mut with.target);
            self.expr(&mut with.value);
        });
        match &mut statement.literal {
            Literal::Some(variables) => {
                self.declare(&names);
                for name in variables {
                    self.rename(name);
                }
            }
            Literal::SomeIn { key, value, collection } => {
                self.expr(collection);
                self.declare(&names);
                key.iter_mut().chain([value]).for_each(|pattern| self.expr(pattern));
            }
            Literal::Every { key, value, domain, body } => {
                self.expr(domain);
                self.scopes.push(Scope::default());
                self.declare(&key.iter().chain([&*value]).cloned().collect());
                key.iter_mut().chain([value]).for_each(|name| self.rename(name));
                self.body(body, std::iter::empty());
                self.scopes.pop();
            }
            Literal::Is(Expr::Infix(infix)) => {
                self.expr(&mut infix.right);
                self.declare(&names);
                self.expr(&mut infix.left);
            }
            Literal::Is(expr) | Literal::Not(expr) => self.expr(expr),
        }
    }

    fn rename(&mut self, name: &mut String) {
        if let Some(own) = self.find_local(name) {
            *name = own;
        }
    }

    fn expr(&mut self, expr: &mut Expr) {
        match expr {
            Expr::Name(name) => match self.find_local(name) {
                Some(own) => *name = own,
                None => self.import(expr),
            },
            Expr::Comprehension(comprehension) => {
                let Comprehension { key, term, body, .. } = comprehension.as_mut();
                self.body(body, key.iter_mut().chain([term]));
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
            && !self.scopes.iter().any(|scope| scope.pending.contains(name))
            && let Some(path) = self.globals.imports.get(name)
        {
            *expr = path.clone();
        }
    }
}

/// Makes one reference of a reference whose base became one.
pub(super) fn flatten(expr: &mut Expr) {
    if let Expr::Ref(base, parts) = expr
        && let Expr::Ref(inner, path) = base.as_mut()
    {
        path.append(parts);
        *expr = Expr::Ref(inner.clone(), std::mem::take(path));
    }
}
