//! For people: the decision on the first line, then every policy in the words of the gate.

use std::io::{self, Write};

use crate::cli::eval::asking::Asked;
use crate::cli::eval::objection::remedies;
use crate::cli::paint::Paint;
use crate::cli::plain::plain;
use crate::domain::judgement::HookOutcome;
use crate::domain::telling::{tell_explanation, tell_named};
use crate::domain::verdict::{Decision, Evaluation, Finding, Verdict};

/// The longest line of an explanation, in characters.
const COLUMNS: usize = 200;

/// Prints what was decided; with explanations, if they are wanted.
pub(super) fn write(out: &mut dyn Write, asked: &Asked, (explains, paint): (bool, Paint)) -> io::Result<()> {
    let word = match asked.judgement.decision {
        Decision::Allowed => paint.good("✓ ALLOWED"),
        Decision::Denied => paint.bad("✗ DENIED"),
    };
    let request = &asked.request;
    writeln!(
        out,
        "{word}  {} of stack `{}`",
        plain(request.kind.as_str()),
        plain(request.stack.name.as_str())
    )?;
    for (outcome, name) in asked.hooks() {
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
    let headline = tell_named(name, &HookOutcome { evaluation: unexplained, ..outcome.clone() }, usize::MAX);
    let headline = plain(headline.trim_end());
    match outcome.verdict {
        Verdict::Pass => writeln!(out, "  {headline}")?,
        Verdict::Warn => writeln!(out, "  {}", paint.warning(headline))?,
        Verdict::Fail => writeln!(out, "  {}", paint.bad(headline))?,
    }
    evaluation.findings.iter().try_for_each(|found| finding(out, found, paint))?;
    if let Some(note) = &evaluation.note {
        writeln!(out, "      note: {}", plain(note))?;
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
    let counts = [(Verdict::Pass, "pass"), (Verdict::Warn, "warn"), (Verdict::Fail, "deny")];
    let counts = counts.map(|(verdict, word)| (count(verdict), word));
    let told = counts.iter().filter(|(count, _)| *count > 0).map(|(count, word)| format!("{count} {word}"));
    writeln!(out, "{} policies asked: {}", hooks.len(), told.collect::<Vec<_>>().join(", "))
}

fn finding(out: &mut dyn Write, finding: &Finding, paint: Paint) -> io::Result<()> {
    let resource = finding.resource.as_ref();
    let address = resource.and_then(|resource| resource.address.as_deref().or(resource.kind.as_deref()));
    let address = address.map(|address| format!("{}: ", plain(address))).unwrap_or_default();
    writeln!(out, "      - {}{}", paint.strong(address), plain(&finding.message))?;
    remedies(finding).try_for_each(|text| writeln!(out, "        → {}", plain(text)))
}
