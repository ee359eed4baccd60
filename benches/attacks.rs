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

/// `report` and `neighbour` choose one part, `smoke` a few seconds of both; a word that is part of the name of an attack
/// chooses attacks.
fn main() {
    let words: Vec<String> = std::env::args().skip(1).collect();
    let has = |word: &str| words.iter().any(|given| given == word);
    // Without `--bench` and words somebody only wants to see that it runs.
    let is_smoke = has("smoke") || words.is_empty();
    let size = if is_smoke { SMOKE } else { FULL };
    let part =
        |word: &&String| !word.starts_with('-') && !["report", "neighbour", "smoke"].contains(&word.as_str());
    let names: Vec<&String> = words.iter().filter(part).collect();
    let attacks: Vec<Attack> = Attack::list().into_iter().step_by(size.step).collect();
    let is_named =
        |attack: &Attack| names.is_empty() || names.iter().any(|name| attack.name.contains(name.as_str()));
    let attacks: Vec<Attack> = attacks.into_iter().filter(is_named).collect();
    if !has("neighbour") {
        report::print(&attacks, size.rounds);
    }
    if !has("report") {
        neighbour::print(&attacks.into(), size.pairs, size.stretch);
    }
}
