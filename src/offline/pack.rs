//! A folder as the zip that is uploaded for it: the same bytes whenever the files are the same.
//!
//! It takes what is there as it is, links too: whether a policy may hold it is said by whoever unpacks it. Only what is too much is
//! refused here, unread.

use std::fs::{self, File};
use std::io::{self, Read as _};
use std::path::Path;

use zip::result::ZipError;

use crate::domain::bundle::limits::{MAX_BYTES, MAX_FILES};
use crate::domain::diagnostic::{Diagnostic, Fault};
use crate::offline::archive::Packer;
use crate::offline::folder::{Found, Kind, find_homes};
use crate::offline::source::SourceError;

/// The zip of what was found in `folder`.
///
/// # Errors
/// The file that cannot be read, or not be put into an archive; or that there is too much.
pub(super) fn pack(folder: &Path, found: &[Found]) -> Result<Vec<u8>, SourceError> {
    check_amount(folder, found)?;
    let mut packer = Packer::new();
    let mut room = MAX_BYTES.saturating_add(1);
    for file in found {
        let path = folder.join(&file.path);
        let name = file.path.to_str().ok_or_else(|| SourceError::NameNotUtf8(path.clone()))?;
        match file.kind {
            Kind::Other => return Err(SourceError::Special(path)),
            Kind::Link => {
                let target = fs::read_link(&path).map_err(SourceError::unreadable(&path))?;
                packer.add_link(name, &target.to_string_lossy()).map_err(not_packed(&path))?;
            }
            Kind::File => {
                let content = read(&path, room).map_err(SourceError::unreadable(&path))?;
                room = room.saturating_sub(content.len());
                packer.add(name, &content).map_err(not_packed(&path))?;
            }
        }
    }
    packer.finish().map_err(not_packed(folder))
}

fn check_amount(folder: &Path, found: &[Found]) -> Result<(), SourceError> {
    let too_much = |fault, message| Err(SourceError::Refused(Diagnostic::new(fault, message)));
    if found.len() > MAX_FILES {
        let message = format!(
            "the folder has {} files: at most {MAX_FILES} are allowed; {}",
            found.len(),
            advise(folder, found)
        );
        return too_much(Fault::TooManyFiles, message);
    }
    let size =
        |file: &Found| fs::symlink_metadata(folder.join(&file.path)).map_or(0, |metadata| metadata.len());
    let size = found.iter().map(size).fold(0, u64::saturating_add);
    if size > u64::try_from(MAX_BYTES).unwrap_or(u64::MAX) {
        let message = format!(
            "the folder holds {size} bytes: at most {MAX_BYTES} are allowed; {}",
            advise(folder, found)
        );
        return too_much(Fault::UnpackedTooLarge, message);
    }
    Ok(())
}

/// What to do about a folder that holds too much.
fn advise(folder: &Path, found: &[Found]) -> String {
    match find_homes(found).as_slice() {
        [first, second, more @ ..] => {
            let rest = if more.is_empty() { "" } else { " …" };
            let [first, second] = [first, second].map(|home| folder.join(home).display().to_string());
            format!("if it holds several policies, name the folder of each: `{first} {second}{rest}`")
        }
        _ => "move what is no part of the policy out of it, or name the `.rego` file alone".to_owned(),
    }
}

/// At most `room` bytes of a file.
pub(super) fn read(path: &Path, room: usize) -> io::Result<Vec<u8>> {
    let mut bytes = Vec::new();
    File::open(path)?.take(u64::try_from(room).unwrap_or(u64::MAX)).read_to_end(&mut bytes)?;
    Ok(bytes)
}

fn not_packed(path: &Path) -> impl FnOnce(ZipError) -> SourceError {
    let path = path.to_path_buf();
    |error| SourceError::Unreadable { path, cause: io::Error::other(error) }
}
