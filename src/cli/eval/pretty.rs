//! For people: the decision on the first line, then every policy in the words of the gate.

use std::cmp::Reverse;
use std::io::{self, Write};

use crate::cli::eval::asking::Asked;
use crate::cli::findings::{by_remedy, indented};
use crate::cli::opinions::{Opinions, silence};
use crate::cli::paint::Paint;
use crate::cli::plain::plain;
use crate::domain::judgement::HookOutcome;
use crate::domain::telling::{tell_explanation, tell_named};
use crate::domain::verdict::{Decision, Evaluation, Finding, Verdict};

/// The longest line of an explanation, in characters.
const COLUMNS: usize = 200;

/// Prints what was decided; with explanations, if they are wanted.
pub(super) fn write(out: &mut dyn Write, asked: &Asked, (explains, paint): (bool, Paint)) -> io::Result<()> {
    let said = asked.judgement.hooks.iter().map(|outcome| (outcome.evaluation.result, outcome.verdict));
    let opinions = Opinions::count(said);
    let warnings = asked.judgement.warnings();
    let word = match (asked.judgement.decision, opinions.hollowness(&warnings)) {
        (Decision::Allowed, None) => paint.good("✓ ALLOWED".to_owned()),
        (Decision::Allowed, Some(why)) => paint.warning(format!("! ALLOWED, and nothing was checked: {why}")),
        (Decision::Denied, _) => paint.bad("✗ DENIED".to_owned()),
    };
    let request = &asked.request;
    writeln!(
        out,
        "{word}  {} of stack `{}`",
        plain(request.kind.as_str()),
        plain(request.stack.name.as_str())
    )?;
    if let Some(why) = asked.judgement.message().filter(|_| opinions.refusing == 0) {
        writeln!(out, "  {}", plain(&why))?;
    }
    let mut hooks: Vec<_> = asked.hooks().collect();
    hooks.sort_by_key(|(outcome, _)| Reverse(outcome.verdict));
    for (outcome, name) in hooks {
        told(out, (outcome, name), (explains, paint))?;
    }
    summary(out, &asked.judgement.hooks)
}

fn told(
    out: &mut dyn Write,
    (outcome, name): (&HookOutcome, &str),
    (explains, paint): (bool, Paint),
) -> io::Result<()> {
    let evaluation = &outcome.evaluation;
    let unexplained = Evaluation { explanation: None, ..evaluation.clone() };
    // Its message is told in lines of its own, which a headline has not.
    let headline = HookOutcome { evaluation: Evaluation { message: None, ..unexplained }, ..outcome.clone() };
    let headline = tell_named(name, &headline, usize::MAX);
    let message = evaluation.message.as_deref().map(|message| format!("  {}", indented(message, "      ")));
    let headline = format!("{}{}", plain(headline.trim_end()), message.unwrap_or_default());
    match outcome.verdict {
        Verdict::Pass => writeln!(out, "  {headline}")?,
        Verdict::Warn => writeln!(out, "  {}", paint.warning(headline))?,
        Verdict::Fail => writeln!(out, "  {}", paint.bad(headline))?,
    }
    if let Some(silence) = silence(evaluation.result).filter(|_| evaluation.message.is_none()) {
        writeln!(out, "      {silence}")?;
    }
    for (findings, remedies) in by_remedy(&evaluation.findings) {
        findings.into_iter().try_for_each(|found| finding(out, found, paint))?;
        for remedy in remedies {
            writeln!(out, "        → {}", indented(remedy, "          "))?;
        }
    }
    if let Some(note) = &evaluation.note {
        writeln!(out, "      note: {}", indented(note, "      "))?;
    }
    if let Some(place) = evaluation.location.as_ref().filter(|_| outcome.verdict != Verdict::Pass) {
        writeln!(out, "      {}", paint.faint(format!("at {}", plain(&place.to_string()))))?;
    }
    let explanation = evaluation.explanation.iter().filter(|_| explains);
    let text: String = explanation.map(|explanation| tell_explanation(explanation, COLUMNS)).collect();
    text.lines().try_for_each(|line| writeln!(out, "    {}", plain(line)))
}

/// How many of several policies say what.
fn summary(out: &mut dyn Write, hooks: &[HookOutcome]) -> io::Result<()> {
    if hooks.len() < 2 {
        return Ok(());
    }
    let count = |verdict| hooks.iter().filter(|outcome| outcome.verdict == verdict).count();
    let silent = hooks
        .iter()
        .filter(|outcome| outcome.verdict == Verdict::Pass && !outcome.evaluation.result.is_opinion());
    let silent = silent.count();
    let counts = [
        (count(Verdict::Pass).saturating_sub(silent), "pass"),
        (count(Verdict::Warn), "warn"),
        (count(Verdict::Fail), "deny"),
        (silent, "without an opinion"),
    ];
    let told = counts.iter().filter(|(count, _)| *count > 0).map(|(count, word)| format!("{count} {word}"));
    writeln!(out, "{} policies asked: {}", hooks.len(), told.collect::<Vec<_>>().join(", "))
}

fn finding(out: &mut dyn Write, finding: &Finding, paint: Paint) -> io::Result<()> {
    let resource = finding.resource.as_ref();
    let address = resource.and_then(|resource| resource.address.as_deref().or(resource.kind.as_deref()));
    let address = address.map(|address| format!("{}: ", plain(address))).unwrap_or_default();
    let message = indented(&finding.message, "        ");
    writeln!(out, "      - {}{message}", paint.strong(address))
}
