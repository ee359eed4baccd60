//! The linter: whatever the parser takes, its rules come to an end, point into the author's text in words that are safe to print, and say the
//! same when they are asked again.

use crate::domain::bundle::{Bundle, BundleFile};
use crate::domain::diagnostic::{Diagnostic, Fault, Warning};
use crate::rego::fuzzing::policy::{Files, files};
use crate::rego::fuzzing::{check_told, on_large_stack};
use crate::rego::lint::lint;

/// Checks the policy whose files `bytes` hold.
pub fn check(bytes: &[u8]) {
    on_large_stack(|| check_files(&files(bytes)));
}

fn check_files(files: &Files) {
    let file = |(path, text): &(String, String)| BundleFile { path: path.clone(), text: text.clone() };
    let bundle = Bundle { files: files.iter().map(file).collect() };
    let found = lint(&bundle);
    for Warning { place, line, message, .. } in &found {
        assert!(place.is_some(), "{message}");
        let (place, line, message) = (place.clone(), line.clone(), message.clone());
        check_told(&Diagnostic { fault: Fault::Compile, place, line, message }, files);
    }
    assert_eq!(lint(&bundle), found, "asked again");
}
