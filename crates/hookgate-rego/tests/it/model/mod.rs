//! What is refused, beside what `opa check` refuses: careful texts, and careless ones made from them.

mod acceptance;
mod careless;
mod cases;
mod server;
mod signatures;

use hookgate_rego::model::{self, Refusal};
use hookgate_rego::syntax::{Dialect, Lines, parse};

/// What is wrong with a text, as rows and words.
pub(crate) fn refusals(text: &str) -> Vec<(u32, String)> {
    let parsed = parse(text, Dialect::V1);
    let lines = Lines::new(text);
    if !parsed.errors.is_empty() {
        let told = parsed.errors.iter();
        return told
            .map(|error| (lines.row(error.span.start), format!("syntax: {}", error.message)))
            .collect();
    }
    let found = model::check(&[&parsed.module], &|_| false);
    let told = |refusal: &Refusal| {
        (lines.row(refusal.span.start), format!("{:?}: {}", refusal.code, refusal.message))
    };
    found.iter().map(told).collect()
}
