//! The paths of an archive: none may leave it, none may be two.

use std::collections::HashMap;

use unicode_normalization::UnicodeNormalization as _;

use super::text::is_bidi_control;
use crate::domain::bundle::limits::{MAX_NAME_BYTES, MAX_PATH_CHARS};
use crate::domain::diagnostic::{Diagnostic, Fault};

/// The longest part of a path in a message, in characters.
const SHOWN: usize = 100;
/// What Windows drops at the end of a name.
const ENDS: [char; 2] = ['.', ' '];

/// `name` as a path; that of a folder keeps its last `/`.
pub(super) fn parse(name: &[u8]) -> Result<String, Diagnostic> {
    let lossy = String::from_utf8_lossy(name);
    let wrong =
        |fault, what: &str| Err(Diagnostic::new(fault, format!("the path `{}` {what}", shown(&lossy))));
    let Ok(path) = str::from_utf8(name) else {
        return wrong(Fault::NotUtf8, "is not UTF-8");
    };
    match find_fault(path) {
        Some((fault, what)) => wrong(fault, &what),
        None => Ok(path.to_owned()),
    }
}

fn find_fault(path: &str) -> Option<(Fault, String)> {
    let found = |fault, what: &str| Some((fault, what.to_owned()));
    if path.chars().count() > MAX_PATH_CHARS {
        return Some((Fault::PathTooLong, format!("is longer than {MAX_PATH_CHARS} characters")));
    }
    let file = path.strip_suffix('/').unwrap_or(path);
    if file.rsplit('/').next().is_some_and(|name| name.len() > MAX_NAME_BYTES) {
        return Some((Fault::NameTooLong, format!("has a file name of more than {MAX_NAME_BYTES} bytes")));
    }
    if is_absolute(path) {
        return found(Fault::AbsolutePath, "is absolute: paths must begin in the archive's own root");
    }
    if escapes(path) || escapes(&unmask(path)) || is_absolute(&unmask(path)) {
        return found(Fault::EscapingPath, "leaves the archive: `..` is not allowed in any spelling");
    }
    if path.contains('\\') {
        return found(
            Fault::PathCharacters,
            "has a backslash where parts must be separated by `/`: pack it anew with another tool, such as `tar -a -cf`, 7-Zip or `hookgate bundle`",
        );
    }
    if path.chars().any(|c| c.is_control() || is_bidi_control(c)) {
        return found(
            Fault::PathCharacters,
            "has control or bidirectional characters: allowed are visible ones",
        );
    }
    // Windows drops dots and blanks at the end of a name, so a name of nothing else is none.
    if unmask(file).split('/').any(|part| part.trim().trim_end_matches(ENDS).is_empty()) {
        return found(Fault::EmptyPathPart, "has an empty or `.` part: every part must have a name");
    }
    None
}

fn is_absolute(path: &str) -> bool {
    let mut chars = path.chars();
    let (first, second) = (chars.next(), chars.next());
    let drive = first.is_some_and(|c| c.is_ascii_alphabetic()) && second == Some(':');
    drive || matches!(first, Some('/' | '\\'))
}

fn escapes(path: &str) -> bool {
    path.split(['/', '\\']).any(|part| part.trim() == "..")
}

/// `path` as a careless reader might take it: percent-encoding undone, lookalikes such as `．` or `‥` made plain.
fn unmask(path: &str) -> String {
    let plain = [("%2e", "."), ("%2E", "."), ("%2f", "/"), ("%2F", "/"), ("%5c", "\\"), ("%5C", "\\")];
    plain.iter().fold(path.to_owned(), |path, (code, c)| path.replace(code, c)).nfkc().collect()
}

/// One fault for every path that some file system would take for an earlier one.
pub(super) fn find_duplicates(paths: &[String]) -> Vec<Diagnostic> {
    let mut seen: HashMap<String, &str> = HashMap::new();
    let mut faults = Vec::new();
    for path in paths {
        // A folder and a file of one name collide as well.
        if let Some(earlier) = seen.insert(fold(path.trim_end_matches('/')), path) {
            let message = format!(
                "the paths `{}` and `{}` are the same, or differ only by case or by how they are encoded",
                shown(earlier),
                shown(path)
            );
            faults.push(Diagnostic::new(Fault::DuplicateName, message));
        }
    }
    faults
}

/// One spelling for all that some file system may hold equal. Upper before lower case, so that `ß` meets `SS`.
fn fold(path: &str) -> String {
    let upper = path.nfkc().collect::<String>().to_uppercase();
    let lower = upper.to_lowercase().nfkc().collect::<String>();
    lower.split('/').map(|part| part.trim_end_matches(ENDS)).collect::<Vec<_>>().join("/")
}

/// `path` fit for a message: invisible characters spelled out, cut to a readable length.
pub(super) fn shown(path: &str) -> String {
    let spelled = |c: char| match c {
        '\\' | '"' | '\'' => c.to_string(),
        other => other.escape_debug().to_string(),
    };
    let mut text: String = path.chars().take(SHOWN).map(spelled).collect();
    if path.chars().nth(SHOWN).is_some() {
        text.push('…');
    }
    text
}
