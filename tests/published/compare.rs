//! Every file of a project through both engines.

use std::time::Duration;

use hookgate::domain::diagnostic::Diagnostic;
use hookgate::domain::unit_test::{TestOutcome, TestResult};
use hookgate::rego::compile::{Language, compile};
use hookgate::rego::testing::{Limits, Suite};

use crate::opa::Opa;
use crate::project::Project;
use crate::shims::Shims;

const LANGUAGE: Language = Language { allow_functions: true };
const TIMEOUT: Duration = Duration::from_secs(20);

/// What became of one file.
pub(crate) enum Found {
    Policy(Policy),
    Tests(Tests),
}

/// A policy file: why each of the two refuses it, if it does.
pub(crate) struct Policy {
    pub(crate) ours: Option<Diagnostic>,
    pub(crate) opas: Option<String>,
}

/// The tests of one file.
pub(crate) struct Tests {
    /// Why it is refused here.
    pub(crate) refused: Option<Diagnostic>,
    /// Why OPA refuses it.
    pub(crate) opas: Option<String>,
    /// How many tests OPA runs.
    pub(crate) count: usize,
    /// The tests that both run.
    pub(crate) pairs: Vec<Pair>,
}

/// One test in both engines.
pub(crate) struct Pair {
    pub(crate) ours: TestResult,
    pub(crate) opa: TestOutcome,
}

/// Compares one file.
pub(crate) fn compare(project: &Project, file: usize, (shims, opa): (&Shims, &Opa)) -> Found {
    let (bundle, source) = (project.bundle(file, shims), &project.files[file]);
    if !source.is_test() {
        let ours = compile(&bundle, &LANGUAGE).err().and_then(|found| first(found, &source.path));
        return Found::Policy(Policy { ours, opas: opa.check(&bundle) });
    }
    let judged = opa.test(&bundle);
    let (suite, refused) = match Suite::load(bundle, LANGUAGE) {
        Ok(suite) => (Some(suite), None),
        Err(found) => (None, first(found, &source.path)),
    };
    let here =
        |result: &TestResult| result.test.place.as_ref().is_some_and(|place| place.file == source.path);
    let limits = Limits { timeout: TIMEOUT, now_ns: 1_795_334_400_000_000_000 };
    let ours: Vec<_> = suite.iter().flat_map(|suite| suite.run_from(0, limits)).filter(here).collect();
    match judged {
        Err(cause) => Found::Tests(Tests { refused, opas: Some(cause), count: 0, pairs: Vec::new() }),
        Ok(judged) => {
            let count = judged.len();
            let pair = |ours: TestResult| {
                let key = (ours.test.package.clone(), ours.test.name.clone());
                Pair { opa: *judged.get(&key).unwrap_or(&TestOutcome::Skipped), ours }
            };
            let pairs = ours.into_iter().map(pair).collect();
            Found::Tests(Tests { refused, opas: None, count, pairs })
        }
    }
}

/// The first diagnostic of a file, or of any.
fn first(found: Vec<Diagnostic>, path: &str) -> Option<Diagnostic> {
    let is_here = |found: &&Diagnostic| found.place.as_ref().is_some_and(|place| place.file == path);
    let here = found.iter().find(is_here).cloned();
    here.or_else(|| found.into_iter().next())
}
