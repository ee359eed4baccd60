//! The pages of the rules: what people copy from them does what the page says.

use std::fs;
use std::path::{Path, PathBuf};

use hookgate::domain::diagnostic::Fault;
use hookgate::domain::lint::LintRule;
use serde_json::Value;

use crate::support::hookgate;
use crate::support::process::Ended;

/// A page with examples that were tried, which are those of whole policies over a plan.
struct Tried {
    rule: LintRule,
    bad: String,
    good: String,
    input: String,
    answers: [String; 2],
}

fn path_of(rule: LintRule) -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join(format!("docs/rules/{rule}.md"))
}

fn page_of(rule: LintRule) -> String {
    fs::read_to_string(path_of(rule)).unwrap()
}

/// The part of a page below `heading`.
fn section<'p>(page: &'p str, heading: &str) -> Option<&'p str> {
    let (_, behind) = page.split_once(&format!("\n## {heading}\n"))?;
    Some(behind.split("\n## ").next().unwrap())
}

/// The first block of `language`.
fn block(section: &str, language: &str) -> String {
    let (_, behind) = section.split_once(&format!("```{language}\n")).unwrap();
    behind.split("```").next().unwrap().to_owned()
}

fn answer(section: &str, example: &str) -> String {
    let begin = format!("| {example} | ");
    let row = section.lines().find_map(|line| line.strip_prefix(&begin)).unwrap();
    row.trim_end_matches(" |").to_owned()
}

fn tried(rule: LintRule) -> Option<Tried> {
    let page = page_of(rule);
    let both = section(&page, "Try both")?;
    Some(Tried {
        rule,
        bad: block(section(&page, "Bad").unwrap(), "rego"),
        good: block(section(&page, "Good").unwrap(), "rego"),
        input: block(both, "json"),
        answers: [answer(both, "Bad"), answer(both, "Good")],
    })
}

/// What the gate would say: the result, and behind a colon what is refused, unless the page leaves it out.
fn ask(folder: &Path, policy: &str, expected: &str) -> String {
    fs::write(folder.join("policy.rego"), policy).unwrap();
    let mut command =
        hookgate(&["eval", "--policy", "policy.rego", "--input", "input.json", "--format", "json"]);
    let output = command.current_dir(folder).output().unwrap();
    let answer: Value =
        serde_json::from_slice(&output.stdout).unwrap_or_else(|error| panic!("{error}: {output:?}"));
    let hook = &answer["hooks"][0];
    let result = hook["result"].as_str().unwrap();
    match hook["err_msg"].as_str() {
        Some(message) if expected.contains(": ") => format!("{result}: {message}"),
        _ => result.to_owned(),
    }
}

/// What `lint` finds of `rule`, asked for by name, and of all rules that are told unasked.
fn lint(folder: &Path, policy: &str, rule: LintRule) -> Vec<String> {
    fs::write(folder.join("policy.rego"), policy).unwrap();
    let mut command = hookgate(&["lint", "policy.rego", "--format", "json"]);
    if rule.card().level == hookgate::domain::lint::Level::Ignore {
        command.arg("--level").arg(format!("{rule}=warning"));
    }
    let output = command.current_dir(folder).output().unwrap();
    let reports: Value = serde_json::from_slice(&output.stdout).unwrap();
    let found = reports[0]["diagnostics"].as_array().unwrap().iter();
    found.map(|finding| finding["rule"].as_str().unwrap_or("refused").to_owned()).collect()
}

#[test]
fn bad_examples_do_on_the_input_of_their_page_what_it_says_and_good_ones_do_right() {
    let mut wrong = Vec::new();
    for Tried { rule, bad, good, input, answers } in LintRule::ALL.into_iter().filter_map(tried) {
        let folder = tempfile::tempdir().unwrap();
        fs::write(folder.path().join("input.json"), input).unwrap();
        for (example, policy, expected) in [("Bad", &bad, &answers[0]), ("Good", &good, &answers[1])] {
            let said = ask(folder.path(), policy, expected);
            if said != *expected {
                wrong.push(format!("{rule}, {example}: {said}, and not {expected}"));
            }
        }
        if !lint(folder.path(), &bad, rule).contains(&rule.name().to_owned()) {
            wrong.push(format!("{rule} does not find its bad example"));
        }
        let good = lint(folder.path(), &good, rule);
        if !good.is_empty() {
            wrong.push(format!("{rule}: the good example is told for {good:?}"));
        }
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}

/// `--plan` gives the plan as the input itself: what is read below `input.plan` would never be there.
#[test]
fn examples_read_a_plan_where_it_is_and_are_tried_on_one() {
    for rule in LintRule::ALL {
        let page = page_of(rule);
        assert!(!page.contains("input.plan."), "{rule}");
        assert!(!page.contains("input.resource_changes") || tried(rule).is_some(), "{rule} is not tried");
    }
}

/// The codes that a policy of one text can have; the others are of archives and sizes.
#[test]
fn every_code_of_registration_is_explained_and_its_examples_are_refused_and_accepted() {
    let folder = tempfile::tempdir().unwrap();
    let (mut wrong, mut examples) = (Vec::new(), 0);
    for fault in Fault::ALL {
        let code = fault.as_str();
        let page =
            String::from_utf8(hookgate(&["lint", "--explain", code]).output().unwrap().stdout).unwrap();
        let has_all = ["Why: ", "What to do: "].iter().all(|part| page.contains(part));
        if !page.starts_with(&format!("# {code}\n\n")) || !has_all {
            wrong.push(format!("{code}: {page:?}"));
        }
        let Some((bad, good)) = page.split_once("Good:\n") else { continue };
        examples += 1;
        let refused = codes(folder.path(), &block(bad, "rego"));
        let accepted = codes(folder.path(), &block(good, "rego"));
        if refused.is_empty() || refused.iter().any(|found| found != code) || !accepted.is_empty() {
            wrong.push(format!("{code}: {refused:?}, {accepted:?}"));
        }
    }
    assert!(wrong.is_empty() && examples == 8, "{examples} examples; {}", wrong.join("\n"));
}

/// The codes with which registration refuses `policy`.
fn codes(folder: &Path, policy: &str) -> Vec<String> {
    fs::write(folder.join("policy.rego"), policy).unwrap();
    let mut command = hookgate(&["lint", "policy.rego", "--format", "json"]);
    let output = command.current_dir(folder).output().unwrap();
    let reports: Value = serde_json::from_slice(&output.stdout).unwrap();
    let found = reports[0]["diagnostics"].as_array().unwrap().iter();
    found.filter_map(|finding| finding["fault"].as_str()).map(str::to_owned).collect()
}

#[test]
fn a_page_that_does_not_exist_has_a_neighbour() {
    let ended = Ended::of(&mut hookgate(&["lint", "--explain", "functions"]));
    ended.complains(2, "there is no rule and no code `functions`: is `function` meant?");
    let ended = Ended::of(&mut hookgate(&["lint", "--explain", "never-denie"]));
    ended.complains(2, "is `never-denies` meant?");
    assert_eq!(
        Ended::of(&mut hookgate(&["lint", "--explain", "function"])).out.matches("--allow-functions").count(),
        1
    );
}
