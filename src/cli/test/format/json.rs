//! For machines: one object. With coverage it has the members that `opa test --coverage --format json` prints, too.

use std::collections::BTreeSet;
use std::io::{self, Write};

use serde_json::{Map, Value, json};

use crate::cli::test::format::{Ending, Layout};
use crate::cli::test::tried::{Line, Report, Totals, Tried, Trouble};
use crate::domain::coverage::{Coverage, FileCoverage, ranges};

/// The policies so far.
#[derive(Default)]
pub(super) struct Json {
    policies: Vec<Value>,
}

impl Layout for Json {
    fn report(&mut self, _out: &mut dyn Write, report: Report) -> io::Result<()> {
        let tests: Vec<Value> = report.tried.iter().map(tried).collect();
        self.policies.push(json!({ "path": report.source, "tests": tests }));
        Ok(())
    }

    fn finish(&mut self, out: &mut dyn Write, ending: &Ending) -> io::Result<()> {
        let mut whole = Map::new();
        whole.insert("policies".to_owned(), Value::Array(std::mem::take(&mut self.policies)));
        whole.insert("summary".to_owned(), summary(ending.totals));
        if let Some(coverage) = &ending.coverage {
            whole.extend(covered(coverage));
        }
        serde_json::to_writer_pretty(&mut *out, &Value::Object(whole))?;
        writeln!(out)
    }
}

fn summary(totals: Totals) -> Value {
    let Totals { passed, failed, errored, broken, skipped, .. } = totals;
    json!({ "passed": passed, "failed": failed, "errored": errored, "broken": broken, "skipped": skipped })
}

fn tried(tried: &Tried) -> Value {
    let mut object = json!({
        "name": tried.name,
        "outcome": tried.outcome.as_str(),
        "location": tried.place,
        "duration_us": tried.duration_us,
    });
    let Some(members) = object.as_object_mut() else { return object };
    if let Some(trouble) = tried.outcome.trouble() {
        members.extend(about(trouble));
    }
    if let Some(note) = &tried.note {
        members.insert("note".to_owned(), json!(note));
    }
    if !tried.prints.is_empty() {
        members.insert("prints".to_owned(), json!(tried.prints));
    }
    object
}

fn about(trouble: &Trouble) -> Map<String, Value> {
    let mut members = Map::new();
    members.insert("message".to_owned(), json!(trouble.message));
    if let Some(place) = &trouble.place {
        members.insert("failed_at".to_owned(), json!(place));
    }
    if let Some(line) = &trouble.line {
        members.insert("line".to_owned(), json!(line));
    }
    if !trouble.values.is_empty() {
        members.insert("values".to_owned(), json!(trouble.values));
    }
    if !trouble.details.is_empty() {
        let lines: Vec<String> = trouble.details.iter().map(Line::signed).collect();
        members.insert("details".to_owned(), json!(lines));
    }
    members
}

fn covered(coverage: &Coverage) -> Map<String, Value> {
    let files: Map<String, Value> =
        coverage.files.iter().map(|(path, file)| (path.clone(), covered_file(file))).collect();
    let (covered, not_covered) = coverage.counts();
    let mut members = Map::new();
    members.insert("files".to_owned(), Value::Object(files));
    members.insert("covered_lines".to_owned(), json!(covered));
    members.insert("not_covered_lines".to_owned(), json!(not_covered));
    members.insert("coverage".to_owned(), json!(coverage.percent()));
    members
}

fn covered_file(file: &FileCoverage) -> Value {
    json!({
        "covered": rows(&file.covered),
        "not_covered": rows(&file.not_covered),
        "covered_lines": file.covered.len(),
        "not_covered_lines": file.not_covered.len(),
        "coverage": file.percent(),
    })
}

fn rows(rows: &BTreeSet<u32>) -> Vec<Value> {
    let range = |(first, last)| json!({ "start": { "row": first }, "end": { "row": last } });
    ranges(rows).into_iter().map(range).collect()
}
