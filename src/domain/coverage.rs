//! Which rows of a policy its tests came to: those of the heads of rules and of statements, as OPA counts them.
//!
//! What stands on several rows is known by its first; the others go with it, but for those on which something of their own begins.

use std::collections::{BTreeMap, BTreeSet};

use serde::{Deserialize, Serialize};

/// Rows of files, by their paths; rows count from 1.
pub type Rows = BTreeMap<String, BTreeSet<u32>>;

/// What can be covered in files: from which row to which, both counted in.
pub type Extents = BTreeMap<String, BTreeMap<u32, u32>>;

/// What was covered of the files of a bundle.
#[derive(Debug, Clone, PartialEq, Default, Serialize, Deserialize)]
pub struct Coverage {
    /// Every file that has something to be covered, by its path.
    pub files: BTreeMap<String, FileCoverage>,
}

/// What was covered of one file.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
pub struct FileCoverage {
    /// The rows of rules whose bodies were true, and of statements that were evaluated.
    pub covered: BTreeSet<u32>,
    /// All other rows at which something begins.
    pub not_covered: BTreeSet<u32>,
}

impl Coverage {
    /// What of `all` begins on a row that was `seen`.
    pub fn of(all: &Extents, seen: &Rows) -> Self {
        let nothing = BTreeSet::new();
        let file = |(path, extents): (&String, &BTreeMap<u32, u32>)| {
            let seen = seen.get(path).unwrap_or(&nothing);
            let heads = heads(extents);
            let (covered, not_covered) =
                heads.into_iter().partition::<Vec<_>, _>(|(_, head)| seen.contains(head));
            let [covered, not_covered] =
                [covered, not_covered].map(|rows| rows.into_iter().map(|(row, _)| row).collect());
            (path.clone(), FileCoverage { covered, not_covered })
        };
        Self { files: all.iter().map(file).collect() }
    }

    /// How many rows are covered, and how many are not.
    pub fn counts(&self) -> (usize, usize) {
        self.files.values().fold((0, 0), |(covered, not_covered), file| {
            (covered.saturating_add(file.covered.len()), not_covered.saturating_add(file.not_covered.len()))
        })
    }

    /// The covered part of all rows, in percent.
    pub fn percent(&self) -> f64 {
        let (covered, not_covered) = self.counts();
        percent(covered, not_covered)
    }
}

impl FileCoverage {
    /// The covered part of the rows of the file, in percent.
    pub fn percent(&self) -> f64 {
        percent(self.covered.len(), self.not_covered.len())
    }
}

/// Every row, with the first of what it belongs to: the innermost, which begins last.
fn heads(extents: &BTreeMap<u32, u32>) -> BTreeMap<u32, u32> {
    let mut heads = BTreeMap::new();
    for (first, last) in extents {
        heads.extend((*first..=*last).map(|row| (row, *first)));
    }
    heads
}

/// With two decimals; where there is nothing to cover, nothing is left uncovered.
fn percent(covered: usize, not_covered: usize) -> f64 {
    let [part, rest] =
        [covered, not_covered].map(|count| f64::from(u32::try_from(count).unwrap_or(u32::MAX)));
    let all = part + rest;
    if all == 0.0 { 100.0 } else { (part / all * 10_000.0).round() / 100.0 }
}

/// Rows as the ranges in which they follow each other, first and last.
pub fn ranges(rows: &BTreeSet<u32>) -> Vec<(u32, u32)> {
    let mut ranges: Vec<(u32, u32)> = Vec::new();
    for row in rows {
        match ranges.last_mut() {
            Some((_, last)) if last.checked_add(1) == Some(*row) => *last = *row,
            _ => ranges.push((*row, *row)),
        }
    }
    ranges
}

/// Adds rows to others.
pub fn add(rows: &mut Rows, more: Rows) {
    for (file, more) in more {
        rows.entry(file).or_default().extend(more);
    }
}

#[cfg(test)]
mod tests {
    use super::{Coverage, Extents, Rows, add, ranges};

    fn rows(files: &[(&str, &[u32])]) -> Rows {
        files.iter().map(|(file, rows)| ((*file).to_owned(), rows.iter().copied().collect())).collect()
    }

    fn extents(files: &[(&str, &[(u32, u32)])]) -> Extents {
        files.iter().map(|(file, extents)| ((*file).to_owned(), extents.iter().copied().collect())).collect()
    }

    #[test]
    fn the_rows_of_a_statement_go_with_its_first() {
        let all = extents(&[("a", &[(1, 9), (3, 5), (4, 4)])]);
        let coverage = Coverage::of(&all, &rows(&[("a", &[1, 4])]));
        assert_eq!(coverage.files["a"].covered, [1, 2, 4, 6, 7, 8, 9].into());
        assert_eq!(coverage.files["a"].not_covered, [3, 5].into());
    }

    #[test]
    fn rows_that_were_seen_are_covered_and_others_do_not_count() {
        let mut seen = rows(&[("a", &[1, 2, 9])]);
        add(&mut seen, rows(&[("a", &[3]), ("c", &[1])]));
        let all = extents(&[("a", &[(1, 1), (2, 2), (3, 3), (4, 4)]), ("b", &[(1, 2)])]);
        let coverage = Coverage::of(&all, &seen);
        assert_eq!(coverage.counts(), (3, 3));
        let percents: Vec<f64> = coverage.files.values().map(super::FileCoverage::percent).collect();
        assert_eq!((percents, coverage.percent()), (vec![75.0, 0.0], 50.0));
    }

    #[test]
    fn percents_have_two_decimals_and_nothing_is_all() {
        let seen = rows(&[("a", &[1])]);
        let all = extents(&[("a", &[(1, 1), (2, 3)])]);
        assert!((Coverage::of(&all, &seen).percent() - 33.33).abs() < 1e-9);
        assert!((Coverage::default().percent() - 100.0).abs() < 1e-9);
    }

    #[test]
    fn rows_that_follow_each_other_are_a_range() {
        assert_eq!(ranges(&[1, 2, 3, 7, 9, 10].into()), [(1, 3), (7, 7), (9, 10)]);
        assert_eq!(ranges(&[].into()), []);
    }
}
