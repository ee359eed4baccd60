//! The forms that are written when everything is known: JUnit, TAP, SARIF.

use std::collections::BTreeMap;
use std::io::{self, Write};
use std::time::Duration;

use crate::cli::format::model::{Case, CaseOutcome, Level as Weight, Problem, Suite};
use crate::cli::format::sarif::{Found, Rule};
use crate::cli::format::{junit, sarif, tap};
use crate::cli::lint::format::{Layout, weight};
use crate::cli::lint::pages::Topic;
use crate::cli::lint::report::{Finding, Kind, Report, Totals};
use crate::domain::diagnostic::Fault;
use crate::domain::lint::LintRule;

/// How suites are written.
type WriteSuites = fn(&mut dyn Write, &[Suite]) -> io::Result<()>;

/// A suite for each policy, a case for each finding.
pub(super) struct Suites {
    write: WriteSuites,
    suites: Vec<Suite>,
}

impl Suites {
    pub(super) const JUNIT: Self = Self { write: junit::write, suites: Vec::new() };
    pub(super) const TAP: Self = Self { write: tap::write, suites: Vec::new() };
}

impl Layout for Suites {
    fn report(&mut self, _out: &mut dyn Write, report: &Report) -> io::Result<()> {
        let mut cases: Vec<_> = report.findings.iter().map(case).collect();
        if report.told().next().is_none() {
            cases.push(Case {
                name: "lint".to_owned(),
                place: None,
                duration: Duration::ZERO,
                outcome: CaseOutcome::Passed,
            });
        }
        self.suites.push(Suite { name: report.source.clone(), cases });
        Ok(())
    }

    fn finish(&mut self, out: &mut dyn Write, _totals: &Totals) -> io::Result<()> {
        (self.write)(out, &self.suites)
    }
}

fn case(finding: &Finding) -> Case {
    let kind = finding.kind.name();
    let row = finding.place.as_ref().map(|place| format!(" at {place}"));
    let outcome = match &finding.ignored {
        Some(reason) => CaseOutcome::Skipped { reason: reason.clone() },
        None => CaseOutcome::Failed(Problem {
            kind: finding.level.as_str(),
            message: finding.message.clone(),
            details: finding.line.clone().unwrap_or_default(),
            place: None,
        }),
    };
    let name = format!("{kind}{}", row.unwrap_or_default());
    Case { name, place: finding.place.clone(), duration: Duration::ZERO, outcome }
}

/// One run for all policies.
#[derive(Default)]
pub(super) struct Sarif {
    found: Vec<Found>,
    /// The faults among them, which are no rules of the linter.
    faults: BTreeMap<&'static str, Fault>,
}

impl Layout for Sarif {
    fn report(&mut self, _out: &mut dyn Write, report: &Report) -> io::Result<()> {
        for finding in &report.findings {
            if let Kind::Refused(fault) = finding.kind {
                self.faults.insert(fault.as_str(), fault);
            }
            self.found.push(found(report, finding));
        }
        Ok(())
    }

    fn finish(&mut self, out: &mut dyn Write, _totals: &Totals) -> io::Result<()> {
        let faults = self.faults.keys().map(|name| Rule {
            id: (*name).to_owned(),
            summary: "registration refuses the policy".to_owned(),
            page: None,
            level: Weight::Error,
        });
        let rules: Vec<_> = LintRule::ALL.into_iter().map(card).chain(faults).collect();
        sarif::write(out, &rules, &self.found)
    }
}

fn found(report: &Report, finding: &Finding) -> Found {
    let rule = finding.kind.name();
    let file = finding.place.as_ref().map_or(&report.source, |place| &place.file);
    let line = finding.line.as_deref().unwrap_or(&finding.message);
    let blankless = line.split_whitespace().collect::<Vec<_>>().join(" ");
    Found {
        identity: format!("{rule}\n{file}\n{blankless}"),
        rule: rule.to_owned(),
        level: weight(finding.level),
        message: finding.message.clone(),
        file: file.clone(),
        place: finding.place.clone(),
        address: None,
        origin: None,
        line: finding.line.clone(),
        ignored: finding.ignored.clone(),
    }
}

fn card(rule: LintRule) -> Rule {
    let card = rule.card();
    Rule {
        id: card.name.to_owned(),
        summary: card.summary.to_owned(),
        page: Topic::Rule(rule).page(),
        level: weight(card.level),
    }
}
