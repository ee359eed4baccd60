//! `default-allows`: a default that lets pass what no rule speaks of. Some policies want that, so it is not told unless asked for.

use regorus::Value;
use regorus::unstable::Expr;

use crate::rego::check::constants::value_of;
use crate::rego::lint::Found;
use crate::rego::lint::bindings::Target;
use crate::rego::lint::definitions::Form;
use crate::rego::lint::subject::Subject;
use crate::rego::lint::values::{Member, Source};
use crate::rego::lint::verdicts::{Said, hook_result};

const MESSAGE: &str = "what no rule speaks of passes: let the default refuse, and name what passes";

pub(super) fn find(subject: &Subject<'_>) -> Vec<Found> {
    let path = hook_result();
    let whole = defaults(subject, &path).filter(|value| match Subject::member(value, "is_passed") {
        Member::Given(verdict) => is_true(verdict),
        Member::Missing | Member::Unknown => false,
    });
    let part = format!("{path}.is_passed");
    let parts = [part].into_iter().chain(named_verdicts(subject));
    let parts =
        parts.flat_map(|path| defaults(subject, &path).filter(|value| is_true(value)).collect::<Vec<_>>());
    whole.chain(parts).map(|value| Found::on(value, MESSAGE)).collect()
}

fn defaults<'s>(subject: &'s Subject<'_>, path: &str) -> impl Iterator<Item = &'s Expr> {
    let rules: Vec<_> = subject.definitions.named(path).filter(|rule| rule.form == Form::Default).collect();
    rules.into_iter().flat_map(|rule| rule.branches.iter().filter_map(|branch| branch.value))
}

/// The rules that are named where the verdict stands.
fn named_verdicts(subject: &Subject<'_>) -> Vec<String> {
    let mut found = Vec::new();
    for answer in subject.answers().known {
        let Said::Given(given) = &answer.is_passed else { continue };
        for source in given {
            let Source::Expr(expr, scope) = source else { continue };
            let Target::Data(path) = scope.resolve(expr) else { continue };
            found.extend(subject.definitions.split(&path).map(|(name, _)| name));
        }
    }
    found.sort();
    found.dedup();
    found
}

fn is_true(expr: &Expr) -> bool {
    value_of(expr) == Some(Value::Bool(true))
}
