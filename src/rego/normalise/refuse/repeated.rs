//! A variable that one `some … in` declares twice, as in `some k, k in xs`: for OPA both must be equal, for the engine the second hides
//! the first.

use crate::domain::diagnostic::{Diagnostic, Fault};
use crate::rego::normalise::refuse::at;
use crate::rego::normalise::tree::{Literal, Rule, Statement};
use crate::rego::normalise::walk::{self, Names};

/// One finding for each such statement.
pub(super) fn check(package: &mut [Rule]) -> Vec<Diagnostic> {
    let mut found = Vec::new();
    for rule in package {
        walk::each_body(rule, &mut |body, _| found.extend(body.iter().filter_map(check_statement)));
    }
    found
}

fn check_statement(statement: &Statement) -> Option<Diagnostic> {
    let Literal::SomeIn { key: Some(key), value, .. } = &statement.literal else { return None };
    let (mut of_key, mut of_value) = (Names::new(), Names::new());
    walk::all_names_of(key, &mut of_key);
    walk::all_names_of(value, &mut of_value);
    let name = of_key.intersection(&of_value).find(|name| !name.starts_with('_'))?;
    let message = format!("`{name}` is declared twice: give one of them another name and compare the two");
    Some(at(Fault::Compile, &statement.origin, message))
}
