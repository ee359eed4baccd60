//! Several jobs at once, their answers in the order of the jobs.

use std::collections::VecDeque;
use std::future::Future;

use anyhow::{Context as _, Result};
use tokio::task::JoinHandle;

/// Does `jobs`, `at_once` of them at a time, and gives each answer to `take` when its turn has come.
///
/// # Errors
/// When a job breaks off, or `take` does.
pub(super) async fn in_turn<J: Future<Output: Send + 'static> + Send + 'static>(
    jobs: impl IntoIterator<Item = J>,
    at_once: usize,
    mut take: impl FnMut(J::Output) -> Result<()>,
) -> Result<()> {
    let (mut jobs, mut running) = (jobs.into_iter(), VecDeque::<JoinHandle<J::Output>>::new());
    loop {
        while running.len() < at_once
            && let Some(job) = jobs.next()
        {
            running.push_back(tokio::spawn(job));
        }
        let Some(first) = running.pop_front() else { return Ok(()) };
        take(first.await.context("the work on a policy broke off")?)?;
    }
}
