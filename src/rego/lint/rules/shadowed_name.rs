//! `shadowed-name`: a local name or an import that hides a rule, an import or a built-in function.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::LazyLock;

use regorus::unstable::{BUILTINS, Module};

use crate::rego::check::names::{Meaning, Part};
use crate::rego::lint::Found;
use crate::rego::lint::rules::unused_import::name_of;
use crate::rego::lint::subject::Subject;

/// The names that built-in functions begin with: `count`, and `json` of `json.marshal`.
static BUILT_IN: LazyLock<BTreeMap<&str, &str>> = LazyLock::new(|| {
    let names = BUILTINS.keys().copied().filter(|name| !name.starts_with("__"));
    names.map(|name| (name.split('.').next().unwrap_or(name), name)).collect()
});

pub(super) fn find(subject: &Subject<'_>) -> Vec<Found> {
    let scopes = &subject.scopes;
    let mut told = BTreeSet::new();
    let locals = scopes.locals.iter().filter_map(|local| {
        let name = local.span.text();
        let hidden = hidden_name(subject, local.module, name).or_else(|| hidden_function(name))?;
        // Once is enough for a name that all rules of a file use.
        let is_new = told.insert((local.module, name));
        is_new.then(|| Found::at(local.span, format!("`{name}` hides {hidden}: choose another name")))
    });
    let imports =
        subject.modules.iter().enumerate().flat_map(|(index, module)| imports(subject, index, module));
    locals.chain(imports).collect()
}

/// What a name would be if no body declared it.
fn hidden_name(subject: &Subject<'_>, module: usize, name: &str) -> Option<String> {
    let names = subject.scopes.names.get(module)?;
    match names.meaning(&[Part::Name(name.to_owned())]) {
        Meaning::Rule(_) => Some(format!("the rule `{name}`")),
        Meaning::Data(_) | Meaning::Input => Some(format!("the import `{name}`")),
        Meaning::Unknown => None,
    }
}

fn hidden_function(name: &str) -> Option<String> {
    let function = BUILT_IN.get(name)?;
    Some(if *function == name {
        format!("the built-in function `{name}`")
    } else {
        format!("the built-in functions `{name}.…`")
    })
}

/// The imports that hide a rule of their package, or a function.
fn imports(subject: &Subject<'_>, index: usize, module: &Module) -> Vec<Found> {
    let names = subject.scopes.names.get(index);
    let found = module.imports.iter().filter_map(|import| {
        let name = name_of(import)?;
        let is_rule = names.is_some_and(|names| names.has_rule(&name));
        let hidden = if is_rule { format!("the rule `{name}`") } else { hidden_function(&name)? };
        let message = format!("the import `{name}` hides {hidden}: import it `as` another name");
        Some(Found::at(&import.span, message))
    });
    found.collect()
}
