//! What is found in one policy, with places as they are seen from here.

use crate::domain::account::Account;
use crate::domain::bundle::PolicyUpload;
use crate::domain::diagnostic::{Diagnostic, Place, Warning};
use crate::evaluator::{Evaluators, ExamineError, Examined, ModuleText};
use crate::offline::source::{Reading, Source, SourceError};

/// One policy that was checked.
#[derive(Debug)]
pub(super) struct Report {
    /// The policy, as it was named or found.
    pub(super) source: String,
    /// Why it is refused; empty if it is accepted.
    pub(super) errors: Vec<Diagnostic>,
    /// What is allowed and probably not meant.
    pub(super) warnings: Vec<Warning>,
    /// What will really run, if it was asked for.
    pub(super) modules: Vec<ModuleText>,
}

/// How many policies and findings there were.
#[derive(Debug, Default)]
pub(super) struct Totals {
    pub(super) policies: usize,
    pub(super) refused: usize,
    pub(super) errors: usize,
    pub(super) warnings: usize,
    /// Policies that could not be read or checked.
    pub(super) failed: usize,
}

impl Totals {
    /// Adds one policy.
    pub(super) fn count(&mut self, examined: &Result<Report, String>) {
        self.policies = self.policies.saturating_add(1);
        match examined {
            Ok(report) => {
                self.refused = self.refused.saturating_add(usize::from(!report.errors.is_empty()));
                self.errors = self.errors.saturating_add(report.errors.len());
                self.warnings = self.warnings.saturating_add(report.warnings.len());
            }
            Err(_) => self.failed = self.failed.saturating_add(1),
        }
    }
}

/// Has a policy checked; `number` tells it from the others of this run.
///
/// # Errors
/// In words, when it could not be.
pub(super) async fn examine(
    evaluators: &Evaluators,
    source: &Source,
    (number, shows_modules): (usize, bool),
) -> Result<Report, String> {
    match source.read_with_warnings() {
        Ok(reading) => examine_reading(evaluators, (source, reading), (number, shows_modules)).await,
        Err(SourceError::Refused(fault)) => Ok(refused(source, vec![fault])),
        Err(cause) => Err(cause.to_string()),
    }
}

/// Has a policy checked as the only one, and keeps what was checked.
///
/// # Errors
/// In words, when it could not be.
pub(super) async fn examine_once(
    evaluators: &Evaluators,
    source: &Source,
) -> Result<(Report, Option<PolicyUpload>), String> {
    match source.read_with_warnings() {
        Ok(reading) => {
            let upload = reading.upload.clone();
            let report = examine_reading(evaluators, (source, reading), (0, false)).await?;
            Ok((report, Some(upload)))
        }
        Err(SourceError::Refused(fault)) => Ok((refused(source, vec![fault]), None)),
        Err(cause) => Err(cause.to_string()),
    }
}

/// Has what was read checked.
///
/// # Errors
/// In words, when it could not be.
async fn examine_reading(
    evaluators: &Evaluators,
    (source, reading): (&Source, Reading),
    (number, shows_modules): (usize, bool),
) -> Result<Report, String> {
    let Reading { upload, warnings: mut all } = reading;
    // Each policy for an account of its own: no account is given all evaluators.
    let account = Account::parse(&format!("policy-{number}"), "local").map_err(|wrong| wrong.to_string())?;
    let examined = if shows_modules {
        evaluators.examine_and_show(&account, &upload).await
    } else {
        evaluators.examine(&account, &upload).await
    };
    match examined {
        Ok(Examined { warnings, modules, .. }) => {
            all.extend(warnings);
            Ok(accepted(source, all, modules))
        }
        Err(ExamineError::Rejected(errors)) => Ok(refused(source, errors)),
        Err(ExamineError::Unavailable(cause)) => Err(format!("cannot check `{}`: {cause}", source.name())),
    }
}

fn refused(source: &Source, mut errors: Vec<Diagnostic>) -> Report {
    for error in &mut errors {
        relocate(source, error.place.as_mut(), &mut error.message);
    }
    Report { source: source.name(), errors, warnings: Vec::new(), modules: Vec::new() }
}

fn accepted(source: &Source, mut warnings: Vec<Warning>, mut modules: Vec<ModuleText>) -> Report {
    for warning in &mut warnings {
        relocate(source, warning.place.as_mut(), &mut warning.message);
    }
    for module in &mut modules {
        module.path = source.locate(&module.path);
    }
    Report { source: source.name(), errors: Vec::new(), warnings, modules }
}

fn relocate(source: &Source, place: Option<&mut Place>, message: &mut String) {
    *message = source.reword(message);
    if let Some(place) = place {
        place.file = source.locate(&place.file);
    }
}
