//! The shapes as snapshots, and that no text gets out of its place.

use std::time::Duration;

use super::model::{Annotation, Case, CaseOutcome, Level, Problem, Suite};
use super::{github, junit, tap};
use crate::domain::diagnostic::Place;

/// What a policy may try: a colour, a directive of TAP, an end of XML, a command of GitHub, a text that runs backwards.
const HOSTILE: &str = "\u{1b}[31m # TODO </failure> ]]> 100%\r\n::stop-commands::x,y\u{202e}";

fn place(row: u32) -> Place {
    Place { file: "p/policy_test.rego".to_owned(), row, col: 2 }
}

fn case(name: &str, outcome: CaseOutcome) -> Case {
    Case { name: name.to_owned(), place: Some(place(7)), duration: Duration::from_micros(1_250), outcome }
}

fn problem(message: &str, details: &str) -> Problem {
    Problem {
        kind: "failed",
        message: message.to_owned(),
        details: details.to_owned(),
        place: Some(place(9)),
    }
}

fn suites() -> Vec<Suite> {
    let failed = problem("result.is_passed == true", "left:  false\nright: true\n\n  {\n-   \"a\": 1\n  }");
    let cases = vec![
        case("test_a", CaseOutcome::Passed),
        case("test_b", CaseOutcome::Failed(failed)),
        case("test_c", CaseOutcome::Errored(Problem { place: None, ..problem("division by zero", "") })),
        case("todo_test_d", CaseOutcome::Skipped { reason: "its name begins with `todo_`".to_owned() }),
    ];
    let hostile = vec![Case { place: None, ..case(HOSTILE, CaseOutcome::Failed(problem(HOSTILE, HOSTILE))) }];
    vec![Suite { name: "policies/p".to_owned(), cases }, Suite { name: HOSTILE.to_owned(), cases: hostile }]
}

fn written(write: impl FnOnce(&mut dyn std::io::Write) -> std::io::Result<()>) -> String {
    let mut bytes = Vec::new();
    write(&mut bytes).unwrap();
    String::from_utf8(bytes).unwrap()
}

#[test]
fn build_servers_read_junit() {
    insta::assert_snapshot!(written(|out| junit::write(out, &suites())));
}

#[test]
fn harnesses_read_tap() {
    insta::assert_snapshot!(written(|out| tap::write(out, &suites())));
}

#[test]
fn a_workflow_shows_errors_beside_their_lines() {
    insta::assert_snapshot!(written(|out| github::write(out, &github::annotations(&suites()))));
}

#[test]
fn nothing_at_all_is_a_report_too() {
    assert_eq!(written(|out| tap::write(out, &[])), "TAP version 14\n1..0\n");
    assert!(written(|out| junit::write(out, &[])).contains(r#"tests="0""#));
    assert_eq!(written(|out| github::write(out, &[])), "");
}

#[track_caller]
fn check_command(level: Level, place: Option<Place>, (title, message): (&str, &str), expected: &str) {
    let annotation = Annotation { level, place, title: title.to_owned(), message: message.to_owned() };
    assert_eq!(written(|out| github::write(out, [&annotation])), format!("{expected}\n"));
}

#[test]
fn a_command_is_one_line_whatever_it_says() {
    check_command(Level::Notice, None, ("", "all is well"), "::notice::all is well");
    check_command(
        Level::Warning,
        None,
        ("a:b,c%\nd", "1:2,3%\n4"),
        "::warning title=a%3Ab%2Cc%25\u{fffd}d::1:2,3%25%0A4",
    );
    let odd = Some(Place { file: "a,b:c%.rego".to_owned(), row: 3, col: 4 });
    check_command(Level::Error, odd, ("t", "m"), "::error file=a%2Cb%3Ac%25.rego,line=3,col=4,title=t::m");
}

#[test]
fn no_control_character_gets_through() {
    let reports = [
        written(|out| junit::write(out, &suites())),
        written(|out| tap::write(out, &suites())),
        written(|out| github::write(out, &github::annotations(&suites()))),
    ];
    for report in reports {
        let odd =
            report.chars().find(|letter| (letter.is_control() && *letter != '\n') || *letter == '\u{202e}');
        assert_eq!(odd, None, "{report}");
        let is_command = |line: &&str| line.trim_start().starts_with("::stop");
        assert_eq!(report.lines().find(is_command), None, "{report}");
    }
}
