//! What is allowed in a policy and probably not meant: one file for each rule of [`LintRule`], all over one walk of the syntax.
//!
//! Rules look and never evaluate. They see what the parser accepts, also when a check refuses the policy, so nothing that a check
//! promises can be relied on: there may be recursion, functions, and names of nothing.

mod ambiguity;
mod clock;
mod comments;
mod duplicate_rule;
mod given;
mod hook_result_form;
mod hook_result_missing;
mod ignores;
mod left_print;
mod literals;
mod missing_title;
mod nested_iteration;
mod package_name;
mod places;
mod reach;
mod regex_pattern;
mod rule_name;
mod schema;
mod scopes;
mod shadowed_name;
mod slow_regex;
mod unbounded_range;
mod unknown_input;
mod unknown_operation;
mod unreachable_else;
mod unused_import;
mod unused_rule;
mod unused_variable;

use std::cell::OnceCell;
use std::collections::BTreeSet;

use regorus::unstable::{Expr, Module, Ref, Span};

use crate::domain::bundle::Bundle;
use crate::domain::diagnostic::Warning;
use crate::domain::lint::LintRule;
use crate::rego::check::scan::{Call, Scan};
use crate::rego::compile::parse_to_look;
use crate::rego::lint::ignores::Ignores;
use crate::rego::lint::places::{Asker, Sources};
use crate::rego::lint::scopes::Scopes;
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
    scopes: OnceCell<Scopes<'a>>,
    sources: OnceCell<Sources<'a>>,
    reached: OnceCell<BTreeSet<usize>>,
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

    /// At the beginning of an expression; the engine lets a text begin behind its quote.
    pub(super) fn on(expr: &Expr, message: impl Into<String>) -> Self {
        let span = expr.span();
        let is_text = matches!(expr, Expr::String { .. } | Expr::RawString { .. });
        let start = span.start.saturating_sub(u32::from(is_text));
        Self::at(&Span { start, ..span.clone() }, message)
    }
}

impl<'a> Subject<'a> {
    fn of(modules: &'a [Ref<Module>]) -> Self {
        Self {
            modules,
            scan: Scan::of(modules),
            scopes: OnceCell::new(),
            sources: OnceCell::new(),
            reached: OnceCell::new(),
        }
    }

    /// Who declares which name.
    fn scopes(&self) -> &Scopes<'a> {
        self.scopes.get_or_init(|| Scopes::of(self.modules))
    }

    /// Where values come from.
    fn asker(&self) -> Asker<'_, 'a> {
        let scopes = self.scopes();
        Asker::new(scopes, self.sources.get_or_init(|| Sources::of(self.modules, &scopes.names)))
    }

    /// The positions of the rules that the gate comes to.
    fn reached(&self) -> &BTreeSet<usize> {
        self.reached.get_or_init(|| reach::reached(&self.scan, self.modules))
    }

    /// All calls.
    fn calls(&self) -> impl Iterator<Item = &Call> {
        self.scan.rules.iter().flat_map(|rule| &rule.calls)
    }

    fn find(&self, rule: LintRule) -> Vec<Warning> {
        let found = match rule {
            LintRule::HookResultMissing => hook_result_missing::find(self),
            LintRule::HookResultForm => hook_result_form::find(self),
            LintRule::UnreachableElse => unreachable_else::find(self),
            LintRule::PackageName => package_name::find(self),
            LintRule::RuleName => rule_name::find(self),
            LintRule::ShadowedName => shadowed_name::find(self),
            LintRule::DuplicateRule => duplicate_rule::find(self),
            LintRule::Clock => clock::find(self),
            LintRule::MissingTitle => missing_title::find(self),
            LintRule::UnusedRule => unused_rule::find(self),
            LintRule::UnusedImport => unused_import::find(self),
            LintRule::UnusedVariable => unused_variable::find(self),
            LintRule::LeftPrint => left_print::find(self),
            LintRule::UnknownInput => unknown_input::find(self),
            LintRule::UnknownOperation => unknown_operation::find(self),
            LintRule::RegexPattern => regex_pattern::find(self),
            LintRule::UnboundedRange => unbounded_range::find(self),
            LintRule::NestedIteration => nested_iteration::find(self),
            LintRule::SlowRegex => slow_regex::find(self),
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
