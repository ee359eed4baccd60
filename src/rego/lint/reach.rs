//! Which rules somebody asks for: the gate, the decision log, or a rule that one of them asks for.

use std::collections::BTreeSet;

use regorus::Value;
use regorus::unstable::{Module, Ref};

use crate::rego::check::declaration::{PACKAGE, RULE};
use crate::rego::check::names::{Part, Path};
use crate::rego::check::scan::Scan;
use crate::rego::check::tree::Tree;
use crate::rego::normalise::metadata;

/// The positions in the scan of the rules that the gate comes to, from `hook_result`, from the mask of the decision log, and from what
/// its author calls an entry point.
pub(super) fn reached(scan: &Scan, modules: &[Ref<Module>]) -> BTreeSet<usize> {
    let tree = Tree::of(scan);
    let mut open = Vec::new();
    let asked = [path(&[PACKAGE, RULE]), path(&["system", "log", "mask"])];
    for path in asked.into_iter().chain(entry_points(modules)) {
        tree.find(&path, &mut open);
    }
    let mut reached = BTreeSet::new();
    while let Some(index) = open.pop() {
        if reached.insert(index)
            && let Some(rule) = scan.rules.get(index)
        {
            rule.references.iter().for_each(|reference| tree.find(reference, &mut open));
        }
    }
    reached
}

fn path(names: &[&str]) -> Path {
    names.iter().map(|name| Part::Name((*name).to_owned())).collect()
}

fn entry_points(modules: &[Ref<Module>]) -> impl Iterator<Item = Path> {
    let said = modules.iter().flat_map(|module| metadata::said(module));
    let is_entry = |fields: &Value| {
        let fields = fields.as_object().ok();
        fields.is_some_and(|fields| fields.get(&Value::from("entrypoint")) == Some(&Value::Bool(true)))
    };
    said.filter(move |said| is_entry(&said.fields))
        .map(|said| said.path.into_iter().map(Part::Name).collect())
}
