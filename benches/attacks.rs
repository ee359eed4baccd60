//! What hostile policies cost: every case of `fixtures/attacks` against the server as it is shipped, and what an honest account
//! notices meanwhile. `benches/README.md` says how to read it.

#![expect(
    clippy::expect_used,
    clippy::unwrap_used,
    clippy::panic,
    clippy::indexing_slicing,
    clippy::arithmetic_side_effects,
    clippy::as_conversions,
    clippy::cast_precision_loss,
    clippy::cast_possible_truncation,
    clippy::cast_sign_loss,
    clippy::print_stdout,
    reason = "a bench stops at the first thing that is wrong, and prints what it found"
)]

mod siege;

use std::time::Duration;

use siege::attack::Attack;
use siege::{neighbour, report};

/// How much is done.
#[derive(Debug, Clone, Copy)]
struct Size {
    /// Every how many-th attack.
    step: usize,
    /// How often all of them are sent for the report.
    rounds: usize,
    /// How often the neighbour is looked at, quiet and under attack in turn.
    pairs: usize,
    /// For how long each time.
    stretch: Duration,
}

const FULL: Size = Size { step: 1, rounds: 3, pairs: 3, stretch: Duration::from_secs(30) };
const SMOKE: Size = Size { step: 25, rounds: 1, pairs: 1, stretch: Duration::from_secs(2) };

/// `report` and `neighbour` choose one part, `smoke` a few seconds of both; a number is how many seconds a stretch lasts, and
/// any other word chooses the attacks that have it in their names.
fn main() {
    // `cargo bench` adds a flag of its own; without it and without words somebody only wants to see that it runs.
    let arguments: Vec<String> = std::env::args().skip(1).collect();
    let (seconds, words): (Vec<&str>, Vec<&str>) = arguments
        .iter()
        .map(String::as_str)
        .filter(|word| !word.starts_with('-'))
        .partition(|word| word.parse::<u64>().is_ok());
    let has = |word| words.contains(&word);
    let size = if has("smoke") || arguments.is_empty() { SMOKE } else { FULL };
    let stretch =
        seconds.first().map_or(size.stretch, |seconds| Duration::from_secs(seconds.parse().unwrap()));
    let attacks = list_attacks(size.step, &words);
    if !has("neighbour") {
        report::print(&attacks, size.rounds);
    }
    if !has("report") {
        neighbour::print(&attacks.into(), size.pairs, stretch);
    }
}

fn list_attacks(step: usize, words: &[&str]) -> Vec<Attack> {
    let names: Vec<&&str> =
        words.iter().filter(|word| !["report", "neighbour", "smoke"].contains(*word)).collect();
    let is_named =
        |attack: &Attack| names.is_empty() || names.iter().any(|name| attack.name.contains(**name));
    Attack::list().into_iter().step_by(step).filter(is_named).collect()
}
