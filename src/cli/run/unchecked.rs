//! The record of commands that ran without a decision (`--fail-open`): one JSON object a line, in a file of the user's.

use std::fs::OpenOptions;
use std::io::Write as _;
use std::path::{Path, PathBuf};

use anyhow::{Context as _, Result};
use serde::Serialize;
use serde_json::json;

use crate::cli::state;
use crate::clock::Clock;

/// One run that nobody decided.
#[derive(Debug, Serialize)]
pub(super) struct Record<'a> {
    /// On what.
    pub(super) stack: &'a str,
    /// What.
    pub(super) operation: &'a str,
    /// By whom.
    pub(super) actor: Option<&'a str>,
    /// With which command.
    pub(super) command: String,
    /// Why nobody decided.
    pub(super) cause: &'a str,
}

/// The file: the one asked for, or the one in the user's state folder (XDG base directories).
pub(super) fn path(wanted: Option<&Path>, environment: &[(String, String)]) -> Result<PathBuf> {
    if let Some(path) = wanted {
        return Ok(path.to_owned());
    }
    let state = state::folder(environment).context(
        "there is no HOME in which a run without a decision could be recorded: name a file with `--fail-open-record`",
    )?;
    Ok(state.join("unchecked.ndjson"))
}

/// Adds the line, and does not return before it is on the disk.
pub(super) fn append(path: &Path, record: &Record<'_>) -> Result<()> {
    let line = format!("{}\n", json!({"time": Clock::System.now().to_millis_text(), "record": record}));
    write(path, &line).with_context(|| {
        format!(
            "the run without a decision cannot be recorded in `{}`, so the command was not run",
            path.display()
        )
    })
}

fn write(path: &Path, line: &str) -> std::io::Result<()> {
    if let Some(folder) = path.parent() {
        state::make(folder)?;
    }
    let mut file = state::open(OpenOptions::new().create(true).append(true), path)?;
    file.write_all(line.as_bytes())?;
    file.sync_all()
}
