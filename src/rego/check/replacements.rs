//! What `with` may replace: `input` and `data`, and a function by a value; never a function by one that is built in.

use crate::domain::diagnostic::{Diagnostic, Fault};
use crate::rego::builtins::catalogue::{self, Standing};
use crate::rego::check::names::static_names;
use crate::rego::check::scan::{Replacement, Scan};
use crate::rego::place::at_span;

/// One finding for each replacement that is wrong.
pub(super) fn check(scan: &Scan) -> Vec<Diagnostic> {
    let all = scan.rules.iter().flat_map(|rule| &rule.replacements);
    all.filter_map(|with| {
        let (fault, message) = judge(with, scan)?;
        Some(at_span(fault, &with.span, message))
    })
    .collect()
}

fn judge(with: &Replacement, scan: &Scan) -> Option<(Fault, String)> {
    let function = with.function.as_ref()?;
    let is_defined = with.path.as_deref().is_some_and(|path| {
        scan.rules
            .iter()
            .any(|rule| rule.arguments.is_some() && rule.path == path && static_names(path).is_some())
    });
    match catalogue::standing(function) {
        Standing::Forbidden { why } if !is_defined => {
            Some((Fault::ForbiddenBuiltin, format!("`{function}` is not allowed: {why}")))
        }
        Standing::Unknown { .. } if !is_defined => {
            let message =
                format!("`with` can replace `input`, `data` or a function: `{function}` is none of them");
            Some((Fault::UnknownFunction, message))
        }
        // The engine would skip the statement without a word, or call what is not allowed.
        Standing::Allowed { .. } | Standing::Forbidden { .. } | Standing::Unknown { .. } => {
            let name = with.by_name.as_ref()?;
            let message = format!("`{function}` can only be replaced by a value: `{name}` is none");
            Some((Fault::UnknownFunction, message))
        }
    }
}
