//! What is allowed in a policy and probably not meant: one file for each rule of [`LintRule`], all over one walk of the syntax.
//!
//! Rules look and never evaluate. They see what the parser accepts, also when a check refuses the policy, so nothing that a check
//! promises can be relied on: there may be recursion, functions, and names of nothing.

mod comments;
mod hook_result_form;
mod hook_result_missing;
mod ignores;
mod unreachable_else;

use regorus::unstable::{Module, Ref, Span};

use crate::domain::bundle::Bundle;
use crate::domain::diagnostic::Warning;
use crate::domain::lint::LintRule;
use crate::rego::check::scan::Scan;
use crate::rego::compile::parse_to_look;
use crate::rego::lint::ignores::Ignores;
use crate::rego::place::{self, shown_line};

/// More findings of one policy than anybody reads.
const MAX_FINDINGS: usize = 200;
/// The longest message, in characters: policies name things as they like.
const MAX_MESSAGE: usize = 400;
/// What is said at registration, too: the policy has no effect, or always fails.
const GRAVE: [LintRule; 3] =
    [LintRule::HookResultMissing, LintRule::HookResultForm, LintRule::UnreachableElse];

/// What the rules look at.
pub(super) struct Subject<'a> {
    /// The files that the gate would load.
    pub(super) modules: &'a [Ref<Module>],
    /// All their rules.
    pub(super) scan: Scan,
}

/// What a rule finds: where, and in which words.
pub(super) struct Found {
    pub(super) span: Span,
    pub(super) message: String,
}

impl Found {
    pub(super) fn at(span: &Span, message: impl Into<String>) -> Self {
        Self { span: span.clone(), message: message.into().chars().take(MAX_MESSAGE).collect() }
    }
}

impl<'a> Subject<'a> {
    fn of(modules: &'a [Ref<Module>]) -> Self {
        Self { modules, scan: Scan::of(modules) }
    }

    fn find(&self, rule: LintRule) -> Vec<Warning> {
        let found = match rule {
            LintRule::HookResultMissing => hook_result_missing::find(self),
            LintRule::HookResultForm => hook_result_form::find(self),
            LintRule::UnreachableElse => unreachable_else::find(self),
            // Known when all others have spoken.
            LintRule::UnusedIgnore => Vec::new(),
        };
        found.into_iter().map(|found| warning(rule, found)).collect()
    }
}

/// What all rules find in the files of a bundle that the gate would load, in the order of files and rows; nothing if they cannot be parsed.
pub fn lint(bundle: &Bundle) -> Vec<Warning> {
    let Some(mut engine) = parse_to_look(bundle) else { return Vec::new() };
    let subject = Subject::of(engine.get_modules());
    let mut found: Vec<_> = LintRule::ALL.into_iter().flat_map(|rule| subject.find(rule)).collect();
    let mut ignores = Ignores::read(bundle, subject.modules);
    found.iter_mut().for_each(|warning| ignores.apply(warning));
    found.extend(ignores.unused());
    found.sort_by(|a, b| (&a.place, a.rule).cmp(&(&b.place, b.rule)));
    found.dedup();
    found.truncate(MAX_FINDINGS);
    show_lines(&mut found, bundle);
    found
}

/// What registration says of a bundle that it accepts.
pub fn warn(bundle: &Bundle) -> Vec<Warning> {
    let Some(mut engine) = parse_to_look(bundle) else { return Vec::new() };
    let subject = Subject::of(engine.get_modules());
    GRAVE.into_iter().flat_map(|rule| subject.find(rule)).collect()
}

fn warning(rule: LintRule, Found { span, message }: Found) -> Warning {
    let place = place::of_span(&span);
    let line = place.as_ref().and_then(|place| shown_line(span.source.get_contents(), place.row));
    Warning { rule, place, line, message, ignored: None }
}

/// Shows the author's lines: the parser may have seen others in their rows.
fn show_lines(found: &mut [Warning], bundle: &Bundle) {
    for Warning { place, line, .. } in found {
        let file = place.as_ref().and_then(|place| bundle.files.iter().find(|file| file.path == place.file));
        if let (Some(place), Some(file)) = (place, file) {
            *line = shown_line(&file.text, place.row);
        }
    }
}

#[cfg(test)]
mod tests;
