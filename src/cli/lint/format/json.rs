//! For machines: one array, an object for each policy, in their order.

use std::io::{self, Write};

use serde_json::{Value, json};

use crate::cli::lint::format::Layout;
use crate::cli::lint::report::{Report, Totals};
use crate::domain::diagnostic::{Diagnostic, Place, Warning};

/// How many policies were printed.
#[derive(Default)]
pub(super) struct Json {
    printed: usize,
}

impl Layout for Json {
    fn report(&mut self, out: &mut dyn Write, report: &Report) -> io::Result<()> {
        let before = if self.printed == 0 { "[" } else { "," };
        self.printed = self.printed.saturating_add(1);
        write!(out, "{before}\n  {}", object(report))
    }

    fn finish(&mut self, out: &mut dyn Write, _totals: &Totals) -> io::Result<()> {
        writeln!(out, "{}", if self.printed == 0 { "[]" } else { "\n]" })
    }
}

fn object(report: &Report) -> Value {
    let mut object = json!({
        "path": report.source,
        "accepted": report.errors.is_empty(),
        "diagnostics": report.errors.iter().map(error).chain(report.warnings.iter().map(warning)).collect::<Vec<_>>(),
    });
    if let (false, Some(members)) = (report.modules.is_empty(), object.as_object_mut()) {
        let modules = report.modules.iter().map(|module| json!({ "file": module.path, "text": module.text }));
        members.insert("normalised".to_owned(), modules.collect());
    }
    object
}

fn error(found: &Diagnostic) -> Value {
    let object = json!({ "severity": "error", "fault": found.fault.as_str(), "message": found.message });
    located(object, found.place.as_ref(), found.line.as_deref())
}

fn warning(found: &Warning) -> Value {
    let object = json!({ "severity": "warning", "message": found.message });
    located(object, found.place.as_ref(), found.line.as_deref())
}

fn located(mut object: Value, place: Option<&Place>, line: Option<&str>) -> Value {
    if let (Some(place), Some(members)) = (place, object.as_object_mut()) {
        members.insert("file".to_owned(), json!(place.file));
        members.insert("row".to_owned(), json!(place.row));
        members.insert("col".to_owned(), json!(place.col));
        members.insert("line".to_owned(), json!(line));
    }
    object
}
