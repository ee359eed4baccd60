//! For machines: one array, an object for each policy, in their order.

use std::io::{self, Write};

use serde_json::{Value, json};

use crate::cli::lint::format::Layout;
use crate::cli::lint::report::{Finding, Kind, Report, Totals};

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
        "accepted": !report.is_refused(),
        "diagnostics": report.findings.iter().map(finding).collect::<Vec<_>>(),
    });
    if let (false, Some(members)) = (report.modules.is_empty(), object.as_object_mut()) {
        let modules = report.modules.iter().map(|module| json!({ "file": module.path, "text": module.text }));
        members.insert("normalised".to_owned(), modules.collect());
    }
    object
}

fn finding(found: &Finding) -> Value {
    let who = match found.kind {
        Kind::Refused(_) => "fault",
        Kind::Odd(_) => "rule",
    };
    let mut object =
        json!({ "severity": found.level.as_str(), who: found.kind.name(), "message": found.message });
    let Some(members) = object.as_object_mut() else { return object };
    if let Some(place) = &found.place {
        members.insert("file".to_owned(), json!(place.file));
        members.insert("row".to_owned(), json!(place.row));
        members.insert("col".to_owned(), json!(place.col));
        members.insert("line".to_owned(), json!(found.line));
    }
    if let Some(reason) = &found.ignored {
        members.insert("ignored".to_owned(), json!(reason));
    }
    object
}
