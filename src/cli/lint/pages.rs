//! The pages of the rules, which travel inside the binary.

use include_dir::{Dir, include_dir};

use crate::domain::lint::LintRule;

static PAGES: Dir<'_> = include_dir!("$CARGO_MANIFEST_DIR/docs/rules");

/// The page of a rule, in Markdown.
pub(super) fn page(rule: LintRule) -> Option<&'static str> {
    PAGES.get_file(format!("{rule}.md"))?.contents_utf8()
}
