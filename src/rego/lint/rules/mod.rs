//! One file for each rule: what it finds, and why that matters.

mod clock;
mod competing_values;
mod conflicting_values;
mod constant_condition;
mod default_allows;
mod duplicate_rule;
mod hook_result_form;
mod hook_result_missing;
mod impossible_branch;
pub(super) mod left_out_file;
mod left_print;
mod malformed_finding;
mod missing_message;
mod missing_title;
mod nested_iteration;
mod never_denies;
mod never_passes;
mod not_equals_in_loop;
mod package_name;
mod regex_pattern;
mod rule_name;
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
mod verdict_type;

use regorus::unstable::{Module, Ref};

use crate::domain::lint::LintRule;
use crate::rego::check::scan::Scan;
use crate::rego::lint::Found;
use crate::rego::lint::subject::Subject;

/// What is said at registration, too, where every step counts: the policy has no effect, or always fails.
pub(super) fn find_grave(modules: &[Ref<Module>]) -> Vec<(LintRule, Found)> {
    let scan = Scan::of(modules);
    let found = [
        (LintRule::HookResultMissing, hook_result_missing::find(modules)),
        (LintRule::HookResultForm, hook_result_form::find(&scan)),
        (LintRule::UnreachableElse, unreachable_else::find(&scan)),
    ];
    found.into_iter().flat_map(|(rule, found)| found.into_iter().map(move |found| (rule, found))).collect()
}

/// What a rule finds.
pub(super) fn find(rule: LintRule, subject: &Subject<'_>) -> Vec<Found> {
    match rule {
        LintRule::HookResultMissing => hook_result_missing::find(subject.modules),
        LintRule::HookResultForm => hook_result_form::find(&subject.scan),
        LintRule::UndefinedResult => undefined_result::find(subject),
        LintRule::NeverDenies => never_denies::find(subject),
        LintRule::NeverPasses => never_passes::find(subject),
        LintRule::VerdictType => verdict_type::find(subject),
        LintRule::MissingMessage => missing_message::find(subject),
        LintRule::MalformedFinding => malformed_finding::find(subject),
        LintRule::DefaultAllows => default_allows::find(subject),
        LintRule::ConflictingValues => conflicting_values::find(subject),
        LintRule::CompetingValues => competing_values::find(subject),
        LintRule::SetAsCondition => set_as_condition::find(subject),
        LintRule::NotEqualsInLoop => not_equals_in_loop::find(subject),
        LintRule::ConstantCondition => constant_condition::find(subject),
        LintRule::ImpossibleBranch => impossible_branch::find(subject),
        LintRule::StrictBuiltin => strict_builtin::find(subject),
        LintRule::UnreachableElse => unreachable_else::find(&subject.scan),
        LintRule::PackageName => package_name::find(subject),
        LintRule::RuleName => rule_name::find(subject),
        LintRule::ShadowedName => shadowed_name::find(subject),
        LintRule::DuplicateRule => duplicate_rule::find(subject),
        LintRule::Clock => clock::find(subject),
        LintRule::MissingTitle => missing_title::find(subject),
        LintRule::UnusedRule => unused_rule::find(subject),
        LintRule::UnusedImport => unused_import::find(subject),
        LintRule::UnusedVariable => unused_variable::find(subject),
        LintRule::LeftPrint => left_print::find(subject),
        LintRule::UnknownInput => unknown_input::find(subject),
        LintRule::UnknownOperation => unknown_operation::find(subject),
        LintRule::RegexPattern => regex_pattern::find(subject),
        LintRule::UnboundedRange => unbounded_range::find(subject),
        LintRule::NestedIteration => nested_iteration::find(subject),
        LintRule::SlowRegex => slow_regex::find(subject),
        // Known when all others have spoken.
        // What is found of comments and of files, not of syntax: `lint::lint` asks.
        LintRule::UnusedIgnore | LintRule::LeftOutFile => Vec::new(),
    }
}
