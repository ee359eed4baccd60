//! Where the rows of a printed module come from.

use regorus::unstable::Span;

use crate::domain::diagnostic::Place;
use crate::rego::normalise::tree::Origin;

/// For each row of a printed module its places in the author's text.
#[derive(Debug, Clone, Default)]
pub(in crate::rego) struct RowMap {
    files: Vec<String>,
    rows: Vec<Row>,
}

impl RowMap {
    /// The map of a module printed from these files; `rows` begins with the second row.
    pub(super) const fn new(files: Vec<String>, rows: Vec<Row>) -> Self {
        Self { files, rows }
    }

    /// The place of the call, the operator, the statement or the rule that a place in the printed text comes from, as
    /// the engine counts. The first row, the package line, is nobody's.
    pub(in crate::rego) fn find(&self, row: u32, col: u32) -> Option<Place> {
        let index = usize::try_from(row).ok()?.checked_sub(2)?;
        let Row { file, marks } = self.rows.get(index)?;
        let mark = marks.iter().rev().find(|mark| mark.printed < col).or_else(|| marks.first())?;
        Some(Place { file: self.files.get(*file)?.clone(), row: mark.row, col: mark.col })
    }
}

/// Where one row comes from.
#[derive(Debug, Clone)]
pub(super) struct Row {
    file: usize,
    /// From the left.
    marks: Vec<Mark>,
}

#[derive(Debug, Clone)]
struct Mark {
    printed: u32,
    row: u32,
    col: u32,
}

/// Finds rows and columns of offsets in the files of a package.
#[derive(Debug)]
pub(super) struct Lines {
    /// For each file where its lines begin.
    starts: Vec<Vec<usize>>,
}

impl Lines {
    /// The lines of these texts.
    pub(super) fn of<'a>(texts: impl Iterator<Item = &'a str>) -> Self {
        let starts = |text: &str| {
            let after = text.bytes().enumerate().filter(|(_, byte)| *byte == b'\n');
            [0].into_iter().chain(after.map(|(offset, _)| offset.saturating_add(1))).collect()
        };
        Self { starts: texts.map(starts).collect() }
    }

    /// A row that begins with what stands there.
    pub(super) fn row(&self, origin: &Origin) -> Row {
        let Origin { file, span } = origin;
        Row { file: *file, marks: vec![self.mark(0, *file, span)] }
    }

    /// Adds what stands from a column of the printed row on.
    pub(super) fn add(&self, row: &mut Row, printed: usize, span: &Span) {
        let mark = self.mark(count(printed), row.file, span);
        row.marks.push(mark);
    }

    fn mark(&self, printed: u32, file: usize, span: &Span) -> Mark {
        let starts = self.starts.get(file).map_or(&[][..], Vec::as_slice);
        let offset = usize::try_from(span.start).unwrap_or(usize::MAX);
        let row = starts.partition_point(|start| *start <= offset);
        let start = row.checked_sub(1).and_then(|index| starts.get(index)).copied().unwrap_or_default();
        let before = span.source.get_contents().get(start..offset).unwrap_or_default();
        Mark { printed, row: count(row), col: count(before.chars().count()).saturating_add(1) }
    }
}

impl Row {
    /// A row that goes on where this one ends.
    pub(super) fn next(&self) -> Self {
        let marks = self.marks.last().map(|mark| Mark { printed: 0, ..mark.clone() });
        Self { file: self.file, marks: marks.into_iter().collect() }
    }
}

fn count(number: usize) -> u32 {
    u32::try_from(number).unwrap_or(u32::MAX)
}
