//! Where a piece of a text stands: in bytes, and as rows and columns for people.

use std::ops::Range;

/// The bytes of a text from `start` up to, not including, `end`.
///
/// Among the nodes of one kind in one tree no two have the same span, so it can be the key of a table about them.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Default)]
pub struct Span {
    /// Offset of the first byte.
    pub start: u32,
    /// Offset of the byte after the last one.
    pub end: u32,
}

impl Span {
    /// The bytes between two offsets.
    pub const fn new(start: u32, end: u32) -> Self {
        Self { start, end }
    }

    /// From the beginning of this one to the end of another.
    #[must_use]
    pub fn to(self, other: Self) -> Self {
        Self { start: self.start, end: other.end.max(self.start) }
    }

    /// The empty span at its beginning.
    #[must_use]
    pub fn before(self) -> Self {
        Self { start: self.start, end: self.start }
    }

    /// The same as a range for slicing.
    pub fn range(self) -> Range<usize> {
        index(self.start)..index(self.end)
    }

    /// What stands there; nothing if the span belongs to another text.
    pub fn of(self, text: &str) -> &str {
        text.get(self.range()).unwrap_or_default()
    }
}

/// An offset as an index. No text of ours is as long as a `usize` is wide on any machine that runs us.
pub(super) fn index(offset: u32) -> usize {
    usize::try_from(offset).unwrap_or(usize::MAX)
}

/// An index as an offset; the last one that there is if the text is too long.
pub(super) fn offset(index: usize) -> u32 {
    u32::try_from(index).unwrap_or(u32::MAX)
}

/// A row and a column, both from 1; columns count characters, as OPA does.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Position {
    /// The line.
    pub row: u32,
    /// The character in it.
    pub col: u32,
}

/// Where the lines of a text begin, so that the row of an offset is found without reading the text again.
#[derive(Debug, Clone)]
pub struct Lines<'t> {
    text: &'t str,
    starts: Vec<u32>,
}

impl<'t> Lines<'t> {
    /// Finds the lines of a text.
    pub fn new(text: &'t str) -> Self {
        let after = text.bytes().enumerate().filter(|(_, byte)| *byte == b'\n');
        let after = after.map(|(at, _)| offset(at.saturating_add(1)));
        Self { text, starts: std::iter::once(0).chain(after).collect() }
    }

    /// The row of an offset.
    pub fn row(&self, at: u32) -> u32 {
        offset(self.starts.partition_point(|start| *start <= at))
    }

    /// Row and column of an offset.
    pub fn position(&self, at: u32) -> Position {
        let row = self.row(at);
        let start = self.starts.get(index(row).saturating_sub(1)).copied().unwrap_or_default();
        let before = Span::new(start, at).of(self.text);
        // A byte-order mark is no character of the line.
        let before = before.strip_prefix('\u{FEFF}').unwrap_or(before);
        Position { row, col: offset(before.chars().count().saturating_add(1)) }
    }

    /// The line of a row, without its end.
    pub fn line(&self, row: u32) -> Option<&'t str> {
        let start = *self.starts.get(index(row).checked_sub(1)?)?;
        let rest = self.text.get(index(start)..)?;
        rest.lines().next().or(Some(""))
    }
}
