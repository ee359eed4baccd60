//! What is allowed in a policy and probably not meant: one file for each rule of [`LintRule`], all over one walk of the syntax.
//!
//! Rules look and never evaluate. They see what the parser accepts, also when a check refuses the policy, so nothing that a check
//! promises can be relied on: there may be recursion, functions, and names of nothing.

mod ambiguity;
mod beginnings;
mod bindings;
mod bodies;
mod certainty;
mod clock;
mod comments;
mod conditions;
mod conflicting_values;
mod constant_condition;
mod default_allows;
mod definitions;
mod duplicate_rule;
mod given;
mod hook_result_form;
mod hook_result_missing;
mod ignores;
mod impossible_branch;
mod kinds;
mod left_print;
mod literals;
mod malformed_finding;
mod missing_message;
mod missing_title;
mod nested_iteration;
mod never_denies;
mod never_passes;
mod not_equals_in_loop;
mod package_name;
mod places;
mod reach;
mod regex_pattern;
mod rule_name;
mod sameness;
mod schema;
mod scopes;
mod set_as_condition;
mod shadowed_name;
mod slow_regex;
mod strict_builtin;
mod unbounded_range;
mod undefined_result;
mod unknown_input;
mod unknown_operation;
mod unreachable_else;
mod unused_import;
mod unused_rule;
mod unused_variable;
mod values;
mod verdict_type;
mod verdicts;

use std::cell::OnceCell;
use std::collections::BTreeSet;

use regorus::unstable::{Expr, Module, Ref, Span};

use crate::domain::bundle::Bundle;
use crate::domain::diagnostic::Warning;
use crate::domain::lint::LintRule;
use crate::rego::check::scan::{Call, Scan};
use crate::rego::compile::parse_to_look;
use crate::rego::lint::certainty::KnownGaps;
use crate::rego::lint::definitions::Definitions;
use crate::rego::lint::ignores::Ignores;
use crate::rego::lint::kinds::KnownKinds;
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
    scopes: Scopes<'a>,
    sources: Sources<'a>,
    reached: OnceCell<BTreeSet<usize>>,
    /// The same by their names.
    definitions: Definitions<'a>,
    known_kinds: KnownKinds,
    known_gaps: KnownGaps,
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

    /// At the beginning of an expression.
    pub(super) fn on(expr: &Expr, message: impl Into<String>) -> Self {
        Self::at(&beginnings::of(expr), message)
    }
}

impl<'a> Subject<'a> {
    fn of(modules: &'a [Ref<Module>]) -> Self {
        let scopes = Scopes::of(modules);
        Self {
            modules,
            scan: Scan::of(modules),
            sources: Sources::of(modules, &scopes.names),
            scopes,
            reached: OnceCell::new(),
            definitions: Definitions::of(modules),
            known_kinds: KnownKinds::default(),
            known_gaps: KnownGaps::default(),
        }
    }

    /// Who declares which name.
    const fn scopes(&self) -> &Scopes<'a> {
        &self.scopes
    }

    /// Where values come from.
    const fn asker(&self) -> Asker<'_, 'a> {
        Asker::new(&self.scopes, &self.sources)
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
            LintRule::UndefinedResult => undefined_result::find(self),
            LintRule::NeverDenies => never_denies::find(self),
            LintRule::NeverPasses => never_passes::find(self),
            LintRule::VerdictType => verdict_type::find(self),
            LintRule::MissingMessage => missing_message::find(self),
            LintRule::MalformedFinding => malformed_finding::find(self),
            LintRule::DefaultAllows => default_allows::find(self),
            LintRule::ConflictingValues => conflicting_values::find(self),
            LintRule::SetAsCondition => set_as_condition::find(self),
            LintRule::NotEqualsInLoop => not_equals_in_loop::find(self),
            LintRule::ConstantCondition => constant_condition::find(self),
            LintRule::ImpossibleBranch => impossible_branch::find(self),
            LintRule::StrictBuiltin => strict_builtin::find(self),
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
    for warning in &mut found {
        ignores.apply(warning);
    }
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
mod meaning_tests;

#[cfg(test)]
mod tests;
