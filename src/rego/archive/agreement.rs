//! The second opinion: the reader that most tools of our language have must find the same files in the archive.
//!
//! It is not the first reader, because it is made to read what it can, where ours is made to refuse what it should.

use std::io::{Cursor, Read as _};

use zip::ZipArchive;

use crate::domain::bundle::{BundleFile, clutter_of};
use crate::domain::diagnostic::{Diagnostic, Fault};

/// Refuses an archive in which `zip` does not find exactly `files`.
pub(super) fn check(bytes: &[u8], files: &[BundleFile]) -> Result<(), Diagnostic> {
    let found = read(bytes, files).unwrap_or_default();
    let same = found.len() == files.len()
        && files.iter().all(|file| found.iter().any(|(path, text)| *path == file.path && *text == file.text));
    if same {
        return Ok(());
    }
    let message = "the archive is read in two ways by two readers: pack it anew with an ordinary tool";
    Err(Diagnostic::new(Fault::UnreadableArchive, message))
}

/// Every file with its text, of which no more is read than we found ourselves.
fn read(bytes: &[u8], files: &[BundleFile]) -> Option<Vec<(String, String)>> {
    let longest = files.iter().map(|file| file.text.len()).max().unwrap_or_default();
    let limit = u64::try_from(longest.saturating_add(1)).ok()?;
    let mut archive = ZipArchive::new(Cursor::new(bytes)).ok()?;
    let mut found = Vec::new();
    for index in 0..archive.len() {
        let entry = archive.by_index(index).ok()?;
        if entry.is_dir() {
            continue;
        }
        let path = entry.name().ok()?.into_owned();
        let mut text = String::new();
        if clutter_of(&path).is_none() {
            entry.take(limit).read_to_string(&mut text).ok()?;
        }
        found.push((path, text));
    }
    Some(found)
}
