//! `hookgate bundle --verify`: whether an archive would be accepted, and whether it is the one of a policy at hand.

use std::collections::BTreeMap;
use std::io::Write;
use std::path::Path;

use anyhow::{Context as _, Result, bail};

use super::{check, list_files, tell};
use crate::cli::lint::Accepted;
use crate::cli::plain::plain;
use crate::cli::policy::{self, Rules};
use crate::cli::{ExitStatus, Surroundings};
use crate::domain::bundle::clutter_of;
use crate::offline::archive::{self, ArchivedFile};

pub(super) async fn run<O: Write, E: Write>(
    (zip, path): (&Path, Option<&Path>),
    rules: &Rules,
    surroundings: &mut Surroundings<O, E>,
) -> Result<ExitStatus> {
    // A folder and a bundle of OPA would be packed first, and be what they should by themselves.
    if zip.is_dir() || zip.extension().is_none_or(|extension| extension != "zip") {
        bail!("`{}` is not a `.zip`", zip.display());
    }
    let Some(Accepted { upload, .. }) = check(zip, rules, &mut surroundings.err).await? else {
        return Ok(ExitStatus::Refused);
    };
    let (files, out) = (list_files(&upload)?, &mut surroundings.out);
    tell(out, &zip.display().to_string(), (&upload.bytes, files.len()))?;
    let Some(path) = path else {
        writeln!(out, "every check of registration accepts it")?;
        return Ok(ExitStatus::Fine);
    };
    let wanted = list_files(&policy::find_one(path)?.read()?)?;
    let differences = compare((zip, &files), (path, &wanted));
    if !differences.is_empty() {
        differences.iter().try_for_each(|line| writeln!(out, "{}", plain(line)))?;
        return Ok(ExitStatus::Refused);
    }
    if archive::pack(wanted).context("the policy cannot be packed")? == upload.bytes {
        writeln!(out, "it is what `{}` gives, byte for byte", path.display())?;
    } else {
        writeln!(
            out,
            "it holds the files of `{}`, packed by another tool: its digest differs",
            path.display()
        )?;
    }
    Ok(ExitStatus::Fine)
}

/// A line for each file that only one of them has, or that differs; what systems leave in archives is no difference.
fn compare((zip, packed): (&Path, &[ArchivedFile]), (path, wanted): (&Path, &[ArchivedFile])) -> Vec<String> {
    let by_path = |files: &[ArchivedFile]| -> BTreeMap<String, Vec<u8>> {
        let made = files.iter().filter(|file| clutter_of(&file.path).is_none());
        made.map(|file| (file.path.clone(), file.content.clone())).collect()
    };
    let (packed, mut missing) = (by_path(packed), by_path(wanted));
    let mut lines = Vec::new();
    for (file, content) in packed {
        match missing.remove(&file) {
            None => lines.push(format!("only in `{}`: {file}", zip.display())),
            Some(other) if other != content => lines.push(format!("differs: {file}")),
            Some(_) => {}
        }
    }
    lines.extend(missing.keys().map(|file| format!("only in `{}`: {file}", path.display())));
    lines
}
