//! What a test printed, with the places of the author's text.

use regorus::Engine;

use crate::rego::normalise::RowMaps;

/// The most lines of one test, and the most bytes of one line.
const MAX_LINES: usize = 200;
const MAX_BYTES: usize = 1_024;

/// Takes what was printed since the engine was made.
pub(super) fn take(engine: &mut Engine, rows: &RowMaps) -> Vec<String> {
    let printed = engine.take_prints().unwrap_or_default();
    printed.iter().take(MAX_LINES).map(|line| translate(line, rows)).collect()
}

/// The engine begins each line with file and row: `p.rego:3: text`.
fn translate(line: &str, rows: &RowMaps) -> String {
    let placed = rows.iter().find_map(|(file, rows)| {
        let (row, text) = line.strip_prefix(file.as_str())?.strip_prefix(':')?.split_once(": ")?;
        let place = rows.find(row.parse().ok()?, 1)?;
        Some(format!("{}:{}: {text}", place.file, place.row))
    });
    let text = placed.unwrap_or_else(|| line.to_owned());
    text.get(..text.floor_char_boundary(MAX_BYTES)).unwrap_or_default().to_owned()
}
