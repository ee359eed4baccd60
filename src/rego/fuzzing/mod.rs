//! What must hold of any bytes: the checks behind the fuzz targets of `fuzz/`, which the tests here replay and vary.
//!
//! One file for each place where hostile bytes arrive. A check that fails panics. Nothing here is part of the product.
#![expect(
    clippy::missing_panics_doc,
    clippy::panic,
    clippy::unwrap_used,
    reason = "a check that fails panics"
)]

pub mod archive;
pub mod builtins;
pub mod guard;
pub mod input;
pub mod lint;
pub mod normalise;
pub mod result;
pub mod yaml;

mod choices;
mod policy;
#[cfg(test)]
mod tests;

use std::panic::resume_unwind;
use std::thread;

use crate::domain::diagnostic::Diagnostic;

/// The name of a target, and its check.
pub type Target = (&'static str, fn(&[u8]));

/// All targets.
pub const TARGETS: &[Target] = &[
    ("archive", archive::check),
    ("builtins", builtins::check),
    ("guard", guard::check),
    ("input", input::check),
    ("lint", lint::check),
    ("normalise", normalise::check),
    ("result", result::check),
    ("yaml", yaml::check),
];

/// The stack of an evaluator: the engine's recursion follows the source.
const STACK: usize = 256 << 20;
/// The most bytes of what is said about one fault.
const MAX_SAID: usize = 8_192;

fn on_large_stack(check: impl FnOnce() + Send) {
    thread::scope(|scope| {
        let run = thread::Builder::new().stack_size(STACK).spawn_scoped(scope, check).unwrap();
        if let Err(panic) = run.join() {
            resume_unwind(panic);
        }
    });
}

/// A fault is told in one bounded line that is safe to print, and its place is in one of the files.
fn check_told(found: &Diagnostic, files: &[(String, String)]) {
    let said = found.to_string();
    assert!(!found.message.is_empty() && said.len() <= MAX_SAID, "{said:?}");
    let hides = |c: char| {
        c != '\t' && (c.is_control() || matches!(c, '\u{202A}'..='\u{202E}' | '\u{2066}'..='\u{2069}'))
    };
    assert!(!said.contains(hides), "{said:?}");
    let Some(place) = &found.place else { return };
    let (_, text) = files.iter().find(|(path, _)| *path == place.file).unwrap_or_else(|| panic!("{said:?}"));
    let row = usize::try_from(place.row).unwrap().checked_sub(1).unwrap_or_else(|| panic!("{said:?}"));
    let line = text.split('\n').nth(row).unwrap_or_else(|| panic!("no such row: {said:?}"));
    let col = usize::try_from(place.col).unwrap();
    assert!((1..=line.chars().count().saturating_add(1)).contains(&col), "no such column: {said:?}");
}
