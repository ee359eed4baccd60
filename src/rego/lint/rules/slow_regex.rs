//! `slow-regex`: a pattern that keeps engines busy which backtrack. Ours does not; the next tool that runs the policy may.

use regorus::unstable::Expr;

use crate::rego::check::names::{path_of, static_names};
use crate::rego::check::patterns::position_of_pattern;
use crate::rego::lint::Found;
use crate::rego::lint::ambiguity::{Growth, growth};
use crate::rego::lint::literals::texts_in;
use crate::rego::lint::scopes::Site;
use crate::rego::lint::subject::Subject;

/// How many steps are taken to look at all patterns of a policy.
const BUDGET: usize = 500_000;

pub(super) fn find(subject: &Subject<'_>) -> Vec<Found> {
    let mut budget = BUDGET;
    let calls = subject.scopes.calls.iter();
    let patterns = calls.filter_map(|site| patterns(subject, *site)).flatten();
    let judge = |(text, expr): (String, &Expr)| {
        let how = match growth(&text, &mut budget)? {
            Growth::Exponential => {
                "exponential time for this pattern: let no repetition match one text in two ways"
            }
            Growth::Square => {
                "time with the square of the length of a text: make one of two repetitions that stand side by side"
            }
        };
        let message = format!("engines that backtrack take {how} (the gate's own is not held up)");
        Some(Found::on(expr, message))
    };
    patterns.filter_map(judge).collect()
}

fn patterns<'s>(subject: &'s Subject<'_>, site: Site<'s>) -> Option<Vec<(String, &'s Expr)>> {
    let Expr::Call { fcn, params, .. } = site.expr else { return None };
    let path = path_of(fcn)?;
    let name = static_names(&path)?.join(".");
    let position = position_of_pattern(&name).filter(|_| name.starts_with("regex."))?;
    Some(texts_in(subject, params.get(position)?, site.module))
}
