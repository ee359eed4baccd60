//! Bytes taken as decisions, so that a fuzzer can make structures by changing bytes.

/// Bytes that are taken from the front; behind their end are zeros.
pub(super) struct Choices<'a>(&'a [u8]);

impl<'a> Choices<'a> {
    pub(super) const fn new(bytes: &'a [u8]) -> Self {
        Self(bytes)
    }

    pub(super) const fn is_empty(&self) -> bool {
        self.0.is_empty()
    }

    pub(super) fn byte(&mut self) -> u8 {
        self.take(1).first().copied().unwrap_or_default()
    }

    pub(super) fn coin(&mut self) -> bool {
        self.byte().is_multiple_of(2)
    }

    /// One of `items`.
    pub(super) fn one_of<'t, T>(&mut self, items: &'t [T]) -> &'t T {
        let index = usize::from(self.byte()).checked_rem(items.len()).unwrap_or_default();
        items.get(index).unwrap()
    }

    /// A number of which few are great.
    pub(super) fn number(&mut self) -> u64 {
        let length = self.byte() % 9;
        self.take(usize::from(length)).iter().fold(0, |number, byte| (number << 8) | u64::from(*byte))
    }

    /// Up to 255 bytes.
    pub(super) fn bytes(&mut self) -> &'a [u8] {
        let length = self.byte();
        self.take(usize::from(length))
    }

    /// A text of up to 255 bytes.
    pub(super) fn text(&mut self) -> String {
        String::from_utf8_lossy(self.bytes()).into_owned()
    }

    fn take(&mut self, count: usize) -> &'a [u8] {
        let (taken, rest) = self.0.split_at(count.min(self.0.len()));
        self.0 = rest;
        taken
    }
}
