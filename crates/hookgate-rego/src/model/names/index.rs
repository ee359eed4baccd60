//! The rules of a bundle by their paths.

use std::collections::{BTreeMap, BTreeSet};

use crate::model::core::{Rule, Term, key, known};
use crate::model::program::Program;
use crate::model::types::Key;

/// A place below `data`: the rules there, and what is below it. Rules whose path has variables stand where those begin.
#[derive(Debug, Default)]
pub(in crate::model) struct Index {
    pub(in crate::model) rules: Vec<usize>,
    pub(in crate::model) children: BTreeMap<Key, Index>,
}

/// A rule that a reference may mean, as the graph and `with` ask for it.
pub(in crate::model) type Rules = BTreeSet<usize>;

impl Index {
    /// Indexes all rules but the branches of `else`.
    pub(in crate::model) fn of(program: &Program<'_>) -> Self {
        let mut index = Self::default();
        for module in &program.modules {
            let path: Vec<Key> =
                module.package.iter().map(|step| Key::String(std::rc::Rc::clone(step))).collect();
            index.place(&path);
        }
        for (at, rule) in program.rules.iter().enumerate().filter(|(_, rule)| !rule.is_else) {
            let path: Option<Vec<Key>> = program.ground_path(rule).iter().skip(1).map(key).collect();
            if let Some(path) = path {
                index.place(&path).rules.push(at);
            }
        }
        index
    }

    fn place(&mut self, path: &[Key]) -> &mut Self {
        path.iter().fold(self, |place, step| place.children.entry(step.clone()).or_default())
    }

    /// The place of a reference that begins with `data` and has only constants.
    pub(in crate::model) fn find(&self, path: &[Term]) -> Option<&Self> {
        let (root, steps) = path.split_first()?;
        if root.var() != Some(known::DATA) {
            return None;
        }
        steps.iter().try_fold(self, |place, step| place.children.get(&key(step)?))
    }

    /// The rules exactly there.
    pub(in crate::model) fn rules_at(&self, path: &[Term]) -> &[usize] {
        self.find(path).map(|place| place.rules.as_slice()).unwrap_or_default()
    }

    /// All rules that a reference could mean.
    pub(in crate::model) fn reach(&self, path: &[Term], paths: &[Vec<Term>]) -> Rules {
        let mut found = Rules::new();
        if path.first().and_then(Term::var) == Some(known::DATA) {
            self.reach_from(path, 1, paths, &mut found);
        }
        found
    }

    fn reach_from(&self, path: &[Term], at: usize, paths: &[Vec<Term>], found: &mut Rules) {
        let Some(step) = path.get(at) else {
            return self.all(found);
        };
        let next = at.saturating_add(1);
        match key(step) {
            Some(key) => {
                if let Some(child) = self.children.get(&key) {
                    child.reach_here(path, next, paths, found);
                }
            }
            None => self.children.values().for_each(|child| child.reach_here(path, next, paths, found)),
        }
    }

    fn reach_here(&self, path: &[Term], at: usize, paths: &[Vec<Term>], found: &mut Rules) {
        let may_meet = |rule: &&usize| paths.get(**rule).is_some_and(|other| may_meet(other, path, at));
        found.extend(self.rules.iter().filter(may_meet));
        self.reach_from(path, at, paths, found);
    }

    fn all(&self, found: &mut Rules) {
        found.extend(&self.rules);
        self.children.values().for_each(|child| child.all(found));
    }

    /// Goes through all places, the outer ones first; `false` leaves out what is below one.
    pub(in crate::model) fn each(&self, visit: &mut dyn FnMut(&Self) -> bool) {
        if visit(self) {
            self.children.values().for_each(|child| child.each(visit));
        }
    }
}

/// Whether two paths can mean the same from a step on: what is no constant means anything.
fn may_meet(a: &[Term], b: &[Term], from: usize) -> bool {
    let pairs = a.iter().zip(b).skip(from);
    pairs.into_iter().all(|(a, b)| match (key(a), key(b)) {
        (Some(a), Some(b)) => a == b,
        _ => true,
    })
}

/// How many arguments a function takes, built in or defined; nothing if there is none of the name.
pub(in crate::model) fn arity(program: &Program<'_>, index: &Index, callee: &[Term]) -> Option<usize> {
    if let Some(builtin) = program.builtin(callee) {
        return Some(builtin.arity);
    }
    let first = index.rules_at(callee).first()?;
    program.rules.get(*first).map(|rule: &Rule| rule.head.arguments.len())
}
