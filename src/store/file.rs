//! The file of an SQLite database as the file system has it: whether it can be used, whether it is still there, and who else serves it.
//!
//! The file itself is never opened here: to close it again would release every lock that SQLite holds on it in this process.

use std::fs::{self, File, OpenOptions, TryLockError};
use std::io;
use std::os::unix::fs::{MetadataExt as _, OpenOptionsExt as _};
use std::path::{Path, PathBuf};
use std::sync::Arc;

use crate::store::StoreError;

/// What is done about a database that is not there.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum IfMissing {
    /// It is made, as servers do.
    Make,
    /// It is an error: who only reads has mistaken its name.
    Refuse,
}

/// The file, as it was when it was opened.
#[derive(Debug, Clone)]
pub(super) struct DatabaseFile {
    path: PathBuf,
    /// Device and inode: the same path may lead to another file later.
    identity: (u64, u64),
    /// Held while this process serves the database.
    serving: Option<Arc<File>>,
}

impl DatabaseFile {
    /// The file at `path`, which is made if it is not there and may be.
    ///
    /// # Errors
    /// Says what is in the way, and what to do.
    pub(super) fn find(path: &Path, if_missing: IfMissing) -> Result<Self, StoreError> {
        let found = match fs::metadata(path) {
            Err(cause) if cause.kind() == io::ErrorKind::NotFound => make(path, if_missing)?,
            found => found.map_err(|cause| StoreError::file(path, format!("cannot be read: {cause}")))?,
        };
        if found.is_dir() {
            return Err(StoreError::file(path, "is a folder: name a file in it"));
        }
        Ok(Self { path: path.to_owned(), identity: identity(&found), serving: None })
    }

    /// Fails when the file is no longer where it was: what is written now would be lost.
    pub(super) fn check(&self) -> Result<(), StoreError> {
        match fs::metadata(&self.path) {
            Ok(found) if identity(&found) == self.identity => Ok(()),
            _ => Err(StoreError::taken_away(&self.path)),
        }
    }

    /// Notes that this process serves the database, for as long as the answer lives; whether another one does, too.
    pub(super) fn serve(&mut self) -> Result<bool, StoreError> {
        let mut name = self.path.clone().into_os_string();
        name.push("-serving");
        let unusable = |cause| StoreError::file(Path::new(&name), format!("cannot be written: {cause}"));
        let file = OpenOptions::new().create(true).append(true).mode(0o600).open(&name).map_err(unusable)?;
        let is_alone = match file.try_lock() {
            Ok(()) => true,
            Err(TryLockError::WouldBlock) => false,
            Err(TryLockError::Error(cause)) => return Err(unusable(cause)),
        };
        // Shared from now on, so that the next one sees all of them.
        file.lock_shared().map_err(unusable)?;
        self.serving = Some(Arc::new(file));
        Ok(!is_alone)
    }

    /// What SQLite says by its number `code`, said of this file.
    pub(super) fn explain(&self, code: u32, said: &str) -> Option<StoreError> {
        let reason = match code & 0xFF {
            8 => "is read-only, or its folder is: the server must be able to write both".to_owned(),
            14 => "cannot be opened: the server must be able to read and write it and its folder".to_owned(),
            26 => "is no SQLite database: name another file".to_owned(),
            11 => format!("is damaged ({said}): restore it from a copy"),
            _ => return None,
        };
        Some(StoreError::file(&self.path, reason))
    }
}

fn identity(found: &fs::Metadata) -> (u64, u64) {
    (found.dev(), found.ino())
}

/// An empty file, which only its owner can read: it will hold inputs, and the key of links.
fn make(path: &Path, if_missing: IfMissing) -> Result<fs::Metadata, StoreError> {
    if if_missing == IfMissing::Refuse {
        return Err(StoreError::file(path, "is not there: name the one that `hookgate serve` has"));
    }
    let made = OpenOptions::new().write(true).create_new(true).mode(0o600).open(path);
    match made.and_then(|file| file.metadata()) {
        // Another server was faster.
        Err(cause) if cause.kind() == io::ErrorKind::AlreadyExists => {
            fs::metadata(path).map_err(|cause| StoreError::file(path, format!("cannot be read: {cause}")))
        }
        Err(cause) if cause.kind() == io::ErrorKind::NotFound => {
            let folder = path.parent().unwrap_or(Path::new(".")).display().to_string();
            Err(StoreError::file(
                path,
                format!("cannot be made: there is no folder `{folder}`: make it first"),
            ))
        }
        made => {
            made.map_err(|cause| StoreError::file(path, format!("cannot be made in its folder: {cause}")))
        }
    }
}
