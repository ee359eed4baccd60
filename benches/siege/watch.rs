//! What `/proc` says of a server and its evaluators, read so often that a child that lives for a few milliseconds is seen.

use std::collections::BTreeSet;
use std::fs;
use std::path::{Path, PathBuf};
use std::sync::{Arc, Mutex};
use std::thread;
use std::time::{Duration, Instant};

/// How often is looked. What a child takes after the last look before its end is not seen.
pub(crate) const INTERVAL: Duration = Duration::from_millis(1);
/// How long children may take to be replaced.
const PATIENCE: Duration = Duration::from_secs(5);

/// Looks at one server until it is dropped.
#[derive(Debug)]
pub(crate) struct Watch {
    server: u32,
    children: PathBuf,
    evaluators: usize,
    seen: Arc<Mutex<Seen>>,
}

/// The most that was seen, in kilobytes, and every evaluator.
#[derive(Debug, Default, Clone)]
pub(crate) struct Seen {
    pub(crate) server: u64,
    pub(crate) evaluator: u64,
    evaluators: BTreeSet<u32>,
}

impl Watch {
    /// Begins to look at the server of that number, once its evaluators are there.
    pub(crate) fn start(server: u32) -> Self {
        let cores = thread::available_parallelism().map_or(1, usize::from);
        let children = find_spawner(server).join("children");
        let watch = Self { server, children, evaluators: cores, seen: Arc::default() };
        watch.settle();
        let (children, seen) = (watch.children.clone(), Arc::downgrade(&watch.seen));
        thread::spawn(move || {
            while let Some(seen) = seen.upgrade() {
                seen.lock().expect("no panic").look(server, &children);
                drop(seen);
                thread::sleep(INTERVAL);
            }
        });
        watch
    }

    /// Forgets what was seen, and has the system forget the peaks of those that are there.
    pub(crate) fn forget(&self) {
        let mut seen = self.seen.lock().expect("no panic");
        let evaluators = list(&self.children);
        for id in evaluators.iter().chain([&self.server]) {
            // Where it is not allowed, a peak is that of the process's life.
            drop(fs::write(format!("/proc/{id}/clear_refs"), "5"));
        }
        *seen = Seen { evaluators, ..Seen::default() };
    }

    /// What was seen since, and how many evaluators ended meanwhile; waits until all have been replaced.
    pub(crate) fn tell(&self) -> (Seen, usize) {
        let alive = self.settle();
        let seen = self.seen.lock().expect("no panic").clone();
        let ended = seen.evaluators.difference(&alive).count();
        (seen, ended)
    }

    /// What the server holds in memory now, in kilobytes.
    pub(crate) fn resident(&self) -> u64 {
        read(self.server, "VmRSS:").expect("the server is there")
    }

    fn settle(&self) -> BTreeSet<u32> {
        let begin = Instant::now();
        loop {
            let evaluators = list(&self.children);
            let is_ready = |id: &u32| read(*id, "VmHWM:").is_some();
            if evaluators.len() == self.evaluators && evaluators.iter().all(is_ready) {
                return evaluators;
            }
            assert!(begin.elapsed() < PATIENCE, "evaluators are missing: {evaluators:?}");
            thread::sleep(INTERVAL);
        }
    }
}

impl Seen {
    fn look(&mut self, server: u32, children: &Path) {
        self.server = self.server.max(read(server, "VmHWM:").unwrap_or_default());
        for id in list(children) {
            self.evaluator = self.evaluator.max(read(id, "VmHWM:").unwrap_or_default());
            self.evaluators.insert(id);
        }
    }
}

/// The thread of the server whose children the evaluators are.
fn find_spawner(server: u32) -> PathBuf {
    let threads = fs::read_dir(format!("/proc/{server}/task")).expect("the server is there");
    let mut threads = threads.map(|thread| thread.expect("a thread").path());
    let is_spawner = |thread: &PathBuf| {
        fs::read_to_string(thread.join("comm")).is_ok_and(|name| name.starts_with("evaluator-spaw"))
    };
    threads.find(is_spawner).expect("a thread that starts evaluators")
}

/// Empty when the server has ended.
fn list(children: &Path) -> BTreeSet<u32> {
    let list = fs::read_to_string(children).unwrap_or_default();
    list.split_whitespace().map(|id| id.parse().expect("a number")).collect()
}

/// A line of the status of a process; nothing when it has ended.
fn read(id: u32, name: &str) -> Option<u64> {
    let status = fs::read_to_string(format!("/proc/{id}/status")).ok()?;
    let line = status.lines().find_map(|line| line.strip_prefix(name))?;
    line.split_whitespace().next()?.parse().ok()
}
