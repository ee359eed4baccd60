//! No user-defined functions outside of tests: the engine recurses in them without end and without noticing.

use crate::domain::bundle::FileKind;
use crate::domain::diagnostic::{Diagnostic, Fault};
use crate::rego::check::names::{Part, show};
use crate::rego::check::scan::{Scan, ScannedRule};
use crate::rego::place::at_span;

/// One finding for each definition.
pub(super) fn check(scan: &Scan) -> Vec<Diagnostic> {
    let is_test = |rule: &ScannedRule| FileKind::of(rule.span.source.get_path()) == FileKind::RegoTest;
    let functions = scan.rules.iter().filter(|rule| rule.arguments.is_some() && !is_test(rule));
    functions.map(|rule| at_span(Fault::Function, &rule.span, explain(rule))).collect()
}

fn explain(rule: &ScannedRule) -> String {
    let name = rule.path.iter().rev().take_while(|part| matches!(part, Part::Name(_))).next();
    let name = name.map_or_else(|| show(&rule.path), |name| show(std::slice::from_ref(name)));
    format!(
        "user-defined functions are not allowed: write the conditions of `{name}` into the rules that call it, \
         or make it a set, `{name} contains x if {{ some x in …; … }}`, and ask `x in {name}`; `--allow-functions` \
         allows them here, the setting `policy.allow_functions` on a server"
    )
}
