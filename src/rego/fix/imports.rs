//! The imports of keywords, which v1 has anyway: a row that holds nothing else goes.

use std::ops::Range;

use regorus::unstable::Module;

use crate::rego::fix::edits::Edits;
use crate::rego::tokens::Tokens;

/// Drops `import future.keywords…` and `import rego.v1`.
pub(super) fn drop_keywords(module: &Module, tokens: &Tokens, edits: &mut Edits) -> Option<()> {
    let mut dropped: Vec<Range<usize>> = Vec::new();
    let text = module.package.span.source.get_contents();
    for import in &module.imports {
        let first = tokens.at(import.span.start)?;
        let Some(row) = find_end(tokens, first).and_then(|last| row_of(text, tokens, (first, last))) else {
            continue;
        };
        match dropped.last_mut() {
            Some(last) if last.end == row.start => last.end = row.end,
            _ => dropped.push(row),
        }
    }
    for rows in dropped {
        edits.replace(with_blank_row(text, rows)?, "");
    }
    Some(())
}

/// The last token of an import of keywords that begins at `first`.
fn find_end(tokens: &Tokens, first: usize) -> Option<usize> {
    let step = |steps| first.checked_add(steps);
    let [root, dot, part] = [step(1)?, step(2)?, step(3)?];
    match [tokens.text(root), tokens.text(dot), tokens.text(part)] {
        ["future", ".", "keywords"] if tokens.text(step(4)?) == "." => step(5),
        ["future", ".", "keywords"] | ["rego", ".", "v1"] => Some(part),
        _ => None,
    }
}

/// The row of these tokens with its end, if nothing else stands in it.
fn row_of(text: &str, tokens: &Tokens, (first, last): (usize, usize)) -> Option<Range<usize>> {
    let (start, end) = (tokens.bounds(first)?.0, tokens.bounds(last)?.1);
    let (before, after) = (text.get(..start)?, text.get(end..)?);
    let indent = before.rsplit('\n').next()?;
    let rest = after.split_inclusive('\n').next().unwrap_or_default();
    let is_alone = indent.trim().is_empty() && rest.trim().is_empty();
    is_alone.then_some(start.checked_sub(indent.len())?..end.checked_add(rest.len())?)
}

/// These rows, and the blank one behind them if one stands before them, too.
fn with_blank_row(text: &str, rows: Range<usize>) -> Option<Range<usize>> {
    let (before, after) = (text.get(..rows.start)?, text.get(rows.end..)?);
    let is_blank = |row: Option<&str>| row.is_some_and(|row| row.trim().is_empty());
    let next = after.split_inclusive('\n').next();
    let blank = if is_blank(before.lines().next_back()) && is_blank(next) { next } else { None };
    Some(rows.start..rows.end.checked_add(blank.map_or(0, str::len))?)
}
