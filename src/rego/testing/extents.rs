//! From which row to which something stands that tests may come to.

use std::collections::BTreeMap;

use regorus::unstable::Span;

use crate::domain::coverage::Extents;
use crate::rego::normalise::Coverable;

/// The rows of all that can be covered.
pub(super) fn of(coverable: &[Coverable]) -> Extents {
    let (mut extents, mut lines) = (Extents::new(), Lines::default());
    for Coverable { span, body } in coverable {
        let first = lines.row(span, span.start);
        let last = match body {
            // A head ends before its body begins; on one row they are one.
            Some(body) => lines.row(body, body.start).saturating_sub(1),
            None => lines.row(span, span.end.saturating_sub(1)),
        };
        let rows = extents.entry(span.source.get_path().clone()).or_default();
        let end = rows.entry(first).or_insert(first);
        *end = last.max(*end);
    }
    extents
}

/// Where the lines of files end, by their paths.
#[derive(Default)]
struct Lines(BTreeMap<String, Vec<usize>>);

impl Lines {
    fn row(&mut self, span: &Span, offset: u32) -> u32 {
        let ends = self
            .0
            .entry(span.source.get_path().clone())
            .or_insert_with(|| span.source.get_contents().match_indices('\n').map(|(end, _)| end).collect());
        let offset = usize::try_from(offset).unwrap_or(usize::MAX);
        u32::try_from(ends.partition_point(|end| *end < offset)).unwrap_or(u32::MAX).saturating_add(1)
    }
}
