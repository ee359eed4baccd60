//! The corpora of `fuzz/corpus`, as they are and damaged, through the checks of the fuzz targets.

use std::fs;
use std::ops::Range;
use std::path::{Path, PathBuf};

use proptest::collection::vec;
use proptest::prelude::*;
use proptest::sample::Index;

use super::TARGETS;

fn folder(name: &str) -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("fuzz").join(name)
}

fn names(folder: &Path) -> Vec<String> {
    let entries =
        fs::read_dir(folder).unwrap().map(|entry| entry.unwrap().file_name().into_string().unwrap());
    let mut names: Vec<String> = entries.collect();
    names.sort();
    names
}

/// What the corpus of a target holds.
fn corpus(target: &str) -> Vec<Vec<u8>> {
    let folder = folder("corpus").join(target);
    names(&folder).into_iter().map(|name| fs::read(folder.join(name)).unwrap()).collect()
}

#[test]
fn every_corpus_passes_the_checks_of_its_target() {
    for (target, check) in TARGETS {
        for bytes in corpus(target) {
            println!("{target}: {}", bytes.escape_ascii());
            check(&bytes);
        }
    }
}

#[test]
fn every_target_has_a_program_and_a_corpus() {
    let expected: Vec<String> = TARGETS.iter().map(|(target, _)| (*target).to_owned()).collect();
    let programs: Vec<String> = expected.iter().map(|target| format!("{target}.rs")).collect();
    assert_eq!(names(&folder("fuzz_targets")), programs);
    assert_eq!(names(&folder("corpus")), expected);
}

/// A piece is cut out of a text and something put in its place: bytes, or a piece of the same or another text.
#[derive(Debug, Clone)]
struct Damage {
    at: Index,
    cut: usize,
    put: Vec<u8>,
    from: Option<(Index, Index, usize)>,
}

fn damage() -> impl Strategy<Value = Damage> {
    let from = proptest::option::of((any::<Index>(), any::<Index>(), 0_usize..40));
    (any::<Index>(), 0_usize..20, vec(any::<u8>(), 0..4), from).prop_map(|(at, cut, put, from)| Damage {
        at,
        cut,
        put,
        from,
    })
}

impl Damage {
    fn apply(&self, bytes: &mut Vec<u8>, texts: &[Vec<u8>]) {
        let piece = |(text, at, length): &(Index, Index, usize)| {
            let text = text.get(texts);
            span(text, *at, *length).1
        };
        let put = self.from.as_ref().map_or_else(|| self.put.clone(), piece);
        bytes.splice(span(bytes, self.at, self.cut).0, put);
    }
}

/// Up to `length` bytes from somewhere: where they are, and they.
fn span(bytes: &[u8], at: Index, length: usize) -> (Range<usize>, Vec<u8>) {
    let start = at.index(bytes.len().saturating_add(1));
    let end = bytes.len().min(start.saturating_add(length));
    (start..end, bytes[start..end].to_vec())
}

#[track_caller]
fn check_damaged(target: &str) {
    let (_, check) = TARGETS.iter().find(|(name, _)| *name == target).unwrap();
    let texts = corpus(target);
    proptest!(|(which: Index, damages in vec(damage(), 1..4))| {
        let mut bytes = which.get(&texts).clone();
        for damage in &damages {
            damage.apply(&mut bytes, &texts);
        }
        check(&bytes);
    });
}

#[test]
fn damaged_archives_are_refused_or_read_alike() {
    check_damaged("archive");
}

#[test]
fn damaged_calls_are_answered_or_refused_within_bounds() {
    check_damaged("builtins");
}

#[test]
fn damaged_policies_are_refused_or_parsed_to_their_end() {
    check_damaged("guard");
}

#[test]
fn damaged_policies_are_refused_or_rewritten_into_policies() {
    check_damaged("normalise");
}

#[test]
fn damaged_policies_are_looked_at_to_their_end() {
    check_damaged("lint");
}

#[test]
fn damaged_inputs_are_read_as_everybody_reads_them() {
    check_damaged("input");
}

#[test]
fn damaged_yaml_is_refused_or_read_as_everybody_reads_it() {
    check_damaged("yaml");
}

#[test]
fn any_answer_is_read_within_bounds() {
    check_damaged("result");
}
