//! `with`: for one statement, documents may also be what they are replaced with, and what depends on them anything.

use std::cell::RefCell;
use std::rc::Rc;

use super::environment::{Layer, Tree, replaced_type};
use super::rules::{Checker, Fault};
use super::{Known, Type};
use crate::model::core::{Expr, Term, With, is_ground};
use crate::model::refusal::Code;

impl Checker<'_, '_> {
    /// Does something with the layer that a statement is asked under.
    pub(super) fn replacing(&self, layer: &Layer<'_>, expr: &Expr, then: &mut dyn FnMut(&Layer<'_>)) {
        if expr.with.is_empty() {
            return then(layer);
        }
        let mut documents: Vec<(&[Term], Known)> = Vec::new();
        for with in &expr.with {
            documents.extend(self.document(layer, with));
        }
        self.relaxed(layer, &expr.with, &mut |layer| {
            if documents.is_empty() {
                return then(layer);
            }
            let replacing = Layer::replacing(Rc::new(RefCell::new(Tree::default())), layer);
            for (path, of) in &documents {
                replacing.tree.borrow_mut().put(path, Some(Rc::clone(of)));
            }
            then(&replacing);
        });
    }

    /// The document that is replaced, and what it may be then.
    fn document<'e>(&self, layer: &Layer<'_>, with: &'e With) -> Option<(&'e [Term], Known)> {
        let target = with.target.reference()?;
        let before = layer.reference(target);
        if before.as_ref().is_some_and(|before| before.function().is_some()) {
            return None;
        }
        let ground = target.iter().skip(1).take_while(|step| is_ground(step)).count().saturating_add(1);
        let of = if ground == target.len() {
            replaced_type(&before, &self.of(layer, &with.value))
        } else {
            Type::any()
        };
        Some((target.get(..ground)?, of))
    }

    /// A layer for each replacement in which what depends on it is anything.
    fn relaxed(&self, layer: &Layer<'_>, withs: &[With], then: &mut dyn FnMut(&Layer<'_>)) {
        let Some((with, rest)) = withs.split_first() else {
            return then(layer);
        };
        match self.dependents(layer, &with.target) {
            Some(tree) => self.relaxed(&Layer::replacing(tree, layer), rest, then),
            None => self.relaxed(layer, rest, then),
        }
    }

    fn dependents(&self, layer: &Layer<'_>, target: &Term) -> Option<Rc<RefCell<Tree>>> {
        let path = target.reference()?;
        let is_function = layer.reference(path).is_some_and(|of| of.function().is_some());
        let name = format!("{is_function} {}", self.program.write_reference(path));
        if let Some(tree) = self.dependents.borrow().get(&name) {
            return tree.clone();
        }
        let tree = self.dependents_of(path, is_function);
        self.dependents.borrow_mut().insert(name, tree.clone());
        tree
    }

    fn dependents_of(&self, path: &[Term], is_function: bool) -> Option<Rc<RefCell<Tree>>> {
        let rules = &self.program.rules;
        let paths: Vec<Vec<Term>> = rules.iter().map(|rule| self.program.path(rule)).collect();
        let reached = self.index.reach(path, &paths);
        if reached.is_empty() {
            return None;
        }
        let itself = self.index.rules_at(path);
        let mut tree = Tree::default();
        for at in self.graph.dependents(&reached) {
            if is_function && itself.contains(&at) {
                continue;
            }
            if let Some(rule) = rules.get(at) {
                tree.put(&self.program.ground_path(rule), Some(Type::any()));
            }
        }
        (!tree.children.is_empty()).then(|| Rc::new(RefCell::new(tree)))
    }

    /// A function can be replaced by one that takes the same.
    pub(super) fn replacements(&self, layer: &Layer<'_>, expr: &Expr) -> Option<Fault> {
        expr.with.iter().find_map(|with| {
            let target = self.of(layer, &with.target);
            let value = self.of(layer, &with.value);
            target.as_ref()?.function()?;
            value.as_ref()?.function()?;
            if self.work.unifies(&target, &value) {
                return None;
            }
            let message = "the function takes other arguments than the one it replaces".to_owned();
            Some(Fault { code: Code::TypeError, span: with.target.span, message, follows: false })
        })
    }
}
