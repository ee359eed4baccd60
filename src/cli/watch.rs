//! Does something again whenever a file under given paths changes, until Ctrl-C ends this process.
//!
//! Nothing here listens to signals: the default is what is wanted, and a shell reports it as 130.

use std::ffi::OsStr;
use std::io::{self, IsTerminal as _, Write};
use std::path::{Path, PathBuf};
use std::sync::mpsc::{Receiver, RecvTimeoutError, channel};
use std::time::Duration;

use anyhow::{Context as _, Result, bail};
use notify::{Event, RecommendedWatcher, RecursiveMode, Watcher as _};

use crate::cli::{ExitStatus, Surroundings};

/// How long it must be quiet before changes are one change: editors write a file in several steps.
const QUIET: Duration = Duration::from_millis(100);
/// What clears a terminal.
const CLEAR: &str = "\u{1b}[2J\u{1b}[3J\u{1b}[H";

/// What `--help` says about it.
pub(super) const HELP: &str = "Run again whenever a file changes, until Ctrl-C (which ends with 130)";

/// Runs, and runs again after each change under `paths`.
///
/// # Errors
/// When they cannot be watched, or `run` cannot go on.
pub(super) fn watch<O: Write, E: Write>(
    paths: &[PathBuf],
    surroundings: &mut Surroundings<O, E>,
    mut run: impl FnMut(&mut Surroundings<O, E>) -> Result<ExitStatus>,
) -> Result<ExitStatus> {
    // Watched from before the first run on, so that no change is missed.
    let changes = Changes::under(paths)?;
    let is_terminal = io::stdout().is_terminal();
    let mut is_first = true;
    again(changes, || {
        if !std::mem::take(&mut is_first) && is_terminal {
            write!(surroundings.out, "{CLEAR}")?;
        }
        let status = run(surroundings)?;
        writeln!(surroundings.err, "hookgate: watching for changes; Ctrl-C ends")?;
        surroundings.err.flush()?;
        Ok(status)
    })
}

/// Runs once, and once more for each change. As it ended last, so it ends.
fn again(
    changes: impl IntoIterator<Item = Result<()>>,
    mut run: impl FnMut() -> Result<ExitStatus>,
) -> Result<ExitStatus> {
    let mut status = run()?;
    for change in changes {
        change?;
        status = run()?;
    }
    Ok(status)
}

/// The changes under some paths, one for each burst of events.
struct Changes {
    events: Receiver<notify::Result<Event>>,
    watched: Vec<Watched>,
    /// Watches as long as it lives.
    _watcher: RecommendedWatcher,
}

/// A path, and whether it is a folder.
struct Watched {
    path: PathBuf,
    is_folder: bool,
}

impl Changes {
    fn under(paths: &[PathBuf]) -> Result<Self> {
        let (sender, events) = channel();
        let mut watcher = notify::recommended_watcher(move |event| {
            // Nobody may be listening any more.
            drop(sender.send(event));
        })
        .context("the system cannot watch files")?;
        let mut watched = Vec::new();
        for path in paths {
            if path == Path::new("-") {
                bail!("standard input cannot be watched: name files or folders");
            }
            let found = Watched::find(path)?;
            let mode = if found.is_folder { RecursiveMode::Recursive } else { RecursiveMode::NonRecursive };
            let folder = found.folder();
            watcher.watch(folder, mode).with_context(|| format!("cannot watch `{}`", path.display()))?;
            watched.push(found);
        }
        Ok(Self { events, watched, _watcher: watcher })
    }

    /// Whether anything that is watched may be another after this event.
    fn matters(&self, event: &Event) -> bool {
        // Those who only read change nothing, and this process reads.
        !event.kind.is_access()
            && event.paths.iter().any(|path| self.watched.iter().any(|watched| watched.holds(path)))
    }

    /// Waits for an event that matters.
    fn wait(&self) -> Option<Result<()>> {
        loop {
            match self.events.recv().ok()? {
                Ok(event) if self.matters(&event) => return Some(Ok(())),
                Ok(_) => {}
                Err(cause) => return Some(Err(cause).context("the system does not watch any more")),
            }
        }
    }
}

impl Iterator for Changes {
    type Item = Result<()>;

    fn next(&mut self) -> Option<Self::Item> {
        let change = self.wait()?;
        while !matches!(
            self.events.recv_timeout(QUIET),
            Err(RecvTimeoutError::Timeout | RecvTimeoutError::Disconnected)
        ) {}
        Some(change)
    }
}

impl Watched {
    fn find(path: &Path) -> Result<Self> {
        let unreadable = || format!("cannot watch `{}`", path.display());
        // Absolute, and without links: so events name it.
        let path = path.canonicalize().with_context(unreadable)?;
        Ok(Self { is_folder: path.is_dir(), path })
    }

    /// A file is watched in its folder: many an editor puts a new file in the place of the old.
    fn folder(&self) -> &Path {
        if self.is_folder { &self.path } else { self.path.parent().unwrap_or(&self.path) }
    }

    /// Whether `path` is this one or below it, and not hidden; a file has its tests beside it, under its name.
    fn holds(&self, path: &Path) -> bool {
        if !self.is_folder {
            let stem = |path: &Path| path.file_stem().map(OsStr::to_os_string);
            let name =
                path.file_stem().map(|name| name.to_string_lossy().trim_end_matches("_test").to_owned());
            return path.parent() == self.path.parent() && name.map(Into::into) == stem(&self.path);
        }
        let below = path.strip_prefix(&self.path);
        below.is_ok_and(|below| !below.iter().any(|part| part.as_encoded_bytes().starts_with(b".")))
    }
}

#[cfg(test)]
mod tests {
    use std::path::{Path, PathBuf};

    use anyhow::anyhow;

    use super::{Watched, again};
    use crate::cli::ExitStatus;

    #[test]
    fn every_change_is_another_run_and_the_last_decides() {
        let mut runs = 0_u8;
        let status = again([Ok(()), Ok(())], || {
            runs = runs.saturating_add(1);
            Ok(ExitStatus::Command(runs))
        });
        assert_eq!(status.unwrap(), ExitStatus::Command(3));
    }

    #[test]
    fn who_cannot_watch_any_more_ends() {
        let broken = again([Err(anyhow!("gone"))], || Ok(ExitStatus::Fine));
        assert_eq!(broken.unwrap_err().to_string(), "gone");
    }

    #[track_caller]
    fn check((path, is_folder): (&str, bool), changed: &str, expected: bool) {
        let watched = Watched { path: PathBuf::from(path), is_folder };
        assert_eq!(watched.holds(Path::new(changed)), expected, "{changed}");
    }

    #[test]
    fn what_is_hidden_or_elsewhere_does_not_matter() {
        let folder = ("/w/p", true);
        check(folder, "/w/p/policy.rego", true);
        check(folder, "/w/p/cases/a/input.json", true);
        check(folder, "/w/p/.policy.rego.swp", false);
        check(folder, "/w/p/.git/index", false);
        check(folder, "/w/q/policy.rego", false);
        let file = ("/w/p/a.rego", false);
        check(file, "/w/p/a.rego", true);
        check(file, "/w/p/a_test.rego", true);
        check(file, "/w/p/b.rego", false);
        check(file, "/w/p/sub/a.rego", false);
    }
}
