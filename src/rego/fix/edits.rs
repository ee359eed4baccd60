//! Edits of a text: pieces that are replaced, and everything between them that is not.

use std::ops::Range;

/// What is to be replaced by what.
#[derive(Debug, Default)]
pub(super) struct Edits {
    list: Vec<(Range<usize>, String)>,
}

impl Edits {
    pub(super) fn replace(&mut self, range: Range<usize>, text: impl Into<String>) {
        self.list.push((range, text.into()));
    }

    /// The text with all edits made; nothing if two of them are about the same piece, or there are none.
    pub(super) fn apply(mut self, text: &str) -> Option<String> {
        self.list.sort_by_key(|(range, _)| (range.start, range.end));
        let (mut written, mut done) = (String::with_capacity(text.len()), 0);
        for (range, instead) in &self.list {
            written.push_str(text.get(done..range.start)?);
            written.push_str(instead);
            done = range.end;
        }
        written.push_str(text.get(done..)?);
        (!self.list.is_empty()).then_some(written)
    }
}
