//! `missing-message`: a refusal without `err_msg`. Who is refused reads a text that says nothing about why.

use regorus::Value;

use crate::rego::check::constants::value_of;
use crate::rego::lint::Found;
use crate::rego::lint::subject::Subject;
use crate::rego::lint::values::Source;
use crate::rego::lint::verdicts::{Answer, Said};

pub(super) fn find(subject: &Subject<'_>) -> Vec<Found> {
    let answers = subject.answers();
    answers.known.iter().filter_map(|answer| judge(answer, subject)).collect()
}

fn judge<'s>(answer: &Answer<'s>, subject: &'s Subject<'s>) -> Option<Found> {
    let verdicts = answer.is_passed.sources(subject)?;
    if verdicts.iter().all(|verdict| verdict.truth() == Some(true)) {
        return None;
    }
    match &answer.err_msg {
        Said::Nothing => {
            let message =
                "a refusal without `err_msg` shows only a default text: say what is wrong and what to do";
            Some(Found::on(answer.place, message))
        }
        Said::Given(given) if verdicts.iter().all(|verdict| verdict.truth() == Some(false)) => {
            let empty = given.iter().find_map(|source| match source {
                Source::Expr(expr, _) if value_of(expr) == Some(Value::from("")) => Some(expr),
                Source::Expr(..) | Source::True | Source::Unknown => None,
            });
            Some(Found::on(empty?, "the text of a refusal is empty: say what is wrong and what to do"))
        }
        Said::Given(_) | Said::Unknown => None,
    }
}
