//! Every pattern that is written out is one: a wrong one would fail the hook whenever its line runs.

use crate::domain::diagnostic::{Diagnostic, Fault};
use crate::rego::builtins::regex;
use crate::rego::check::scan::{Call, Scan};
use crate::rego::place::at_span;

/// Which argument of a function is a pattern.
const PATTERNS: &[(&str, usize)] = &[
    ("glob.match", 0),
    ("regex.find_all_string_submatch_n", 0),
    ("regex.find_n", 0),
    ("regex.match", 0),
    ("regex.replace", 1),
    ("regex.split", 0),
];

/// Which argument of a function is a pattern.
pub(in crate::rego) fn position_of_pattern(function: &str) -> Option<usize> {
    PATTERNS.iter().find(|(name, _)| *name == function).map(|(_, position)| *position)
}

/// One finding for each pattern that is none, or too large.
pub(super) fn check(scan: &Scan) -> Vec<Diagnostic> {
    let calls = scan.rules.iter().flat_map(|rule| &rule.calls);
    calls.filter_map(|call| Some(at_span(Fault::Compile, &call.span, judge(call)?))).collect()
}

fn judge(call: &Call) -> Option<String> {
    let name = call.name.as_deref()?;
    let pattern = call.texts.get(position_of_pattern(name)?)?.as_ref()?.as_string().ok()?;
    let check = if name == "glob.match" { regex::check_glob } else { regex::check };
    let fault = check(pattern).err()?;
    Some(format!("`{name}` is given {fault}"))
}
