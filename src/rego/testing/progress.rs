//! How far a test came: the last of its statements that was evaluated is the one that failed.

use std::collections::BTreeSet;

use regorus::Engine;
use regorus::unstable::Span;

use crate::domain::diagnostic::Place;
use crate::rego::normalise::{RowMaps, TestRule};
use crate::rego::place;

/// The last statement of a test that the engine came to.
pub(super) fn find_last(engine: &Engine, rule: &TestRule, rows: &RowMaps) -> Option<Place> {
    let report = engine.get_coverage_report().ok()?;
    let reached = report.files.iter().filter_map(|file| Some((rows.get(&file.path)?, &file.covered)));
    let reached: BTreeSet<(String, u32)> = reached
        .flat_map(|(rows, covered)| covered.iter().filter_map(|row| rows.find(*row, 1)))
        .map(|place| (place.file, place.row))
        .collect();
    let statements = rule.statements.iter().filter_map(|span: &Span| place::of_span(span));
    statements.filter(|place| reached.contains(&(place.file.clone(), place.row))).last()
}
