//! The folder in which commands keep what must not get lost (XDG base directories). Only its owner may look into it: what is kept
//! there names command lines.

use std::fs::{DirBuilder, OpenOptions};
use std::io;
use std::os::unix::fs::{DirBuilderExt as _, OpenOptionsExt as _};
use std::path::{Path, PathBuf};

use crate::cli::server::find;

/// The folder; none for somebody without a home.
pub(super) fn folder(environment: &[(String, String)]) -> Option<PathBuf> {
    // The specification says that a relative path is not to be used.
    let state = find(environment, "XDG_STATE_HOME").map(PathBuf::from).filter(|path| path.is_absolute());
    let state = state.or_else(|| find(environment, "HOME").map(|home| Path::new(&home).join(".local/state")));
    state.map(|state| state.join("hookgate"))
}

/// Makes a folder with all above it, for its owner.
pub(super) fn make(folder: &Path) -> io::Result<()> {
    DirBuilder::new().recursive(true).mode(0o700).create(folder)
}

/// Opens a file in it to write, for its owner.
pub(super) fn open(options: &mut OpenOptions, path: &Path) -> io::Result<std::fs::File> {
    options.mode(0o600).open(path)
}
