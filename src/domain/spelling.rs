//! Names that are nearly others: what was probably meant by a word that nobody knows.

/// How many letters must be changed, added or left out to turn one name into the other.
pub fn distance(from: &str, to: &str) -> usize {
    let to = to.as_bytes();
    let mut above: Vec<usize> = (0..=to.len()).collect();
    for (row, letter) in from.bytes().enumerate() {
        let mut here = vec![row.saturating_add(1)];
        for (pair, other) in above.windows(2).zip(to) {
            let (diagonal, up) = (pair.first().copied(), pair.last().copied());
            let changed = diagonal.unwrap_or_default().saturating_add(usize::from(letter != *other));
            let left = here.last().copied().unwrap_or_default();
            let moved = up.unwrap_or_default().min(left).saturating_add(1);
            here.push(changed.min(moved));
        }
        above = here;
    }
    above.last().copied().unwrap_or_default()
}

/// Of some words the one that `word` is nearly: the same in other letters, or a slip of the fingers away.
pub fn nearest<'k>(word: &str, known: impl IntoIterator<Item = &'k str>) -> Option<&'k str> {
    let plain = plain(word);
    let rated = known.into_iter().map(|known| {
        let same = plain == self::plain(known);
        (if same { 0 } else { distance(word, known).max(1) }, known)
    });
    let (distance, found) = rated.min_by_key(|(distance, _)| *distance)?;
    (distance == 0 || (distance <= 2 && distance.saturating_mul(3) <= word.chars().count())).then_some(found)
}

/// A word without what people write differently: capitals and separators.
fn plain(word: &str) -> String {
    word.chars().filter(|letter| letter.is_alphanumeric()).flat_map(char::to_lowercase).collect()
}

#[cfg(test)]
mod tests {
    use super::{distance, nearest};

    #[test]
    fn a_slip_is_found_and_another_word_is_not() {
        let known = ["resource_changes", "create", "no-op", "DeployStack"];
        let find = |word| nearest(word, known);
        assert_eq!(find("resource_change"), Some("resource_changes"));
        assert_eq!(find("resourceChanges"), Some("resource_changes"));
        assert_eq!(find("CREATE"), Some("create"));
        assert_eq!(find("no_op"), Some("no-op"));
        assert_eq!(find("DeployStak"), Some("DeployStack"));
        assert_eq!(find("delete"), None);
        assert_eq!(find("forget"), None);
        assert_eq!(find(""), None);
        assert_eq!((distance("abc", "abc"), distance("abc", "axc"), distance("", "ab")), (0, 1, 2));
    }
}
