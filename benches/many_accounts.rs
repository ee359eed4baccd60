//! What 99,900 hooks of other accounts cost an account: it lists, shows and begins in a database of its own and in one that it
//! shares with 999 others, turn by turn, over HTTP. `benches/README.md` says how to read it.

#![expect(
    clippy::expect_used,
    clippy::indexing_slicing,
    clippy::arithmetic_side_effects,
    clippy::as_conversions,
    clippy::cast_precision_loss,
    clippy::print_stdout,
    reason = "a bench stops at the first thing that is wrong, and prints what it found"
)]

mod accounts;

use std::time::{Duration, Instant};

use accounts::client::{Client, Verb};
use accounts::database::Database;
use accounts::figures::{Figures, ratio};
use accounts::site::Site;
use tokio::task::JoinSet;

/// How many clients begin operations at once.
const CLIENTS: usize = 16;
/// How many accounts begin operations when it is neither one nor all.
const BUSY_ACCOUNTS: usize = 100;

/// How much is done.
#[derive(Debug, Clone, Copy)]
struct Size {
    accounts: usize,
    samples: usize,
    begins: usize,
}

fn main() {
    // Without `--bench` somebody only wants to see that it runs.
    let size = if std::env::args().any(|argument| argument == "--bench") {
        Size { accounts: 1_000, samples: 2_000, begins: 4_000 }
    } else {
        Size { accounts: 3, samples: 3, begins: 32 }
    };
    let runtime = tokio::runtime::Runtime::new().expect("a runtime");
    runtime.block_on(async {
        compare("SQLite", [Database::file(), Database::file()], size).await;
        if let Some(server) = accounts::database::postgres() {
            compare("PostgreSQL", [Database::schema(&server).await, Database::schema(&server).await], size)
                .await;
        }
    });
}

async fn compare(kind: &str, [first, second]: [Database; 2], size: Size) {
    let alone = Site::start(first, 1).await;
    let begin = Instant::now();
    let crowded = Site::start(second, size.accounts).await;
    println!("\n{kind}: {} accounts filled in {:.0?}\n", size.accounts, begin.elapsed());
    compare_latency(kind, [&alone.client(0), &crowded.client(size.accounts / 2)], size).await;
    compare_throughput(kind, &alone, &crowded, size).await;
    alone.stop().await;
    crowded.stop().await;
}

async fn compare_latency(kind: &str, clients: [&Client; 2], size: Size) {
    println!(
        "| {kind}, one client | 1 account: p50 | p99 | {} accounts: p50 | p99 | ratio: p50 | p99 |",
        size.accounts
    );
    println!("|---|---|---|---|---|---|---|");
    for verb in [Verb::List, Verb::Show, Verb::Begin] {
        let [alone, crowded] = turns(clients, verb, size.samples).await;
        println!(
            "| {verb:?} | {} | {} | {} |",
            alone,
            crowded,
            [ratio(alone.p50, crowded.p50), ratio(alone.p99, crowded.p99)].join(" | ")
        );
    }
}

/// Asks both in turn, so that what else the machine does falls on both alike.
async fn turns(clients: [&Client; 2], verb: Verb, samples: usize) -> [Figures; 2] {
    let mut times = [Vec::with_capacity(samples), Vec::with_capacity(samples)];
    let warm_up = samples / 10;
    for turn in 0..warm_up + samples {
        // Who is first changes: the second finds the processor warm.
        for site in [turn % 2, (turn + 1) % 2] {
            let begin = Instant::now();
            clients[site].ask(verb).await;
            if turn >= warm_up {
                times[site].push(begin.elapsed());
            }
        }
    }
    times.map(Figures::of)
}

async fn compare_throughput(kind: &str, alone: &Site, crowded: &Site, size: Size) {
    println!("\n| {kind}, {CLIENTS} clients | begins per second |");
    println!("|---|---|");
    let rate = begin_rate(&[alone.client(0)], size.begins).await;
    println!("| 1 account | {rate:.0} |");
    for busy in [1, BUSY_ACCOUNTS.min(size.accounts), size.accounts] {
        // From the middle on, where the account of the other table is.
        let accounts = (size.accounts / 2..).take(busy).map(|account| account % size.accounts);
        let clients: Vec<Client> = accounts.map(|account| crowded.client(account)).collect();
        let rate = begin_rate(&clients, size.begins).await;
        println!("| {} accounts, {busy} of them busy | {rate:.0} |", size.accounts);
    }
}

/// How many operations begin in a second.
async fn begin_rate(clients: &[Client], begins: usize) -> f64 {
    // Before, so that most policies are compiled.
    begin_together(clients, CLIENTS.max(2 * clients.len())).await;
    begins as f64 / begin_together(clients, begins).await.as_secs_f64()
}

/// The time it takes to begin `begins` operations at [`CLIENTS`] at once, of one account after the other.
async fn begin_together(clients: &[Client], begins: usize) -> Duration {
    let begin = Instant::now();
    let mut tasks = JoinSet::new();
    for task in 0..CLIENTS {
        let clients = clients.to_vec();
        tasks.spawn(async move {
            for number in (task..begins).step_by(CLIENTS) {
                clients[number % clients.len()].ask(Verb::Begin).await;
            }
        });
    }
    while let Some(ended) = tasks.join_next().await {
        ended.expect("no client panics");
    }
    begin.elapsed()
}
