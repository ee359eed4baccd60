//! Where the rows of a printed module come from.

/// For each row of a printed module its place in the author's text.
#[derive(Debug, Clone, Default)]
pub(in crate::rego) struct RowMap {
    files: Vec<String>,
    rows: Vec<(usize, u32)>,
}

impl RowMap {
    /// The map of a module printed from these files; `rows` begins with the second row.
    pub(super) const fn new(files: Vec<String>, rows: Vec<(usize, u32)>) -> Self {
        Self { files, rows }
    }

    /// The file, and the row in it, that a row of the printed text comes from. The first row, the package line, is
    /// nobody's.
    pub(in crate::rego) fn find(&self, row: u32) -> Option<(&str, u32)> {
        let index = usize::try_from(row).ok()?.checked_sub(2)?;
        let (file, row) = self.rows.get(index)?;
        Some((self.files.get(*file)?, *row))
    }
}
