//! Which rules a reference may ask for: the paths of all rules as one tree.

use std::collections::BTreeMap;

use crate::rego::check::names::Part;
use crate::rego::check::scan::Scan;

/// The rules by their paths.
#[derive(Default)]
pub(in crate::rego) struct Tree {
    rules: Vec<usize>,
    named: BTreeMap<String, Tree>,
    any: Option<Box<Tree>>,
}

impl Tree {
    /// All rules of a policy, by their positions in the scan.
    pub(in crate::rego) fn of(scan: &Scan) -> Self {
        let mut tree = Self::default();
        for (index, rule) in scan.rules.iter().enumerate() {
            tree.insert(&rule.path, index);
        }
        tree
    }

    fn insert(&mut self, path: &[Part], rule: usize) {
        match path.split_first() {
            None => self.rules.push(rule),
            Some((Part::Name(name), rest)) => self.named.entry(name.clone()).or_default().insert(rest, rule),
            Some((Part::Any, rest)) => self.any.get_or_insert_default().insert(rest, rule),
        }
    }

    /// The rules that a reference can reach: those above, at and below its path.
    pub(in crate::rego) fn find(&self, path: &[Part], found: &mut Vec<usize>) {
        found.extend(&self.rules);
        match path.split_first() {
            None | Some((Part::Any, [])) => self.branches().for_each(|branch| branch.find(&[], found)),
            Some((Part::Any, rest)) => self.branches().for_each(|branch| branch.find(rest, found)),
            Some((Part::Name(name), rest)) => {
                let branches = self.named.get(name).into_iter().chain(self.any.as_deref());
                branches.for_each(|branch| branch.find(rest, found));
            }
        }
    }

    fn branches(&self) -> impl Iterator<Item = &Self> {
        self.named.values().chain(self.any.as_deref())
    }
}
