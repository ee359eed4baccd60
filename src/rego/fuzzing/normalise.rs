//! The normaliser: what it writes is Rego, means to the parser what its tree meant, leads back into the author's text, and
//! does not depend on the order of files.

use std::collections::BTreeMap;

use crate::domain::bundle::{Bundle, BundleFile};
use crate::domain::diagnostic::Diagnostic;
use crate::rego::compile::{Language, compile};
use crate::rego::fuzzing::policy::{Files, files, parse};
use crate::rego::fuzzing::{check_told, on_large_stack};
use crate::rego::normalise::{Normalised, NormalisedModule, Purpose, normalise, reprint};
use crate::rego::{check as checks, guard, syntax};

const LANGUAGE: Language = Language { allow_functions: true };

/// Checks the policy whose files `bytes` hold.
pub fn check(bytes: &[u8]) {
    on_large_stack(|| check_files(&files(bytes)));
}

pub(in crate::rego) fn check_files(files: &Files) {
    if files.iter().any(|(path, text)| guard::check(path, text).is_err()) {
        return;
    }
    let Ok(mut modules) = parse(files) else { return };
    let told = |found: &[Diagnostic]| found.iter().for_each(|found| check_told(found, files));
    if !syntax::check_shape(&modules).is_empty() {
        return;
    }
    if let Err(found) = checks::check(&modules, &regorus::Value::new_object(), LANGUAGE) {
        return told(&found);
    }
    match normalise(&modules, Purpose::Gate) {
        Err(found) => {
            assert!(!found.is_empty());
            told(&found);
        }
        Ok(Normalised { modules: normalised, .. }) => {
            check_written(&normalised);
            for module in &normalised {
                check_rows(module, files);
            }
            modules.reverse();
            assert_eq!(
                texts(&normalise(&modules, Purpose::Gate).unwrap().modules),
                texts(&normalised),
                "in another order"
            );
        }
    }
    told(&compile(&bundle(files), &LANGUAGE).err().unwrap_or_default());
}

/// Read and printed again as it is, a rewritten module is what it was: no bracket is missing, no string reads otherwise.
fn check_written(normalised: &[NormalisedModule]) {
    let written = texts(normalised);
    let read = parse(&written).unwrap_or_else(|error| panic!("{error}\n{written:?}"));
    let again = reprint(&read).unwrap_or_else(|found| panic!("{found:?}\n{written:?}"));
    assert_eq!(texts(&again), written);
    let outlines = |modules: &[NormalisedModule]| {
        modules.iter().map(|module| module.outline.clone()).collect::<Vec<_>>()
    };
    assert_eq!(outlines(&again), outlines(normalised), "{written:?}");
}

/// The columns of every row lead to places in the files, and nothing else does.
fn check_rows(module: &NormalisedModule, files: &Files) {
    let widths: BTreeMap<&str, Vec<usize>> =
        files.iter().map(|(path, text)| (path.as_str(), widths(text))).collect();
    for (index, line) in module.text.lines().enumerate().skip(1) {
        let row = number(index).saturating_add(1);
        for col in (1..=number(line.len())).step_by(7) {
            let place =
                module.rows.find(row, col).unwrap_or_else(|| panic!("{row}:{col} in {}", module.text));
            let index = usize::try_from(place.row).unwrap().wrapping_sub(1);
            let width = widths.get(place.file.as_str()).and_then(|widths| widths.get(index));
            let width = width.unwrap_or_else(|| panic!("{place}"));
            assert!((1..=number(*width).saturating_add(1)).contains(&place.col), "{place}");
        }
    }
    assert_eq!(module.rows.find(1, 1), None);
    assert_eq!(module.rows.find(number(module.text.lines().count()).saturating_add(1), 1), None);
}

/// How many characters each line has.
fn widths(text: &str) -> Vec<usize> {
    text.split('\n').map(|line| line.chars().count()).collect()
}

fn texts(normalised: &[NormalisedModule]) -> Files {
    normalised.iter().map(|module| (module.path.clone(), module.text.clone())).collect()
}

fn bundle(files: &Files) -> Bundle {
    let files = files.iter().map(|(path, text)| BundleFile { path: path.clone(), text: text.clone() });
    Bundle { files: files.collect() }
}

fn number(count: usize) -> u32 {
    u32::try_from(count).unwrap()
}
