//! What is known of names where a statement stands: layers of trees, the innermost first.

use std::cell::RefCell;
use std::collections::BTreeMap;
use std::rc::Rc;

use super::compare::or;
use super::merge::{insert_into, merge};
use super::select::{select, values};
use super::{Key, Known, Maybe, Type};
use crate::model::core::{Term, Value, Var, key};

/// A step of a path in a tree.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum Step {
    Name(Var),
    Key(Key),
}

/// Types of names, and of what is below them.
#[derive(Debug, Default)]
pub(super) struct Tree {
    pub(super) of: Maybe,
    pub(super) children: BTreeMap<Step, Tree>,
}

/// A layer, and those around it.
#[derive(Debug)]
pub(super) struct Layer<'l> {
    pub(super) tree: Rc<RefCell<Tree>>,
    /// Where the types of variables are kept: in the layer below if this one only replaces documents.
    variables: Rc<RefCell<Tree>>,
    pub(super) next: Option<&'l Layer<'l>>,
}

/// The step that a term is, if it is a name or a constant.
pub(super) fn step(term: &Term) -> Option<Step> {
    match &term.value {
        Value::Var(var) => Some(Step::Name(*var)),
        _ => key(term).map(Step::Key),
    }
}

impl<'l> Layer<'l> {
    pub(super) fn new(next: Option<&'l Layer<'l>>) -> Self {
        let tree = Rc::new(RefCell::new(Tree::default()));
        Self { variables: Rc::clone(&tree), tree, next }
    }

    /// A layer that replaces documents for one statement: variables outlive it.
    pub(super) fn replacing(tree: Rc<RefCell<Tree>>, next: &'l Layer<'l>) -> Self {
        Self { tree, variables: Rc::clone(&next.variables), next: Some(next) }
    }

    /// Keeps the type of a variable.
    pub(super) fn put(&self, var: Var, of: Maybe) {
        self.variables.borrow_mut().children.entry(Step::Name(var)).or_default().of = of;
    }

    pub(super) fn variable(&self, var: Var) -> Maybe {
        match self.tree.borrow().children.get(&Step::Name(var)) {
            Some(tree) => tree.of.clone(),
            None => self.next?.variable(var),
        }
    }

    /// The type of what a reference leads to.
    pub(super) fn reference(&self, path: &[Term]) -> Maybe {
        let head = path.first().and_then(step)?;
        let tree = self.tree.borrow();
        match tree.children.get(&head).map(|child| child.find(path.get(1..).unwrap_or_default())) {
            Some(Found::Type(of)) => of,
            Some(Found::Elsewhere) | None => self.outside(path),
        }
    }

    fn outside(&self, path: &[Term]) -> Maybe {
        match self.next {
            Some(next) => next.reference(path),
            None => path.first().and_then(Term::var).filter(|var| var.is_root()).map(|_| Type::any()),
        }
    }
}

enum Found {
    Type(Maybe),
    /// There is nothing here: a layer further out may know.
    Elsewhere,
}

impl Tree {
    fn find(&self, path: &[Term]) -> Found {
        let Some((first, rest)) = path.split_first() else {
            return Found::Type(self.extent());
        };
        let child =
            step(first).filter(|step| matches!(step, Step::Key(_))).and_then(|step| self.children.get(&step));
        if self.of.is_some() {
            return match child {
                Some(child) => child.find(rest),
                None => Found::Type(select_path(self.of.clone(), path)),
            };
        }
        if key(first).is_none() {
            return Found::Type(select_path(self.extent(), path));
        }
        child.map_or(Found::Elsewhere, |child| child.find(rest))
    }

    /// The type of all that is here: an object of what is below, which may hold more.
    pub(super) fn extent(&self) -> Maybe {
        if self.of.is_some() {
            return self.of.clone();
        }
        let members = self.children.iter().filter_map(|(step, child)| match step {
            Step::Key(key @ (Key::String(_) | Key::Number(_) | Key::Bool(_))) => {
                Some((key.clone(), child.extent()))
            }
            Step::Key(_) | Step::Name(_) => None,
        });
        Some(Type::object(members.collect(), Some((Some(Type::string()), Some(Type::any())))))
    }

    /// The tree at a path, if there is one.
    pub(super) fn at(&self, path: &[Term]) -> Option<&Self> {
        path.iter().try_fold(self, |tree, term| tree.children.get(&step(term)?))
    }

    fn at_or_new(&mut self, path: &[Term]) -> &mut Self {
        path.iter().filter_map(step).fold(self, |tree, step| tree.children.entry(step).or_default())
    }

    /// Sets what is at a path.
    pub(super) fn put(&mut self, path: &[Term], of: Maybe) {
        self.at_or_new(path).of = of;
    }

    /// Adds a definition at a path: objects on the way grow with it, and it takes up what is below it.
    pub(super) fn insert(&mut self, path: &[Term], of: &Known) {
        let mut tree = self;
        for (at, term) in path.iter().enumerate() {
            let Some(step) = step(term) else { return };
            tree = tree.children.entry(step).or_default();
            let rest = path.get(at.saturating_add(1)..).unwrap_or_default();
            if !rest.is_empty()
                && let Some(Type::Object(object)) = tree.of.as_deref()
            {
                tree.of = Some(insert_into(object, &kinds(rest), of));
            }
        }
        tree.of = merge(&tree.of, &Some(Rc::clone(of)));
        if matches!(of.as_ref(), Type::Object(_)) && !tree.children.is_empty() {
            tree.take_up_leaves();
        }
    }

    fn take_up_leaves(&mut self) {
        let mut leaves = Vec::new();
        for (step, child) in &self.children {
            child.leaves(&mut vec![step_kind(step)], &mut leaves);
        }
        for (path, of) in leaves {
            if let Some(Type::Object(object)) = self.of.as_deref() {
                self.of = Some(insert_into(object, &path, &of));
            }
        }
    }

    fn leaves(&self, path: &mut Vec<Maybe>, found: &mut Vec<(Vec<Maybe>, Known)>) {
        if let Some(of) = &self.of {
            found.push((path.clone(), Rc::clone(of)));
            return;
        }
        for (step, child) in &self.children {
            path.push(step_kind(step));
            child.leaves(path, found);
            path.pop();
        }
    }
}

fn step_kind(step: &Step) -> Maybe {
    match step {
        Step::Key(key) => Some(key.kind()),
        Step::Name(_) => None,
    }
}

fn kinds(path: &[Term]) -> Vec<Maybe> {
    path.iter().map(|term| key(term).map(|key| key.kind())).collect()
}

/// The type at the end of a path in a value; what is computed may be any of its values.
fn select_path(of: Maybe, path: &[Term]) -> Maybe {
    let Some((first, rest)) = path.split_first() else { return of };
    let known = of.as_ref()?;
    match &first.value {
        Value::Null | Value::Bool(_) | Value::Number(_) | Value::String(_) => {
            select_path(key(first).and_then(|key| select(&of, &key)), rest)
        }
        _ if known.is_empty_collection() => Some(Type::any()),
        _ => select_path(values(&of), rest),
    }
}

/// What a document may be under `with`: as it is, or as it is replaced.
pub(super) fn replaced_type(before: &Maybe, value: &Maybe) -> Known {
    match (before, value) {
        (Some(_), Some(_)) => or(before, value).unwrap_or_else(Type::any),
        _ => Type::any(),
    }
}
