//! `left-print`: a `print` or `trace` that was left in a policy. What tests print is their own business.

use crate::rego::lint::Found;
use crate::rego::lint::subject::Subject;

pub(super) fn find(subject: &Subject<'_>) -> Vec<Found> {
    let printing = |name: &str| matches!(name, "print" | "trace");
    subject
        .calls()
        .filter_map(|call| {
            let name = call.name.as_deref().filter(|name| printing(name))?;
            let message =
                format!("`{name}` is left from writing the policy: nobody sees it at the gate, remove it");
            Some(Found::at(&call.span, message))
        })
        .collect()
}
