//! The one policy that a command works on, checked as `hookgate lint` and `hookgate test` check it before something is done with it.

use std::io::{self, IsTerminal as _, Write};
use std::path::Path;

use anyhow::{Context as _, Result, bail};

use crate::cli::lint::{self, Accepted};
use crate::cli::output::counted;
use crate::cli::paint::{Color, Paint};
use crate::cli::test::{self, Checked};
use crate::config::{Levels, OfflineArgs, OfflineConfig, Project};
use crate::domain::bundle::{PolicyFormat, PolicyUpload};
use crate::evaluator::Evaluators;
use crate::offline::evaluators;
use crate::offline::source::Source;

/// How policies are checked.
pub(super) struct Rules {
    config: OfflineConfig,
    levels: Levels,
    paint: Paint,
}

impl Rules {
    pub(super) fn load(
        project: &Project,
        offline: &OfflineArgs,
        environment: &[(String, String)],
    ) -> Result<Self> {
        let mut config = OfflineConfig::load(offline, environment.to_vec())?;
        config.evaluation.operation_timeout = test::WAIT;
        Ok(Self {
            config,
            levels: Levels::of(project, &[]),
            paint: Paint::new(Color::Auto, io::stderr().is_terminal(), environment),
        })
    }

    /// Evaluators for the time of this command. Must be called inside a runtime.
    pub(super) fn start_evaluators(&self) -> Result<Evaluators> {
        Ok(evaluators::start(&self.config)?)
    }

    /// The policy of `source`, unless it is refused; whatever is found in it is told.
    pub(super) async fn check(
        &self,
        evaluators: &Evaluators,
        source: &Source,
        err: &mut dyn Write,
    ) -> Result<Option<Accepted>> {
        lint::check(evaluators, (source, self.levels.clone()), (err, self.paint)).await
    }

    /// Whether the tests and cases of a policy come out as they should, which is told.
    pub(super) async fn test(
        &self,
        evaluators: Evaluators,
        (source, upload): (Source, PolicyUpload),
        (out, err): (&mut dyn Write, &mut dyn Write),
    ) -> Result<bool> {
        let Checked { all, wrong } = test::check(evaluators, (&source, upload), (err, self.paint)).await?;
        let tests = counted(all, "test or case", "tests and cases");
        match wrong {
            0 if all == 0 => writeln!(out, "it brings no tests along")?,
            0 => writeln!(out, "{tests} passed")?,
            _ => writeln!(err, "hookgate: {wrong} of {tests} failed")?,
        }
        Ok(wrong == 0)
    }
}

/// The policy as it was read; if that is one file, with the tests that lie beside it.
pub(super) fn with_tests(
    path: &Path,
    (source, upload): (Source, PolicyUpload),
) -> Result<(Source, PolicyUpload)> {
    if upload.format == PolicyFormat::Zip || is_stdin(path) {
        return Ok((source, upload));
    }
    let tested = Source::list_tested(path)?.pop().context("the tests are gone")?;
    let upload = tested.read_tested()?;
    Ok((tested, upload))
}

fn is_stdin(path: &Path) -> bool {
    path == Path::new("-")
}

/// The policy at `path`, which must be one and not a collection.
pub(super) fn find_one(path: &Path) -> Result<Source> {
    let mut found = Source::list(path)?;
    let last = found.pop().with_context(|| format!("there is no policy in `{}`", path.display()))?;
    match found.first() {
        Some(first) => {
            let number = found.len().saturating_add(1);
            bail!(
                "`{}` holds {number} policies: name one of them, such as `{}`",
                path.display(),
                first.name()
            )
        }
        None => Ok(last),
    }
}
