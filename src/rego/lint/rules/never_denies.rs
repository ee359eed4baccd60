//! `never-denies`: a policy whose `is_passed` cannot be false. It stops nothing.

use crate::rego::lint::Found;
use crate::rego::lint::subject::Subject;
use crate::rego::lint::verdicts::{Answer, Answers, hook_result};

pub(super) fn find(subject: &Subject<'_>) -> Vec<Found> {
    let answers = subject.answers();
    // A part that is missing makes the whole malformed, and that is refused.
    let verdict = format!("{}.is_passed", hook_result());
    if !always_says(&answers, true, subject) || !subject.gaps_of_rule(&verdict).is_empty() {
        return Vec::new();
    }
    let message = "`is_passed` can never be false: the policy refuses nothing";
    answers.known.first().map(|answer| Found::on(answer.place, message)).into_iter().collect()
}

/// Whether every answer is known and says the same.
pub(super) fn always_says<'s>(answers: &Answers<'s>, verdict: bool, subject: &'s Subject<'s>) -> bool {
    let says = |answer: &Answer<'s>| {
        let sources = answer.is_passed.sources(subject);
        sources.is_some_and(|sources| {
            !sources.is_empty() && sources.iter().all(|source| source.truth() == Some(verdict))
        })
    };
    answers.is_complete && !answers.known.is_empty() && answers.known.iter().all(says)
}
