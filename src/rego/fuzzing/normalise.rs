//! The normaliser: what it writes is Rego, means to the parser what its tree meant, leads back into the author's text, and
//! does not depend on the order of files.

use crate::domain::bundle::{Bundle, BundleFile};
use crate::domain::diagnostic::Diagnostic;
use crate::rego::compile::{Language, compile};
use crate::rego::fuzzing::policy::{Files, files, parse};
use crate::rego::fuzzing::{check_told, on_large_stack};
use crate::rego::normalise::{NormalisedModule, normalise, reprint};
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
    match normalise(&modules) {
        Err(found) => {
            assert!(!found.is_empty());
            told(&found);
        }
        Ok(normalised) => {
            check_written(&normalised);
            normalised.iter().for_each(|module| check_rows(module, files));
            modules.reverse();
            assert_eq!(texts(&normalise(&modules).unwrap()), texts(&normalised), "in another order");
        }
    }
    told(&compile(&bundle(files), &LANGUAGE).err().unwrap_or_default());
}

/// Printed again as it is, a rewritten module is what it was: no bracket is missing, no string reads otherwise.
fn check_written(normalised: &[NormalisedModule]) {
    let written = texts(normalised);
    let read = parse(&written).unwrap_or_else(|error| panic!("{error}\n{written:?}"));
    assert_eq!(reprint(&read), Ok(written));
}

/// Every column of every row leads to a place in one of the files, and nothing else does.
fn check_rows(module: &NormalisedModule, files: &Files) {
    for (index, line) in module.text.lines().enumerate().skip(1) {
        let row = number(index).saturating_add(1);
        for col in 1..=number(line.len()).min(500) {
            let place =
                module.rows.find(row, col).unwrap_or_else(|| panic!("{row}:{col} in {}", module.text));
            let (_, text) = files.iter().find(|(path, _)| *path == place.file).unwrap();
            let origin = text.split('\n').nth(usize::try_from(place.row).unwrap().wrapping_sub(1));
            let width = origin.unwrap_or_else(|| panic!("{place}")).chars().count();
            assert!((1..=number(width).saturating_add(1)).contains(&place.col), "{place}");
        }
    }
    assert_eq!(module.rows.find(1, 1), None);
    assert_eq!(module.rows.find(number(module.text.lines().count()).saturating_add(1), 1), None);
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
