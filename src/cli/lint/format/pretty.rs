//! For people: `file:row:col: error[rule]: message` as editors know it, the line, a caret; a summary at the end.

use std::io::{self, Write};

use crate::cli::lint::format::Layout;
use crate::cli::lint::report::{Finding, Report, Totals};
use crate::cli::lint::snippet::snippet;
use crate::cli::paint::Paint;
use crate::cli::plain::plain;
use crate::domain::lint::Level;

/// Nothing is kept between policies.
pub(super) struct Pretty {
    pub(super) paint: Paint,
}

impl Layout for Pretty {
    fn report(&mut self, out: &mut dyn Write, report: &Report) -> io::Result<()> {
        for module in &report.modules {
            let package = module.text.lines().next().unwrap_or_default();
            let text = module.text.trim_end();
            writeln!(out, "# {}: {}, as it runs\n{text}\n", plain(&module.path), plain(package))?;
        }
        report.told().try_for_each(|finding| self.finding(out, &report.source, finding))
    }

    fn finish(&mut self, out: &mut dyn Write, totals: &Totals) -> io::Result<()> {
        let Totals { policies, refused, errors, warnings, ignored, failed } = *totals;
        write!(out, "{} checked: ", counted(policies.saturating_sub(failed), "policy", "policies"))?;
        match refused {
            0 => write!(out, "none refused")?,
            _ => write!(out, "{refused} refused")?,
        }
        if errors > 0 {
            write!(out, ", {}", counted(errors, "error", "errors"))?;
        }
        if warnings > 0 {
            write!(out, ", {}", counted(warnings, "warning", "warnings"))?;
        }
        if ignored > 0 {
            write!(out, ", {ignored} ignored")?;
        }
        if failed > 0 {
            write!(out, "; {failed} could not be checked")?;
        }
        writeln!(out)
    }
}

impl Pretty {
    fn finding(&self, out: &mut dyn Write, source: &str, finding: &Finding) -> io::Result<()> {
        let Finding { kind, level, place, line, message, .. } = finding;
        let place_text = place.as_ref().map_or_else(|| plain(source), |place| plain(&place.to_string()));
        let kind = format!("{level}[{}]", kind.name());
        let kind = match level {
            Level::Error => self.paint.bad(kind),
            Level::Warning | Level::Ignore => self.paint.warning(kind),
        };
        writeln!(out, "{}: {kind}: {}", self.paint.strong(place_text), plain(message))?;
        match snippet(place.as_ref(), line.as_deref()) {
            Some(snippet) => write!(out, "{snippet}"),
            None => Ok(()),
        }
    }
}

fn counted(number: usize, one: &str, many: &str) -> String {
    if number == 1 { format!("1 {one}") } else { format!("{number} {many}") }
}
