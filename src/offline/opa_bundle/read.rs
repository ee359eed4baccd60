//! The entries of a `tar.gz`, read within the limits of a policy: what would unpack to more is given up on the way.

use std::collections::HashSet;
use std::io::{self, Read};

use flate2::read::MultiGzDecoder;
use tar::{Archive, Entry};

use crate::domain::bundle::limits::{MAX_BYTES, MAX_FILES};
use crate::domain::diagnostic::{Diagnostic, Fault};
use crate::offline::archive::ArchivedFile;

/// More than the tar of any policy: the files, with room for headers, folders and long names.
const MAX_TAR: usize = MAX_BYTES.saturating_mul(2);

/// The files of a bundle, the hidden ones too, as they come.
pub(super) fn read(bundle: &[u8]) -> Result<Vec<ArchivedFile>, Diagnostic> {
    let most = u64::try_from(MAX_TAR).unwrap_or(u64::MAX);
    let mut archive = Archive::new(MultiGzDecoder::new(bundle).take(most));
    let files = read_entries(&mut archive);
    // To the end: only there is the checksum.
    let mut rest = archive.into_inner();
    let drained = io::copy(&mut rest, &mut io::sink());
    // What was cut off at the limit may look broken, or, worse, whole.
    if rest.limit() == 0 {
        return Err(too_large());
    }
    let files = files?;
    drained.map_err(|cause| unreadable(&cause))?;
    Ok(files)
}

fn read_entries(archive: &mut Archive<impl Read>) -> Result<Vec<ArchivedFile>, Diagnostic> {
    let (mut files, mut seen, mut room) = (Vec::new(), HashSet::new(), MAX_BYTES);
    for entry in archive.entries().map_err(|cause| unreadable(&cause))? {
        let entry = entry.map_err(|cause| unreadable(&cause))?;
        let kind = entry.header().entry_type();
        let path = path_of(&entry)?;
        // Some tools write headers that hold for all entries as an entry of their own.
        if kind.is_dir() || kind.is_pax_global_extensions() {
            continue;
        }
        if !(kind.is_file() || kind.is_contiguous()) || path.is_empty() {
            let message = format!("`{path}` is not a file: links and other special entries are not allowed");
            return Err(Diagnostic::new(Fault::ForbiddenEntry, message));
        }
        if !seen.insert(path.clone()) {
            return Err(Diagnostic::new(Fault::DuplicateName, format!("the bundle has `{path}` twice")));
        }
        let content = read_content(entry, room)?;
        room = room.checked_sub(content.len()).ok_or_else(too_large)?;
        files.push(ArchivedFile { path, content });
        // The manifest and the signatures are no files of the policy.
        if files.len() > MAX_FILES.saturating_add(2) {
            let message = format!("the bundle has more than {MAX_FILES} files");
            return Err(Diagnostic::new(Fault::TooManyFiles, message));
        }
    }
    Ok(files)
}

/// The path of an entry from the bundle's root; `opa build` begins it with a `/`, `tar` with `./`.
fn path_of(entry: &Entry<'_, impl Read>) -> Result<String, Diagnostic> {
    let bytes = entry.path_bytes();
    let Ok(mut path) = str::from_utf8(&bytes) else {
        let shown = String::from_utf8_lossy(&bytes).into_owned();
        return Err(Diagnostic::new(Fault::NotUtf8, format!("the path `{shown}` is not UTF-8")));
    };
    while let Some(rest) = path.strip_prefix("./").or_else(|| path.strip_prefix('/')) {
        path = rest;
    }
    Ok(path.to_owned())
}

fn read_content(entry: Entry<'_, impl Read>, room: usize) -> Result<Vec<u8>, Diagnostic> {
    let mut content = Vec::new();
    let most = u64::try_from(room).unwrap_or(u64::MAX).saturating_add(1);
    entry.take(most).read_to_end(&mut content).map_err(|cause| unreadable(&cause))?;
    Ok(content)
}

fn unreadable(cause: &io::Error) -> Diagnostic {
    let message = format!("the bundle cannot be read as a `tar.gz`: {cause}");
    Diagnostic::new(Fault::UnreadableArchive, message)
}

fn too_large() -> Diagnostic {
    let message = format!("the bundle unpacks to more than {MAX_BYTES} bytes");
    Diagnostic::new(Fault::UnpackedTooLarge, message)
}
