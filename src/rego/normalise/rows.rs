//! Where the lines of a printed module come from.

use crate::rego::normalise::tree::Origin;

/// For each line of a printed module its place in the author's text.
#[derive(Debug, Clone, Default)]
pub(in crate::rego) struct RowMap {
    files: Vec<String>,
    origins: Vec<Origin>,
}

impl RowMap {
    /// The map of a module printed from these files.
    pub(super) const fn new(files: Vec<String>, origins: Vec<Origin>) -> Self {
        Self { files, origins }
    }

    /// The file and the row in it that a row of the printed text comes from. The first row, the package line, is
    /// nobody's.
    pub(in crate::rego) fn find(&self, row: u32) -> Option<(&str, u32)> {
        let index = usize::try_from(row).ok()?.checked_sub(2)?;
        let origin = self.origins.get(index)?;
        Some((self.files.get(origin.file)?, origin.row))
    }
}
