//! Where a value comes from: the expressions behind a name, through variables and rules.

use std::collections::BTreeSet;
use std::ptr;

use regorus::Value;
use regorus::unstable::{ArithOp, BinOp, Expr, Ref};

use crate::rego::check::constants::value_of;
use crate::rego::check::names::{Part, show, static_names};
use crate::rego::lint::bindings::{Binding, Scope, Target};
use crate::rego::lint::definitions::{Branch, Definition, Form};
use crate::rego::lint::subject::Subject;

/// How many names are followed from one to the next.
const MAX_STEPS: u8 = 60;

/// One of the expressions a value can come from.
#[derive(Clone)]
pub(super) enum Source<'s> {
    /// An expression with the names that hold in it.
    Expr(&'s Expr, Scope<'s>),
    /// A rule without a value, which is `true`.
    True,
    /// Nothing that can be seen.
    Unknown,
}

impl Source<'_> {
    /// What it certainly is, if that is a boolean.
    pub(super) fn truth(&self) -> Option<bool> {
        match self {
            Self::True => Some(true),
            Self::Expr(expr, _) => value_of(expr)?.as_bool().ok().copied(),
            Self::Unknown => None,
        }
    }
}

impl Subject<'_> {
    /// The expressions that the value of an expression can come from.
    pub(super) fn sources<'s>(&'s self, expr: &'s Expr, scope: &Scope<'s>) -> Vec<Source<'s>> {
        let mut search = Search::new(self);
        search.value(expr, scope);
        search.found
    }

    /// The expressions that the elements of a collection can come from.
    pub(super) fn elements<'s>(&'s self, expr: &'s Expr, scope: &Scope<'s>) -> Vec<Source<'s>> {
        let mut search = Search::new(self);
        search.elements(expr, scope);
        search.found
    }

    /// The member of an object that is written out; nothing if it has none of that name, or may have.
    pub(super) fn member<'s>(object: &'s Expr, name: &str) -> Member<'s> {
        let Expr::Object { fields, .. } = object else { return Member::Unknown };
        let keys = fields.iter().map(|(_, key, value)| (value_of(key), value));
        let mut is_known = true;
        for (key, value) in keys {
            match key {
                Some(key) if key == Value::from(name) => return Member::Given(value),
                Some(_) => {}
                None => is_known = false,
            }
        }
        if is_known { Member::Missing } else { Member::Unknown }
    }
}

/// What is known of a member of an object.
pub(super) enum Member<'s> {
    Given(&'s Expr),
    Missing,
    Unknown,
}

struct Search<'s> {
    subject: &'s Subject<'s>,
    seen: BTreeSet<(usize, bool)>,
    steps: u8,
    found: Vec<Source<'s>>,
}

impl<'s> Search<'s> {
    fn new(subject: &'s Subject<'_>) -> Self {
        Self { subject, seen: BTreeSet::new(), steps: 0, found: Vec::new() }
    }

    /// Goes one name further, and nowhere twice.
    fn step(&mut self, expr: &Expr, is_element: bool, go: impl FnOnce(&mut Self)) {
        if !self.seen.insert((ptr::from_ref(expr).addr(), is_element)) {
            return;
        }
        if self.steps >= MAX_STEPS {
            return self.found.push(Source::Unknown);
        }
        self.steps = self.steps.saturating_add(1);
        go(self);
        self.steps = self.steps.saturating_sub(1);
    }

    fn value(&mut self, expr: &'s Expr, scope: &Scope<'s>) {
        self.step(expr, false, |search| {
            if !search.follow(expr, scope) {
                search.found.push(Source::Expr(expr, scope.clone()));
            }
        });
    }

    /// Follows a name to its value.
    fn follow(&mut self, expr: &'s Expr, scope: &Scope<'s>) -> bool {
        if !matches!(expr, Expr::Var { .. } | Expr::RefDot { .. } | Expr::RefBrack { .. }) {
            return false;
        }
        match scope.resolve(expr) {
            Target::Local { binding: Binding::Value(value), scope, below } => {
                self.below(&below, |search| search.value(value, &scope));
            }
            Target::Local { binding: Binding::Element(collection), scope, below } => {
                self.below(&below, |search| search.elements(collection, &scope));
            }
            Target::Data(path) => {
                let Some((name, below)) = self.subject.definitions.split(&path) else { return false };
                if !self.is_value(&name) {
                    return false;
                }
                self.below(below, |search| search.values_of_rule(&name));
            }
            Target::Local { .. } | Target::Input(_) | Target::Unknown => return false,
        }
        true
    }

    /// Replaces what `find` finds by its members.
    fn below(&mut self, parts: &[Part], find: impl FnOnce(&mut Self)) {
        if parts.is_empty() {
            return find(self);
        }
        let before = std::mem::take(&mut self.found);
        find(self);
        for part in parts {
            for source in std::mem::take(&mut self.found) {
                self.member(&source, part);
            }
        }
        let found = std::mem::replace(&mut self.found, before);
        self.found.extend(found);
    }

    fn member(&mut self, source: &Source<'s>, part: &Part) {
        if let (Source::Expr(object, scope), Part::Name(name)) = (source, part)
            && let Member::Given(value) = Subject::member(object, name)
        {
            return self.value(value, scope);
        }
        self.found.push(Source::Unknown);
    }

    /// Whether the rules of this name have one value, and not a set or an object, part by part.
    fn is_value(&self, name: &str) -> bool {
        self.subject.definitions.named(name).all(|rule| matches!(rule.form, Form::Value | Form::Default))
    }

    fn values_of_rule(&mut self, name: &str) {
        for (rule, branch) in branches(self.subject, name) {
            let scope = self.subject.definitions.scope_of(rule, branch);
            match (branch.value, scope) {
                (Some(value), Some(scope)) => self.value(value, &scope),
                (None, _) => self.found.push(Source::True),
                (Some(_), None) => self.found.push(Source::Unknown),
            }
        }
    }

    fn elements(&mut self, expr: &'s Expr, scope: &Scope<'s>) {
        self.step(expr, true, |search| {
            let before = std::mem::take(&mut search.found);
            search.value(expr, scope);
            for source in std::mem::replace(&mut search.found, before) {
                match source {
                    Source::Expr(collection, scope) => search.elements_of(collection, &scope),
                    Source::True | Source::Unknown => search.found.push(Source::Unknown),
                }
            }
        });
    }

    fn elements_of(&mut self, collection: &'s Expr, scope: &Scope<'s>) {
        if let Expr::Array { items, .. } | Expr::Set { items, .. } = collection {
            for item in items {
                self.value(item, scope);
            }
        } else if let Expr::Object { fields, .. } = collection {
            for (_, _, value) in fields {
                self.value(value, scope);
            }
        } else if let Expr::ArrayCompr { term, query, .. } | Expr::SetCompr { term, query, .. } = collection {
            self.value(term, &scope.within(query));
        } else if let Expr::BinExpr { op: BinOp::Union, lhs, rhs, .. } = collection {
            self.elements(lhs, scope);
            self.elements(rhs, scope);
        } else if let Expr::BinExpr { lhs, .. } | Expr::ArithExpr { op: ArithOp::Sub, lhs, .. } = collection {
            self.elements(lhs, scope);
        } else if let Expr::Call { fcn, params, .. } = collection {
            self.elements_of_call(fcn, params, scope);
        } else {
            self.elements_of_rule(collection, scope);
        }
    }

    fn elements_of_call(&mut self, function: &Expr, params: &'s [Ref<Expr>], scope: &Scope<'s>) {
        let collections = match function.span().text() {
            "array.concat" => params,
            "sort" | "array.slice" | "array.reverse" => params.get(..1).unwrap_or_default(),
            _ => return self.found.push(Source::Unknown),
        };
        for collection in collections {
            self.elements(collection, scope);
        }
    }

    /// The elements of a set that rules make.
    fn elements_of_rule(&mut self, reference: &'s Expr, scope: &Scope<'s>) {
        let name = match scope.resolve(reference) {
            Target::Data(path) if static_names(&path).is_some() => show(&path),
            Target::Local { .. } | Target::Data(_) | Target::Input(_) | Target::Unknown => {
                return self.found.push(Source::Unknown);
            }
        };
        let mut rules = self.subject.definitions.named(&name).peekable();
        if rules.peek().is_none() || rules.any(|rule| rule.form != Form::Set) {
            return self.found.push(Source::Unknown);
        }
        self.values_of_rule(&name);
    }
}

type BranchOf<'s> = (&'s Definition<'s>, &'s Branch<'s>);

fn branches<'s>(subject: &'s Subject<'_>, name: &str) -> Vec<BranchOf<'s>> {
    let rules = subject.definitions.named(name);
    rules.flat_map(|rule| rule.branches.iter().map(move |branch| (rule, branch))).collect()
}
