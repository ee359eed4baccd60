//! What was uploaded, one file or one zip, turned into a bundle. Hostile archives end here.
//!
//! The reader is strict on purpose: an archive that two tools could read in two ways is refused, so that what a
//! reviewer unpacks is what the gate runs. It never reads beyond the limits and writes no file.

mod agreement;
mod directory;
mod fields;
mod headers;
mod paths;
mod text;

#[cfg(any(test, fuzzing))]
pub(in crate::rego) mod raw;
#[cfg(test)]
mod tests;

use flate2::{Crc, Decompress, FlushDecompress, Status};

use self::headers::{Entry, Method};
use crate::domain::bundle::limits::{MAX_BYTES, MAX_FILES};
use crate::domain::bundle::{
    Bundle, BundleFile, FileKind, PolicyFormat, PolicyUpload, SINGLE_FILE, clutter_of,
};
use crate::domain::diagnostic::{Diagnostic, Fault};

/// An archive can hold thousands of folders with bad names; this many faults are enough to mend it.
const MAX_DIAGNOSTICS: usize = 20;

/// How a zip begins: with its first entry, or with the end of an empty one.
const ZIP_MAGIC: [&[u8]; 2] = [b"PK\x03\x04", b"PK\x05\x06"];

/// The files of `upload`, if it keeps every rule for bundles.
///
/// # Errors
/// The faults of the first rule that is broken, one for each file that breaks it.
pub fn unpack(upload: &PolicyUpload) -> Result<Bundle, Vec<Diagnostic>> {
    let bundle = unpack_tested(upload)?;
    if !bundle.files.iter().any(|file| file.kind() == FileKind::Rego) {
        let message = "the archive has no policy: at least one file must end in `.rego` (tests do not count)";
        return Err(vec![Diagnostic::new(Fault::NoPolicy, message)]);
    }
    Ok(bundle)
}

/// The same for whoever runs its tests: there may be nothing else in it.
///
/// # Errors
/// The faults of the first rule that is broken, one for each file that breaks it.
pub fn unpack_tested(upload: &PolicyUpload) -> Result<Bundle, Vec<Diagnostic>> {
    let size = upload.bytes.len();
    if size > MAX_BYTES {
        let message = format!("the policy is {size} bytes: at most {MAX_BYTES} are allowed");
        return Err(vec![Diagnostic::new(Fault::TooLarge, message)]);
    }
    let is_zip = ZIP_MAGIC.iter().any(|magic| upload.bytes.starts_with(magic));
    match (upload.format, is_zip) {
        (PolicyFormat::Rego, false) => unpack_single(&upload.bytes),
        (PolicyFormat::Zip, true) => unpack_zip(&upload.bytes),
        (PolicyFormat::Rego, true) => Err(mismatch(
            "the policy was sent as one `.rego` file, but it is a zip archive: send it as `.zip`",
        )),
        (PolicyFormat::Zip, false) => {
            Err(mismatch("the policy was sent as a zip archive, but it does not begin like one"))
        }
    }
}

fn mismatch(message: &str) -> Vec<Diagnostic> {
    vec![Diagnostic::new(Fault::FormatMismatch, message)]
}

fn unpack_single(bytes: &[u8]) -> Result<Bundle, Vec<Diagnostic>> {
    let text = text::parse(SINGLE_FILE, bytes).map_err(|fault| vec![fault])?;
    Ok(Bundle { files: vec![BundleFile { path: SINGLE_FILE.to_owned(), text }] })
}

fn unpack_zip(bytes: &[u8]) -> Result<Bundle, Vec<Diagnostic>> {
    let entries = headers::parse(bytes).map_err(|fault| vec![fault])?;
    check_sizes(&entries).map_err(|fault| vec![fault])?;
    let paths = all(entries.iter().map(|entry| paths::parse(entry.name)))?;
    none(paths::find_duplicates(&paths))?;
    let files = all(entries.iter().zip(paths).map(|(entry, path)| read(entry, path)))?;
    let mut files: Vec<_> = files.into_iter().flatten().collect();
    agreement::check(bytes, &files).map_err(|fault| vec![fault])?;
    files.sort_by(|a, b| a.path.cmp(&b.path));
    Ok(Bundle { files })
}

/// INVARIANT: after this, the sizes that the headers promise add up to no more than a bundle may hold.
fn check_sizes(entries: &[Entry<'_>]) -> Result<(), Diagnostic> {
    let size = entries.iter().fold(0_usize, |sum, entry| sum.saturating_add(entry.size));
    if size > MAX_BYTES {
        let message = format!("the archive unpacks to {size} bytes: at most {MAX_BYTES} are allowed");
        return Err(Diagnostic::new(Fault::UnpackedTooLarge, message));
    }
    let is_counted =
        |entry: &&Entry<'_>| !entry.is_folder() && !is_clutter(&String::from_utf8_lossy(entry.name));
    let files = entries.iter().filter(is_counted).count();
    if files > MAX_FILES {
        let message = format!("the archive has {files} files: at most {MAX_FILES} are allowed");
        return Err(Diagnostic::new(Fault::TooManyFiles, message));
    }
    Ok(())
}

/// The file that `entry` holds; nothing for a folder.
fn read(entry: &Entry<'_>, path: String) -> Result<Option<BundleFile>, Diagnostic> {
    let content = unpack_entry(entry).ok_or_else(|| {
        let message = format!(
            "`{}` cannot be unpacked: its content does not have the size and checksum of its headers",
            paths::shown(&path)
        );
        Diagnostic::new(Fault::UnreadableArchive, message)
    })?;
    if !entry.is_folder() {
        let text = if is_clutter(&path) { String::new() } else { text::parse(&path, &content)? };
        return Ok(Some(BundleFile { path, text }));
    }
    if content.is_empty() {
        return Ok(None);
    }
    let message = format!("`{}` is a folder with content of its own", paths::shown(&path));
    Err(Diagnostic::new(Fault::ForbiddenEntry, message))
}

/// What is left out but for its name, so that it can be told: `rego::lint` does.
fn is_clutter(path: &str) -> bool {
    clutter_of(path).is_some()
}

fn unpack_entry(entry: &Entry<'_>) -> Option<Vec<u8>> {
    let content = match entry.method {
        Method::Stored => entry.packed.to_vec(),
        Method::Deflated => inflate(entry)?,
    };
    let mut crc = Crc::new();
    crc.update(&content);
    (content.len() == entry.size && crc.sum() == entry.crc).then_some(content)
}

/// The content, if the compressed data ends exactly where the headers say: anything behind it is another file to a
/// tool that reads archives from front to back.
fn inflate(entry: &Entry<'_>) -> Option<Vec<u8>> {
    // The capacity is the limit: nothing is unpacked beyond it. One byte more lets an empty content end.
    let mut content = Vec::with_capacity(entry.size.saturating_add(1));
    let mut stream = Decompress::new(false);
    let status = stream.decompress_vec(entry.packed, &mut content, FlushDecompress::Finish).ok()?;
    let all_used = usize::try_from(stream.total_in()) == Ok(entry.packed.len());
    (status == Status::StreamEnd && all_used).then_some(content)
}

fn all<T>(results: impl Iterator<Item = Result<T, Diagnostic>>) -> Result<Vec<T>, Vec<Diagnostic>> {
    let (mut values, mut faults) = (Vec::new(), Vec::new());
    for result in results {
        match result {
            Ok(value) => values.push(value),
            Err(fault) => faults.push(fault),
        }
    }
    none(faults).map(|()| values)
}

fn none(mut faults: Vec<Diagnostic>) -> Result<(), Vec<Diagnostic>> {
    faults.truncate(MAX_DIAGNOSTICS);
    if faults.is_empty() { Ok(()) } else { Err(faults) }
}
