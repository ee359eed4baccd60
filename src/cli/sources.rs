//! The policies at the paths of a command line.

use std::borrow::Cow;
use std::io::{self, Write};
use std::path::{Path, PathBuf};

use crate::offline::source::{Source, SourceError};

/// The paths that were named; the current folder without any.
pub(super) fn or_current(paths: &[PathBuf]) -> Cow<'_, [PathBuf]> {
    if paths.is_empty() { Cow::Owned(vec![PathBuf::from(".")]) } else { Cow::Borrowed(paths) }
}

/// What `list` finds at `paths`, and at how many of them there is nothing, which is told.
pub(super) fn find(
    paths: &[PathBuf],
    list: impl Fn(&Path) -> Result<Vec<Source>, SourceError>,
    err: &mut impl Write,
) -> io::Result<(Vec<Source>, usize)> {
    let (mut sources, mut missing) = (Vec::new(), 0_usize);
    for path in paths {
        match list(path) {
            Ok(found) => sources.extend(found),
            Err(cause) => {
                missing = missing.saturating_add(1);
                writeln!(err, "hookgate: {cause}")?;
            }
        }
    }
    Ok((sources, missing))
}
