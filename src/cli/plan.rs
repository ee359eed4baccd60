//! What is judged: a plan, saved or already as JSON, or any JSON object.

use std::ffi::OsString;
use std::io::Read as _;
use std::path::{Path, PathBuf};

use anyhow::{Context as _, Result, bail};
use serde::Deserialize;
use serde_json::value::RawValue;
use tokio::process::Command;

use crate::cli::plain::plain_lines;
use crate::domain::bundle::Digest;
use crate::offline::document::read_object;

/// How a saved plan begins: it is a zip.
const SAVED: &[u8] = b"PK\x03\x04";
/// What stands in a saved plan whose run is somewhere else: the file is a bookmark.
const REMOTE: &[u8] = b"\"remote_plan_format\"";
/// Where it stands.
const REMOTE_WITHIN: usize = 1024;
/// What makes and shows plans where no command says so.
const TOOL: &str = "terraform";

/// The document of `--plan` or `--input`; `None` without either.
pub(super) async fn read(plan: Option<&Path>, input: Option<&Path>) -> Result<Option<Box<RawValue>>> {
    match (plan, input) {
        (Some(path), _) => PlanFile::read(path)?.document(&Shower::of_path(path)).await.map(Some),
        (None, Some(path)) => read_input(path).map(Some),
        (None, None) => Ok(None),
    }
}

/// The document of `--input`.
pub(super) fn read_input(path: &Path) -> Result<Box<RawValue>> {
    let name = if is_stdin(path) { "standard input".into() } else { path.display().to_string() };
    read_object(&read_bytes(path)?).with_context(|| format!("`{name}` cannot be the input"))
}

/// Whether the path stands for standard input, which is read once.
pub(super) fn is_stdin(path: &Path) -> bool {
    path == Path::new("-")
}

fn read_bytes(path: &Path) -> Result<Vec<u8>> {
    if !is_stdin(path) {
        return std::fs::read(path).with_context(|| format!("cannot read `{}`", path.display()));
    }
    let mut bytes = Vec::new();
    std::io::stdin().read_to_end(&mut bytes).context("cannot read standard input")?;
    Ok(bytes)
}

/// A file with a plan, as its bytes were when it was read.
#[derive(Debug)]
pub(super) struct PlanFile {
    pub(super) path: PathBuf,
    bytes: Vec<u8>,
}

impl PlanFile {
    pub(super) fn read(path: &Path) -> Result<Self> {
        Ok(Self { path: path.to_owned(), bytes: read_bytes(path)? })
    }

    /// Whether a tool has saved it, for itself to apply.
    pub(super) fn is_saved(&self) -> bool {
        let beginning = self.bytes.get(..REMOTE_WITHIN).unwrap_or(&self.bytes);
        self.bytes.starts_with(SAVED) || beginning.windows(REMOTE.len()).any(|part| part == REMOTE)
    }

    pub(super) fn digest(&self) -> Digest {
        Digest::of(&self.bytes)
    }

    /// The plan as JSON; one that is saved is shown by `shower`.
    pub(super) async fn document(&self, shower: &Shower) -> Result<Box<RawValue>> {
        if !self.is_saved() {
            return read_plan(&self.bytes, || format!("`{}` is no plan", self.path.display()));
        }
        let shown = shower.show(&self.path).await?;
        read_plan(&shown, || format!("`{shower}` printed no plan"))
    }
}

/// What every plan has.
#[derive(Deserialize)]
struct Outline<'a> {
    #[serde(borrow)]
    resource_changes: Option<&'a RawValue>,
    #[serde(borrow)]
    planned_values: Option<&'a RawValue>,
}

fn read_plan(bytes: &[u8], of_plan: impl Fn() -> String) -> Result<Box<RawValue>> {
    let document = read_object(bytes).with_context(&of_plan)?;
    let outline: Outline<'_> = serde_json::from_str(document.get()).with_context(&of_plan)?;
    if outline.resource_changes.is_none() && outline.planned_values.is_none() {
        bail!(
            "{}: it has neither `resource_changes` nor `planned_values`; give what `terraform show -json` prints of a saved plan, \
             or use `--input` for any other document",
            of_plan()
        );
    }
    Ok(document)
}

/// The command that prints a saved plan as JSON.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Shower(Vec<OsString>);

impl Shower {
    /// `tool`, with whatever it is called by and its own options, shows the file that it calls `path`.
    pub(super) fn new(tool: &[OsString], path: &Path) -> Self {
        let words = ["show", "-json", "-no-color"].map(OsString::from);
        Self(tool.iter().cloned().chain(words).chain([path.into()]).collect())
    }

    /// Where nobody says with which tool.
    pub(super) fn of_path(path: &Path) -> Self {
        Self::new(&[TOOL.into()], &std::path::absolute(path).unwrap_or_else(|_| path.to_owned()))
    }

    async fn show(&self, path: &Path) -> Result<Vec<u8>> {
        let (program, arguments) = self.0.split_first().context("there is no command")?;
        let shown = Command::new(program).args(arguments).output().await;
        let shown = shown.with_context(|| {
            format!("`{}` is a saved plan, and `{self}` cannot be run to read it", path.display())
        })?;
        if !shown.status.success() {
            let said = String::from_utf8_lossy(&shown.stderr);
            bail!("`{self}` failed: {}", plain_lines(said.trim()));
        }
        Ok(shown.stdout)
    }
}

impl std::fmt::Display for Shower {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str(&crate::cli::words::command(&self.0))
    }
}

#[cfg(test)]
mod tests {
    use std::path::PathBuf;

    use super::PlanFile;

    #[test]
    fn a_saved_plan_is_known_by_how_it_begins() {
        for (bytes, is_saved) in [
            (b"PK\x03\x04rest".as_slice(), true),
            (b"{\"remote_plan_format\":1,\"run_id\":\"run-1\",\"hostname\":\"app.example.com\"}", true),
            (b"{\"resource_changes\":[]}", false),
            (b"", false),
        ] {
            let file = PlanFile { path: PathBuf::new(), bytes: bytes.to_vec() };
            assert_eq!(file.is_saved(), is_saved, "{bytes:?}");
        }
    }
}
