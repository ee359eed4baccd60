//! Tests one policy: its tests first, then its cases, both in the evaluators.

use std::sync::Arc;
use std::time::Duration;

use bytes::Bytes;
use regex_automata::meta::Regex;

use crate::cli::test::cases::Cases;
use crate::cli::test::tried::{Line, Outcome, Report, Tried, Trouble};
use crate::domain::account::Account;
use crate::domain::bundle::PolicyUpload;
use crate::domain::coverage::Coverage;
use crate::domain::diagnostic::Diagnostic;
use crate::domain::time::Timestamp;
use crate::domain::unit_test::{Sides, TestOutcome, TestResult};
use crate::evaluator::{Evaluators, TestError, TestQuestion, Tested};
use crate::offline::evaluators::account_of;
use crate::offline::source::{Source, SourceError};

use super::diff;

/// What all policies of a run are asked.
#[derive(Debug)]
pub(super) struct Plan {
    pub(super) evaluators: Evaluators,
    /// Which tests and cases are run; all without one.
    pub(super) filter: Option<(String, Regex)>,
    /// The longest time for each test.
    pub(super) timeout: Duration,
    /// What `time.now_ns` answers.
    pub(super) now: Timestamp,
    /// Whether it is to be known what they come to.
    pub(super) covers: bool,
}

/// Tests the policy; `number` tells it from the others of this run.
///
/// # Errors
/// In words, when that could not be done.
pub(super) async fn test(plan: Arc<Plan>, (number, source): (usize, Source)) -> Result<Report, String> {
    match source.read_tested() {
        Ok(upload) => test_upload(&plan, (number, &source), Arc::new(upload)).await,
        Err(SourceError::Refused(fault)) => Ok(refused(&source, &[fault])),
        Err(cause) => Err(cause.to_string()),
    }
}

/// As [`test()`], of a policy that was read.
///
/// # Errors
/// In words, when that could not be done.
pub(super) async fn test_upload(
    plan: &Plan,
    (number, source): (usize, &Source),
    upload: Arc<PolicyUpload>,
) -> Result<Report, String> {
    let name = source.name();
    let account = account_of(number);
    let cases = Cases::list(plan, source).map_err(|cause| cause.to_string())?;
    let question = question(plan, (account.clone(), &upload), cases.inputs());
    let Tested { results, coverage } = match plan.evaluators.test(question).await {
        Ok(tested) => tested,
        Err(TestError::Rejected(faults)) => return Ok(refused(source, &faults)),
        Err(TestError::BadPattern(cause)) => return Err(format!("`--run` is no pattern: {cause}")),
        Err(TestError::Unavailable(cause)) => return Err(format!("cannot test `{name}`: {cause}")),
    };
    let mut tried: Vec<Tried> = results.into_iter().map(|result| of_test(source, result)).collect();
    tried.extend(cases.run(plan, source, (account, &upload)).await);
    Ok(Report { source: name, tried, coverage: located(source, coverage) })
}

fn question(
    plan: &Plan,
    (account, upload): (Account, &Arc<PolicyUpload>),
    inputs: Vec<Bytes>,
) -> TestQuestion {
    TestQuestion {
        account,
        upload: Arc::clone(upload),
        pattern: plan.filter.as_ref().map(|(pattern, _)| pattern.clone()),
        timeout: plan.timeout,
        now: plan.now,
        cover: plan.covers.then_some(inputs),
    }
}

/// A policy that nothing can be tried with: each fault in the place of a test.
fn refused(source: &Source, faults: &[Diagnostic]) -> Report {
    let tried = faults.iter().map(|fault| {
        let place = fault.place.as_ref().map(|place| source.here(place));
        let message = source.reword(&fault.message);
        let trouble =
            Trouble { message, place: place.clone(), line: fault.line.clone(), ..Trouble::default() };
        let name = format!("refused[{}]", fault.fault.as_str());
        Tried {
            name,
            place,
            duration_us: 0,
            outcome: Outcome::Broken(trouble),
            prints: Vec::new(),
            note: None,
        }
    });
    Report { source: source.name(), tried: tried.collect(), coverage: Coverage::default() }
}

fn located(source: &Source, coverage: Coverage) -> Coverage {
    Coverage { files: coverage.files.into_iter().map(|(file, rows)| (source.locate(&file), rows)).collect() }
}

fn of_test(source: &Source, result: TestResult) -> Tried {
    let name = format!("{}.{}", result.test.package, result.test.name);
    let place = result.test.place.as_ref().map(|place| source.here(place));
    let note = result.strict_error.as_ref().map(|error| format!("at the gate this is an error: {error}"));
    let prints = result.prints.iter().map(|print| located_print(source, print)).collect();
    let duration_us = result.duration_us;
    let outcome = match result.outcome {
        TestOutcome::Passed => Outcome::Passed,
        TestOutcome::Skipped => Outcome::Skipped("its name begins with `todo_`"),
        TestOutcome::Failed => Outcome::Failed(failure(source, result)),
        TestOutcome::Errored => Outcome::Errored(Trouble {
            message: result.message.unwrap_or_default(),
            place: place.clone(),
            ..Trouble::default()
        }),
    };
    Tried { name, place, duration_us, outcome, prints, note }
}

/// `file:row: text` with the path of the file as it is seen from here.
fn located_print(source: &Source, print: &str) -> String {
    let parts = print.split_once(": ").and_then(|(at, text)| Some((at.rsplit_once(':')?, text)));
    match parts {
        Some(((file, row), text)) => format!("{}:{row}: {text}", source.locate(file)),
        // How many more there were.
        None => print.to_owned(),
    }
}

fn failure(source: &Source, result: TestResult) -> Trouble {
    let failed: Vec<&str> =
        result.cases.iter().filter(|case| !case.is_passed).map(|case| case.name.as_str()).collect();
    let message = match failed.as_slice() {
        [] if result.failed_at.is_some() => "this is not true".to_owned(),
        [] => "it is not true".to_owned(),
        [one] => format!("the case `{one}` fails"),
        more => format!("{} cases fail: `{}`", more.len(), more.join("`, `")),
    };
    Trouble {
        message,
        place: result.failed_at.as_ref().map(|place| source.here(place)),
        line: result.line,
        values: result.values,
        details: result.sides.map(compare).unwrap_or_default(),
    }
}

fn compare(Sides { left, right }: Sides) -> Vec<Line> {
    let is_long = left.len().max(right.len()) > 20;
    let lines = diff::json(&left, &right);
    // Of two short values enough is said already.
    if !is_long || lines.is_empty() {
        return Vec::new();
    }
    let heading = [Line::Left("left".to_owned()), Line::Right("right".to_owned())];
    heading.into_iter().chain(lines).collect()
}
