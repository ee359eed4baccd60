//! Tables for people: columns as wide as they must be, the last one cut to what the terminal leaves.

use std::io::{self, IsTerminal as _, Write};

use rustix::termios::tcgetwinsize;
use unicode_width::{UnicodeWidthChar as _, UnicodeWidthStr as _};

use crate::cli::plain::plain;
use crate::cli::server::find;
use crate::domain::time::Timestamp;

/// What is between two columns.
const GAP: &str = "  ";
/// The least that is left of the last column.
const LEAST: usize = 10;

/// The width of the terminal that standard output is, or that `COLUMNS` says; `None` where nothing has to be cut.
pub(super) fn find_width(environment: &[(String, String)]) -> Option<usize> {
    if let Some(columns) = find(environment, "COLUMNS").and_then(|text| text.parse().ok()) {
        return Some(columns);
    }
    let stdout = io::stdout();
    let size = stdout.is_terminal().then(|| tcgetwinsize(stdout).ok()).flatten()?;
    Some(usize::from(size.ws_col)).filter(|columns| *columns > 0)
}

/// A moment of the contract for people; as it came where it is none.
pub(super) fn moment(text: &str) -> String {
    Timestamp::parse("time", text).map_or_else(|_| text.to_owned(), Timestamp::to_minutes_text)
}

/// Writes `rows` below their `heads`.
pub(super) fn write<const N: usize>(
    out: &mut dyn Write,
    heads: [&str; N],
    rows: &[[String; N]],
    width: Option<usize>,
) -> io::Result<()> {
    let heads = heads.map(str::to_owned);
    let rows: Vec<[String; N]> = rows.iter().map(|row| row.each_ref().map(|cell| plain(cell))).collect();
    let lines: Vec<&[String; N]> = std::iter::once(&heads).chain(&rows).collect();
    let widest =
        |column: usize| lines.iter().filter_map(|line| line.get(column)).map(|cell| cell.width()).max();
    let widths: Vec<usize> = (0..N).map(|column| widest(column).unwrap_or_default()).collect();
    let before = widths
        .iter()
        .rev()
        .skip(1)
        .map(|width| width.saturating_add(GAP.len()))
        .fold(0, usize::saturating_add);
    let left = width.map(|width| width.saturating_sub(before).max(LEAST));
    for line in lines {
        let mut text = String::new();
        for (column, (cell, width)) in line.iter().zip(&widths).enumerate() {
            if column.saturating_add(1) == N {
                text.push_str(&cut(cell, left));
            } else {
                text.push_str(cell);
                text.push_str(&" ".repeat(width.saturating_sub(cell.width())));
                text.push_str(GAP);
            }
        }
        writeln!(out, "{}", text.trim_end())?;
    }
    Ok(())
}

/// The beginning of `text` that fits.
fn cut(text: &str, most: Option<usize>) -> String {
    match most {
        Some(most) if text.width() > most => {
            let mut room = most.saturating_sub(1);
            let fits = |letter: &char| match room.checked_sub(letter.width().unwrap_or_default()) {
                Some(rest) => {
                    room = rest;
                    true
                }
                None => false,
            };
            text.chars().take_while(fits).chain("…".chars()).collect()
        }
        _ => text.to_owned(),
    }
}

#[cfg(test)]
mod tests {
    use super::write;

    fn table(width: Option<usize>) -> String {
        let row = |cells: [&str; 3]| cells.map(str::to_owned);
        let rows = [row(["日本", "1.0.0", "what it is for\u{1b}[2J"]), row(["long-name", "10.0.0", ""])];
        let mut out = Vec::new();
        write(&mut out, ["NAME", "VERSION", "ABOUT"], &rows, width).unwrap();
        String::from_utf8(out).unwrap()
    }

    #[test]
    fn columns_are_as_wide_as_they_must_be() {
        let expected =
            "NAME       VERSION  ABOUT\n日本       1.0.0    what it is for\u{fffd}[2J\nlong-name  10.0.0\n";
        assert_eq!(table(None), expected);
    }

    #[test]
    fn the_last_column_is_cut_to_the_terminal() {
        assert!(table(Some(32)).contains("日本       1.0.0    what it is …\n"), "{}", table(Some(32)));
        assert!(table(Some(5)).contains("日本       1.0.0    what it i…\n"), "{}", table(Some(5)));
    }
}
