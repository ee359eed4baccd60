//! A policy that is ready: checked, compiled, and cheap to evaluate again and again.

use std::fmt;

use regorus::Engine;

use crate::rego::check::Declaration;
use crate::rego::normalise::RowMaps;
use crate::rego::whence::Origins;

/// A compiled bundle. Evaluations clone its engine, so one never leaves a trace for the next.
pub struct Policy {
    pub(super) engine: Engine,
    pub(super) declaration: Declaration,
    pub(super) rows: RowMaps,
    pub(super) origins: Origins,
    /// The files of the policy as the parser took them, path and text: as their author wrote them, but for forms that it does not
    /// know.
    pub(super) written: Vec<(String, String)>,
    pub(super) weight: usize,
}

impl Policy {
    /// Whether package `policy` has a rule `hook_result` in any form.
    pub fn declares_hook_result(&self) -> bool {
        self.declaration.exists
    }

    /// The modules as the engine has them, one for each package, with the path of its first file.
    pub fn modules(&self) -> Vec<(String, String)> {
        let sources = self.engine.get_policies().unwrap_or_default();
        sources.iter().map(|source| (source.get_path().clone(), source.get_contents().clone())).collect()
    }

    /// An estimate of the bytes it holds, for caches that are bounded by bytes.
    pub fn weight(&self) -> usize {
        self.weight
    }
}

impl fmt::Debug for Policy {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Policy").field("declaration", &self.declaration).finish_non_exhaustive()
    }
}
