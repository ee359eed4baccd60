//! `hookgate lint --fix`: Rego v0 in files is rewritten in place, or what would change is shown. The rewriting is done by the child
//! processes; this module finds the files, writes each whole or not at all, and says what it did.

use std::fs;
use std::io::Write;
use std::path::{Path, PathBuf};

use anyhow::{Context as _, Result, anyhow};
use clap::Args;
use similar::TextDiff;

use crate::cli::Surroundings;
use crate::cli::output::rewrite_whole;
use crate::cli::plain::{plain, plain_lines};
use crate::config::OfflineConfig;
use crate::domain::bundle::SINGLE_FILE;
use crate::evaluator::Evaluators;
use crate::offline::evaluators::{self, account_of};
use crate::offline::source::Source;

/// Whether files are rewritten.
#[derive(Debug, Args)]
pub(super) struct FixArgs {
    /// Rewrite Rego v0 as v1 first, in place, where that is mechanical; everything else in the files stays as it is
    #[arg(long, conflicts_with_all = ["rules", "explain", "watch"])]
    pub(super) fix: bool,
    /// Only show what `--fix` would change, and check nothing
    #[arg(long, requires = "fix")]
    pub(super) diff: bool,
}

/// How many files there were to do something about.
#[derive(Debug, Default)]
pub(super) struct Fixes {
    /// Files of v0, rewritten or not.
    pub(super) found: usize,
    /// Policies and files that cannot be written.
    pub(super) failed: usize,
}

/// Rewrites what of these policies is v0; or only shows it.
pub(super) async fn fix<O: Write, E: Write>(
    sources: &[Source],
    config: &OfflineConfig,
    is_shown_only: bool,
    surroundings: &mut Surroundings<O, E>,
) -> Result<Fixes> {
    let evaluators = evaluators::start(config)?;
    let mut fixes = Fixes::default();
    for source in sources {
        if source.find_file(SINGLE_FILE).is_none() {
            let name = plain(&source.name());
            writeln!(
                surroundings.err,
                "hookgate: cannot fix `{name}`: only `.rego` files and folders of them are rewritten in place"
            )?;
            fixes.failed = fixes.failed.saturating_add(1);
            continue;
        }
        for (path, text) in find_rewritten(&evaluators, source, &mut fixes, surroundings).await? {
            fixes.found = fixes.found.saturating_add(1);
            let done = if is_shown_only {
                show(&path, &text, surroundings)
            } else {
                write(&path, &text, surroundings)
            };
            if let Err(cause) = done {
                writeln!(surroundings.err, "hookgate: {cause:#}")?;
                fixes.failed = fixes.failed.saturating_add(1);
            }
        }
    }
    Ok(fixes)
}

/// The files of one policy that can be rewritten, with their texts in v1; says why others cannot.
async fn find_rewritten<O, E: Write>(
    evaluators: &Evaluators,
    source: &Source,
    fixes: &mut Fixes,
    surroundings: &mut Surroundings<O, E>,
) -> Result<Vec<(PathBuf, String)>> {
    // What cannot be read is told when it is checked.
    let Ok(upload) = source.read() else { return Ok(Vec::new()) };
    let fixed = evaluators.fix(&account_of(0), &upload).await;
    let fixed = fixed.with_context(|| format!("cannot check `{}`", source.name()))?;
    for cause in fixed.unmended {
        fixes.found = fixes.found.saturating_add(1);
        let place = cause.place.map(|place| source.here(&place).to_string());
        let place = plain(&place.unwrap_or_else(|| source.name()));
        writeln!(
            surroundings.err,
            "hookgate: {place}: cannot be rewritten as v1: {}",
            plain(&cause.message)
        )?;
    }
    let files = fixed.files.into_iter();
    Ok(files.filter_map(|file| Some((source.find_file(&file.path)?, file.text))).collect())
}

fn show<O: Write, E>(path: &Path, text: &str, surroundings: &mut Surroundings<O, E>) -> Result<()> {
    let before = fs::read_to_string(path).with_context(|| format!("cannot read `{}`", path.display()))?;
    let name = path.display().to_string();
    let diff = TextDiff::from_lines(before.as_str(), text);
    let diff = diff.unified_diff().header(&name, &name).to_string();
    Ok(writeln!(surroundings.out, "{}", plain_lines(&diff))?)
}

fn write<O, E: Write>(path: &Path, text: &str, surroundings: &mut Surroundings<O, E>) -> Result<()> {
    // The file it leads to may lie anywhere, and the link would be gone.
    if fs::symlink_metadata(path).is_ok_and(|metadata| metadata.is_symlink()) {
        return Err(anyhow!("cannot fix `{}`: it is a link: name the file it leads to", path.display()));
    }
    rewrite_whole(path, text.as_bytes())?;
    Ok(writeln!(surroundings.err, "hookgate: fixed {}", plain(&path.display().to_string()))?)
}
