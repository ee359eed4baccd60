//! `missing-title`: package `policy` does not say what it is called.

use regorus::Value;

use crate::rego::check::declaration::PACKAGE;
use crate::rego::check::names::{package_of, static_names};
use crate::rego::lint::Found;
use crate::rego::lint::subject::Subject;
use crate::rego::normalise::metadata::{self, Said};

pub(super) fn find(subject: &Subject<'_>) -> Vec<Found> {
    let is_policy = |package: &[&str]| package == [PACKAGE];
    let mut of_policy = subject
        .modules
        .iter()
        .filter(|module| static_names(&package_of(module)).is_some_and(|names| is_policy(&names)))
        .peekable();
    let Some(first) = of_policy.peek().copied() else { return Vec::new() };
    if of_policy.any(|module| metadata::said(module).iter().any(is_title)) {
        return Vec::new();
    }
    let message = "the policy has no title: write `# METADATA` and `# title: …` above its package, and reports can name it";
    vec![Found::at(&first.package.span, message)]
}

fn is_title(said: &Said) -> bool {
    let title = said.fields.as_object().ok().and_then(|fields| fields.get(&Value::from("title")));
    !said.is_rule
        && title.and_then(|title| title.as_string().ok()).is_some_and(|title| !title.trim().is_empty())
}
