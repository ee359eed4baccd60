//! The lines that an evaluation goes through, and what it prints.

use std::collections::{BTreeMap, BTreeSet};

use regorus::Engine;

use crate::domain::explanation::EvaluatedRows;
use crate::rego::builtins::{Prints, end_prints, listen_to_prints};
use crate::rego::evaluate::{QUESTION, ready};
use crate::rego::explain::Explainer;
use crate::rego::normalise::RowMaps;
use crate::rego::redact::Secrets;

/// The most lines that are listed.
const MAX_ROWS: usize = 2_000;

/// Evaluates the policy once more, and notes both.
pub(super) fn run(explainer: &Explainer<'_>, secrets: Secrets) -> (Vec<EvaluatedRows>, Prints, Secrets) {
    let mut engine = ready(&explainer.policy.engine, explainer.input, &explainer.left());
    engine.set_enable_coverage(true);
    listen_to_prints(secrets);
    // What it says is known.
    drop(engine.eval_query(QUESTION.to_owned(), false));
    let (prints, secrets) = end_prints();
    (evaluated(&engine, &explainer.policy.rows), prints, secrets)
}

fn evaluated(engine: &Engine, rows: &RowMaps) -> Vec<EvaluatedRows> {
    let mut found = BTreeMap::<String, BTreeSet<u32>>::new();
    let files = engine.get_coverage_report().map(|report| report.files).unwrap_or_default();
    for file in files {
        let Some(map) = rows.get(&file.path) else { continue };
        for place in file.covered.iter().filter_map(|row| map.find(*row, 0)) {
            found.entry(place.file).or_default().insert(place.row);
        }
    }
    let mut room = MAX_ROWS;
    let take = |(file, rows): (String, BTreeSet<u32>)| {
        let rows: Vec<u32> = rows.into_iter().take(room).collect();
        room = room.saturating_sub(rows.len());
        EvaluatedRows { file, rows }
    };
    found.into_iter().map(take).filter(|file| !file.rows.is_empty()).collect()
}
