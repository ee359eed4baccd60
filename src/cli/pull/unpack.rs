//! A policy as a folder. A new folder appears whole or not at all; in one that is there, each file does.

use std::collections::BTreeSet;
use std::path::Path;

use anyhow::Result;

use crate::cli::output::{write_files, write_folder};
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
    if folder.exists() {
        write_files(folder, &files)?;
        return Ok(find_others(folder, &files));
    }
    write_folder(folder, &files).map(|()| Vec::new())
}

fn find_others(folder: &Path, files: &[ArchivedFile]) -> Vec<String> {
    let ours: BTreeSet<&str> = files.iter().map(|file| file.path.as_str()).collect();
    // A folder that cannot be read as a policy is told of by whoever reads it as one.
    let there = Source::list(folder).ok().and_then(|mut found| found.pop()?.read().ok());
    let there = there.and_then(|upload| archive::list_files(&upload.bytes).ok()).unwrap_or_default();
    there.into_iter().map(|file| file.path).filter(|path| !ours.contains(path.as_str())).collect()
}
