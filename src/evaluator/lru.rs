//! Things by policy digest, bounded by bytes: the least recently used go first.

use std::collections::HashMap;

use crate::domain::bundle::Digest;

/// A map that holds at most `max` bytes, by the weights its values came with.
#[derive(Debug)]
pub(super) struct Lru<V> {
    entries: HashMap<Digest, Entry<V>>,
    uses: u64,
    weight: usize,
    max: usize,
}

#[derive(Debug)]
struct Entry<V> {
    value: V,
    weight: usize,
    last_use: u64,
}

impl<V> Lru<V> {
    /// An empty one for `max` bytes.
    pub(super) fn new(max: usize) -> Self {
        Self { entries: HashMap::new(), uses: 0, weight: 0, max }
    }

    /// The value of `digest`, which counts as a use.
    pub(super) fn find(&mut self, digest: &Digest) -> Option<&V> {
        self.uses = self.uses.saturating_add(1);
        let entry = self.entries.get_mut(digest)?;
        entry.last_use = self.uses;
        Some(&entry.value)
    }

    /// Takes a value in and says what had to go for it; that may be the value itself.
    pub(super) fn insert(&mut self, digest: Digest, value: V, weight: usize) -> Vec<Digest> {
        self.remove(&digest);
        if weight > self.max {
            return vec![digest];
        }
        self.uses = self.uses.saturating_add(1);
        self.weight = self.weight.saturating_add(weight);
        self.entries.insert(digest, Entry { value, weight, last_use: self.uses });
        std::iter::from_fn(|| self.evict()).collect()
    }

    fn evict(&mut self) -> Option<Digest> {
        if self.weight <= self.max {
            return None;
        }
        let oldest = self.entries.iter().min_by_key(|(_, entry)| entry.last_use)?.0.clone();
        self.remove(&oldest);
        Some(oldest)
    }

    fn remove(&mut self, digest: &Digest) {
        if let Some(entry) = self.entries.remove(digest) {
            self.weight = self.weight.saturating_sub(entry.weight);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::Lru;
    use crate::domain::bundle::Digest;

    fn digest(name: &str) -> Digest {
        Digest::from_stored(name.to_owned())
    }

    #[test]
    fn the_least_recently_used_go_first() {
        let mut lru = Lru::new(10);
        assert!(lru.insert(digest("a"), 1, 4).is_empty());
        assert!(lru.insert(digest("b"), 2, 4).is_empty());
        assert_eq!(lru.find(&digest("a")), Some(&1));
        assert_eq!(lru.insert(digest("c"), 3, 4), [digest("b")]);
        assert_eq!(lru.find(&digest("b")), None);
        assert_eq!(lru.find(&digest("c")), Some(&3));
    }

    #[test]
    fn what_is_too_heavy_is_not_taken_in_and_pushes_nothing_out() {
        let mut lru = Lru::new(10);
        assert!(lru.insert(digest("a"), 1, 10).is_empty());
        assert_eq!(lru.insert(digest("b"), 2, 11), [digest("b")]);
        assert_eq!(lru.find(&digest("a")), Some(&1));
    }

    #[test]
    fn a_value_replaced_weighs_once() {
        let mut lru = Lru::new(10);
        for value in 0..5 {
            assert!(lru.insert(digest("a"), value, 6).is_empty());
        }
        assert_eq!(lru.find(&digest("a")), Some(&4));
    }
}
