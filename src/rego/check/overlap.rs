//! No rule and data document at one path: the engine would answer with the document and never look at the rule.

use regorus::Value;

use crate::domain::diagnostic::{Diagnostic, Fault};
use crate::rego::check::names::{Part, show};
use crate::rego::check::scan::{Scan, ScannedRule};
use crate::rego::place::at_span;

/// One finding for each rule that data hides.
pub(super) fn check(scan: &Scan, data: &Value) -> Vec<Diagnostic> {
    let hidden = scan.rules.iter().filter_map(|rule| Some((rule, find(rule, data)?)));
    hidden
        .map(|(rule, path)| {
            let message = format!("`{path}` is both a rule and data: the data would hide the rule");
            at_span(Fault::Conflict, &rule.span, message)
        })
        .collect()
}

/// The path, at or above the rule's, where the data has something other than a folder.
fn find(rule: &ScannedRule, data: &Value) -> Option<String> {
    let package = rule.package_length;
    let mut here = data;
    for (index, part) in rule.path.iter().enumerate() {
        let Value::Object(members) = here else { return Some(show(rule.path.get(..index)?)) };
        let Part::Name(name) = part else { return None };
        here = members.get(&Value::from(name.as_str()))?;
        if index >= package {
            return Some(show(rule.path.get(..=index)?));
        }
    }
    None
}
