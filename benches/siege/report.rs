//! Each attack by itself: where it ended, how, how long it took and what it cost.

use std::time::{Duration, Instant};

use tokio::runtime::Runtime;

use super::attack::Attack;
use super::caller::{Caller, Ended};
use super::server::Server;
use super::watch::{INTERVAL, Watch};

/// What one attack did, the worst of all rounds.
#[derive(Debug, Default)]
struct Row {
    ended: Vec<Ended>,
    time: Duration,
    server: u64,
    evaluator: u64,
    replaced: usize,
}

/// Sends every attack, `rounds` times, and prints a table.
pub(crate) fn print(attacks: &[Attack], rounds: usize) {
    let runtime = Runtime::new().expect("a runtime");
    let server = Server::start();
    let watch = Watch::start(server.id());
    let mut rows: Vec<Row> = attacks.iter().map(|_| Row::default()).collect();
    let mut resident = vec![watch.resident()];
    for round in 0..rounds {
        // An account of its own: what is remembered of a policy's limits is remembered for its account.
        let caller = Caller::new(&server.base, &format!("attacker-{round}"));
        for (attack, row) in attacks.iter().zip(&mut rows) {
            watch.forget();
            let begin = Instant::now();
            let ended = runtime.block_on(caller.attack("attack-hook", attack, round)).expect("an answer");
            row.note(ended, begin.elapsed(), &watch);
        }
        resident.push(watch.resident());
    }
    print_rows(attacks, &rows);
    print_summary(attacks, &rows, &resident);
}

impl Row {
    fn note(&mut self, ended: Ended, time: Duration, watch: &Watch) {
        let (seen, replaced) = watch.tell();
        self.time = self.time.max(time);
        self.server = self.server.max(seen.server);
        self.evaluator = self.evaluator.max(seen.evaluator);
        self.replaced = self.replaced.max(replaced);
        if !self.ended.contains(&ended) {
            self.ended.push(ended);
        }
    }
}

fn print_rows(attacks: &[Attack], rows: &[Row]) {
    println!("| attack | ended at | outcome | time | server, peak | evaluator, peak | children replaced |");
    println!("|---|---|---|---|---|---|---|");
    for (attack, row) in attacks.iter().zip(rows) {
        let join = |part: fn(&Ended) -> &str| {
            let mut parts: Vec<&str> = row.ended.iter().map(part).collect();
            parts.dedup();
            parts.join(" or ")
        };
        println!(
            "| {} | {} | {} | {} ms | {} MiB | {} MiB | {} |",
            attack.name,
            join(|ended| ended.place),
            join(|ended| &ended.answer),
            row.time.as_millis(),
            row.server / 1024,
            row.evaluator / 1024,
            row.replaced
        );
    }
}

fn print_summary(attacks: &[Attack], rows: &[Row], resident: &[u64]) {
    let unexpected = attacks
        .iter()
        .zip(rows)
        .filter(|(attack, row)| row.ended.iter().any(|ended| !ended.is_as_expected(attack)));
    let unexpected: Vec<&str> = unexpected.map(|(attack, _)| attack.name.as_str()).collect();
    let slowest = attacks.iter().zip(rows).max_by_key(|(_, row)| row.time).expect("an attack");
    let resident: Vec<String> =
        resident.iter().map(|kilobytes| format!("{:.1}", *kilobytes as f64 / 1024.0)).collect();
    println!("\n- {} attacks, not as their `expect.json` says: {unexpected:?}", attacks.len());
    println!("- slowest: {} ms ({})", slowest.1.time.as_millis(), slowest.0.name);
    println!(
        "- highest peak of the server: {} MiB",
        rows.iter().map(|row| row.server).max().unwrap_or(0) / 1024
    );
    println!(
        "- highest peak of an evaluator: {} MiB, as seen every {INTERVAL:?}",
        rows.iter().map(|row| row.evaluator).max().unwrap_or(0) / 1024
    );
    println!("- what the server holds, before and after each round: {} MiB", resident.join(", "));
}
