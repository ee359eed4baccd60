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

/// What a rule of the policy is to a call.
#[derive(Clone, Copy)]
enum Definition {
    Function { arguments: usize },
    Rule,
}

/// The rules of the policy by their paths.
struct Defined(BTreeMap<String, Definition>);

impl Defined {
    fn of(scan: &Scan) -> Self {
        let mut found = BTreeMap::new();
        for rule in &scan.rules {
            let Some(names) = static_names(&rule.path) else { continue };
            match rule.arguments {
                Some(arguments) => drop(found.insert(names.join("."), Definition::Function { arguments })),
                None => drop(found.entry(names.join(".")).or_insert(Definition::Rule)),
            }
        }
        Self(found)
    }

    fn find(&self, call: &Call) -> Option<Definition> {
        let path = call.path.as_deref().and_then(static_names)?.join(".");
        self.0.get(&path).copied()
    }
}

fn judge(call: &Call, defined: &Defined) -> Option<(Fault, String)> {
    let Some(name) = &call.name else {
        return Some((Fault::UnknownFunction, "a function must be called by its name".to_owned()));
    };
    let definition = defined.find(call);
    if let Some(Definition::Function { arguments }) = definition {
        return wrong_number(call, name, arguments);
    }
    if call.is_broken {
        let message = format!("`{name}` and the `(` on a later row make a call: put a `;` between them");
        return Some((Fault::UnknownFunction, message));
    }
    match catalogue::standing(name) {
        Standing::Allowed { arguments } => wrong_number(call, name, arguments?),
        _ if definition.is_some() => Some((
            Fault::UnknownFunction,
            format!("`{name}` is a rule and no function: it takes no arguments"),
        )),
        Standing::Forbidden { why } => {
            Some((Fault::ForbiddenBuiltin, format!("`{name}` is not allowed: {why}")))
        }
        Standing::Unknown { instead } => Some((Fault::UnknownFunction, unknown(name, instead))),
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
