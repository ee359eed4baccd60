//! References: each step must be possible in what is known of the value before it.

use std::ops::ControlFlow;
use std::rc::Rc;

use super::environment::{Layer, Step, Tree};
use super::rules::{Checker, Fault, Faults};
use super::select::{keys, values};
use super::unify::member_of;
use super::{Key, Maybe, Type, show};
use crate::model::core::{Expr, ExprKind, Node, Term, Value, Var, is_scalar, walk_term};
use crate::model::refusal::Code;
use crate::model::words;

impl Checker<'_, '_> {
    /// Checks the references of a statement, those of comprehensions left out.
    pub(super) fn references(&self, layer: &Layer<'_>, expr: &Expr) -> Faults {
        let mut faults = Faults::new();
        self.references_of(layer, expr, &mut faults);
        faults
    }

    fn references_of(&self, layer: &Layer<'_>, expr: &Expr, faults: &mut Faults) {
        match &expr.kind {
            ExprKind::Term(term) => self.references_in(layer, term, faults),
            ExprKind::Call(terms) => {
                terms.iter().skip(1).for_each(|term| self.references_in(layer, term, faults));
            }
            ExprKind::Some(_) | ExprKind::SomeIn(_) => {}
            ExprKind::Every(every) => {
                self.references_in(layer, &every.domain, faults);
                every.body.iter().for_each(|expr| self.references_of(layer, expr, faults));
                self.references_of_with(layer, expr, faults);
            }
            ExprKind::Not(operand) => {
                operand.body.iter().for_each(|expr| self.references_of(layer, expr, faults));
            }
            ExprKind::Logic(sides) => {
                let statements = sides.0.body.iter().chain(&sides.1.body);
                statements.for_each(|expr| self.references_of(layer, expr, faults));
                self.references_of_with(layer, expr, faults);
            }
        }
    }

    fn references_of_with(&self, layer: &Layer<'_>, expr: &Expr, faults: &mut Faults) {
        for with in &expr.with {
            self.references_in(layer, &with.target, faults);
            self.references_in(layer, &with.value, faults);
        }
    }

    fn references_in(&self, layer: &Layer<'_>, term: &Term, faults: &mut Faults) {
        let _ = walk_term(term, &mut |node| {
            let Node::Term(term) = node else { return ControlFlow::Continue(true) };
            ControlFlow::Continue(match &term.value {
                Value::Comprehension(_) => false,
                Value::Ref(path) => {
                    let fault = self.applied(layer, path);
                    let is_function = fault.is_some();
                    faults.extend(fault.or_else(|| self.reference(layer, path)));
                    !is_function
                }
                _ => true,
            })
        });
    }

    /// A function that is named, and not called.
    fn applied(&self, layer: &Layer<'_>, path: &[Term]) -> Option<Fault> {
        layer.reference(path)?.function()?;
        let name = self.name(path);
        let message = format!("`{name}` is a function: call it with its arguments");
        Some(Fault { code: Code::TypeError, span: path.first()?.span, message, follows: false })
    }

    fn reference(&self, layer: &Layer<'_>, path: &[Term]) -> Option<Fault> {
        let mut around = Some(layer);
        while let Some(here) = around {
            match self.in_layer(layer, here, path) {
                Search::Done(fault) => return fault,
                Search::Outside => around = here.next,
            }
        }
        let root = path.first()?.var()?.is_root();
        self.in_value(layer, Some(Type::any()), path, usize::from(root))
    }

    /// Follows a reference through the tree of one layer.
    fn in_layer(&self, layer: &Layer<'_>, here: &Layer<'_>, path: &[Term]) -> Search {
        let is_outermost = here.next.is_none();
        let is_root = path.first().and_then(Term::var).is_some_and(Var::is_root);
        for at in 0..path.len() {
            if let Some(fault) = self.step(layer, here, path, at) {
                return Search::Done(Some(fault));
            }
            let upto = path.get(..=at).unwrap_or_default();
            let next = here.tree.borrow().at(upto).map(|tree| tree.of.clone());
            match next {
                Some(None) => {}
                Some(of) => return Search::Done(self.in_value(layer, of, path, at.saturating_add(1))),
                None if is_outermost && is_root && at > 0 => {
                    self.below(layer, here, path, at);
                    return Search::Done(None);
                }
                None => return Search::Outside,
            }
        }
        Search::Done(None)
    }

    /// Checks the step at a place in the tree, and what its variable may be.
    fn step(&self, layer: &Layer<'_>, here: &Layer<'_>, path: &[Term], at: usize) -> Option<Fault> {
        let head = path.get(at)?;
        let before = path.get(..at).unwrap_or_default();
        if matches!(at, 1 | 2) && !matches!(head.value, Value::Var(_) | Value::String(_)) {
            let have = self.of(layer, head);
            return Some(self.wrong_key(path, at, &have, &Some(Type::string())));
        }
        let var = head.var().filter(|_| at > 0)?;
        let of = keys(&here.tree.borrow().at(before).and_then(Tree::extent));
        match layer.variable(var) {
            exist @ Some(_) if !self.work.unifies(&of, &exist) => Some(self.wrong_key(path, at, &exist, &of)),
            Some(_) => None,
            None => {
                layer.put(var, of);
                None
            }
        }
    }

    /// The reference goes on in a way that is not known: it may lead to anything below. Only its variables are of interest.
    fn below(&self, layer: &Layer<'_>, here: &Layer<'_>, path: &[Term], at: usize) {
        let rest = path.get(at.saturating_add(1)..).unwrap_or_default();
        if !rest.iter().any(|step| step.var().is_some_and(|var| layer.variable(var).is_none())) {
            return;
        }
        let before = path.get(..at).unwrap_or_default();
        let children: Vec<(Step, Maybe)> = match here.tree.borrow().at(before) {
            Some(tree) => {
                tree.children.iter().map(|(step, child)| (step.clone(), child.of.clone())).collect()
            }
            None => return,
        };
        for (step, of) in children {
            let Some(known) = of else { continue };
            let Step::Key(_) = step else { continue };
            // Where this leads to nothing, another does.
            drop(self.in_value(layer, Some(known), path, at.saturating_add(1)));
        }
    }

    /// Follows a reference from a place on through a type.
    fn in_value(&self, layer: &Layer<'_>, of: Maybe, path: &[Term], at: usize) -> Option<Fault> {
        let mut of = of;
        for (place, head) in path.iter().enumerate().skip(at) {
            if !self.work.take() {
                return None;
            }
            if of.as_ref().is_some_and(|of| of.is_empty_collection()) {
                return self.in_nothing(layer, &of, path, place);
            }
            let wanted = keys(&of);
            if wanted.is_none() {
                return Some(self.no_collection(path, place, &of));
            }
            match &head.value {
                Value::Var(var) => match layer.variable(*var) {
                    exist @ Some(_) if !self.work.unifies(&exist, &wanted) => {
                        return Some(self.wrong_key(path, place, &exist, &wanted));
                    }
                    Some(_) => {}
                    None => layer.put(*var, wanted),
                },
                Value::Ref(inner) => {
                    let exist = layer.reference(inner);
                    if exist.is_some() && !self.work.unifies(&exist, &wanted) {
                        return Some(self.wrong_key(path, place, &exist, &wanted));
                    }
                }
                Value::Array(_) | Value::Object(_) | Value::Set(_) => {
                    if !self.infer(layer, head, &wanted, false) {
                        return Some(self.wrong_key(path, place, &self.of(layer, head), &wanted));
                    }
                }
                _ => {
                    let member = member_of(&of, head);
                    if member.is_none() {
                        return Some(self.no_member(path, place, &of));
                    }
                    of = member;
                    continue;
                }
            }
            of = values(&of);
        }
        None
    }

    /// A step into a collection that holds nothing: no name is there, and going through it gives nothing.
    fn in_nothing(&self, layer: &Layer<'_>, of: &Maybe, path: &[Term], at: usize) -> Option<Fault> {
        let head = path.get(at)?;
        if is_scalar(head) {
            return Some(self.no_member(path, at, of));
        }
        let var = head.var()?;
        let exist = layer.variable(var);
        let wanted = keys(of);
        if exist.is_none() {
            layer.put(var, Some(Type::any()));
        } else if wanted.is_some() && !self.work.unifies(&exist, &wanted) {
            return Some(self.wrong_key(path, at, &exist, &wanted));
        }
        None
    }

    fn name(&self, path: &[Term]) -> String {
        words::within(self.program, self.module.get(), path)
    }

    fn fault(path: &[Term], message: String) -> Fault {
        let span = path.first().map(|head| head.span).unwrap_or_default();
        Fault { code: Code::UndefinedReference, span, message, follows: false }
    }

    fn no_member(&self, path: &[Term], at: usize, of: &Maybe) -> Fault {
        let before = self.name(path.get(..at).unwrap_or_default());
        let name = path.get(at).map(|step| words::step(&self.program.names, step)).unwrap_or_default();
        let known = members(of);
        let message = if known.is_empty() {
            format!("`{before}` has no `{name}`: it is {}", show::name(of))
        } else {
            words::misspelt_member(&before, &name, &known)
        };
        Self::fault(path, message)
    }

    fn no_collection(&self, path: &[Term], at: usize, of: &Maybe) -> Fault {
        let before = self.name(path.get(..at).unwrap_or_default());
        let name = path.get(at).map(|step| words::step(&self.program.names, step)).unwrap_or_default();
        Self::fault(path, format!("`{before}` is {}: there is no `{name}` in it", show::name(of)))
    }

    fn wrong_key(&self, path: &[Term], at: usize, have: &Maybe, wanted: &Maybe) -> Fault {
        let before = self.name(path.get(..at).unwrap_or_default());
        let (have, wanted) = (show::name(have), show::name(wanted));
        Self::fault(path, format!("the keys of `{before}` are {wanted}, and this one is {have}"))
    }
}

enum Search {
    Done(Option<Fault>),
    Outside,
}

/// The names that a value is known to have.
fn members(of: &Maybe) -> Vec<Key> {
    let mut found = Vec::new();
    collect(of, &mut found);
    found.sort();
    found.dedup();
    found
}

fn collect(of: &Maybe, found: &mut Vec<Key>) {
    match of.as_deref() {
        Some(Type::Object(object)) => found.extend(object.members.iter().map(|(key, _)| key.clone())),
        Some(Type::Any(parts, _)) => parts.iter().for_each(|part| collect(&Some(Rc::clone(part)), found)),
        _ => {}
    }
}
