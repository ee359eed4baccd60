//! SARIF 2.1.0, which code scanners read (<https://docs.oasis-open.org/sarif/sarif/v2.1.0/>).

use std::collections::BTreeMap;
use std::io::{self, Write};
use std::path::Path;

use serde_json::{Value, json};

use crate::cli::format::model::Level;
use crate::cli::plain::{plain, plain_lines};
use crate::domain::bundle::Digest;
use crate::domain::diagnostic::Place;

const SCHEMA: &str =
    "https://docs.oasis-open.org/sarif/sarif/v2.1.0/errata01/os/schemas/sarif-schema-2.1.0.json";
/// The name of our fingerprints, with the version of how they are made.
const FINGERPRINT: &str = "hookgateFinding/v1";
/// What may stand in a path of a URI as it is.
const SAFE: &[u8] = b"-._~/";

/// A rule that results name.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(in crate::cli) struct Rule {
    /// Its name everywhere.
    pub(in crate::cli) id: String,
    /// What it finds, in a sentence.
    pub(in crate::cli) summary: String,
    /// Its page, in Markdown.
    pub(in crate::cli) page: Option<String>,
    /// How bad its results are unless one says otherwise.
    pub(in crate::cli) level: Level,
}

/// One thing that was found.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(in crate::cli) struct Found {
    /// The id of one of the rules.
    pub(in crate::cli) rule: String,
    pub(in crate::cli) level: Level,
    pub(in crate::cli) message: String,
    /// The file it is about.
    pub(in crate::cli) file: String,
    /// Where in it.
    pub(in crate::cli) place: Option<Place>,
    /// The resource it is about, as the file calls it.
    pub(in crate::cli) address: Option<String>,
    /// Where the rule stands, if that is in another file.
    pub(in crate::cli) origin: Option<Place>,
    /// The line there.
    pub(in crate::cli) line: Option<String>,
    /// The reason for which the source itself says that it is to be ignored.
    pub(in crate::cli) ignored: Option<String>,
    /// What it has in common with itself in other runs, when rows have moved: those with the same are counted.
    pub(in crate::cli) identity: String,
}

/// Writes one run.
pub(in crate::cli) fn write(out: &mut dyn Write, rules: &[Rule], found: &[Found]) -> io::Result<()> {
    let indexes: BTreeMap<&str, usize> =
        rules.iter().enumerate().map(|(index, rule)| (rule.id.as_str(), index)).collect();
    let mut fingerprints = Fingerprints::default();
    let results: Vec<Value> = found
        .iter()
        .map(|found| result(found, indexes.get(found.rule.as_str()).copied(), &fingerprints.of(found)))
        .collect();
    let log = json!({
        "$schema": SCHEMA,
        "version": "2.1.0",
        "runs": [{
            "tool": {"driver": driver(rules)},
            "columnKind": "unicodeCodePoints",
            "results": results,
        }],
    });
    writeln!(out, "{log:#}")
}

fn driver(rules: &[Rule]) -> Value {
    json!({
        "name": "hookgate",
        "version": env!("CARGO_PKG_VERSION"),
        "semanticVersion": env!("CARGO_PKG_VERSION"),
        "rules": rules.iter().map(rule).collect::<Vec<_>>(),
    })
}

fn rule(rule: &Rule) -> Value {
    let mut card = json!({
        "id": rule.id,
        "shortDescription": {"text": rule.summary},
        "defaultConfiguration": {"level": word(rule.level)},
    });
    if let (Some(page), Some(members)) = (&rule.page, card.as_object_mut()) {
        members.insert("help".to_owned(), json!({"text": page, "markdown": page}));
    }
    card
}

fn result(found: &Found, index: Option<usize>, fingerprint: &str) -> Value {
    let mut result = json!({
        "ruleId": found.rule,
        "level": word(found.level),
        "message": {"text": plain_lines(&found.message)},
        "locations": [location(found)],
        "partialFingerprints": {FINGERPRINT: fingerprint},
    });
    let Some(members) = result.as_object_mut() else { return result };
    if let Some(index) = index {
        members.insert("ruleIndex".to_owned(), json!(index));
    }
    if let Some(origin) = &found.origin {
        let physical = physical(&origin.file, Some(origin), None);
        let related = json!([{"physicalLocation": physical, "message": {"text": "the rule of the policy"}}]);
        members.insert("relatedLocations".to_owned(), related);
    }
    if let Some(reason) = &found.ignored {
        members
            .insert("suppressions".to_owned(), json!([{"kind": "inSource", "justification": plain(reason)}]));
    }
    result
}

fn location(found: &Found) -> Value {
    let physical = physical(&found.file, found.place.as_ref(), found.line.as_deref());
    let mut location = json!({"physicalLocation": physical});
    if let (Some(address), Some(members)) = (&found.address, location.as_object_mut()) {
        let logical = json!([{"fullyQualifiedName": plain(address), "kind": "resource"}]);
        members.insert("logicalLocations".to_owned(), logical);
    }
    location
}

fn physical(file: &str, place: Option<&Place>, line: Option<&str>) -> Value {
    let mut location = json!({"artifactLocation": {"uri": uri(file)}});
    if let (Some(place), Some(members)) = (place, location.as_object_mut()) {
        let mut region = json!({"startLine": place.row, "startColumn": place.col});
        if let (Some(line), Some(parts)) = (line, region.as_object_mut()) {
            parts.insert("snippet".to_owned(), json!({"text": plain(line)}));
        }
        members.insert("region".to_owned(), region);
    }
    location
}

/// A path as a URI: relative to wherever the reader takes it to be, unless it begins at the root.
fn uri(path: &str) -> String {
    let path = path.strip_prefix("./").unwrap_or(path);
    let scheme = if Path::new(path).is_absolute() { "file://" } else { "" };
    let encoded = path.bytes().map(|byte| {
        if byte.is_ascii_alphanumeric() || SAFE.contains(&byte) {
            char::from(byte).to_string()
        } else {
            format!("%{byte:02X}")
        }
    });
    encoded.fold(scheme.to_owned(), |uri, piece| uri + &piece)
}

const fn word(level: Level) -> &'static str {
    match level {
        Level::Error => "error",
        Level::Warning => "warning",
        Level::Notice => "note",
    }
}

/// Texts by which a finding is known again: a digest of its identity, counted.
#[derive(Default)]
struct Fingerprints(BTreeMap<String, usize>);

impl Fingerprints {
    fn of(&mut self, found: &Found) -> String {
        let digest = Digest::of(found.identity.as_bytes()).to_string();
        let seen = self.0.entry(digest.clone()).or_default();
        *seen = seen.saturating_add(1);
        format!("{digest}:{seen}")
    }
}

#[cfg(test)]
mod tests {
    use super::uri;

    #[test]
    fn a_path_becomes_a_uri() {
        assert_eq!(uri("./a b/ä.rego"), "a%20b/%C3%A4.rego");
        assert_eq!(uri("/tmp/x%.rego"), "file:///tmp/x%25.rego");
        assert_eq!(uri("a:b.rego"), "a%3Ab.rego");
    }
}
