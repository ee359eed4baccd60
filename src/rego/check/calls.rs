//! Every call is of a function that is there, allowed, and given the right number of arguments.

use std::collections::BTreeMap;

use crate::domain::diagnostic::{Diagnostic, Fault};
use crate::rego::builtins::catalogue::{self, Standing};
use crate::rego::check::names::static_names;
use crate::rego::check::scan::{Call, Scan};
use crate::rego::place::at_span;

/// One finding for each call that is wrong.
pub(super) fn check(scan: &Scan) -> Vec<Diagnostic> {
    let defined = Defined::of(scan);
    let calls = scan.rules.iter().flat_map(|rule| &rule.calls);
    calls
        .filter_map(|call| Some((call, judge(call, &defined)?)))
        .map(|(call, (fault, message))| at_span(fault, &call.span, message))
        .collect()
}

/// The rules of the policy by their paths; `Some` is the number of arguments of a function.
struct Defined(BTreeMap<String, Option<usize>>);

impl Defined {
    fn of(scan: &Scan) -> Self {
        let mut found = BTreeMap::new();
        for rule in &scan.rules {
            if let Some(names) = static_names(&rule.path) {
                let known = found.entry(names.join(".")).or_insert(None);
                *known = known.or(rule.arguments);
            }
        }
        Self(found)
    }

    fn find(&self, call: &Call) -> Option<Option<usize>> {
        let path = call.path.as_deref().and_then(static_names)?.join(".");
        self.0.get(&path).copied()
    }
}

fn judge(call: &Call, defined: &Defined) -> Option<(Fault, String)> {
    let Some(name) = &call.name else {
        return Some((Fault::UnknownFunction, "a function must be called by its name".to_owned()));
    };
    match (defined.find(call), catalogue::standing(name)) {
        (Some(Some(arguments)), _) => wrong_number(call, name, arguments),
        (_, Standing::Allowed { arguments: None }) => None,
        (_, Standing::Allowed { arguments: Some(arguments) }) => wrong_number(call, name, arguments),
        (Some(None), _) => Some((
            Fault::UnknownFunction,
            format!("`{name}` is a rule and no function: it takes no arguments"),
        )),
        (None, Standing::Forbidden { why }) => {
            Some((Fault::ForbiddenBuiltin, format!("`{name}` is not allowed: {why}")))
        }
        (None, Standing::Unknown { instead }) => Some((Fault::UnknownFunction, unknown(name, instead))),
    }
}

fn unknown(name: &str, instead: Option<String>) -> String {
    match instead {
        Some(instead) => format!("there is no function `{name}`: {instead}"),
        None => format!("there is no function `{name}`"),
    }
}

/// A call that is a statement of its own may have one argument more, which takes the result.
fn wrong_number(call: &Call, name: &str, arguments: usize) -> Option<(Fault, String)> {
    let with_result = arguments.saturating_add(1);
    if call.arguments == arguments || (call.is_statement && call.arguments == with_result) {
        return None;
    }
    let noun = if arguments == 1 { "argument" } else { "arguments" };
    Some((Fault::Arity, format!("`{name}` takes {arguments} {noun}: found {}", call.arguments)))
}
