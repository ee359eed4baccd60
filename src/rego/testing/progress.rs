//! How far a test came: the last of its statements that was evaluated is the one that failed.

use regorus::Engine;
use regorus::unstable::Span;

use crate::domain::diagnostic::Place;
use crate::rego::normalise::{RowMaps, TestRule};
use crate::rego::place;
use crate::rego::testing::covering::reached;

/// The last statement of a test that the engine came to.
pub(super) fn find_last(engine: &Engine, rule: &TestRule, rows: &RowMaps) -> Option<Place> {
    let reached = reached(engine, rows);
    let is_reached = |place: &Place| reached.get(&place.file).is_some_and(|rows| rows.contains(&place.row));
    let statements = rule.statements.iter().filter_map(|span: &Span| place::of_span(span));
    statements.rev().find(is_reached)
}
