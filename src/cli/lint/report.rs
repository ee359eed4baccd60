//! What is found in one policy, with levels as they are set and places as they are seen from here.

use crate::config::Levels;
use crate::domain::bundle::PolicyUpload;
use crate::domain::diagnostic::{Diagnostic, Fault, Place, Warning};
use crate::domain::lint::{Level, LintRule};
use crate::evaluator::{Evaluators, Linted, ModuleText};
use crate::offline::evaluators::account_of;
use crate::offline::source::{Reading, Source, SourceError};

/// One policy that was checked.
#[derive(Debug)]
pub(super) struct Report {
    /// The policy, as it was named or found.
    pub(super) source: String,
    /// What was found, ignored things too: first why it is refused, then what is odd.
    pub(super) findings: Vec<Finding>,
    /// What is odd about where it comes from.
    pub(super) notes: Vec<String>,
    /// Why the gate finds nothing to ask in it, at whatever level that is told.
    pub(super) undeclared: Option<String>,
    /// What will really run, if it was asked for.
    pub(super) modules: Vec<ModuleText>,
}

/// One thing that was found.
#[derive(Debug)]
pub(super) struct Finding {
    pub(super) kind: Kind,
    pub(super) level: Level,
    pub(super) place: Option<Place>,
    /// The line of its place.
    pub(super) line: Option<String>,
    pub(super) message: String,
    /// The reason for which a comment ignores it.
    pub(super) ignored: Option<String>,
}

/// Who found it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Kind {
    /// Registration, which refuses the policy.
    Refused(Fault),
    /// A rule of the linter.
    Odd(LintRule),
}

impl Kind {
    /// The word it is known by.
    pub(super) const fn name(self) -> &'static str {
        match self {
            Self::Refused(fault) => fault.as_str(),
            Self::Odd(rule) => rule.name(),
        }
    }
}

impl Report {
    /// What is to be told: everything that no comment ignores.
    pub(super) fn told(&self) -> impl Iterator<Item = &Finding> {
        self.findings.iter().filter(|finding| finding.ignored.is_none())
    }

    /// Whether registration refuses it.
    pub(super) fn is_refused(&self) -> bool {
        self.findings.iter().any(|finding| matches!(finding.kind, Kind::Refused(_)))
    }
}

/// How many policies and findings there were.
#[derive(Debug, Default)]
pub(super) struct Totals {
    pub(super) policies: usize,
    pub(super) refused: usize,
    pub(super) errors: usize,
    pub(super) warnings: usize,
    /// Findings that comments ignore.
    pub(super) ignored: usize,
    /// Policies that could not be read or checked.
    pub(super) failed: usize,
}

impl Totals {
    /// Adds one policy.
    pub(super) fn count(&mut self, examined: &Result<Report, String>) {
        self.policies = self.policies.saturating_add(1);
        let Ok(report) = examined else {
            self.failed = self.failed.saturating_add(1);
            return;
        };
        self.refused = self.refused.saturating_add(usize::from(report.is_refused()));
        for finding in &report.findings {
            let counter = match finding.level {
                _ if finding.ignored.is_some() => &mut self.ignored,
                Level::Error => &mut self.errors,
                Level::Warning => &mut self.warnings,
                Level::Ignore => continue,
            };
            *counter = counter.saturating_add(1);
        }
    }
}

/// How a policy is looked at.
#[derive(Debug, Clone)]
pub(super) struct Look {
    /// How much each rule weighs.
    pub(super) levels: Levels,
    /// Whether the modules that will run are wanted.
    pub(super) shows_modules: bool,
}

/// Has a policy checked; `number` tells it from the others of this run.
///
/// # Errors
/// In words, when it could not be.
pub(super) async fn examine(
    evaluators: &Evaluators,
    source: &Source,
    number: usize,
    look: &Look,
) -> Result<Report, String> {
    examine_and_keep(evaluators, source, number, look).await.map(|(report, _)| report)
}

/// As [`examine`], and gives what was read, unless nothing was.
///
/// # Errors
/// In words, when it could not be.
pub(super) async fn examine_and_keep(
    evaluators: &Evaluators,
    source: &Source,
    number: usize,
    look: &Look,
) -> Result<(Report, Option<PolicyUpload>), String> {
    let Reading { upload, notes } = match source.read_with_notes() {
        Ok(reading) => reading,
        Err(SourceError::Refused(fault)) => {
            let linted = Linted { errors: vec![fault], warnings: Vec::new(), modules: Vec::new() };
            return Ok((report(source, linted, look), None));
        }
        Err(cause) => return Err(cause.to_string()),
    };
    let account = account_of(number);
    let linted = evaluators.lint(&account, &upload, look.shows_modules).await;
    let linted = linted.map_err(|cause| format!("cannot check `{}`: {cause}", source.name()))?;
    Ok((Report { notes, ..report(source, linted, look) }, Some(upload)))
}

fn report(source: &Source, linted: Linted, look: &Look) -> Report {
    let Linted { errors, warnings, mut modules } = linted;
    let undeclared = warnings.iter().find(|warning| warning.rule == LintRule::HookResultMissing);
    let undeclared = undeclared.map(|warning| warning.message.clone());
    let odd = warnings.into_iter().filter_map(|warning| odd(warning, look));
    let mut findings: Vec<_> = errors.into_iter().map(refused).chain(odd).collect();
    for Finding { place, message, .. } in &mut findings {
        *message = source.reword(message);
        *place = place.as_ref().map(|place| source.here(place));
    }
    for module in &mut modules {
        module.path = source.locate(&module.path);
    }
    Report { source: source.name(), findings, notes: Vec::new(), undeclared, modules }
}

fn refused(Diagnostic { fault, place, line, message }: Diagnostic) -> Finding {
    Finding { kind: Kind::Refused(fault), level: Level::Error, place, line, message, ignored: None }
}

/// What a rule found, unless nobody wants to hear of it.
fn odd(Warning { rule, place, line, message, ignored }: Warning, look: &Look) -> Option<Finding> {
    let level = look.levels.level(rule);
    (level != Level::Ignore).then_some(Finding {
        kind: Kind::Odd(rule),
        level,
        place,
        line,
        message,
        ignored,
    })
}
