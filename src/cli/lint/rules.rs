//! The rules as the command line names and lists them.

use std::io::{self, Write};

use crate::config::{Leveled, Levels};
use crate::domain::lint::{Level, LintRule};

/// `RULE=LEVEL`.
pub(super) fn parse_level(text: &str) -> Result<(Leveled, Level), String> {
    let (name, level) = text.split_once('=').ok_or_else(|| format!("`{text}` is not RULE=LEVEL"))?;
    let rules = Leveled::parse(name)?;
    let known = [Level::Error, Level::Warning, Level::Ignore].into_iter();
    let level = known.into_iter().find(|known| known.as_str() == level);
    Ok((rules, level.ok_or("a level is `error`, `warning` or `ignore`")?))
}

/// `error` or `warning`.
pub(super) fn parse_fail_level(text: &str) -> Result<Level, String> {
    let known = [Level::Error, Level::Warning].into_iter().find(|known| known.as_str() == text);
    known.ok_or_else(|| "the level is `error` or `warning`".to_owned())
}

/// One row for each rule.
pub(super) fn list(out: &mut impl Write, levels: &Levels) -> io::Result<()> {
    let width = LintRule::ALL.into_iter().map(|rule| rule.name().len()).max().unwrap_or_default();
    for rule in LintRule::ALL {
        writeln!(out, "{:width$}  {:7}  {}", rule.name(), levels.level(rule).as_str(), rule.card().summary)?;
    }
    Ok(())
}
