//! Policies from paths of the command line: a `.rego` file, a `.zip`, a bundle of OPA, a folder, or standard input.
//!
//! A source is found first and read when its turn comes, so that thousands of policies are never in memory at once.

use std::fs;
use std::io::{self, Read as _};
use std::path::{Path, PathBuf};

use thiserror::Error;

use crate::domain::bundle::limits::MAX_BYTES;
use crate::domain::bundle::{PolicyFormat, PolicyUpload, SINGLE_FILE};
use crate::domain::diagnostic::{self, Diagnostic, Fault};
use crate::offline::document::DocumentError;
use crate::offline::head::Head;
use crate::offline::{folder, opa_bundle, pack, tested};

/// How standard input is named on the command line.
const STDIN: &str = "-";

/// What `--help` says about paths.
pub const PATHS_HELP: &str = "\
A folder is one policy, with everything in it, if a `.rego` file lies directly in it. Otherwise its topmost folders with a `.rego` file \
are a policy each, if one has a `policy.rego`, if more than one defines `hook_result` or, where none does, if they share a package; if \
not, they are one policy together. Tests (`_test.rego`) are \
carried along but make no policy; cases (`cases/NAME/…`) are no part of it. What begins with a dot is left out. A `.tar.gz` is a bundle as `opa build` makes it.";

/// Where one policy lies.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Source {
    pub(super) place: Place,
}

#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum Place {
    Stdin,
    Rego(PathBuf),
    Zip(PathBuf),
    OpaBundle(PathBuf),
    Folder(PathBuf),
    /// A `.rego` file with its tests beside it: the folder, and the names of both.
    Tested(PathBuf, [PathBuf; 2]),
}

/// A policy as it was read.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Reading {
    /// As it would be uploaded.
    pub upload: PolicyUpload,
    /// What is odd about where it comes from.
    pub notes: Vec<String>,
}

/// Why there is no policy at a path, or none that can be read.
#[derive(Debug, Error)]
pub enum SourceError {
    /// The system does not let us.
    #[error("cannot read `{}`: {}", path.display(), explain(cause))]
    Unreadable {
        /// The file or folder.
        path: PathBuf,
        /// What the system says.
        cause: io::Error,
    },
    /// Rego by a name that no policy is loaded by.
    #[error("`{}` is never loaded, as its extension is not `.rego` in small letters: rename it to `{}`", .0.display(), .0.with_extension("rego").display())]
    Unloaded(PathBuf),
    /// A file of another kind, or without an extension.
    #[error("`{}` is no policy: name a `.rego` file, a `.zip`, a bundle of OPA (`.tar.gz`), a folder, or `-` for standard input", .0.display())]
    NotAPolicy(PathBuf),
    /// A file of tests.
    #[error("`{}` holds tests, which are no policy by themselves: name the folder it lies in", .0.display())]
    OnlyTests(PathBuf),
    /// A folder without Rego.
    #[error("no policy in `{}`: there is no `.rego` file in it or below (tests and what begins with a dot do not count)", .0.display())]
    Empty(PathBuf),
    /// Something a zip cannot hold.
    #[error("`{}` is neither a file nor a folder: remove it from the policy", .0.display())]
    Special(PathBuf),
    /// More than a policy may hold, or a bundle that cannot be one: the author's fault, and not ours that it is not read.
    #[error("{0}")]
    Refused(Diagnostic),
    /// A document of a case that is none.
    #[error("`{}`: {cause}", path.display())]
    Document {
        /// The file.
        path: PathBuf,
        /// What is wrong with it.
        cause: DocumentError,
    },
    /// A name that is no text.
    #[error("the name of `{}` is not UTF-8: rename it", .0.display())]
    NameNotUtf8(PathBuf),
}

impl SourceError {
    pub(super) fn unreadable(path: &Path) -> impl Fn(io::Error) -> Self {
        let path = path.to_path_buf();
        move |cause| Self::Unreadable { path: path.clone(), cause }
    }
}

/// What the system says, as a part of a sentence.
fn explain(cause: &io::Error) -> String {
    let text = cause.to_string();
    let text = text.split(" (os error").next().unwrap_or_default();
    let mut letters = text.chars();
    letters.next().map(|first| first.to_lowercase().chain(letters).collect()).unwrap_or_default()
}

impl Source {
    /// The policies at `path`, by name.
    ///
    /// # Errors
    /// When there is none.
    pub fn list(path: &Path) -> Result<Vec<Self>, SourceError> {
        if path == Path::new(STDIN) {
            return Ok(vec![Self { place: Place::Stdin }]);
        }
        let metadata = fs::metadata(path).map_err(SourceError::unreadable(path))?;
        if metadata.is_dir() {
            return list_folder(path);
        }
        let place = match path.to_path_buf() {
            path if !metadata.is_file() => return Err(SourceError::NotAPolicy(path)),
            path if folder::is_test(&path) => return Err(SourceError::OnlyTests(path)),
            path if folder::is_policy(&path) => Place::Rego(path),
            path if folder::has_extension(&path, "zip") => Place::Zip(path),
            path if opa_bundle::is_one(&path) => Place::OpaBundle(path),
            path if folder::is_unloaded(&path) => return Err(SourceError::Unloaded(path)),
            path => return Err(SourceError::NotAPolicy(path)),
        };
        Ok(vec![Self { place }])
    }

    /// The policy as it would be uploaded.
    ///
    /// # Errors
    /// When it cannot be read, or is larger than any policy may be.
    pub fn read(&self) -> Result<PolicyUpload, SourceError> {
        self.read_with_notes().map(|reading| reading.upload)
    }

    /// As [`Self::read`], and what is odd about where it comes from.
    ///
    /// # Errors
    /// When it cannot be read, or is larger than any policy may be.
    pub fn read_with_notes(&self) -> Result<Reading, SourceError> {
        let mut notes = Vec::new();
        let (format, bytes) = match &self.place {
            Place::Stdin => (PolicyFormat::Rego, read_stdin()?),
            Place::Rego(path) => (PolicyFormat::Rego, read_file(path)?),
            Place::Zip(path) => (PolicyFormat::Zip, read_file(path)?),
            Place::Folder(path) => {
                let files = list_policy_files(path)?;
                notes = tell_unloaded(&files);
                (PolicyFormat::Zip, pack::pack(path, &files)?)
            }
            Place::Tested(folder, names) => (PolicyFormat::Zip, pack::pack(folder, &folder::files(names))?),
            Place::OpaBundle(path) => {
                let repacked = opa_bundle::repack(&read_file(path)?).map_err(SourceError::Refused)?;
                notes = repacked.notes;
                (PolicyFormat::Zip, repacked.zip)
            }
        };
        Ok(Reading { upload: PolicyUpload { format, bytes }, notes })
    }

    /// Its name for people.
    pub fn name(&self) -> String {
        match &self.place {
            Place::Stdin => "stdin".to_owned(),
            Place::Rego(path) | Place::Zip(path) | Place::OpaBundle(path) | Place::Folder(path) => {
                path.display().to_string()
            }
            Place::Tested(folder, [policy, _]) => folder.join(policy).display().to_string(),
        }
    }

    /// A message about the policy, with its name from here where it speaks of it as it is called once it is uploaded.
    pub fn reword(&self, message: &str) -> String {
        match &self.place {
            Place::Stdin | Place::Rego(_) => {
                message.replace(&format!("`{SINGLE_FILE}`"), &format!("`{}`", self.name()))
            }
            Place::Zip(_) | Place::OpaBundle(_) | Place::Folder(_) | Place::Tested(..) => message.to_owned(),
        }
    }

    /// The file that the policy calls `file`, if it lies here as it is: not in an archive, nor on standard input.
    pub fn find_file(&self, file: &str) -> Option<PathBuf> {
        match &self.place {
            Place::Rego(path) => Some(path.clone()),
            Place::Folder(folder) | Place::Tested(folder, _) => Some(folder.join(file)),
            Place::Stdin | Place::Zip(_) | Place::OpaBundle(_) => None,
        }
    }

    /// A place in the policy, as it is seen from here.
    pub fn here(&self, place: &diagnostic::Place) -> diagnostic::Place {
        diagnostic::Place { file: self.locate(&place.file), ..*place }
    }

    /// The path from here of a file that the policy calls `file`.
    pub fn locate(&self, file: &str) -> String {
        match &self.place {
            // Where it is uploaded it has another name.
            Place::Stdin | Place::Rego(_) => self.name(),
            Place::Zip(path) | Place::OpaBundle(path) | Place::Folder(path) | Place::Tested(path, _) => {
                path.join(file).display().to_string()
            }
        }
    }
}

fn list_folder(path: &Path) -> Result<Vec<Source>, SourceError> {
    let files = list_files(path)?;
    let folders = folder::find_policies(&files, |file| read_head(&path.join(file)));
    if folders.is_empty() {
        let unloaded = files.into_iter().find(|file| folder::is_unloaded(&file.path));
        return Err(match unloaded {
            Some(file) => SourceError::Unloaded(path.join(file.path)),
            None => SourceError::Empty(path.to_path_buf()),
        });
    }
    let below = |folder: PathBuf| {
        // Joined with an empty path it would end in a slash.
        if folder.as_os_str().is_empty() { path.to_path_buf() } else { path.join(folder) }
    };
    Ok(folders.into_iter().map(|folder| Source { place: Place::Folder(below(folder)) }).collect())
}

/// What a file begins with; one that cannot be read is told of when its policy is.
fn read_head(path: &Path) -> Head {
    // Nothing is read through a link, and a pipe would never end.
    let is_file = fs::symlink_metadata(path).is_ok_and(|metadata| metadata.is_file());
    let bytes = if is_file { pack::read(path, MAX_BYTES).unwrap_or_default() } else { Vec::new() };
    Head::of(&String::from_utf8_lossy(&bytes))
}

/// A note for each file that looks as if it were Rego and will never run.
fn tell_unloaded(files: &[folder::Found]) -> Vec<String> {
    let tell = |path: &Path| {
        let renamed = path.with_extension("rego");
        format!(
            "`{}` is never loaded, as its extension is not `.rego` in small letters: rename it to `{}`",
            path.display(),
            renamed.display()
        )
    };
    let files = files.iter().map(|file| file.path.as_path());
    files.filter(|path| folder::is_unloaded(path)).map(tell).collect()
}

/// The files of a folder that is a policy. Its cases are about it and not of it: plans would soon be more than a policy may hold.
fn list_policy_files(folder: &Path) -> Result<Vec<folder::Found>, SourceError> {
    let mut files = list_files(folder)?;
    files.retain(|file| !tested::is_of_case(&file.path));
    Ok(files)
}

pub(super) fn list_files(folder: &Path) -> Result<Vec<folder::Found>, SourceError> {
    folder::walk(folder).map_err(|(path, cause)| SourceError::Unreadable { path, cause })
}

fn read_file(path: &Path) -> Result<Vec<u8>, SourceError> {
    let unreadable = SourceError::unreadable(path);
    let size = fs::metadata(path).map_err(&unreadable)?.len();
    if size > u64::try_from(MAX_BYTES).unwrap_or(u64::MAX) {
        return Err(too_large(&format!("is {size} bytes")));
    }
    // A file that has grown since is cut where its size refuses it.
    pack::read(path, MAX_BYTES.saturating_add(1)).map_err(unreadable)
}

fn read_stdin() -> Result<Vec<u8>, SourceError> {
    let mut bytes = Vec::new();
    let most = u64::try_from(MAX_BYTES).unwrap_or(u64::MAX);
    let read = io::stdin().lock().take(most.saturating_add(1)).read_to_end(&mut bytes);
    match read.map_err(SourceError::unreadable(Path::new(STDIN)))? {
        length if length > MAX_BYTES => Err(too_large("goes on")),
        _ => Ok(bytes),
    }
}

fn too_large(size: &str) -> SourceError {
    let message = format!("the policy {size}: at most {MAX_BYTES} bytes are allowed");
    SourceError::Refused(Diagnostic::new(Fault::TooLarge, message))
}
