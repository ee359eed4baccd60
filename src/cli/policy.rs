//! The one policy that a command works on.

use std::path::Path;

use anyhow::{Context as _, Result, bail};

use crate::offline::source::Source;

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
