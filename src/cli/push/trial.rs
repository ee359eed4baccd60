//! The tests of a policy before it is pushed: what fails is told, and keeps it here.

use std::io::Write;

use anyhow::{Result, anyhow, bail};

use crate::cli::Surroundings;
use crate::cli::output::counted;
use crate::cli::plain::plain;
use crate::clock::Clock;
use crate::domain::bundle::PolicyUpload;
use crate::domain::unit_test::{TestOutcome, TestResult};
use crate::evaluator::{Evaluators, TestError};
use crate::offline::source::Source;
use crate::offline::trial;

/// Whether all tests pass; a policy without any passes as well.
pub(super) async fn run<O: Write, E: Write>(
    evaluators: &Evaluators,
    (source, upload): (&Source, &PolicyUpload),
    surroundings: &mut Surroundings<O, E>,
) -> Result<bool> {
    let Surroundings { out, err, .. } = surroundings;
    let results = match trial::run(evaluators, upload, Clock::System.now()).await {
        Ok(results) => results,
        Err(TestError::Rejected(faults)) => {
            for mut fault in faults {
                if let Some(place) = &mut fault.place {
                    place.file = source.locate(&place.file);
                }
                writeln!(err, "{}", plain(&fault.to_string()))?;
            }
            writeln!(err, "hookgate: the tests of `{}` cannot be run", plain(&source.name()))?;
            return Ok(false);
        }
        Err(TestError::Unavailable(cause)) => bail!("the tests cannot be run: {cause}"),
        Err(TestError::BadPattern(cause)) => return Err(anyhow!(cause)),
    };
    let failures: Vec<&TestResult> = results.iter().filter(|result| is_failure(result)).collect();
    failures.iter().try_for_each(|result| tell(err, source, result))?;
    match (results.len(), failures.len()) {
        (0, _) => writeln!(out, "it brings no tests along")?,
        (all, 0) => writeln!(out, "{} passed", counted(all, "test", "tests"))?,
        (all, failed) => {
            writeln!(
                err,
                "hookgate: {failed} of {} failed, so nothing was sent",
                counted(all, "test", "tests")
            )?;
        }
    }
    Ok(failures.is_empty())
}

const fn is_failure(result: &TestResult) -> bool {
    matches!(result.outcome, TestOutcome::Failed | TestOutcome::Errored)
}

fn tell(err: &mut impl Write, source: &Source, result: &TestResult) -> Result<()> {
    let place = result.failed_at.as_ref().or(result.test.place.as_ref());
    let place = place.map(|place| format!("{}:{}:{}: ", source.locate(&place.file), place.row, place.col));
    let word = if result.outcome == TestOutcome::Errored { "error" } else { "failed" };
    let message = result.message.as_deref().map(|text| format!(": {text}")).unwrap_or_default();
    let (place, test) = (place.unwrap_or_default(), &result.test);
    Ok(writeln!(err, "{}", plain(&format!("{place}{word}: {}.{}{message}", test.package, test.name)))?)
}
