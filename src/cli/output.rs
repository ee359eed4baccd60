//! What a command leaves behind: files and folders that are written whole or not at all, or standard output where nobody looks on.

use std::fmt::Display;
use std::fs::{self, File};
use std::io::{self, BufWriter, IsTerminal as _, Write};
use std::path::Path;

use anyhow::{Context as _, Result, bail};
use serde::Serialize;

use crate::offline::archive::ArchivedFile;

/// How standard output is named on the command line.
const STDOUT: &str = "-";

/// Whether `path` stands for standard output.
pub(super) fn is_stdout(path: &Path) -> bool {
    path == Path::new(STDOUT)
}

/// Writes to `out`, unless that is a terminal, which archives and unasked texts upset.
pub(super) fn write_stdout(out: &mut dyn Write, bytes: &[u8]) -> Result<()> {
    if io::stdout().is_terminal() {
        bail!("standard output is a terminal: name a file, or send the output elsewhere");
    }
    out.write_all(bytes)?;
    Ok(out.flush()?)
}

/// Writes a file under another name first, so that nobody ever sees a part of it.
pub(super) fn write_whole(path: &Path, bytes: &[u8]) -> Result<()> {
    write_by(path, |part| write_part(part, bytes))
}

/// The same of a file that is there, which stays as readable and writable as it was.
pub(super) fn rewrite_whole(path: &Path, bytes: &[u8]) -> Result<()> {
    write_by(path, |part| {
        let permissions = fs::metadata(path)?.permissions();
        write_part(part, bytes)?;
        fs::set_permissions(part, permissions)
    })
}

/// Writes a file piece by piece: when that fails, what was there before stays.
pub(super) fn write_streamed(
    path: &Path,
    write: impl FnOnce(&mut BufWriter<File>) -> Result<()>,
) -> Result<()> {
    let mut failed = None;
    let written = write_by(path, |part| {
        let mut file = BufWriter::new(File::create_new(part)?);
        if let Err(cause) = write(&mut file) {
            failed = Some(cause);
            return Err(io::ErrorKind::Interrupted.into());
        }
        file.into_inner()?.sync_all()
    });
    failed.map_or(written, Err)
}

/// Writes a value as JSON for people and programs.
pub(super) fn write_json(out: &mut impl Write, value: &impl Serialize) -> Result<()> {
    Ok(writeln!(out, "{}", serde_json::to_string_pretty(value)?)?)
}

fn write_by(path: &Path, write: impl FnOnce(&Path) -> io::Result<()>) -> Result<()> {
    let name = path.file_name().with_context(|| format!("`{}` is not the name of a file", path.display()))?;
    let part = path.with_file_name(format!(".{}.{}.part", name.to_string_lossy(), std::process::id()));
    let written = write(&part).and_then(|()| fs::rename(&part, path));
    if written.is_err() {
        // It may not be there at all.
        drop(fs::remove_file(&part));
    }
    written.with_context(|| format!("cannot write `{}`", path.display()))
}

fn write_part(part: &Path, bytes: &[u8]) -> io::Result<()> {
    let mut file = File::create_new(part)?;
    file.write_all(bytes)?;
    file.sync_all()
}

/// Makes a folder with these files, under another name first.
pub(super) fn write_folder(folder: &Path, files: &[ArchivedFile]) -> Result<()> {
    let unwritten = || format!("cannot write `{}`", folder.display());
    let name =
        folder.file_name().with_context(|| format!("`{}` is not the name of a folder", folder.display()))?;
    let part = folder.with_file_name(format!(".{}.{}.part", name.to_string_lossy(), std::process::id()));
    fs::create_dir(&part).with_context(unwritten)?;
    let written = write_files(&part, files).and_then(|()| fs::rename(&part, folder).with_context(unwritten));
    if written.is_err() {
        // It may not be there at all.
        drop(fs::remove_dir_all(&part));
    }
    written
}

/// Writes files into a folder that is there.
pub(super) fn write_files(folder: &Path, files: &[ArchivedFile]) -> Result<()> {
    for file in files {
        let path = folder.join(&file.path);
        if let Some(above) = path.parent() {
            fs::create_dir_all(above).with_context(|| format!("cannot make `{}`", above.display()))?;
        }
        write_whole(&path, &file.content)?;
    }
    Ok(())
}

/// `1 file`, `2 files`.
pub(super) fn counted<N: Copy + Display + From<u8> + PartialEq>(number: N, one: &str, many: &str) -> String {
    let word = if number == N::from(1) { one } else { many };
    format!("{number} {word}")
}
