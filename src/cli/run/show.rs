//! What `run` says, for people or for programs.

use std::cmp::Reverse;
use std::io::{self, IsTerminal as _, Write};
use std::path::{Path, PathBuf};

use anyhow::Result;
use serde_json::{Value, json};

use super::{Output, RunArgs};
use crate::cli::findings::{by_remedy, indented};
use crate::cli::opinions::{Opinions, is_broken, silence};
use crate::cli::paint::Paint;
use crate::cli::plain::{plain, plain_lines};
use crate::cli::progress::Waiting;
use crate::cli::words;
use crate::client::{Decided, Report, Told};
use crate::domain::verdict::{Decision, Finding, Verdict};

/// How many lines stay in sight.
const SCREEN: usize = 24;

/// Where `run` speaks, and how.
pub(super) struct Screen<'a, E> {
    out: &'a mut E,
    output: Output,
    paint: Paint,
    is_terminal: bool,
    title: String,
    command: String,
}

impl<'a, E: Write> Screen<'a, E> {
    pub(super) fn new(args: &RunArgs, environment: &[(String, String)], out: &'a mut E) -> Self {
        let is_terminal = io::stderr().is_terminal();
        Self {
            out,
            output: args.output,
            paint: Paint::new(args.color, is_terminal, environment),
            is_terminal,
            title: format!("{} of stack `{}`", plain(&args.operation), plain(&args.stack)),
            command: words::command(&args.command),
        }
    }

    /// Turns while the gate thinks, until it is dropped.
    pub(super) fn wait(&self, operation: &str, stack: &str) -> Waiting {
        let message = format!("asking the gate about {} of {}", plain(operation), plain(stack));
        Waiting::begin(self.is_terminal && self.output == Output::Text, message)
    }

    /// What the gate decided.
    pub(super) fn decided(&mut self, decided: &Decided) -> io::Result<()> {
        if self.output == Output::Json {
            return self.line(&json!({"event": "decided", "answer": decided}));
        }
        let opinions = Opinions::count(decided.hooks.iter().map(|told| (told.result, told.verdict)));
        self.headline(decided, opinions)?;
        let is_shown = |told: &&Told| told.verdict != Verdict::Pass || !told.result.is_opinion();
        let mut shown: Vec<&Told> = decided.hooks.iter().filter(is_shown).collect();
        shown.sort_by_key(|told| Reverse(told.verdict));
        shown.iter().try_for_each(|told| self.told(told))?;
        writeln!(self.out, "  {}", self.paint.faint(opinions.summary(decided.decision)))?;
        let refusing = || shown.iter().filter(|told| told.verdict == Verdict::Fail);
        let lines: usize = shown.iter().map(|told| told.findings.len().saturating_add(2)).sum();
        if lines > SCREEN && opinions.refusing > 0 {
            writeln!(self.out, "  refused by {}", names(refusing().copied()))?;
        }
        if decided.decision == Decision::Allowed {
            return Ok(());
        }
        self.advice(decided, &refusing().copied().collect::<Vec<_>>())
    }

    fn headline(&mut self, decided: &Decided, opinions: Opinions) -> io::Result<()> {
        let work_id = self.paint.faint(format!("work id {}", plain(&decided.work_id)));
        let hollowness = opinions.hollowness(&decided.warnings);
        match (decided.decision, hollowness) {
            (Decision::Allowed, None) => {
                writeln!(self.out, "{}  {}  {work_id}", self.paint.good("✓ ALLOWED"), self.title)
            }
            (Decision::Allowed, Some(why)) => {
                let word = self.paint.warning(format!("! ALLOWED, and nothing was checked: {why}"));
                writeln!(self.out, "{word}\n  {}  {work_id}", self.title)
            }
            (Decision::Denied, _) => {
                writeln!(self.out, "{}  {}  {work_id}", self.paint.bad("✗ DENIED"), self.title)
            }
        }
    }

    /// What is to be done about a denial: a hook that is broken is nothing that the one who was refused can mend.
    fn advice(&mut self, decided: &Decided, refusing: &[&Told]) -> io::Result<()> {
        let broken = || refusing.iter().copied().filter(|told| is_broken(told.result));
        if broken().next().is_some() {
            writeln!(
                self.out,
                "  the fault lies in the policy of {}, not in what was judged: tell its owner",
                names(broken())
            )?;
        }
        if refusing.is_empty() {
            let why = decided.message.as_deref().unwrap_or("the server does not say why");
            writeln!(self.out, "  {}", plain(why))?;
        }
        let is_to_mend = refusing.iter().any(|told| !is_broken(told.result));
        let advice = if is_to_mend { ": mend the above, plan again, and run this once more" } else { "" };
        writeln!(self.out, "  `{}` was not run{advice}", self.command)
    }

    /// One hook that has something to say, with its findings.
    fn told(&mut self, told: &Told) -> io::Result<()> {
        let mark = match told.verdict {
            Verdict::Fail => self.paint.bad("✗"),
            Verdict::Warn => self.paint.warning("!"),
            Verdict::Pass => self.paint.faint("·"),
        };
        let name = self.paint.strong(format!("{} {}", plain(&told.hook_name), plain(&told.hook_version)));
        let message = told.err_msg.as_deref().or(silence(told.result)).unwrap_or_default();
        let message = plain_lines(message).replace('\n', "\n      ");
        writeln!(self.out, "  {mark} {name}  {message}")?;
        for (findings, remedies) in by_remedy(&told.findings) {
            findings.into_iter().try_for_each(|finding| self.finding(finding))?;
            for remedy in remedies {
                writeln!(self.out, "        → {}", indented(remedy, "          "))?;
            }
        }
        if let Some(note) = &told.note {
            writeln!(self.out, "      note: {}", indented(note, "      "))?;
        }
        if let Some(place) = &told.location {
            let place = plain(&place.to_string());
            writeln!(self.out, "      {}", self.paint.faint(format!("{} at {place}", told.result.as_str())))?;
        }
        Ok(())
    }

    fn finding(&mut self, finding: &Finding) -> io::Result<()> {
        let resource = finding.resource.as_ref();
        let address = resource.and_then(|resource| resource.address.as_deref().or(resource.kind.as_deref()));
        let address = address.map(|address| format!("{}: ", plain(address))).unwrap_or_default();
        let message = indented(&finding.message, "        ");
        writeln!(self.out, "      - {}{message}", self.paint.strong(address))
    }

    /// The outcome is stored; what failed after the work is told.
    pub(super) fn reported(
        &mut self,
        work_id: &str,
        report: &Report,
        complaints: &[String],
    ) -> io::Result<()> {
        if self.output == Output::Json {
            return self.line(&json!({
                "event": "reported", "work_id": work_id, "outcome": report.status, "complaints": complaints,
            }));
        }
        complaints.iter().try_for_each(|complaint| self.complain(&plain(complaint)))
    }

    /// What hooks did not see.
    pub(super) fn remark(&mut self, text: &str) -> io::Result<()> {
        if self.output == Output::Json {
            return self.line(&json!({"event": "remark", "text": text}));
        }
        writeln!(self.out, "  {} {}", self.paint.warning("!"), plain(text))
    }

    /// The command has ended and the gate does not know; `kept` says whether it will.
    pub(super) fn not_reported(
        &mut self,
        work_id: &str,
        report: &Report,
        (cause, kept): (&str, &Result<PathBuf>),
    ) -> io::Result<()> {
        let outcome = report.status.as_str();
        if self.output == Output::Json {
            let kept = kept.as_ref().ok().map(|path| path.to_string_lossy());
            return self.line(&json!({
                "event": "not_reported", "work_id": work_id, "outcome": outcome, "cause": cause, "kept_in": kept,
            }));
        }
        let (work_id, cause) = (plain(work_id), plain(cause));
        let rest = match kept {
            Ok(_) => {
                "it is kept, and the next `hookgate run` or `hookgate report --pending` reports it".to_owned()
            }
            Err(why) => {
                format!("{}; type `hookgate report {work_id} --status {outcome}`", plain(&format!("{why:#}")))
            }
        };
        self.complain(&format!(
            "the outcome {outcome} of operation {work_id} could not be reported: {cause}; {rest}"
        ))
    }

    /// Nobody decided, so nothing ran.
    pub(super) fn unreachable(&mut self, cause: &str) -> io::Result<()> {
        if self.output == Output::Json {
            return self.line(&json!({"event": "unreachable", "cause": cause}));
        }
        let word = self.paint.bad("✗ NO DECISION");
        writeln!(self.out, "{word}  {}: {}", self.title, plain(cause))?;
        writeln!(self.out, "  `{}` was not run: a gate that cannot be asked does not allow", self.command)
    }

    /// Nobody decided, and the command runs all the same.
    pub(super) fn unchecked(&mut self, cause: &str, record: &Path) -> io::Result<()> {
        if self.output == Output::Json {
            return self.line(
                &json!({"event": "unchecked", "cause": cause, "recorded_in": record.to_string_lossy()}),
            );
        }
        let word = self.paint.warning("! UNCHECKED");
        writeln!(self.out, "{word}  {}: {}", self.title, plain(cause))?;
        let record = plain(&record.to_string_lossy());
        writeln!(
            self.out,
            "  `{}` runs without a decision (--fail-open), as recorded in `{record}`",
            self.command
        )
    }

    /// Something of our own went wrong.
    pub(super) fn complain(&mut self, text: &str) -> io::Result<()> {
        if self.output == Output::Json {
            return self.line(&json!({"event": "complaint", "text": text}));
        }
        writeln!(self.out, "hookgate: {text}")
    }

    fn line(&mut self, value: &Value) -> io::Result<()> {
        writeln!(self.out, "{value}")
    }
}

/// Hooks by their names, each in backticks.
fn names<'a>(hooks: impl Iterator<Item = &'a Told>) -> String {
    hooks.map(|told| format!("`{}`", plain(&told.hook_name))).collect::<Vec<_>>().join(", ")
}
