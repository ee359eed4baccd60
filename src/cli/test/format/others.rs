//! The forms that are not only ours: results as the model of `cli::format`.

use std::io::{self, Write};
use std::time::Duration;

use crate::cli::format::model::{Case, CaseOutcome, Problem, Suite};
use crate::cli::format::{github, junit, tap};
use crate::cli::test::format::{Ending, Layout};
use crate::cli::test::tried::{Outcome, Report, Tried, Trouble};

/// Which of them.
#[derive(Debug, Clone, Copy)]
pub(super) enum Form {
    Junit,
    Tap,
    Github,
}

/// The policies so far.
pub(super) struct Other {
    form: Form,
    suites: Vec<Suite>,
}

impl Other {
    pub(super) const fn new(form: Form) -> Self {
        Self { form, suites: Vec::new() }
    }
}

impl Layout for Other {
    fn report(&mut self, _out: &mut dyn Write, report: Report) -> io::Result<()> {
        self.suites.push(Suite { name: report.source, cases: report.tried.into_iter().map(case).collect() });
        Ok(())
    }

    fn finish(&mut self, out: &mut dyn Write, _ending: &Ending) -> io::Result<()> {
        match self.form {
            Form::Junit => junit::write(out, &self.suites),
            Form::Tap => tap::write(out, &self.suites),
            Form::Github => github::write(out, &github::annotations(&self.suites)),
        }
    }
}

fn case(tried: Tried) -> Case {
    let Tried { name, place, duration_us, outcome, prints, note } = tried;
    let kind = outcome.as_str();
    let problem = |trouble: Trouble| problem(kind, trouble, (note, &prints));
    let outcome = match outcome {
        Outcome::Passed => CaseOutcome::Passed,
        Outcome::Skipped(reason) => CaseOutcome::Skipped { reason: reason.to_owned() },
        Outcome::Failed(trouble) => CaseOutcome::Failed(problem(trouble)),
        Outcome::Errored(trouble) | Outcome::Broken(trouble) => CaseOutcome::Errored(problem(trouble)),
    };
    Case { name, place, duration: Duration::from_micros(duration_us), outcome }
}

fn problem(kind: &'static str, trouble: Trouble, (note, prints): (Option<String>, &[String])) -> Problem {
    let Trouble { message, place, line, values, details } = trouble;
    let line = line.map(|line| line.trim().to_owned());
    let values = values.iter().map(|value| format!("  {} → {}", value.expression, value.value));
    let details = details.iter().map(super::super::tried::Line::signed);
    let note = note.map(|note| format!("note: {note}"));
    let prints = prints.iter().map(|print| format!("printed at {print}"));
    let lines: Vec<String> =
        line.into_iter().chain(values).chain(details).chain(note).chain(prints).collect();
    Problem { kind, message, details: lines.join("\n"), place }
}
