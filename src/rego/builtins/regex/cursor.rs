//! Where a parser is in a pattern.

/// What is left of a pattern.
#[derive(Debug, Clone, Copy)]
pub(super) struct Cursor<'a>(&'a str);

impl<'a> Cursor<'a> {
    pub(super) fn new(pattern: &'a str) -> Self {
        Self(pattern)
    }

    pub(super) fn is_empty(&self) -> bool {
        self.0.is_empty()
    }

    pub(super) fn peek(&self) -> Option<char> {
        self.0.chars().next()
    }

    pub(super) fn peek_second(&self) -> Option<char> {
        self.0.chars().nth(1)
    }

    pub(super) fn starts_with(&self, text: &str) -> bool {
        self.0.starts_with(text)
    }

    pub(super) fn next(&mut self) -> Option<char> {
        let character = self.peek()?;
        self.advance(character.len_utf8());
        Some(character)
    }

    pub(super) fn advance(&mut self, bytes: usize) {
        self.0 = self.0.get(bytes..).unwrap_or_default();
    }

    pub(super) fn skip(&mut self, character: char) -> bool {
        let is_there = self.peek() == Some(character);
        if is_there {
            self.advance(character.len_utf8());
        }
        is_there
    }

    /// Takes what is before `end`, and drops `end`; without it, takes nothing.
    pub(super) fn take_until(&mut self, end: &str) -> Option<&'a str> {
        let (before, after) = self.0.split_once(end)?;
        self.0 = after;
        Some(before)
    }

    pub(super) fn take_all(&mut self) -> &'a str {
        std::mem::take(&mut self.0)
    }

    /// A count like `{2}`, `{2,}` or `{2,5}` with its text, if there is one; numbers that are too great are `u32::MAX`.
    pub(super) fn peek_count(&self) -> Option<(&'a str, u32, Option<u32>)> {
        let inside = self.0.strip_prefix('{')?;
        let end = inside.find('}')?;
        let text = self.0.get(..end.saturating_add(2))?;
        let inside = inside.get(..end)?;
        match inside.split_once(',') {
            None => count(inside).map(|count| (text, count, Some(count))),
            Some((min, "")) => Some((text, count(min)?, None)),
            Some((min, max)) => Some((text, count(min)?, Some(count(max)?))),
        }
    }
}

/// A number without needless zeros.
fn count(digits: &str) -> Option<u32> {
    let is_number = !digits.is_empty() && digits.bytes().all(|b| b.is_ascii_digit());
    if !is_number || (digits.len() > 1 && digits.starts_with('0')) {
        return None;
    }
    Some(digits.parse().unwrap_or(u32::MAX))
}
