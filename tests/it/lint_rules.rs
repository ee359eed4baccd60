//! The rules of `hookgate lint` from outside: each has its papers and fires on the collection of all bad examples, and what is printed for
//! code scanners is what the published schema of SARIF says.

use std::collections::BTreeSet;
use std::fs;
use std::path::{Path, PathBuf};

use hookgate::domain::lint::LintRule;
use serde_json::Value;

use crate::support::{hookgate, sarif};

fn root() -> &'static Path {
    Path::new(env!("CARGO_MANIFEST_DIR"))
}

/// `bad.rego` of every rule, or its folder `bad`.
fn bad_examples() -> Vec<PathBuf> {
    let folder = |rule: LintRule| Path::new("fixtures/lint").join(rule.name());
    let bad = |rule| {
        let file = folder(rule).join("bad.rego");
        if root().join(&file).is_file() { file } else { folder(rule).join("bad") }
    };
    LintRule::ALL.into_iter().map(bad).collect()
}

/// What `lint` prints about all bad examples.
fn lint(format: &str) -> Value {
    let mut command = hookgate(&["lint", "--level", "all=error", "--format", format]);
    let output = command.args(bad_examples()).current_dir(root()).output().unwrap();
    assert_eq!(output.status.code(), Some(1), "{output:?}");
    serde_json::from_slice(&output.stdout).unwrap()
}

#[test]
fn every_rule_fires_on_the_collection_of_all_bad_examples() {
    let reports = lint("json");
    let found =
        reports.as_array().unwrap().iter().flat_map(|report| report["diagnostics"].as_array().unwrap());
    let fired: BTreeSet<&str> = found.filter_map(|finding| finding["rule"].as_str()).collect();
    let all: BTreeSet<&str> = LintRule::ALL.into_iter().map(LintRule::name).collect();
    assert_eq!(fired, all);
}

#[test]
fn every_rule_has_a_page_that_says_its_level() {
    for rule in LintRule::ALL {
        let path = root().join(format!("docs/rules/{rule}.md"));
        let page = fs::read_to_string(&path).unwrap_or_else(|error| panic!("{}: {error}", path.display()));
        assert!(page.starts_with(&format!("# {rule}\n\nLevel: {}", rule.card().level)), "{}", path.display());
        for part in ["## Why it matters", "## Bad", "## Good", "## When to ignore it"] {
            assert!(page.contains(&format!("\n{part}\n")), "{} lacks `{part}`", path.display());
        }
        let output = hookgate(&["lint", "--explain", rule.name()]).output().unwrap();
        assert_eq!(String::from_utf8(output.stdout).unwrap(), page);
    }
    let pages = fs::read_dir(root().join("docs/rules")).unwrap().map(|entry| entry.unwrap().file_name());
    let pages: Vec<_> = pages.map(|name| name.into_string().unwrap()).collect();
    let known =
        |page: &&String| LintRule::find(page.trim_end_matches(".md")).is_none() && *page != "README.md";
    assert_eq!(pages.iter().find(known), None, "a page of no rule");
}

#[test]
fn sarif_is_what_the_published_schema_says() {
    let log = lint("sarif");
    let validator = sarif::validator();
    sarif::check(&validator, &log);
    let mut broken = log.clone();
    broken["runs"][0]["results"][0]["level"] = "fatal".into();
    assert!(!validator.is_valid(&broken), "the schema judges");

    let results = log["runs"][0]["results"].as_array().unwrap();
    let rules = log["runs"][0]["tool"]["driver"]["rules"].as_array().unwrap();
    let prints: BTreeSet<_> =
        results.iter().map(|result| result["partialFingerprints"].to_string()).collect();
    assert_eq!(prints.len(), results.len(), "a fingerprint belongs to one finding");
    for result in results {
        let index = usize::try_from(result["ruleIndex"].as_u64().unwrap()).unwrap();
        assert_eq!(rules[index]["id"], result["ruleId"]);
    }
}

#[test]
fn a_fingerprint_outlives_rows_that_are_added_above() {
    let folder = tempfile::tempdir().unwrap();
    let prints = |text: &str| {
        fs::write(folder.path().join("p.rego"), text).unwrap();
        let mut command = hookgate(&["lint", "--format", "sarif", "p.rego"]);
        let log: Value =
            serde_json::from_slice(&command.current_dir(folder.path()).output().unwrap().stdout).unwrap();
        let results = log["runs"][0]["results"].as_array().unwrap();
        results.iter().map(|result| result["partialFingerprints"].to_string()).collect::<BTreeSet<_>>()
    };
    let rule = "hook_result := true\n";
    let before = prints(&format!("package policy\n\n{rule}"));
    assert!(!before.is_empty());
    assert_eq!(prints(&format!("package policy\n\n# New.\n\n{rule}")), before);
}

#[test]
fn the_index_of_the_pages_is_the_list_of_rules() {
    let index = fs::read_to_string(root().join("docs/rules/README.md")).unwrap();
    let rows: Vec<_> = index.lines().filter(|line| line.starts_with("| [")).collect();
    let row = |rule: LintRule| {
        let card = rule.card();
        format!("| [{rule}]({rule}.md) | {} | {} |", card.level, card.summary)
    };
    assert_eq!(rows, LintRule::ALL.into_iter().map(row).collect::<Vec<_>>());
}
