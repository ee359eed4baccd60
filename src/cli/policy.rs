//! The one policy that a command works on, checked as `hookgate lint` checks it before something is done with it.

use std::io::{self, IsTerminal as _, Write};
use std::path::Path;

use anyhow::{Context as _, Result, bail};

use crate::cli::lint;
use crate::cli::paint::{Color, Paint};
use crate::config::{Levels, OfflineArgs, OfflineConfig, Project};
use crate::domain::bundle::PolicyUpload;
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
        Ok(Self {
            config: OfflineConfig::load(offline, environment.to_vec())?,
            levels: Levels::of(project, &[]),
            paint: Paint::new(Color::Auto, io::stderr().is_terminal(), environment),
        })
    }

    /// Evaluators for the time of this command. Must be called inside a runtime.
    pub(super) fn start_evaluators(&self) -> Result<Evaluators> {
        evaluators::start(&self.config).context("cannot find this program's own file")
    }

    /// What `source` would be uploaded as, unless there are errors in it, which are told.
    pub(super) async fn check(
        &self,
        evaluators: &Evaluators,
        source: &Source,
        err: &mut dyn Write,
    ) -> Result<Option<PolicyUpload>> {
        lint::check(evaluators, (source, self.levels.clone()), (err, self.paint)).await
    }
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
