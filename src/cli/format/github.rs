//! The commands of a GitHub workflow that put something beside the lines of a change.

use std::io::{self, Write};

use crate::cli::format::model::{Annotation, Case, CaseOutcome, Level, Problem, Suite};
use crate::cli::plain::{plain, plain_lines};

/// Writes `annotations`, a line for each.
pub(in crate::cli) fn write<'a>(
    out: &mut dyn Write,
    annotations: impl IntoIterator<Item = &'a Annotation>,
) -> io::Result<()> {
    annotations.into_iter().try_for_each(|annotation| writeln!(out, "{}", command(annotation)))
}

/// What there is to say about `suites`: an error for each case that is not as it should be.
pub(in crate::cli) fn annotations(suites: &[Suite]) -> Vec<Annotation> {
    let cases = suites.iter().flat_map(|suite| &suite.cases);
    cases.filter_map(about).collect()
}

fn about(case: &Case) -> Option<Annotation> {
    let (word, Problem { message, details, place, .. }) = match &case.outcome {
        CaseOutcome::Failed(problem) => ("failed", problem),
        CaseOutcome::Errored(problem) => ("could not be evaluated", problem),
        CaseOutcome::Passed | CaseOutcome::Skipped { .. } => return None,
    };
    let joint = if details.is_empty() { "" } else { "\n" };
    Some(Annotation {
        level: Level::Error,
        place: place.as_ref().or(case.place.as_ref()).cloned(),
        title: format!("{} {word}", case.name),
        message: format!("{message}{joint}{details}"),
    })
}

fn command(annotation: &Annotation) -> String {
    let word = match annotation.level {
        Level::Error => "error",
        Level::Warning => "warning",
        Level::Notice => "notice",
    };
    let place = annotation.place.iter().flat_map(|place| {
        let file = format!("file={}", property(&place.file));
        [file, format!("line={}", place.row), format!("col={}", place.col)]
    });
    let title = (!annotation.title.is_empty()).then(|| format!("title={}", property(&annotation.title)));
    let properties: Vec<String> = place.chain(title).collect();
    let joint = if properties.is_empty() { "" } else { " " };
    format!("::{word}{joint}{}::{}", properties.join(","), data(&plain_lines(&annotation.message)))
}

/// As the runner takes it apart again: <https://github.com/actions/toolkit/blob/main/packages/core/src/command.ts>.
fn data(text: &str) -> String {
    text.replace('%', "%25").replace('\r', "%0D").replace('\n', "%0A")
}

fn property(text: &str) -> String {
    data(&plain(text)).replace(':', "%3A").replace(',', "%2C")
}
