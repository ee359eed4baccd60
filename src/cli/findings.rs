//! The findings of a hook for people: what is to be done is said once for all that it helps.

use crate::cli::plain::plain_lines;
use crate::domain::verdict::Finding;

/// The findings that have the same remedies, in the order of the first of them, each group with these.
pub(super) fn by_remedy(findings: &[Finding]) -> Vec<(Vec<&Finding>, Vec<&str>)> {
    let mut groups: Vec<(Vec<&Finding>, Vec<&str>)> = Vec::new();
    for finding in findings {
        let remedies: Vec<&str> = remedies(finding).collect();
        match groups.iter_mut().find(|(_, known)| *known == remedies) {
            Some((same, _)) => same.push(finding),
            None => groups.push((vec![finding], remedies)),
        }
    }
    groups
}

/// What a finding says is to be done.
pub(super) fn remedies(finding: &Finding) -> impl Iterator<Item = &str> {
    let remediation = finding.remediation.iter();
    remediation.flat_map(|remedy| [remedy.message.as_deref(), remedy.url.as_deref()]).flatten()
}

/// A text of a policy whose further lines begin with `indent`.
pub(super) fn indented(text: &str, indent: &str) -> String {
    plain_lines(text).replace('\n', &format!("\n{indent}"))
}

#[cfg(test)]
mod tests {
    use super::by_remedy;
    use crate::domain::verdict::{Finding, Remediation};

    #[test]
    fn the_same_remedy_stands_once() {
        let finding = |message: &str, remedy: Option<&str>| Finding {
            message: message.to_owned(),
            remediation: remedy.map(|text| Remediation { message: Some(text.to_owned()), url: None }),
            ..Finding::default()
        };
        let findings =
            [finding("a", Some("x")), finding("b", None), finding("c", Some("x")), finding("d", Some("y"))];
        let told: Vec<(String, Vec<&str>)> = by_remedy(&findings)
            .into_iter()
            .map(|(same, remedies)| (same.iter().map(|finding| finding.message.as_str()).collect(), remedies))
            .collect();
        assert_eq!(
            told,
            [("ac".to_owned(), vec!["x"]), ("b".to_owned(), vec![]), ("d".to_owned(), vec!["y"])]
        );
    }
}
