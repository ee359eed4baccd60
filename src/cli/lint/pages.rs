//! The pages of the rules and of what registration refuses, which travel inside the binary.

use include_dir::{Dir, include_dir};

use crate::domain::diagnostic::Fault;
use crate::domain::lint::LintRule;
use crate::domain::spelling::nearest;

static PAGES: Dir<'_> = include_dir!("$CARGO_MANIFEST_DIR/docs/rules");

/// What registration refuses, a section for each code.
static REGISTRATION: &str = include_str!(concat!(env!("CARGO_MANIFEST_DIR"), "/docs/registration.md"));

/// What there is a page about.
#[derive(Debug, Clone, Copy)]
pub(super) enum Topic {
    /// A rule of the linter.
    Rule(LintRule),
    /// A code of registration.
    Fault(Fault),
}

impl Topic {
    /// The topic of that name.
    ///
    /// # Errors
    /// When there is none, with one that is nearly called so.
    pub(super) fn parse(name: &str) -> Result<Self, String> {
        let rule = LintRule::find(name).map(Self::Rule);
        let fault = Fault::ALL.iter().find(|fault| fault.as_str() == name).copied().map(Self::Fault);
        rule.or(fault).ok_or_else(|| unknown(name))
    }

    /// Its page, in Markdown.
    pub(super) fn page(self) -> Option<String> {
        match self {
            Self::Rule(rule) => PAGES.get_file(format!("{rule}.md"))?.contents_utf8().map(str::to_owned),
            Self::Fault(fault) => section(fault.as_str()),
        }
    }
}

fn unknown(name: &str) -> String {
    let faults = Fault::ALL.iter().map(|fault| fault.as_str());
    let near = nearest(name, LintRule::ALL.into_iter().map(LintRule::name).chain(faults.clone()));
    let near = near.map(|near| format!(": is `{near}` meant?")).unwrap_or_default();
    let codes = faults.collect::<Vec<_>>().join(", ");
    format!(
        "there is no rule and no code `{name}`{near}; `hookgate lint --rules` lists the rules, and registration has the codes {codes}"
    )
}

/// The section of a code, as a page of its own.
fn section(code: &str) -> Option<String> {
    let (_, behind) = REGISTRATION.split_once(&format!("\n## {code}\n"))?;
    let text = behind.split("\n## ").next()?.trim();
    Some(format!("# {code}\n\nRefused at registration.\n\n{text}\n"))
}
