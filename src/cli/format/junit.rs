//! JUnit's XML, which every build server reads.

use std::io::{self, Write};
use std::time::Duration;

use quick_junit::{NonSuccessKind, Report, TestCase, TestCaseStatus, TestSuite};

use crate::cli::format::model::{Case, CaseOutcome, Problem, Suite};
use crate::cli::plain::{plain, plain_lines};

/// How the report is called.
const NAME: &str = "hookgate";

/// Writes all of `suites` as one document.
pub(in crate::cli) fn write(out: &mut dyn Write, suites: &[Suite]) -> io::Result<()> {
    let mut report = Report::new(NAME);
    report.set_time(suites.iter().map(time_of).sum());
    report.add_test_suites(suites.iter().map(suite));
    report.serialize(out).map_err(io::Error::other)
}

fn time_of(suite: &Suite) -> Duration {
    suite.cases.iter().map(|case| case.duration).sum()
}

fn suite(suite: &Suite) -> TestSuite {
    let name = plain(&suite.name);
    let mut written = TestSuite::new(name.clone());
    written.set_time(time_of(suite));
    written.add_test_cases(suite.cases.iter().map(|found| case(&name, found)));
    written
}

fn case(suite: &str, case: &Case) -> TestCase {
    let mut written = TestCase::new(plain(&case.name), status(&case.outcome));
    written.set_classname(suite).set_time(case.duration);
    if let Some(place) = &case.place {
        // Not of JUnit's making, but read by GitLab and others.
        written.extra.insert("file".into(), plain(&place.file).into());
        written.extra.insert("line".into(), place.row.to_string().into());
    }
    written
}

fn status(outcome: &CaseOutcome) -> TestCaseStatus {
    match outcome {
        CaseOutcome::Passed => TestCaseStatus::success(),
        CaseOutcome::Failed(problem) => unsuccessful(NonSuccessKind::Failure, problem),
        CaseOutcome::Errored(problem) => unsuccessful(NonSuccessKind::Error, problem),
        CaseOutcome::Skipped { reason } => {
            let mut status = TestCaseStatus::skipped();
            status.set_message(plain(reason));
            status
        }
    }
}

fn unsuccessful(kind: NonSuccessKind, problem: &Problem) -> TestCaseStatus {
    let mut status = TestCaseStatus::non_success(kind);
    status.set_type(problem.kind).set_message(plain(&problem.message));
    let place = problem.place.as_ref().map(ToString::to_string);
    let lines: Vec<String> = place.into_iter().chain(problem.details.lines().map(str::to_owned)).collect();
    status.set_description(plain_lines(&lines.join("\n")));
    status
}
