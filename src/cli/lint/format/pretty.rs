//! For people: `file:row:col: error[fault]: message` as editors know it, the line, a caret; a summary at the end.

use std::io::{self, Write};

use crate::cli::lint::format::Layout;
use crate::cli::lint::report::{Report, Totals};
use crate::cli::lint::snippet::snippet;
use crate::cli::plain::plain;
use crate::domain::diagnostic::Place;

/// Nothing is kept between policies.
pub(super) struct Pretty;

impl Layout for Pretty {
    fn report(&mut self, out: &mut dyn Write, report: &Report) -> io::Result<()> {
        for module in &report.modules {
            let package = module.text.lines().next().unwrap_or_default();
            writeln!(
                out,
                "# {}: {}, as it runs\n{}",
                plain(&module.path),
                plain(package),
                module.text.trim_end()
            )?;
            writeln!(out)?;
        }
        for error in &report.errors {
            let kind = format!("error[{}]", error.fault.as_str());
            let finding = (error.place.as_ref(), error.line.as_deref(), error.message.as_str());
            print(out, (&report.source, &kind), finding)?;
        }
        for warning in &report.warnings {
            let finding = (warning.place.as_ref(), warning.line.as_deref(), warning.message.as_str());
            print(out, (&report.source, "warning"), finding)?;
        }
        Ok(())
    }

    fn finish(&mut self, out: &mut dyn Write, totals: &Totals) -> io::Result<()> {
        let Totals { policies, refused, errors, warnings, failed } = totals;
        write!(out, "{} checked: ", counted(policies.saturating_sub(*failed), "policy", "policies"))?;
        match refused {
            0 => write!(out, "none refused")?,
            _ => write!(out, "{refused} refused, {}", counted(*errors, "error", "errors"))?,
        }
        if *warnings > 0 {
            write!(out, ", {}", counted(*warnings, "warning", "warnings"))?;
        }
        if *failed > 0 {
            write!(out, "; {failed} could not be checked")?;
        }
        writeln!(out)
    }
}

fn print(
    out: &mut dyn Write,
    (source, kind): (&str, &str),
    (place, line, message): (Option<&Place>, Option<&str>, &str),
) -> io::Result<()> {
    let at = place.map_or_else(|| source.to_owned(), ToString::to_string);
    writeln!(out, "{}: {kind}: {}", plain(&at), plain(message))?;
    write!(out, "{}", snippet(place, line).unwrap_or_default())
}

fn counted(number: usize, one: &str, many: &str) -> String {
    format!("{number} {}", if number == 1 { one } else { many })
}
