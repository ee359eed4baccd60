//! `hookgate man`: manual pages, one for each command.

use std::fs;
use std::io::Write;
use std::path::PathBuf;

use anyhow::{Context as _, Result};
use clap::{Args, CommandFactory as _};
use clap_mangen::Man;

use crate::cli::Cli;

/// The command line of `man`.
#[derive(Debug, Args)]
pub(super) struct ManArgs {
    /// Write a page for each command into this folder, instead of printing the first
    #[arg(short, long, value_name = "FOLDER")]
    output: Option<PathBuf>,
}

pub(super) fn run(args: &ManArgs, out: &mut impl Write) -> Result<()> {
    let command = Cli::command();
    match &args.output {
        None => Man::new(command).render(out).context("cannot write the page"),
        Some(folder) => {
            let written = fs::create_dir_all(folder).and_then(|()| clap_mangen::generate_to(command, folder));
            written.with_context(|| format!("cannot write into `{}`", folder.display()))
        }
    }
}
