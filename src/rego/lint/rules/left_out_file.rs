//! `left-out-file`: files that a system has left in the policy. The archive reader has looked at nothing but their names.

use crate::domain::bundle::{Bundle, clutter_of};
use crate::domain::diagnostic::{Place, Warning};
use crate::domain::lint::LintRule;

/// One finding for each system, at its first file: there may be one beside every other.
pub(in crate::rego::lint) fn find(bundle: &Bundle) -> Vec<Warning> {
    ["macOS", "Windows"].into_iter().filter_map(|system| find_of(system, bundle)).collect()
}

fn find_of(system: &str, bundle: &Bundle) -> Option<Warning> {
    let mut left = bundle.files.iter().filter(|file| clutter_of(&file.path) == Some(system));
    let first = left.next()?;
    let what = match left.count() {
        0 => "the file is left out".to_owned(),
        1 => "the file and another like it are left out".to_owned(),
        more => format!("the file and {more} others like it are left out"),
    };
    let mend = if system == "macOS" { "zip with `-X` and without `.DS_Store`" } else { "zip without them" };
    let message = format!("{what}: {system} makes such files, and no policy needs them: {mend}");
    let place = Some(Place { file: first.path.clone(), row: 1, col: 1 });
    Some(Warning { rule: LintRule::LeftOutFile, place, line: None, message, ignored: None })
}
