//! Rules at a path where the bundle has a document.

use super::conflicts::Exists;
use super::index::Index;
use crate::model::program::Program;
use crate::model::refusal::Code;
use crate::model::types::Key;

pub(super) fn check(program: &mut Program<'_>, index: &Index, exists: &Exists<'_>) {
    let mut found = Vec::new();
    below(index, &mut Vec::new(), exists, &mut found);
    for (rule, path) in found {
        let Some(span) = program.rules.get(rule).map(|rule| rule.span) else { continue };
        let message =
            format!("the data of the bundle has a value at `data.{path}`, where this rule is: rename one");
        program.refuse_rule(rule, Code::Conflict, span, message);
    }
}

fn below<'i>(
    place: &'i Index,
    path: &mut Vec<&'i str>,
    exists: &Exists<'_>,
    found: &mut Vec<(usize, String)>,
) {
    for (key, child) in &place.children {
        let Key::String(step) = key else { continue };
        path.push(step);
        match child.rules.first() {
            Some(rule) if exists(path) => found.push((*rule, path.join("."))),
            _ => below(child, path, exists, found),
        }
        path.pop();
    }
}
