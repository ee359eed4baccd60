//! What a long record costs whoever reads it: pages of operations by every filter, after a thousand and after many more.
//! `benches/README.md` says how to read it.

#![expect(
    clippy::expect_used,
    clippy::indexing_slicing,
    clippy::arithmetic_side_effects,
    clippy::print_stdout,
    reason = "a bench stops at the first thing that is wrong, and prints what it found"
)]

#[path = "accounts/database.rs"]
mod database;
#[path = "accounts/figures.rs"]
mod figures;

use std::time::{Duration, Instant};

use database::Database;
use figures::{Figures, ratio};
use hookgate::domain::account::Account;
use hookgate::domain::bundle::Digest;
use hookgate::domain::course::Course;
use hookgate::domain::hook::{FailureMode, HookId, HookName, Version};
use hookgate::domain::judgement::{GatingHook, HookOutcome, Judgement};
use hookgate::domain::operation::{Operation, OperationFilter, WorkId};
use hookgate::domain::page::{PageRequest, SortDir};
use hookgate::domain::stack::{Stack, StackName};
use hookgate::domain::time::Timestamp;
use hookgate::domain::verdict::{Decision, Evaluation, HookResult, Verdict};
use hookgate::store::Store;

/// Operations that one transaction records.
const BATCH: i64 = 5_000;
/// One operation in so many is denied.
const DENIED: i64 = 50;

fn main() {
    // Without `--bench` somebody only wants to see that it runs.
    let (sizes, samples) = if std::env::args().any(|argument| argument == "--bench") {
        ([1_000, 1_000_000], 200)
    } else {
        ([100, 300], 3)
    };
    let runtime = tokio::runtime::Runtime::new().expect("a runtime");
    runtime.block_on(async {
        compare("SQLite", [Database::file(), Database::file()], (sizes, samples)).await;
        if let Some(server) = database::postgres() {
            compare(
                "PostgreSQL",
                [Database::schema(&server).await, Database::schema(&server).await],
                (sizes, samples),
            )
            .await;
        }
    });
}

async fn compare(kind: &str, [first, second]: [Database; 2], (sizes, samples): ([i64; 2], usize)) {
    let begin = Instant::now();
    let stores = [fill(&first, sizes[0]).await, fill(&second, sizes[1]).await];
    println!("\n{kind}: filled in {:.0?}\n", begin.elapsed());
    println!(
        "| {kind}, a page of 50 | {} operations: p50 | p99 | {}: p50 | p99 | ratio: p50 | p99 |",
        sizes[0], sizes[1]
    );
    println!("|---|---|---|---|---|---|---|");
    for (name, filter, is_deep) in lists() {
        let mut figures = Vec::new();
        for (store, size) in stores.iter().zip(sizes) {
            figures.push(measure(store, &filter, (is_deep.then_some(size / 2), samples)).await);
        }
        let ratios = [ratio(figures[0].p50, figures[1].p50), ratio(figures[0].p99, figures[1].p99)];
        println!("| {name} | {} | {} | {} |", figures[0], figures[1], ratios.join(" | "));
    }
    for store in &stores {
        store.close().await;
    }
    first.remove().await;
    second.remove().await;
}

fn lists() -> Vec<(&'static str, OperationFilter, bool)> {
    let any = OperationFilter::default;
    let hook = HookName::parse("hook-3").expect("a name");
    let stack = StackName::parse("stack-7").expect("a name");
    vec![
        ("newest", any(), false),
        ("from the middle", any(), true),
        ("of a stack", OperationFilter { stack_name: Some(stack.clone()), ..any() }, false),
        ("of a hook", OperationFilter { hook_name: Some(hook.clone()), ..any() }, false),
        (
            "refused by a hook",
            OperationFilter { hook_name: Some(hook.clone()), result: Some(HookResult::Refused), ..any() },
            false,
        ),
        ("denied", OperationFilter { decision: Some(Decision::Denied), ..any() }, false),
        (
            "denied, of a stack",
            OperationFilter { decision: Some(Decision::Denied), stack_name: Some(stack), ..any() },
            false,
        ),
        ("that no hook timed out on", OperationFilter { result: Some(HookResult::TimedOut), ..any() }, false),
    ]
}

async fn measure(store: &Store, filter: &OperationFilter, (from, samples): (Option<i64>, usize)) -> Figures {
    let mut request = PageRequest::parse("bench", 50, SortDir::Desc, None).expect("a request");
    if let Some(from) = from {
        request = request.after(operation(from).key());
    }
    let mut times: Vec<Duration> = Vec::with_capacity(samples);
    for _ in 0..samples {
        let begin = Instant::now();
        let mut session = store.session().await.expect("a session");
        session.list_operations(&account(), filter, &request).await.expect("a page");
        times.push(begin.elapsed());
    }
    Figures::of(times)
}

async fn fill(database: &Database, size: i64) -> Store {
    let store = Store::connect(&database.url).await.expect("a store");
    for first in (0..size).step_by(usize::try_from(BATCH).expect("a step")) {
        let mut tx = store.begin_write().await.expect("a transaction");
        tx.hold_revision(&account(), 0).await.expect("the account");
        for number in first..size.min(first + BATCH) {
            tx.insert_operation(&account(), &operation(number)).await.expect("recorded");
        }
        tx.commit().await.expect("committed");
    }
    database.settle().await;
    store
}

fn account() -> Account {
    Account::parse("bench", "local").expect("an account")
}

/// The operation of that number: one each second, on one of a hundred stacks, asked of five hooks.
fn operation(number: i64) -> Operation {
    let is_denied = number % DENIED == 0;
    let outcome = |hook: i64| {
        let refuses = is_denied && hook == number / DENIED % 5;
        let (result, verdict) =
            if refuses { (HookResult::Refused, Verdict::Fail) } else { (HookResult::Passed, Verdict::Pass) };
        HookOutcome {
            hook: GatingHook {
                name: HookName::parse(&format!("hook-{hook}")).expect("a name"),
                id: HookId::generate(),
                version: Version::parse("hook_version", "1.0.0").expect("a version"),
                digest: Digest::of(b"policy"),
                failure_mode: FailureMode::Fail,
            },
            evaluation: Evaluation::of(result),
            verdict,
        }
    };
    Operation {
        work_id: WorkId::generate(),
        kind: "DeployStack".to_owned(),
        stack: Stack {
            name: StackName::parse(&format!("stack-{}", number % 100)).expect("a name"),
            id: None,
            labels: [].into(),
        },
        actor: None,
        stack_status: None,
        message: None,
        judgement: Judgement {
            decision: if is_denied { Decision::Denied } else { Decision::Allowed },
            hooks: (0..5).map(outcome).collect(),
            revision: 1,
        },
        input: None,
        course: Course::default(),
        created_at: Timestamp::from_millis(1_795_334_400_000 + number * 1_000),
    }
}
