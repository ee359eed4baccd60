//! `nested-iteration`: a body that goes over a collection of the input once more for each of its elements, or walks through all of it.

use std::collections::BTreeSet;

use regorus::unstable::{Expr, Literal, Query, Rule};

use crate::rego::check::names::{Meaning, Part, path_of, show, static_names};
use crate::rego::check::walk;
use crate::rego::lint::Found;
use crate::rego::lint::given::is_given;
use crate::rego::lint::scopes::{Bound, Way, is_long, root_of};
use crate::rego::lint::subject::Subject;

pub(super) fn find(subject: &Subject<'_>) -> Vec<Found> {
    let mut found = Vec::new();
    for (module, parsed) in subject.modules.iter().enumerate() {
        for rule in &parsed.policy {
            let mut nest = Nest { subject, module, loops: Vec::new(), found: Vec::new() };
            nest.rule(rule);
            found.append(&mut nest.found);
        }
    }
    found
}

/// How often a name is followed to another.
const MAX_NAMES: usize = 8;

/// Something that is gone over.
#[derive(Clone, PartialEq, Eq)]
enum Loop {
    /// A collection, by the name of its rule or its place in the input.
    Over(String),
    /// The index that goes over one, so that it does so once.
    By(String),
}

struct Nest<'s, 'a> {
    subject: &'s Subject<'a>,
    module: usize,
    /// What is gone over around the place that is looked at.
    loops: Vec<Loop>,
    found: Vec<Found>,
}

impl Nest<'_, '_> {
    fn rule(&mut self, rule: &Rule) {
        let Rule::Spec { bodies, .. } = rule else { return };
        for body in bodies {
            self.within(|nest| {
                nest.query(&body.query);
                if let Some(assign) = &body.assign {
                    nest.expr(&assign.value);
                }
                if !body.is_else {
                    walk::head(rule).exprs.into_iter().for_each(|expr| nest.expr(expr));
                }
            });
        }
        if bodies.is_empty() {
            walk::head(rule).exprs.into_iter().for_each(|expr| self.expr(expr));
        }
    }

    fn within(&mut self, visit: impl FnOnce(&mut Self)) {
        let outside = self.loops.len();
        visit(self);
        self.loops.truncate(outside);
    }

    fn query(&mut self, query: &Query) {
        for statement in &query.stmts {
            match &statement.literal {
                Literal::SomeVars { .. } => {}
                Literal::SomeIn { collection, .. } => {
                    self.expr(collection);
                    self.enter(collection);
                }
                Literal::Expr { expr, .. } => self.expr(expr),
                Literal::NotExpr { expr, .. } => self.within(|nest| nest.expr(expr)),
                Literal::Every { domain, query, .. } => self.within(|nest| {
                    nest.expr(domain);
                    nest.enter(domain);
                    nest.query(query);
                }),
            }
        }
    }

    fn expr(&mut self, expr: &Expr) {
        if let Expr::RefBrack { refr, index, .. } = expr {
            self.expr(refr);
            self.index(refr, index);
            return;
        }
        if let Expr::Call { fcn, params, .. } = expr {
            for param in params {
                self.expr(param);
            }
            if let ("walk", Some(whole)) = (fcn.span().text(), params.first()) {
                self.walk(whole, fcn);
            }
            return;
        }
        let inner = walk::inner(expr);
        match inner.query {
            None => inner.exprs.into_iter().for_each(|expr| self.expr(expr)),
            Some(query) => self.within(|nest| {
                nest.query(query);
                inner.exprs.into_iter().for_each(|expr| nest.expr(expr));
            }),
        }
    }

    /// `xs[_]`, `xs[i]`: an index that nothing else says goes over all of them.
    fn index(&mut self, collection: &Expr, index: &Expr) {
        let Expr::Var { span, .. } = index else { return self.expr(index) };
        let name = Loop::By(span.text().to_owned());
        if span.text() == "_" {
            self.enter(collection);
        } else if self.is_free(index) && !self.loops.contains(&name) {
            self.loops.push(name);
            self.enter(collection);
        }
    }

    fn is_free(&self, name: &Expr) -> bool {
        let scopes = &self.subject.scopes;
        if let Some(local) = scopes.find_local(name) {
            return local.way == Way::Free;
        }
        let names = scopes.names.get(self.module);
        let meaning = names.and_then(|names| Some(names.meaning(&path_of(name)?)));
        matches!(meaning, Some(Meaning::Unknown))
    }

    fn enter(&mut self, collection: &Expr) {
        let Some(name) = self.name_of(collection, 0) else { return };
        let entered = Loop::Over(name.clone());
        let name = name.strip_prefix("policy.").unwrap_or(&name);
        if self.loops.contains(&entered) {
            let message = format!(
                "`{name}` is gone over again for each of its elements: with 10,000 of them that is 100 million steps; \
                 put what is looked for into a set or an object first, in a rule of its own"
            );
            self.found.push(Found::on(collection, message));
        } else {
            self.loops.push(entered);
        }
    }

    /// The name of a collection that lies in the input, or that a rule takes from it, as a whole.
    fn name_of(&self, collection: &Expr, depth: usize) -> Option<String> {
        let path = Some(collection).filter(|expr| !is_long(expr)).and_then(path_of)?;
        let (scopes, asker) = (&self.subject.scopes, self.subject.asker());
        if let Some(local) = scopes.find_local(root_of(collection)) {
            if let (Bound::To(value), 1, 0..MAX_NAMES) = (local.bound, path.len(), depth) {
                return self.name_of(value, depth.saturating_add(1));
            }
            return self.input_name(collection);
        }
        match scopes.names.get(self.module)?.meaning(&path) {
            Meaning::Rule(path) | Meaning::Data(path) => {
                let (name, _, below) = asker.sources.find_rules(&path)?;
                let is_whole = below.is_empty() && is_given(self.subject, collection, self.module);
                is_whole.then_some(name).or_else(|| self.input_name(collection))
            }
            Meaning::Input | Meaning::Unknown => self.input_name(collection),
        }
    }

    /// The place of the input where an expression lies, if that is no part of an element.
    fn input_name(&self, expr: &Expr) -> Option<String> {
        let places = self.subject.asker().places(expr, self.module).known;
        let shown = places.iter().map(|place| {
            let is_whole = place.wraps == 0 && static_names(&place.path).is_some();
            is_whole.then(|| show(&[vec![Part::Name("input".to_owned())], place.path.clone()].concat()))
        });
        // A plan is the input itself, or lies in it: one name is enough for both.
        shown.collect::<Option<BTreeSet<_>>>()?.into_iter().next()
    }

    fn walk(&mut self, whole: &Expr, function: &Expr) {
        let around = self.loops.iter().rev().find_map(|around| match around {
            Loop::Over(name) => Some(name),
            Loop::By(_) => None,
        });
        if let (Some(around), Some(whole)) = (around, self.input_name(whole)) {
            let message = format!(
                "all of `{whole}` is walked through for each element of `{around}`: do it once, in a rule of its own"
            );
            self.found.push(Found::on(function, message));
        }
    }
}
