//! What is allowed in a policy and probably not meant: one file for each rule of [`LintRule`] in `rules`, all over one `Subject`.
//!
//! Rules look and never evaluate. They see what the parser accepts, also when a check refuses the policy, so nothing that a check
//! promises can be relied on: there may be recursion, functions, and names of nothing.

mod ambiguity;
mod beginnings;
mod bindings;
mod bodies;
mod certainty;
mod comments;
mod conditions;
mod definitions;
mod exclusion;
mod given;
mod ignores;
mod kinds;
mod literals;
mod places;
mod reach;
mod rules;
mod sameness;
mod schema;
mod scopes;
mod subject;
mod values;
mod verdicts;

use regorus::unstable::{Expr, Span};

use crate::domain::bundle::Bundle;
use crate::domain::diagnostic::Warning;
use crate::domain::lint::LintRule;
use crate::rego::compile::parse_to_look;
use crate::rego::lint::ignores::Ignores;
use crate::rego::lint::subject::Subject;
use crate::rego::place;

/// More findings of one policy than anybody reads.
const MAX_FINDINGS: usize = 200;
/// The longest message, in characters: policies name things as they like.
const MAX_MESSAGE: usize = 400;

/// What a rule finds: where, and in which words.
pub(super) struct Found {
    pub(super) span: Span,
    pub(super) message: String,
}

impl Found {
    pub(super) fn at(span: &Span, message: impl Into<String>) -> Self {
        Self { span: span.clone(), message: fit(&message.into()) }
    }

    /// At the beginning of an expression.
    pub(super) fn on(expr: &Expr, message: impl Into<String>) -> Self {
        Self::at(&beginnings::of(expr), message)
    }
}

/// What all rules find in the files of a bundle that the gate would load, in the order of files and rows; nothing if they cannot be parsed.
pub fn lint(bundle: &Bundle) -> Vec<Warning> {
    let left_out = rules::left_out_file::find(bundle);
    let Some(mut engine) = parse_to_look(bundle) else { return left_out };
    let subject = Subject::of(engine.get_modules());
    let found = LintRule::ALL
        .into_iter()
        .flat_map(|rule| rules::find(rule, &subject).into_iter().map(move |found| warning(rule, found)));
    let mut found: Vec<_> = found.collect();
    let mut ignores = Ignores::read(bundle, subject.modules);
    for warning in &mut found {
        ignores.apply(warning);
    }
    found.extend(ignores.unused());
    found.extend(left_out);
    found.sort_by(|a, b| (&a.place, a.rule).cmp(&(&b.place, b.rule)));
    found.dedup();
    found.truncate(MAX_FINDINGS);
    show_lines(&mut found, bundle);
    found
}

/// What registration says of a bundle that it accepts.
pub fn warn(bundle: &Bundle) -> Vec<Warning> {
    let left_out = rules::left_out_file::find(bundle);
    let Some(mut engine) = parse_to_look(bundle) else { return left_out };
    let found = rules::find_grave(engine.get_modules()).into_iter();
    let mut found: Vec<_> = found.map(|(rule, found)| warning(rule, found)).chain(left_out).collect();
    show_lines(&mut found, bundle);
    found
}

/// A text with pieces of a policy in it, short enough and safe to print.
fn fit(text: &str) -> String {
    let visible = |c: char| if c.is_control() { '\u{FFFD}' } else { c };
    text.chars().take(MAX_MESSAGE).map(visible).collect()
}

/// Without its line, which `show_lines` adds.
fn warning(rule: LintRule, Found { span, message }: Found) -> Warning {
    Warning { rule, place: place::of_span(&span), line: None, message, ignored: None }
}

/// Shows the author's lines: the parser may have seen others in their rows.
fn show_lines(found: &mut [Warning], bundle: &Bundle) {
    for Warning { place, line, .. } in found {
        *line = place.as_ref().and_then(|place| place::line_at(bundle, place));
    }
}

#[cfg(test)]
mod meaning_tests;

#[cfg(test)]
mod tests;
