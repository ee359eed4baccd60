//! Starts child processes, all from one thread that lives as long as the pool.
//!
//! The kernel kills a child when the *thread* that started it ends, and the threads of an async runtime come and go.

use std::ffi::OsStr;
use std::io;
use std::process::Stdio;
use std::sync::mpsc;
use std::thread;

use tokio::process::{Child, Command};
use tokio::runtime::Handle;
use tokio::sync::oneshot;

use crate::evaluator::Settings;
use crate::evaluator::child::Setup;

/// The way to the thread; it ends when the last of these is dropped.
#[derive(Debug, Clone)]
pub(super) struct Spawner {
    orders: mpsc::Sender<oneshot::Sender<io::Result<Child>>>,
}

impl Spawner {
    /// Begins to take orders; must be called inside the runtime that will talk to the children.
    pub(super) fn start(settings: &Settings) -> Self {
        let (orders, taken) = mpsc::channel();
        let (runtime, command) = (Handle::current(), command(settings));
        let thread = thread::Builder::new().name("evaluator-spawner".to_owned());
        if let Err(cause) = thread.spawn(move || serve(&taken, &runtime, command)) {
            // Every order will be answered by the closed channel.
            tracing::error!(%cause, "the thread that starts evaluators cannot be started");
        }
        Self { orders }
    }

    /// A new child, which dies when it is dropped.
    pub(super) async fn spawn(&self) -> io::Result<Child> {
        let gone = || io::Error::other("the thread that starts evaluators is gone");
        let (order, child) = oneshot::channel();
        self.orders.send(order).map_err(|_| gone())?;
        child.await.map_err(|_| gone())?
    }
}

fn serve(
    orders: &mpsc::Receiver<oneshot::Sender<io::Result<Child>>>,
    runtime: &Handle,
    mut command: Command,
) {
    let _entered = runtime.enter();
    for order in orders {
        // Whoever ordered may have gone: the child dies with the answer.
        drop(order.send(command.spawn()));
    }
}

/// A child sees nothing of the server: no variables, no terminal signals, no files but three pipes.
fn command(settings: &Settings) -> Command {
    let setup = Setup {
        parent: std::process::id(),
        memory: settings.memory,
        allow_functions: settings.allow_functions,
    };
    let mut command = Command::new(&settings.program);
    command.arg(OsStr::new("evaluator")).args(setup.to_args());
    command.env_clear();
    // The parser makes and drops errors by the thousand: with backtraces it is up to ten times slower.
    command.env("RUST_LIB_BACKTRACE", "0").env("RUST_BACKTRACE", "0");
    // One arena: more of them reserve address space, which is what is limited.
    command.env("MALLOC_ARENA_MAX", "1");
    command.stdin(Stdio::piped()).stdout(Stdio::piped()).stderr(Stdio::piped());
    // Ctrl-C is for the server, which finishes what it began.
    command.process_group(0).kill_on_drop(true);
    command
}
