//! `never-passes`: a policy whose `is_passed` cannot be true. It stops everything.

use crate::rego::lint::Found;
use crate::rego::lint::rules::never_denies::always_says;
use crate::rego::lint::subject::Subject;
use crate::rego::lint::verdicts::hook_result;

pub(super) fn find(subject: &Subject<'_>) -> Vec<Found> {
    let answers = subject.answers();
    // Without a value the stack passes, which another rule tells.
    if !always_says(&answers, false, subject) || !subject.gaps_of_rule(&hook_result()).is_empty() {
        return Vec::new();
    }
    let message = "`is_passed` can never be true: the policy refuses everything";
    answers.known.first().map(|answer| Found::on(answer.place, message)).into_iter().collect()
}
