//! For workflows of GitHub: an annotation for each finding.

use std::io::{self, Write};

use crate::cli::format::github;
use crate::cli::format::model::Annotation;
use crate::cli::lint::format::{Layout, weight};
use crate::cli::lint::report::{Report, Totals};

/// Nothing is kept between policies.
pub(super) struct Github;

impl Layout for Github {
    fn report(&mut self, out: &mut dyn Write, report: &Report) -> io::Result<()> {
        let annotations: Vec<_> = report
            .told()
            .map(|finding| Annotation {
                level: weight(finding.level),
                place: finding.place.clone(),
                title: finding.kind.name().to_owned(),
                message: match finding.place {
                    Some(_) => finding.message.clone(),
                    None => format!("{}: {}", report.source, finding.message),
                },
            })
            .collect();
        github::write(out, &annotations)
    }

    fn finish(&mut self, _out: &mut dyn Write, _totals: &Totals) -> io::Result<()> {
        Ok(())
    }
}
