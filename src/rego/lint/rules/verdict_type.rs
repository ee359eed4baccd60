//! `verdict-type`: an `is_passed` that is no boolean, an `err_msg` that is no text. The hook then fails, or shows a default text.

use crate::rego::check::constants::value_of;
use crate::rego::lint::Found;
use crate::rego::lint::kinds::Kind;
use crate::rego::lint::subject::Subject;
use crate::rego::lint::values::Source;
use crate::rego::lint::verdicts::{Answer, Said};

pub(super) fn find(subject: &Subject<'_>) -> Vec<Found> {
    subject.answers().known.iter().flat_map(|answer| judge(answer, subject)).collect()
}

fn judge<'s>(answer: &Answer<'s>, subject: &'s Subject<'s>) -> Vec<Found> {
    let mut found = Vec::new();
    for (expr, kind) in kinds_of(&answer.is_passed, subject) {
        // A constant is told by `hook-result-form`.
        if kind != Kind::Boolean && value_of(expr).is_none() {
            let instead =
                if kind.is_collection() { "write `count(…) == 0`" } else { "compare it with something" };
            found.push(Found::on(
                expr,
                format!("`is_passed` is {kind} and no boolean, so the hook always fails: {instead}"),
            ));
        }
    }
    for (expr, kind) in kinds_of(&answer.err_msg, subject) {
        if kind != Kind::String {
            let instead = if kind.is_collection() { "`concat` or `sprintf`" } else { "`sprintf`" };
            found.push(Found::on(
                expr,
                format!(
                    "`err_msg` is {kind} and no text, so a default text is shown: make a text with {instead}"
                ),
            ));
        }
    }
    for (expr, kind) in kinds_of(&answer.findings, subject) {
        if !matches!(kind, Kind::Array | Kind::Set) {
            let message = format!("`findings` is {kind} and no list, so it is left out");
            found.push(Found::on(expr, message));
        }
    }
    found
}

/// The expressions behind a member whose kind is known.
fn kinds_of<'s>(said: &Said<'s>, subject: &'s Subject<'s>) -> Vec<(&'s regorus::unstable::Expr, Kind)> {
    let sources = said.sources(subject).unwrap_or_default();
    let known = sources.into_iter().filter_map(|source| match source {
        Source::Expr(expr, scope) => Some((expr, subject.kind_of(expr, &scope)?)),
        Source::True | Source::Unknown => None,
    });
    known.collect()
}
