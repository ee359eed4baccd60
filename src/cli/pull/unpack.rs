//! A policy as a folder. A new folder appears whole or not at all; in one that is there, each file does.

use std::collections::BTreeSet;
use std::fs;
use std::io;
use std::path::{Path, PathBuf};

use anyhow::{Context as _, Result};

use crate::cli::output::write_whole;
use crate::domain::bundle::{PolicyFormat, PolicyUpload, SINGLE_FILE};
use crate::offline::archive::{self, ArchivedFile};
use crate::offline::source::Source;

/// Writes the files of `upload` into `folder`; gives those that are there and not of the policy, but would be pushed with it.
pub(super) fn write(folder: &Path, upload: &PolicyUpload) -> Result<Vec<String>> {
    let files = match upload.format {
        PolicyFormat::Zip => archive::list_files(&upload.bytes)?,
        PolicyFormat::Rego => {
            vec![ArchivedFile { path: SINGLE_FILE.to_owned(), content: upload.bytes.clone() }]
        }
    };
    let unwritten = || format!("cannot write `{}`", folder.display());
    if folder.exists() {
        write_files(folder, &files)?;
        return Ok(find_others(folder, &files));
    }
    let part = part_of(folder).with_context(unwritten)?;
    let written = write_files(&part, &files).and_then(|()| fs::rename(&part, folder).with_context(unwritten));
    if written.is_err() {
        // It may not be there at all.
        drop(fs::remove_dir_all(&part));
    }
    written.map(|()| Vec::new())
}

/// Where a folder is made before it gets its name; nobody else makes one there.
fn part_of(folder: &Path) -> io::Result<PathBuf> {
    let name = folder.file_name().ok_or(io::ErrorKind::InvalidFilename)?;
    let part = folder.with_file_name(format!(".{}.{}.part", name.to_string_lossy(), std::process::id()));
    fs::create_dir(&part)?;
    Ok(part)
}

fn write_files(folder: &Path, files: &[ArchivedFile]) -> Result<()> {
    for file in files {
        let path = folder.join(&file.path);
        if let Some(above) = path.parent() {
            fs::create_dir_all(above).with_context(|| format!("cannot make `{}`", above.display()))?;
        }
        write_whole(&path, &file.content)?;
    }
    Ok(())
}

fn find_others(folder: &Path, files: &[ArchivedFile]) -> Vec<String> {
    let ours: BTreeSet<&str> = files.iter().map(|file| file.path.as_str()).collect();
    // A folder that cannot be read as a policy is told of by whoever reads it as one.
    let there = Source::list(folder).ok().and_then(|mut found| found.pop()?.read().ok());
    let there = there.and_then(|upload| archive::list_files(&upload.bytes).ok()).unwrap_or_default();
    there.into_iter().map(|file| file.path).filter(|path| !ours.contains(path.as_str())).collect()
}
