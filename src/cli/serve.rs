//! `hookgate serve`: runs the server until it is told to stop.

use std::io::Write;
use std::sync::Arc;

use anyhow::{Context as _, Result};
use tokio::signal::unix::{SignalKind, signal};

use crate::app::{Inventory, Parts, Server};
use crate::cli::output::counted;
use crate::cli::{Surroundings, demo, logs, runtime};
use crate::clock::Clock;
use crate::config::{Config, ServeArgs};
use crate::service::phase_hooks::NoPhaseHooks;

pub(super) fn run<O: Write, E>(args: &ServeArgs, surroundings: &mut Surroundings<O, E>) -> Result<()> {
    let config = Config::load(args, surroundings.environment.clone())?;
    logs::start(config.log);
    for warning in config.warnings() {
        tracing::warn!("{warning}");
    }
    let runtime = runtime::many_threads()?;
    runtime.block_on(serve(&config, &mut surroundings.out))
}

async fn serve<W: Write>(config: &Config, out: &mut W) -> Result<()> {
    // Before anything is promised, so that no signal is missed.
    let mut terminate = signal(SignalKind::terminate())?;
    let mut interrupt = signal(SignalKind::interrupt())?;
    let program = std::env::current_exe().context("cannot find this program's own file")?;
    let parts = Parts { clock: Clock::System, program, phase_hooks: Arc::new(NoPhaseHooks) };
    let server = Server::start(config, parts).await?;
    let base = format!("http://{}", server.address());
    tracing::info!(address = %server.address(), version = env!("CARGO_PKG_VERSION"), "serving");
    if config.demo {
        write!(out, "{}", demo::play(server.services(), &base).await?)?;
    } else {
        writeln!(out, "{}", describe(config, &server).await?)?;
    }
    writeln!(out, "listening on {base}")?;
    out.flush()?;
    tokio::select! {
        _ = terminate.recv() => {}
        _ = interrupt.recv() => {}
    }
    tracing::info!("stopping");
    server.stop().await
}

/// Which database this is, and what is in it: a mistyped name shows here first.
async fn describe(config: &Config, server: &Server) -> Result<String> {
    let Inventory { is_new, accounts, hooks, in_force } = server.inventory().await?;
    let verb = if is_new { "made" } else { "opened" };
    let accounts = counted(accounts, "account", "accounts");
    let hooks = counted(hooks, "hook", "hooks");
    Ok(format!("{verb} the database `{}`: {accounts}, {hooks}, {in_force} of them in force", config.database))
}
