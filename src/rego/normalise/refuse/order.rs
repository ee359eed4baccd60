//! What OPA itself gets wrong: an `every` over a variable that a later statement binds is skipped by it, or not,
//! depending on what else the body has.

use crate::domain::diagnostic::{Diagnostic, Fault};
use crate::rego::normalise::refuse::at;
use crate::rego::normalise::tree::{Literal, Rule, Statement};
use crate::rego::normalise::walk::{self, Names};

/// One finding for each such `every`.
pub(super) fn check(package: &mut [Rule], rules: &Names) -> Vec<Diagnostic> {
    let mut found = Vec::new();
    for rule in package {
        walk::each_body(rule, &mut |body, around| {
            let mut before = rules.union(&around.mentioned).cloned().collect::<Names>();
            before.extend(["input", "data", "_"].map(str::to_owned));
            for (index, statement) in body.iter().enumerate() {
                let after = body.get(index.saturating_add(1)..).unwrap_or_default();
                found.extend(check_statement(statement, &before, after));
                walk::own_names(std::slice::from_ref(statement), &mut before);
            }
        });
    }
    found
}

fn check_statement(statement: &Statement, before: &Names, after: &[Statement]) -> Option<Diagnostic> {
    let Literal::Every { domain, .. } = &statement.literal else { return None };
    let mut later = Names::new();
    for other in after {
        binds(other, &mut later);
    }
    later.retain(|name| !before.contains(name));
    let mut used = Names::new();
    walk::all_names_of(domain, &mut used);
    let name = used.intersection(&later).next()?;
    let message = format!("`{name}` is bound below: bind it before the `every` that runs through it");
    Some(at(Fault::Compile, &statement.origin, message))
}

/// The names in a statement that may bind them.
fn binds(statement: &Statement, names: &mut Names) {
    if !matches!(statement.literal, Literal::Not(_) | Literal::Every { .. }) {
        walk::own_names(std::slice::from_ref(statement), names);
    }
}
