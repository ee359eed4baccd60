//! Zips: written so that the same files always give the same bytes, and read again for those who unpack them.
//!
//! Whether a policy may hold a file is said by the evaluators; the reader only keeps to the limits, and inside the folder.

use std::collections::HashSet;
use std::io::{self, Cursor, Read as _, Write as _};
use std::path::{Component, Path};

use thiserror::Error;
use zip::result::{ZipError, ZipResult};
use zip::write::SimpleFileOptions;
use zip::{CompressionMethod, DateTime, ZipArchive, ZipWriter};

use crate::domain::bundle::limits::{MAX_BYTES, MAX_FILES};

/// A file of an archive.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ArchivedFile {
    /// Relative, `/` between parts.
    pub path: String,
    /// Its bytes.
    pub content: Vec<u8>,
}

/// Why a zip cannot be unpacked.
#[derive(Debug, Error)]
pub enum ArchiveError {
    /// It is none, or broken.
    #[error("the archive cannot be read: {0}")]
    Unreadable(ZipError),
    /// A file that would land elsewhere, or is none.
    #[error("the archive has an entry that is not unpacked: `{0}`")]
    Entry(String),
    /// Over the limits of a policy.
    #[error("the archive holds more than a policy may: at most {MAX_FILES} files and {MAX_BYTES} bytes")]
    TooMuch,
}

/// The zip of `files`: the same bytes in whatever order they come.
///
/// # Errors
/// When two have one path.
pub fn pack(mut files: Vec<ArchivedFile>) -> io::Result<Vec<u8>> {
    files.sort_by(|a, b| Path::new(&a.path).cmp(Path::new(&b.path)));
    let mut packer = Packer::new();
    files.iter().try_for_each(|file| packer.add(&file.path, &file.content))?;
    Ok(packer.finish()?)
}

/// The files of a zip, in the order in which [`pack`] puts them.
///
/// # Errors
/// When it cannot be read, is too large, or holds what must not be unpacked.
pub fn list_files(zip: &[u8]) -> Result<Vec<ArchivedFile>, ArchiveError> {
    let mut archive = ZipArchive::new(Cursor::new(zip)).map_err(ArchiveError::Unreadable)?;
    let (mut files, mut seen, mut room) = (Vec::new(), HashSet::new(), MAX_BYTES);
    for index in 0..archive.len() {
        let entry = archive.by_index(index).map_err(ArchiveError::Unreadable)?;
        if entry.is_dir() {
            continue;
        }
        let path = entry.name().map_err(ArchiveError::Unreadable)?.into_owned();
        if !entry.is_file() || !is_inside(&path) || !seen.insert(path.clone()) {
            return Err(ArchiveError::Entry(path));
        }
        let mut content = Vec::new();
        let most = u64::try_from(room).unwrap_or(u64::MAX).saturating_add(1);
        let read = entry.take(most).read_to_end(&mut content);
        read.map_err(|cause| ArchiveError::Unreadable(cause.into()))?;
        room = room.checked_sub(content.len()).ok_or(ArchiveError::TooMuch)?;
        files.push(ArchivedFile { path, content });
        if files.len() > MAX_FILES {
            return Err(ArchiveError::TooMuch);
        }
    }
    files.sort_by(|a, b| Path::new(&a.path).cmp(Path::new(&b.path)));
    Ok(files)
}

/// Whether `path`, joined to a folder, stays in it, on any system.
fn is_inside(path: &str) -> bool {
    let is_plain = |part: Component<'_>| matches!(part, Component::Normal(_));
    !path.is_empty()
        && !path.contains(['\\', ':'])
        && !path.chars().any(char::is_control)
        && Path::new(path).components().all(is_plain)
}

/// Writes a zip, entry by entry.
pub(super) struct Packer {
    writer: ZipWriter<Cursor<Vec<u8>>>,
}

impl Packer {
    pub(super) fn new() -> Self {
        Self { writer: ZipWriter::new(Cursor::new(Vec::new())) }
    }

    pub(super) fn add(&mut self, path: &str, content: &[u8]) -> ZipResult<()> {
        self.writer.start_file(path, options())?;
        Ok(self.writer.write_all(content)?)
    }

    pub(super) fn add_link(&mut self, path: &str, target: &str) -> ZipResult<()> {
        self.writer.add_symlink(path, target, options())
    }

    pub(super) fn finish(self) -> ZipResult<Vec<u8>> {
        Ok(self.writer.finish()?.into_inner())
    }
}

/// Without times and modes of the files: they say nothing about the policy and would change its digest.
fn options() -> SimpleFileOptions {
    let options = SimpleFileOptions::default().compression_method(CompressionMethod::Deflated);
    options.last_modified_time(DateTime::default()).unix_permissions(0o644)
}

#[cfg(test)]
mod tests {
    use proptest::collection::vec;
    use proptest::prelude::*;
    use proptest::sample::Index;

    use super::{ArchiveError, ArchivedFile, Packer, list_files, pack};
    use crate::domain::bundle::limits::{MAX_BYTES, MAX_FILES};

    fn file(path: &str, content: &str) -> ArchivedFile {
        ArchivedFile { path: path.to_owned(), content: content.into() }
    }

    #[test]
    fn what_was_packed_comes_back_whatever_its_order() {
        let (one, two) = (file("a-b/p.rego", "x"), file("a/p.rego", ""));
        let packed = pack(vec![one.clone(), two.clone()]).unwrap();
        assert_eq!(packed, pack(vec![two.clone(), one.clone()]).unwrap());
        assert_eq!(list_files(&packed).unwrap(), [two, one]);
        assert!(pack(vec![file("a", ""), file("a", "")]).is_err());
    }

    #[track_caller]
    fn check_entry(path: &str) {
        let packed = pack(vec![file(path, "x")]).unwrap();
        assert!(matches!(list_files(&packed), Err(ArchiveError::Entry(_))), "{path}");
    }

    #[test]
    fn nothing_is_unpacked_elsewhere() {
        for path in ["../x", "/etc/x", "a/../../x", "a\\x", "C:x", "a\u{7}", ".."] {
            check_entry(path);
        }
        let mut packer = Packer::new();
        packer.add_link("x", "/etc/passwd").unwrap();
        assert!(matches!(list_files(&packer.finish().unwrap()), Err(ArchiveError::Entry(_))));
    }

    #[test]
    fn no_more_is_unpacked_than_a_policy_may_hold() {
        let full = "x".repeat(MAX_BYTES);
        assert!(list_files(&pack(vec![file("a", &full)]).unwrap()).is_ok());
        let over = pack(vec![file("a", &full), file("b", "x")]).unwrap();
        assert!(matches!(list_files(&over), Err(ArchiveError::TooMuch)));
        let many = (0..=MAX_FILES).map(|number| file(&number.to_string(), "")).collect();
        assert!(matches!(list_files(&pack(many).unwrap()), Err(ArchiveError::TooMuch)));
    }

    proptest! {
        #[test]
        fn whatever_is_broken_in_a_zip_it_is_refused_or_read(
            changes in vec((any::<Index>(), any::<u8>()), 1..8),
        ) {
            let mut bytes = pack(vec![file("a/policy.rego", "package policy"), file("b", "x")]).unwrap();
            for (at, byte) in changes {
                let at = at.index(bytes.len());
                bytes[at] = byte;
            }
            for file in list_files(&bytes).unwrap_or_default() {
                prop_assert!(super::is_inside(&file.path) && file.content.len() <= MAX_BYTES);
            }
        }
    }
}
