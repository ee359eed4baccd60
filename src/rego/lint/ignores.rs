//! `# hookgate ignore: RULE reason`: a finding that is known and wanted, with the reason why.
//!
//! Behind code it covers its row; on a row of its own, what begins on the next row of code: a rule with all its body, a whole file if that is its
//! `package`, or a single row. Several rules may be named, with commas between. A comment that covers no finding is one itself.

use regorus::unstable::{Module, Ref};

use crate::domain::bundle::{Bundle, FileKind};
use crate::domain::diagnostic::{Place, Warning};
use crate::domain::lint::LintRule;
use crate::rego::lint::comments::{self, Comment};
use crate::rego::lint::fit;
use crate::rego::place;

const MARK: &str = "hookgate ignore:";

/// The comments of a bundle that ignore something.
pub(super) struct Ignores(Vec<Ignore>);

struct Ignore {
    place: Place,
    /// The last row it covers; it covers from its own on.
    until: u32,
    rule: Result<LintRule, String>,
    reason: String,
    is_used: bool,
}

impl Ignores {
    /// Reads the comments of the files that the gate would load.
    pub(super) fn read(bundle: &Bundle, modules: &[Ref<Module>]) -> Self {
        let mut found = Vec::new();
        for file in bundle.files.iter().filter(|file| file.kind() == FileKind::Rego) {
            let module = modules.iter().find(|module| *module.package.span.source.get_path() == file.path);
            let Some(blocks) = module.map(|module| Blocks::of(module)) else { continue };
            for comment in comments::read(&file.text) {
                let Some(said) = comment.text.trim_start().strip_prefix(MARK) else { continue };
                let until = blocks.covered_until(&comment, &file.text);
                let place = place::at(&file.path, &file.text, comment.offset);
                let (rules, reason) =
                    said.trim().split_once(char::is_whitespace).unwrap_or((said.trim(), ""));
                found.extend(rules.split(',').filter(|name| !name.is_empty()).map(|name| Ignore {
                    place: place.clone(),
                    until,
                    rule: LintRule::find(name).ok_or_else(|| name.to_owned()),
                    reason: fit(reason.trim()),
                    is_used: false,
                }));
            }
        }
        Self(found)
    }

    /// Marks a finding that some comment covers.
    pub(super) fn apply(&mut self, warning: &mut Warning) {
        let Some(place) = &warning.place else { return };
        for ignore in &mut self.0 {
            if ignore.rule == Ok(warning.rule) && ignore.covers(place) {
                ignore.is_used = true;
                warning.ignored.get_or_insert_with(|| ignore.reason.clone());
            }
        }
    }

    /// What is wrong with the comments themselves.
    pub(super) fn unused(self) -> impl Iterator<Item = Warning> {
        self.0.into_iter().filter_map(|ignore| {
            let message = fit(&ignore.complaint()?);
            let Ignore { place, .. } = ignore;
            Some(Warning {
                rule: LintRule::UnusedIgnore,
                place: Some(place),
                line: None,
                message,
                ignored: None,
            })
        })
    }
}

impl Ignore {
    fn covers(&self, place: &Place) -> bool {
        place.file == self.place.file && (self.place.row..=self.until).contains(&place.row)
    }

    fn complaint(&self) -> Option<String> {
        match &self.rule {
            Err(name) => Some(format!("there is no rule `{name}` to ignore")),
            Ok(rule) if !self.is_used => Some(format!("`{rule}` finds nothing here: remove the comment")),
            Ok(rule) if self.reason.is_empty() => {
                Some(format!("say why `{rule}` is ignored: `# {MARK} {rule} the reason`"))
            }
            Ok(_) => None,
        }
    }
}

/// The rows in which the parts of a file begin.
struct Blocks {
    package: u32,
    /// Of its imports and rules, in order.
    starts: Vec<u32>,
}

impl Blocks {
    fn of(module: &Module) -> Self {
        let rules = module.policy.iter().map(|rule| rule.span());
        let spans = module.imports.iter().map(|import| &import.span).chain(rules);
        let mut starts: Vec<_> = spans.filter_map(place::of_span).map(|place| place.row).collect();
        starts.sort_unstable();
        Self { package: place::of_span(&module.package.span).map_or(1, |place| place.row), starts }
    }

    fn covered_until(&self, comment: &Comment<'_>, text: &str) -> u32 {
        if !comment.is_alone {
            return comment.row;
        }
        let Some(target) = next_row_of_code(text, comment.row) else { return comment.row };
        if target == self.package {
            return u32::MAX;
        }
        if self.starts.contains(&target) {
            let next = self.starts.iter().find(|start| **start > target);
            return next.map_or(u32::MAX, |next| next.saturating_sub(1));
        }
        target
    }
}

/// The first row below that holds more than a comment.
fn next_row_of_code(text: &str, row: u32) -> Option<u32> {
    let below = text.lines().zip(1_u32..).skip_while(|(_, number)| *number <= row);
    let is_code = |line: &str| !line.trim().is_empty() && !line.trim_start().starts_with('#');
    below.into_iter().find(|(line, _)| is_code(line)).map(|(_, number)| number)
}
