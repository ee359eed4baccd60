//! Outcomes that could not be reported: each is kept as a file of the user's, until a server has it.

use std::fs::{self, OpenOptions};
use std::io::{self, ErrorKind, Write as _};
use std::path::{Path, PathBuf};
use std::time::Duration;

use anyhow::{Context as _, Result};
use serde::{Deserialize, Serialize};

use crate::cli::plain::plain;
use crate::cli::state;
use crate::client::{Address, Client, ClientError, Report};
use crate::domain::operation::WorkId;

/// The folder, within that of the state.
const FOLDER: &str = "pending";

/// An outcome that is to be reported.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub(super) struct Pending {
    server: String,
    domain: Option<String>,
    work_id: String,
    report: Report,
}

/// What became of an outcome that was kept.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum Sent {
    /// The server has it.
    Reported,
    /// The server will never take it: the operation has another outcome, or is forgotten.
    Dropped,
    /// It is kept.
    Kept,
}

impl Pending {
    /// The outcome of `work_id`, for the server at `address`.
    pub(super) fn new(address: &Address, work_id: &str, report: &Report) -> Self {
        let (server, domain) = (address.url.clone(), address.domain.clone());
        Self { server, domain, work_id: work_id.to_owned(), report: report.clone() }
    }

    /// Whether that is the server it is for.
    pub(super) fn is_for(&self, address: &Address) -> bool {
        self.server == address.url && self.domain == address.domain
    }

    fn name(&self) -> Result<String> {
        // What a server says is not the name of a file.
        let work_id = WorkId::parse(&self.work_id).context("the server's work id is none")?;
        Ok(format!("{work_id}.json"))
    }

    /// Reports it once.
    async fn send(&self, timeout: Duration) -> Result<Vec<String>, ClientError> {
        let address = Address { url: self.server.clone(), domain: self.domain.clone(), timeout };
        Client::new(&address)?.report(&self.work_id, &self.report).await
    }
}

/// The outcomes that are kept.
#[derive(Debug, Clone)]
pub(super) struct PendingReports {
    folder: PathBuf,
}

impl PendingReports {
    /// Those of the user.
    ///
    /// # Errors
    /// When there is no place for them.
    pub(super) fn of_user(environment: &[(String, String)]) -> Result<Self> {
        let state =
            state::folder(environment).context("there is neither HOME nor XDG_STATE_HOME to keep it in")?;
        Ok(Self { folder: state.join(FOLDER) })
    }

    /// Keeps one; when this is over, it is on the disk.
    pub(super) fn keep(&self, pending: &Pending) -> Result<PathBuf> {
        let path = self.folder.join(pending.name()?);
        let text = serde_json::to_vec(pending)?;
        self.write(&path, &text).with_context(|| format!("cannot keep it in `{}`", path.display()))?;
        Ok(path)
    }

    fn write(&self, path: &Path, text: &[u8]) -> io::Result<()> {
        state::make(&self.folder)?;
        let part = path.with_extension(format!("{}.part", std::process::id()));
        let mut file = state::open(OpenOptions::new().write(true).create(true).truncate(true), &part)?;
        file.write_all(text)?;
        file.sync_all()?;
        fs::rename(part, path)
    }

    /// All, in the order of their operations, each with its file; one that cannot be read is an error by itself.
    pub(super) fn list(&self) -> Result<Vec<(PathBuf, Result<Pending>)>> {
        let entries = match fs::read_dir(&self.folder) {
            Err(cause) if cause.kind() == ErrorKind::NotFound => return Ok(Vec::new()),
            entries => entries.with_context(|| format!("cannot read `{}`", self.folder.display()))?,
        };
        let paths: io::Result<Vec<PathBuf>> = entries.map(|entry| Ok(entry?.path())).collect();
        let mut paths = paths?;
        paths.retain(|path| path.extension().is_some_and(|extension| extension == "json"));
        paths.sort();
        Ok(paths.into_iter().map(|path| (path.clone(), read(&path))).collect())
    }
}

fn read(path: &Path) -> Result<Pending> {
    let broken = || format!("`{}` is no outcome that was kept: remove it", path.display());
    let pending: Pending = serde_json::from_slice(&fs::read(path)?).with_context(broken)?;
    pending.name().with_context(broken)?;
    Ok(pending)
}

/// Reports one that was kept; the file goes when nothing is left to be done. Says what happened.
pub(super) async fn send(path: &Path, pending: &Pending, timeout: Duration) -> Result<(Sent, String)> {
    let what =
        format!("the outcome {} of operation {}", pending.report.status.as_str(), plain(&pending.work_id));
    let (sent, said) = match pending.send(timeout).await {
        Ok(complaints) => (
            Sent::Reported,
            [vec![format!("{what}, kept until now, is reported")], complaints].concat().join("; "),
        ),
        Err(ClientError::Refused { status: status @ (404 | 409), message }) => {
            (Sent::Dropped, format!("{what} is not kept any longer: the server says {status}: {message}"))
        }
        Err(cause) => (Sent::Kept, format!("{what} is still kept: {cause}")),
    };
    if sent != Sent::Kept {
        remove(path).with_context(|| format!("cannot remove `{}`", path.display()))?;
    }
    Ok((sent, plain(&said)))
}

/// Somebody else may have been quicker: the same report twice is one.
fn remove(path: &Path) -> io::Result<()> {
    match fs::remove_file(path) {
        Err(cause) if cause.kind() == ErrorKind::NotFound => Ok(()),
        removed => removed,
    }
}

#[cfg(test)]
mod tests {
    use std::os::unix::fs::PermissionsExt as _;
    use std::time::Duration;

    use super::{Pending, PendingReports};
    use crate::client::{Address, Report};

    fn address() -> Address {
        Address { url: "http://127.0.0.1:1".to_owned(), domain: None, timeout: Duration::from_secs(1) }
    }

    #[test]
    fn an_outcome_is_kept_for_its_owner_alone() {
        let folder = tempfile::tempdir().unwrap();
        let reports =
            PendingReports::of_user(&[("XDG_STATE_HOME".to_owned(), folder.path().display().to_string())]);
        let reports = reports.unwrap();
        assert!(reports.list().unwrap().is_empty());
        let pending = Pending::new(&address(), "01a22e74-49f0-71e1-9d7b-6db3486ae8c4", &Report::succeeded());
        let path = reports.keep(&pending).unwrap();
        let mode = |path: &std::path::Path| std::fs::metadata(path).unwrap().permissions().mode() & 0o777;
        assert_eq!((mode(&path), mode(path.parent().unwrap())), (0o600, 0o700));
        std::fs::write(path.with_file_name("broken.json"), "{").unwrap();
        let listed = reports.list().unwrap();
        assert_eq!(listed.len(), 2);
        assert_eq!(listed[0].1.as_ref().unwrap(), &pending);
        assert!(listed[1].1.is_err());
    }

    #[test]
    fn a_work_id_of_a_server_is_not_a_path() {
        let reports = PendingReports { folder: "/nowhere".into() };
        let pending = Pending::new(&address(), "../../x", &Report::succeeded());
        assert_eq!(reports.keep(&pending).unwrap_err().to_string(), "the server's work id is none");
    }
}
