//! Who declares which name, and who uses it: one walk over all rules that knows Rego's scopes.
//!
//! A body's names hold in all of it and in what stands inside; those of a rule's body in its head, too.

use std::collections::{BTreeMap, BTreeSet};
use std::ptr;
use std::rc::Rc;

use regorus::unstable::{AssignOp, Expr, Literal, LiteralStmt, Module, Query, Ref, Rule, Span, WithModifier};

use crate::rego::check::names::{Meaning, Names, Path, path_of};
use crate::rego::check::walk;

/// The most steps of a reference that rules look at.
pub(super) const MAX_STEPS: usize = 24;

/// How a name is declared.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Way {
    Argument,
    /// `some x`: it takes whatever values make its body hold.
    Free,
    /// `some x in xs`.
    Some,
    Every,
    /// `x := e`.
    Assign,
    /// `x = e`, where nobody else declares `x`.
    Unify,
}

/// What a name stands for, as far as its declaration says.
#[derive(Debug, Clone, Copy)]
pub(super) enum Bound<'a> {
    /// The value of an expression.
    To(&'a Expr),
    /// One element of it after another.
    ElementOf(&'a Expr),
    /// Nothing that could be said.
    Unknown,
}

/// A name that a rule declares for itself.
#[derive(Debug)]
pub(super) struct Local<'a> {
    pub(super) span: &'a Span,
    pub(super) way: Way,
    pub(super) bound: Bound<'a>,
    /// The module, by its position.
    pub(super) module: usize,
    /// How often it is named besides.
    pub(super) uses: usize,
}

/// An expression that rules look at, wherever it stands.
#[derive(Debug, Clone, Copy)]
pub(super) struct Site<'a> {
    pub(super) expr: &'a Expr,
    pub(super) module: usize,
}

/// What the walk finds.
#[derive(Default)]
pub(super) struct Scopes<'a> {
    /// What the names of each module stand for.
    pub(super) names: Rc<[Names]>,
    pub(super) locals: Vec<Local<'a>>,
    /// The references of at least one step, the longest of each.
    pub(super) references: Vec<Site<'a>>,
    pub(super) calls: Vec<Site<'a>>,
    /// Comparisons, `x = y`, and `x in xs`.
    pub(super) comparisons: Vec<Site<'a>>,
    /// The names of each module that no rule declares for itself.
    pub(super) free: Vec<BTreeSet<String>>,
    /// Which of the locals a name in an expression is.
    owners: BTreeMap<*const Expr, usize>,
}

impl<'a> Scopes<'a> {
    /// Walks over the modules of a policy.
    pub(super) fn of(modules: &'a [Ref<Module>], names: Rc<[Names]>) -> Self {
        let mut found = Self { names, ..Self::default() };
        for (index, module) in modules.iter().enumerate() {
            let mut walker =
                Walker { module: index, scopes: Vec::new(), free: BTreeSet::new(), found: &mut found };
            for rule in &module.policy {
                walker.rule(rule);
            }
            let free = walker.free;
            found.free.push(free);
        }
        found
    }

    /// The local that a name in an expression is.
    pub(super) fn find_local(&self, name: &Expr) -> Option<&Local<'a>> {
        self.locals.get(self.position_of(name)?)
    }

    /// The position of that local.
    pub(super) fn position_of(&self, name: &Expr) -> Option<usize> {
        self.owners.get(&ptr::from_ref(name)).copied()
    }
}

struct Walker<'a, 'f> {
    module: usize,
    scopes: Vec<BTreeMap<&'a str, usize>>,
    free: BTreeSet<String>,
    found: &'f mut Scopes<'a>,
}

impl<'a> Walker<'a, '_> {
    fn rule(&mut self, rule: &'a Rule) {
        let head = walk::head(rule);
        let arguments = head.arguments.unwrap_or_default();
        let values = head.exprs.iter().skip(arguments.len()).copied();
        let bodies = match rule {
            Rule::Spec { bodies, .. } => bodies.as_slice(),
            Rule::Default { .. } => &[],
        };
        self.scopes.push(BTreeMap::new());
        for argument in arguments {
            self.pattern(argument, Way::Argument, Bound::Unknown);
        }
        let first = bodies.first().filter(|body| !body.is_else);
        self.within(first.map(|body| &*body.query), |walker| {
            walker.exprs(values);
            walker.steps(head.name);
        });
        for body in bodies {
            let values = body.assign.iter().map(|assign| &assign.value);
            if first.is_some_and(|first| ptr::eq(first, body)) {
                self.exprs(values);
            } else {
                self.within(Some(&body.query), |walker| walker.exprs(values));
            }
        }
        self.scopes.pop();
    }

    /// Walks over a body, and over what stands outside of it in its scope.
    fn within(&mut self, query: Option<&'a Query>, walk: impl FnOnce(&mut Self)) {
        self.scopes.push(BTreeMap::new());
        let statements = query.map(|query| query.stmts.as_slice()).unwrap_or_default();
        for statement in statements {
            self.declare(&statement.literal);
        }
        for statement in statements {
            self.unify(&statement.literal);
        }
        walk(self);
        for statement in statements {
            self.statement(statement);
        }
        self.scopes.pop();
    }

    fn declare(&mut self, literal: &'a Literal) {
        match literal {
            Literal::SomeVars { vars, .. } => {
                for name in vars {
                    self.insert(name, Way::Free, Bound::Unknown);
                }
            }
            Literal::SomeIn { key, value, collection, .. } => {
                if let Some(key) = key {
                    self.pattern(key, Way::Some, Bound::Unknown);
                }
                self.pattern(value, Way::Some, Bound::ElementOf(collection));
            }
            Literal::Expr { expr, .. } => {
                if let Expr::AssignExpr { op: AssignOp::ColEq, lhs, rhs, .. } = expr.as_ref() {
                    self.pattern(lhs, Way::Assign, Bound::To(rhs));
                }
            }
            Literal::NotExpr { .. } | Literal::Every { .. } => {}
        }
    }

    /// `x = e` declares `x` where nothing else does.
    fn unify(&mut self, literal: &'a Literal) {
        let Literal::Expr { expr, .. } = literal else { return };
        let Expr::AssignExpr { op: AssignOp::Eq, lhs, rhs, .. } = expr.as_ref() else { return };
        for (name, value) in [(lhs, rhs), (rhs, lhs)] {
            if let Expr::Var { span, .. } = name.as_ref()
                && self.find(span.text()).is_none()
                && path_of(name).is_some_and(|path| self.is_unknown(&path))
            {
                self.insert(span, Way::Unify, Bound::To(value));
            }
        }
    }

    fn is_unknown(&self, path: &Path) -> bool {
        let meaning = self.found.names.get(self.module).map(|names| names.meaning(path));
        matches!(meaning, Some(Meaning::Unknown))
    }

    fn pattern(&mut self, pattern: &'a Expr, way: Way, bound: Bound<'a>) {
        if let Expr::Var { span, .. } = pattern {
            self.insert(span, way, bound);
        } else if let Expr::Array { items, .. } | Expr::Set { items, .. } = pattern {
            for item in items {
                self.pattern(item, way, Bound::Unknown);
            }
        } else if let Expr::Object { fields, .. } = pattern {
            for (_, _, value) in fields {
                self.pattern(value, way, Bound::Unknown);
            }
        }
    }

    fn insert(&mut self, span: &'a Span, way: Way, bound: Bound<'a>) {
        let Some(scope) = self.scopes.last_mut().filter(|_| span.text() != "_") else { return };
        scope.entry(span.text()).or_insert_with(|| {
            self.found.locals.push(Local { span, way, bound, module: self.module, uses: 0 });
            self.found.locals.len().saturating_sub(1)
        });
    }

    fn find(&self, name: &str) -> Option<usize> {
        self.scopes.iter().rev().find_map(|scope| scope.get(name).copied())
    }

    fn statement(&mut self, statement: &'a LiteralStmt) {
        match &statement.literal {
            Literal::SomeVars { .. } => {}
            Literal::SomeIn { key, value, collection, .. } => {
                key.iter().chain([value]).for_each(|pattern| self.rest_of_pattern(pattern));
                self.expr(collection);
            }
            Literal::Expr { expr, .. } | Literal::NotExpr { expr, .. } => {
                if let Expr::AssignExpr { op: AssignOp::ColEq, lhs, rhs, .. } = expr.as_ref() {
                    self.rest_of_pattern(lhs);
                    self.expr(rhs);
                } else {
                    self.expr(expr);
                }
            }
            Literal::Every { key, value, domain, query, .. } => {
                self.expr(domain);
                self.scopes.push(BTreeMap::new());
                if let Some(key) = key {
                    self.insert(key, Way::Every, Bound::Unknown);
                }
                self.insert(value, Way::Every, Bound::ElementOf(domain));
                self.within(Some(query), |_| {});
                self.scopes.pop();
            }
        }
        for with in &statement.with_mods {
            self.replacement(with);
        }
    }

    fn replacement(&mut self, with: &'a WithModifier) {
        self.steps(&with.refr);
        self.root(&with.refr);
        self.expr(&with.r#as);
    }

    /// What a pattern uses: its keys, and its parts that are no names.
    fn rest_of_pattern(&mut self, pattern: &'a Expr) {
        if let Expr::Array { items, .. } | Expr::Set { items, .. } = pattern {
            for item in items {
                self.rest_of_pattern(item);
            }
        } else if let Expr::Object { fields, .. } = pattern {
            for (_, key, value) in fields {
                self.expr(key);
                self.rest_of_pattern(value);
            }
        } else if !matches!(pattern, Expr::Var { .. }) {
            self.expr(pattern);
        }
    }

    fn exprs(&mut self, exprs: impl IntoIterator<Item = &'a Ref<Expr>>) {
        exprs.into_iter().for_each(|expr| self.expr(expr));
    }

    fn expr(&mut self, expr: &'a Expr) {
        if let Expr::Call { fcn, params, .. } = expr {
            self.found.calls.push(Site { expr, module: self.module });
            self.steps(fcn);
            self.root(fcn);
            return self.exprs(params);
        }
        if matches!(expr, Expr::Var { .. } | Expr::RefDot { .. } | Expr::RefBrack { .. }) {
            if !matches!(expr, Expr::Var { .. }) {
                self.found.references.push(Site { expr, module: self.module });
            }
            self.steps(expr);
            return self.root(expr);
        }
        if is_comparison(expr) {
            self.found.comparisons.push(Site { expr, module: self.module });
        }
        let inner = walk::inner(expr);
        match inner.query {
            None => self.exprs(inner.exprs),
            Some(query) => self.within(Some(query), |walker| walker.exprs(inner.exprs)),
        }
    }

    /// The computed steps of a reference.
    fn steps(&mut self, expr: &'a Expr) {
        let mut rest = expr;
        loop {
            if let Expr::RefBrack { refr, index, .. } = rest {
                self.expr(index);
                rest = refr;
            } else if let Expr::RefDot { refr, .. } = rest {
                rest = refr;
            } else {
                return;
            }
        }
    }

    /// What a reference begins with.
    fn root(&mut self, expr: &'a Expr) {
        let root = root_of(expr);
        let Expr::Var { span, .. } = root else { return self.expr(root) };
        let Some(index) = self.find(span.text()) else {
            if !self.free.contains(span.text()) {
                self.free.insert(span.text().to_owned());
            }
            return;
        };
        self.found.owners.insert(ptr::from_ref(root), index);
        if let Some(local) = self.found.locals.get_mut(index) {
            local.uses = local.uses.saturating_add(1);
        }
    }
}

const fn is_comparison(expr: &Expr) -> bool {
    matches!(
        expr,
        Expr::BoolExpr { .. } | Expr::Membership { .. } | Expr::AssignExpr { op: AssignOp::Eq, .. }
    )
}

/// Whether a reference has more steps than rules look at.
pub(super) fn is_long(expr: &Expr) -> bool {
    let (mut rest, mut steps) = (expr, 0_usize);
    while let Expr::RefDot { refr, .. } | Expr::RefBrack { refr, .. } = rest {
        rest = refr;
        steps = steps.saturating_add(1);
        if steps > MAX_STEPS {
            return true;
        }
    }
    false
}

/// What stands before the first step of a reference.
pub(super) fn root_of(expr: &Expr) -> &Expr {
    let mut rest = expr;
    while let Expr::RefDot { refr, .. } | Expr::RefBrack { refr, .. } = rest {
        rest = refr;
    }
    rest
}
