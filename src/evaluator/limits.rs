//! What a child does to itself before it reads a byte: no gain of privileges, no core dumps, no files, bounded memory, and
//! death together with the parent. All by safe calls; a hook that runs before `exec` would need unsafe code.

use std::fs::File;
use std::io;
use std::os::unix::fs::FileExt as _;

use rustix::process::{
    Pid, Resource, Rlimit, Signal, getppid, getrlimit, set_parent_process_death_signal, setrlimit,
};

/// Standard streams, the gauge and a little room.
const MAX_FILES: u64 = 8;

/// Binds the calling process to `parent` and takes from it what an evaluator never needs.
///
/// # Errors
/// When the parent is already gone, or the system refuses a limit.
pub(super) fn confine_process(parent: Option<Pid>) -> io::Result<()> {
    set_parent_process_death_signal(Some(Signal::KILL))?;
    // A parent that died before the line above is not noticed by it.
    if getppid() != parent {
        return Err(io::Error::other("the parent is gone"));
    }
    rustix::thread::set_no_new_privs(true)?;
    lower(Resource::Core, 0)?;
    lower(Resource::Fsize, 0)?;
    lower(Resource::Nofile, MAX_FILES)
}

/// The address space of this process, against what it was when the gauge was made.
#[derive(Debug)]
pub(super) struct Gauge {
    statm: File,
    at_start: u64,
    allowance: u64,
}

impl Gauge {
    /// Lets this process take `allowance` bytes beyond what it has mapped by now, and no more.
    pub(super) fn limit(allowance: u64) -> io::Result<Self> {
        let statm = File::open("/proc/self/statm")?;
        let at_start = mapped(&statm)?;
        lower(Resource::As, at_start.saturating_add(allowance))?;
        Ok(Self { statm, at_start, allowance })
    }

    /// Whether more than half of the allowance is still taken, now that nothing runs: what comes next might lack it.
    pub(super) fn is_worn(&self) -> bool {
        let taken = mapped(&self.statm).unwrap_or(u64::MAX).saturating_sub(self.at_start);
        taken > self.allowance / 2
    }
}

fn mapped(statm: &File) -> io::Result<u64> {
    let mut text = [0; 32];
    let length = statm.read_at(&mut text, 0)?;
    let pages = text.get(..length).and_then(|text| text.split(|byte| *byte == b' ').next());
    let pages = pages.and_then(|pages| std::str::from_utf8(pages).ok()?.parse::<u64>().ok());
    let page = u64::try_from(rustix::param::page_size()).unwrap_or(u64::MAX);
    pages.map(|pages| pages.saturating_mul(page)).ok_or_else(|| io::Error::other("an unreadable `statm`"))
}

fn lower(resource: Resource, limit: u64) -> io::Result<()> {
    let allowed = getrlimit(resource).maximum.map_or(limit, |maximum| maximum.min(limit));
    Ok(setrlimit(resource, Rlimit { current: Some(allowed), maximum: Some(allowed) })?)
}
