//! For people: a policy with what failed in it, each failure with its place, its line, its values and what differs; a summary at the end.

use std::io::{self, Write};

use crate::cli::lint::snippet::snippet;
use crate::cli::plain::plain;
use crate::cli::test::format::{Ending, Layout, Look};
use crate::cli::test::tried::{Line, Outcome, Report, Totals, Tried, Trouble};
use crate::domain::coverage::{Coverage, ranges};

/// Nothing is kept between policies.
pub(super) struct Pretty {
    pub(super) look: Look,
}

impl Layout for Pretty {
    fn report(&mut self, out: &mut dyn Write, report: Report) -> io::Result<()> {
        let is_shown = |tried: &&Tried| self.look.is_verbose || tried.outcome.trouble().is_some();
        let shown: Vec<&Tried> = report.tried.iter().filter(is_shown).collect();
        if shown.is_empty() {
            return Ok(());
        }
        writeln!(out, "{}", self.look.paint.strong(plain(&report.source)))?;
        shown.into_iter().try_for_each(|tried| self.tried(out, tried))?;
        writeln!(out)
    }

    fn finish(&mut self, out: &mut dyn Write, ending: &Ending) -> io::Result<()> {
        if let Some(coverage) = &ending.coverage {
            self.coverage(out, coverage)?;
        }
        writeln!(out, "{}", self.summary(ending.totals))
    }
}

impl Pretty {
    fn tried(&self, out: &mut dyn Write, tried: &Tried) -> io::Result<()> {
        let paint = self.look.paint;
        let sign = match tried.outcome {
            Outcome::Passed => paint.good("✓"),
            Outcome::Failed(_) | Outcome::Errored(_) | Outcome::Broken(_) => paint.bad("✗"),
            Outcome::Skipped(_) => paint.faint("-"),
        };
        write!(out, "  {sign} {}", plain(&tried.name))?;
        match &tried.outcome {
            Outcome::Skipped(reason) => writeln!(out, "  {}", paint.faint(format!("skipped: {reason}")))?,
            Outcome::Passed | Outcome::Failed(_) | Outcome::Errored(_) | Outcome::Broken(_)
                if self.look.is_verbose =>
            {
                writeln!(out, "  {}", paint.faint(milliseconds(tried.duration_us)))?;
            }
            Outcome::Passed | Outcome::Failed(_) | Outcome::Errored(_) | Outcome::Broken(_) => {
                writeln!(out)?;
            }
        }
        if let Some(trouble) = tried.outcome.trouble() {
            self.trouble(out, trouble)?;
        }
        if let Some(note) = &tried.note {
            writeln!(out, "      note: {}", plain(note))?;
        }
        tried.prints.iter().try_for_each(|print| writeln!(out, "      printed at {}", plain(print)))
    }

    fn trouble(&self, out: &mut dyn Write, trouble: &Trouble) -> io::Result<()> {
        let at = trouble.place.as_ref().map(|place| format!("{place}: ")).unwrap_or_default();
        writeln!(out, "      {}{}", plain(&at), plain(&trouble.message))?;
        let snippet = snippet(trouble.place.as_ref(), trouble.line.as_deref()).unwrap_or_default();
        snippet.lines().try_for_each(|line| writeln!(out, "      {line}"))?;
        for value in &trouble.values {
            let indent = usize::try_from(value.depth).unwrap_or_default().saturating_mul(2);
            let (text, value) = (plain(&value.expression), plain(&value.value));
            writeln!(out, "        {:indent$}{text} → {value}", "")?;
        }
        trouble.details.iter().try_for_each(|line| self.detail(out, line))
    }

    fn detail(&self, out: &mut dyn Write, line: &Line) -> io::Result<()> {
        let text = plain(&line.signed());
        match line {
            Line::Plain(_) => writeln!(out, "      {text}"),
            Line::Left(_) => writeln!(out, "      {}", self.look.paint.bad(text)),
            Line::Right(_) => writeln!(out, "      {}", self.look.paint.good(text)),
        }
    }

    fn coverage(&self, out: &mut dyn Write, coverage: &Coverage) -> io::Result<()> {
        let width = coverage.files.keys().map(|file| file.chars().count()).max().unwrap_or_default();
        for (file, rows) in &coverage.files {
            write!(out, "{:width$}  {:>6.2} %", plain(file), rows.percent())?;
            let left = ranges(&rows.not_covered);
            if left.is_empty() {
                writeln!(out)?;
            } else {
                writeln!(out, "  {}", self.look.paint.warning(format!("not covered: {}", spans(&left))))?;
            }
        }
        let all = format!("{:.2} %", coverage.percent());
        writeln!(
            out,
            "{} {}\n",
            self.look.paint.strong(format!("{:width$} ", "all")),
            format_args!("{all:>8}")
        )
    }

    fn summary(&self, totals: Totals) -> String {
        let Totals { passed, failed, errored, broken, skipped, .. } = totals;
        let paint = self.look.paint;
        let mut parts = vec![paint.good(format!("{passed} passed")).to_string()];
        let bad = [(failed, "failed"), (errored, "could not be evaluated"), (broken, "could not be tried")];
        let bad = bad.into_iter().filter(|(number, _)| *number > 0);
        parts.extend(bad.map(|(number, words)| paint.bad(format!("{number} {words}")).to_string()));
        parts.extend((skipped > 0).then(|| paint.faint(format!("{skipped} skipped")).to_string()));
        parts.join(", ")
    }
}

fn spans(ranges: &[(u32, u32)]) -> String {
    let show = |(first, last): &(u32, u32)| {
        if first == last { first.to_string() } else { format!("{first}-{last}") }
    };
    ranges.iter().map(show).collect::<Vec<_>>().join(", ")
}

fn milliseconds(micros: u64) -> String {
    let [whole, tenth] =
        [micros.checked_div(1_000), (micros % 1_000).checked_div(100)].map(Option::unwrap_or_default);
    format!("{whole}.{tenth} ms")
}
