//! What hooks have against an operation, as reports tell it: each finding of a hook that does not pass, or the message of such a hook.

use crate::cli::findings::remedies;
use crate::cli::format::model::Level;
use crate::cli::plain::plain;
use crate::domain::judgement::HookOutcome;
use crate::domain::verdict::{DEFAULT_MESSAGE, Finding, Severity, Verdict};

/// One thing that a hook has against the operation.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Objection<'a> {
    /// The id that the finding gives, or the name of the hook.
    pub(super) rule: String,
    /// That of the severity; a hook that only warns has nothing worse than a warning.
    pub(super) level: Level,
    pub(super) message: &'a str,
    /// The resource it is about.
    pub(super) address: Option<&'a str>,
    /// What tells it from others of its rule in every run: the address, or else the message of the finding.
    pub(super) subject: &'a str,
    /// What to do, and where to read more.
    pub(super) remedies: Vec<&'a str>,
}

impl Objection<'_> {
    /// All of it, in lines.
    pub(super) fn text(&self) -> String {
        let address = self.address.map(|address| format!("{address}: ")).unwrap_or_default();
        let remedies = self.remedies.iter().map(|remedy| format!("\n→ {remedy}"));
        format!("{address}{}{}", self.message, remedies.collect::<String>())
    }
}

/// All that the hook has against the operation: nothing if it passes.
pub(super) fn list(outcome: &HookOutcome) -> Vec<Objection<'_>> {
    let findings = &outcome.evaluation.findings;
    match outcome.verdict {
        Verdict::Pass => Vec::new(),
        Verdict::Fail | Verdict::Warn if findings.is_empty() => vec![without_findings(outcome)],
        Verdict::Fail | Verdict::Warn => findings.iter().map(|finding| of(outcome, finding)).collect(),
    }
}

fn without_findings(outcome: &HookOutcome) -> Objection<'_> {
    Objection {
        rule: outcome.hook.name.as_str().to_owned(),
        level: level(outcome.verdict, None),
        message: said(outcome.message()).unwrap_or(DEFAULT_MESSAGE),
        address: None,
        // There is no other; and what went wrong is told with its row.
        subject: "",
        remedies: Vec::new(),
    }
}

fn of<'a>(outcome: &'a HookOutcome, finding: &'a Finding) -> Objection<'a> {
    let resource = finding.resource.as_ref();
    let address = resource.and_then(|resource| resource.address.as_deref()).and_then(said);
    Objection {
        rule: plain(finding.rule_id.as_deref().and_then(said).unwrap_or(outcome.hook.name.as_str())),
        level: level(outcome.verdict, finding.severity),
        message: said(&finding.message).or_else(|| said(outcome.message())).unwrap_or(DEFAULT_MESSAGE),
        address,
        subject: address.unwrap_or(&finding.message),
        remedies: remedies(finding).filter_map(said).collect(),
    }
}

/// A text, if there is anything in it.
fn said(text: &str) -> Option<&str> {
    Some(text.trim()).filter(|text| !text.is_empty())
}

const fn level(verdict: Verdict, severity: Option<Severity>) -> Level {
    match (severity, verdict) {
        (Some(Severity::Low | Severity::Informational), _) => Level::Notice,
        (Some(Severity::Medium), _) | (_, Verdict::Warn) => Level::Warning,
        (Some(Severity::High | Severity::Critical) | None, _) => Level::Error,
    }
}

#[cfg(test)]
mod tests {
    use super::level;
    use crate::cli::format::model::Level;
    use crate::domain::verdict::{Severity, Verdict};

    #[track_caller]
    fn check(severity: Option<Severity>, with_fail: Level, with_warn: Level) {
        assert_eq!(level(Verdict::Fail, severity), with_fail);
        assert_eq!(level(Verdict::Warn, severity), with_warn);
    }

    #[test]
    fn a_level_is_that_of_the_severity_and_a_warning_at_most_if_the_hook_warns() {
        check(None, Level::Error, Level::Warning);
        check(Some(Severity::Critical), Level::Error, Level::Warning);
        check(Some(Severity::High), Level::Error, Level::Warning);
        check(Some(Severity::Medium), Level::Warning, Level::Warning);
        check(Some(Severity::Low), Level::Notice, Level::Notice);
        check(Some(Severity::Informational), Level::Notice, Level::Notice);
    }
}
