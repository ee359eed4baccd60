//! How many policies `hookgate lint` checks in a second: a thousand of a hundred lines, each another one, in one run of the command, with
//! one evaluator and with as many as there are cores. `benches/README.md` says how to read it.

#![expect(
    clippy::expect_used,
    clippy::as_conversions,
    clippy::cast_precision_loss,
    clippy::print_stdout,
    reason = "a bench stops at the first thing that is wrong, and prints what it found"
)]

use std::fmt::Write as _;
use std::fs;
use std::path::Path;
use std::process::Command;
use std::time::{Duration, Instant};

/// The lines of each policy.
const LINES: usize = 100;

fn main() {
    // Without `--bench` somebody only wants to see that it runs.
    let (policies, rounds) =
        if std::env::args().any(|argument| argument == "--bench") { (1_000, 5) } else { (20, 1) };
    let folder = tempfile::tempdir().expect("a folder");
    for number in 0..policies {
        let text = policy(number);
        assert_eq!(text.lines().count(), LINES, "a policy has as many lines as was said");
        fs::write(folder.path().join(format!("p{number:04}.rego")), text).expect("a policy");
    }
    let paths: Vec<_> = (0..policies).map(|number| format!("p{number:04}.rego")).collect();
    let cores = std::thread::available_parallelism().map_or(1, usize::from);
    for processes in [1, cores] {
        let mut times: Vec<_> = (0..rounds).map(|_| lint(folder.path(), &paths, processes)).collect();
        times.sort();
        let median = times.get(rounds / 2).copied().expect("a round").as_secs_f64();
        let rate = policies as f64 / median;
        println!(
            "{policies} policies of {LINES} lines, {processes} evaluators: {median:.2} s, {rate:.0} files a second"
        );
    }
}

fn lint(folder: &Path, paths: &[String], processes: usize) -> Duration {
    let mut command = Command::new(env!("CARGO_BIN_EXE_hookgate"));
    command
        .arg("lint")
        .args(paths)
        .current_dir(folder)
        .env("HOOKGATE_EVALUATION_PROCESSES", processes.to_string());
    let begin = Instant::now();
    let output = command.output().expect("the command");
    let taken = begin.elapsed();
    let said = String::from_utf8_lossy(&output.stdout);
    assert!(output.status.success(), "every policy is clean: {said}");
    taken
}

/// A policy as people write them: rules over the changes of a plan, with findings.
fn policy(number: usize) -> String {
    let mut text = format!(
        "# METADATA\n# title: Rules of team {number}\npackage policy\n\n\
         hook_result := {{\n\t\"is_passed\": count(violations) == 0,\n\t\"err_msg\": concat(\"; \", sort(violations)),\n}}\n"
    );
    for rule in 0.. {
        if text.lines().count().saturating_add(RULE_LINES) > LINES {
            break;
        }
        add_rule(&mut text, number, rule);
    }
    while text.lines().count() < LINES {
        text.push_str("# The end.\n");
    }
    text
}

const RULE_LINES: usize = 13;

fn add_rule(text: &mut String, number: usize, rule: usize) {
    write!(
        text,
        "\n# Resources of kind {rule} carry the mark of team {number}.\n\
         violations contains message if {{\n\
         \tsome change in input.resource_changes\n\
         \tchange.type == \"kind_{rule}\"\n\
         \t\"create\" in change.change.actions\n\
         \ttags := object.get(change.change.after, \"tags\", {{}})\n\
         \tis_object(tags)\n\
         \tobject.get(tags, \"team\", \"\") != \"team-{number}\"\n\
         \tnot startswith(change.address, \"module.legacy_{rule}\")\n\
         \tregex.match(`^[a-z0-9_.]+$`, change.address)\n\
         \tmessage := sprintf(\"%s must carry the tag team\", [change.address])\n}}\n"
    )
    .expect("a text grows");
}
