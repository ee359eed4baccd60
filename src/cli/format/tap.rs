//! The Test Anything Protocol, version 14, with what went wrong as YAML (<https://testanything.org/tap-version-14-specification.html>).

use std::io::{self, Write};

use serde_json::json;

use crate::cli::format::model::{Case, CaseOutcome, Problem, Suite};
use crate::cli::plain::{plain, plain_lines};

/// Writes all of `suites`; a case is named after its suite, too.
pub(in crate::cli) fn write(out: &mut dyn Write, suites: &[Suite]) -> io::Result<()> {
    let cases = suites.iter().flat_map(|suite| suite.cases.iter().map(move |case| (suite, case)));
    writeln!(out, "TAP version 14\n1..{}", cases.clone().count())?;
    for (number, (suite, case)) in (1_u64..).zip(cases) {
        line(out, number, (suite, case))?;
        match &case.outcome {
            CaseOutcome::Failed(problem) => diagnose(out, "fail", (case, problem))?,
            CaseOutcome::Errored(problem) => diagnose(out, "error", (case, problem))?,
            CaseOutcome::Passed | CaseOutcome::Skipped { .. } => {}
        }
    }
    Ok(())
}

fn line(out: &mut dyn Write, number: u64, (suite, case): (&Suite, &Case)) -> io::Result<()> {
    let is_ok = matches!(case.outcome, CaseOutcome::Passed | CaseOutcome::Skipped { .. });
    let word = if is_ok { "ok" } else { "not ok" };
    let name = escape(&format!("{}: {}", suite.name, case.name));
    write!(out, "{word} {number} - {name}")?;
    if let CaseOutcome::Skipped { reason } = &case.outcome {
        write!(out, " # SKIP {}", escape(reason))?;
    }
    writeln!(out)
}

/// A text of one line in which nothing begins a directive.
fn escape(text: &str) -> String {
    plain(text).replace('\\', "\\\\").replace('#', "\\#")
}

fn diagnose(out: &mut dyn Write, severity: &str, (case, problem): (&Case, &Problem)) -> io::Result<()> {
    // A text of JSON is one of YAML, too.
    let quoted = |text: &str| json!(plain(text)).to_string();
    writeln!(out, "  ---")?;
    writeln!(out, "  message: {}", quoted(&problem.message))?;
    writeln!(out, "  severity: {severity}")?;
    writeln!(out, "  kind: {}", problem.kind)?;
    if let Some(place) = problem.place.as_ref().or(case.place.as_ref()) {
        let (file, row, col) = (quoted(&place.file), place.row, place.col);
        writeln!(out, "  at:\n    file: {file}\n    line: {row}\n    column: {col}")?;
    }
    writeln!(out, "  duration_ms: {:.3}", case.duration.as_secs_f64() * 1_000.0)?;
    if !problem.details.is_empty() {
        // The indentation is told: else it would be that of the first line, which may begin with blanks of its own.
        writeln!(out, "  details: |2")?;
        for line in plain_lines(&problem.details).lines() {
            writeln!(out, "    {line}")?;
        }
    }
    writeln!(out, "  ...")
}
