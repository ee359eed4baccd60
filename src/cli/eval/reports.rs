//! The forms that other programs read, by the writers of `cli::format`: what each hook has against the operation.

use std::collections::BTreeMap;
use std::io::{self, Write};
use std::time::Duration;

use crate::cli::eval::asking::Asked;
use crate::cli::eval::objection::{self, Objection};
use crate::cli::format::model::{Annotation, Case, CaseOutcome, Problem, Suite};
use crate::cli::format::sarif::{Found, Rule};
use crate::cli::format::{github, sarif};
use crate::domain::judgement::HookOutcome;
use crate::domain::verdict::{HookResult, Verdict};

/// Writes an annotation for each objection, at the rule of the policy that gave it.
pub(super) fn write_github(out: &mut dyn Write, asked: &Asked) -> io::Result<()> {
    for (outcome, name) in asked.hooks() {
        let annotations =
            objection::list(outcome).into_iter().map(|objection| annotation(outcome, name, &objection));
        github::write(out, &annotations.collect::<Vec<_>>())?;
    }
    Ok(())
}

/// A suite for each hook, a case for each objection; one case that passed if there is none.
pub(super) fn suites(asked: &Asked) -> Vec<Suite> {
    asked.hooks().map(|(outcome, name)| Suite { name: name.to_owned(), cases: cases(outcome) }).collect()
}

/// Writes a result for each objection, about the file that was judged.
pub(super) fn write_sarif(out: &mut dyn Write, asked: &Asked) -> io::Result<()> {
    let mut rules = BTreeMap::new();
    let mut all = Vec::new();
    for (outcome, name) in asked.hooks() {
        for objection in objection::list(outcome) {
            rules.entry(objection.rule.clone()).or_insert(objection.level);
            all.push(found(asked, (outcome, name), objection));
        }
    }
    let rules = rules.into_iter().map(|(id, level)| Rule { summary: id.clone(), id, page: None, level });
    sarif::write(out, &rules.collect::<Vec<_>>(), &all)
}

fn annotation(outcome: &HookOutcome, name: &str, objection: &Objection<'_>) -> Annotation {
    let place = outcome.evaluation.location.clone();
    // Without a place nothing else says which policy it is.
    let origin = if place.is_none() { format!("{name}: ") } else { String::new() };
    Annotation {
        level: objection.level,
        place,
        title: objection.rule.clone(),
        message: format!("{origin}{}", objection.text()),
    }
}

fn cases(outcome: &HookOutcome) -> Vec<Case> {
    let place = &outcome.evaluation.location;
    let case = |name, outcome| Case { name, place: place.clone(), duration: Duration::ZERO, outcome };
    let mut names = Names::default();
    let objections = objection::list(outcome);
    let objections =
        objections.iter().map(|objection| case(names.of(objection), refusal(outcome, objection)));
    let mut cases: Vec<Case> = objections.collect();
    if cases.is_empty() {
        cases.push(case(outcome.hook.name.as_str().to_owned(), acceptance(outcome)));
    }
    // A hook is asked once, whatever it has to say.
    if let Some(first) = cases.first_mut() {
        first.duration = Duration::from_micros(outcome.evaluation.duration_us);
    }
    cases
}

fn refusal(outcome: &HookOutcome, objection: &Objection<'_>) -> CaseOutcome {
    let problem = Problem {
        kind: outcome.evaluation.result.as_str(),
        message: objection.message.to_owned(),
        details: objection.remedies.join("\n"),
        place: None,
    };
    match (outcome.verdict, outcome.evaluation.result) {
        // A failure would stop the build, and a warning stops nothing.
        (Verdict::Warn, _) => CaseOutcome::Skipped { reason: format!("warning: {}", objection.message) },
        (_, HookResult::Malformed | HookResult::Errored | HookResult::TimedOut) => {
            CaseOutcome::Errored(problem)
        }
        _ => CaseOutcome::Failed(problem),
    }
}

/// A policy that has no answer lets pass, but nothing was tried.
fn acceptance(outcome: &HookOutcome) -> CaseOutcome {
    match outcome.evaluation.result {
        HookResult::NotDeclared => {
            CaseOutcome::Skipped { reason: "the policy declares no `hook_result`".to_owned() }
        }
        HookResult::Undefined => CaseOutcome::Skipped { reason: outcome.message().to_owned() },
        HookResult::Passed
        | HookResult::Refused
        | HookResult::Malformed
        | HookResult::Errored
        | HookResult::TimedOut => CaseOutcome::Passed,
    }
}

/// Names of cases, of which build servers keep only one of a kind.
#[derive(Default)]
struct Names(BTreeMap<String, usize>);

impl Names {
    fn of(&mut self, objection: &Objection<'_>) -> String {
        let address = objection.address.map(|address| format!(": {address}")).unwrap_or_default();
        let name = format!("{}{address}", objection.rule);
        let seen = self.0.entry(name.clone()).or_default();
        *seen = seen.saturating_add(1);
        if *seen == 1 { name } else { format!("{name} ({seen})") }
    }
}

fn found(asked: &Asked, (outcome, name): (&HookOutcome, &str), objection: Objection<'_>) -> Found {
    let origin = outcome.evaluation.location.clone();
    let input = asked.input.as_ref().map(|path| path.display().to_string());
    let policy = origin.as_ref().map_or_else(|| name.to_owned(), |place| place.file.clone());
    Found {
        // The values in a message change; the resource is the same.
        identity: format!("{}\n{}\n{}", outcome.hook.name, objection.rule, objection.subject),
        message: objection.text(),
        level: objection.level,
        address: objection.address.map(str::to_owned),
        rule: objection.rule,
        // A plan has no lines.
        place: origin.clone().filter(|_| input.is_none()),
        origin: origin.filter(|_| input.is_some()),
        file: input.unwrap_or(policy),
        line: None,
        ignored: None,
    }
}
