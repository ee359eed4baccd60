//! `unused-import`: an import that its file does not use.

use std::collections::BTreeSet;

use regorus::unstable::{Import, Module, Ref};

use crate::rego::check::names::{Part, path_of, show};
use crate::rego::lint::Found;
use crate::rego::lint::subject::Subject;

pub(super) fn find(subject: &Subject<'_>) -> Vec<Found> {
    let free = &subject.scopes.free;
    let unused = |(module, used): (&Ref<Module>, &BTreeSet<String>)| {
        let unused = |import: &&Import| name_of(import).is_some_and(|name| !used.contains(&name));
        module.imports.iter().filter(unused).map(complain).collect::<Vec<_>>()
    };
    subject.modules.iter().zip(free).flat_map(unused).collect()
}

/// The name by which a file knows an import; none of those that only switch the language.
pub(super) fn name_of(import: &Import) -> Option<String> {
    let path = path_of(&import.refr)?;
    let Some(Part::Name(root)) = path.first() else { return None };
    if root != "data" && root != "input" {
        return None;
    }
    match (&import.r#as, path.last()?) {
        (Some(alias), _) => Some(alias.text().to_owned()),
        (None, Part::Name(name)) => Some(name.clone()),
        (None, Part::Any) => None,
    }
}

fn complain(import: &Import) -> Found {
    let path = path_of(&import.refr).map(|path| show(&path)).unwrap_or_default();
    Found::at(&import.span, format!("`{path}` is imported and not used in this file: remove the import"))
}
