//! Some accounts attack, another asks its own hook at a steady rate: what does that one notice?

use std::sync::Arc;
use std::sync::atomic::{AtomicBool, AtomicUsize, Ordering};
use std::thread;
use std::time::{Duration, Instant};

use reqwest::StatusCode;
use rustix::process::{Pid, setpriority_process};
use tokio::runtime::{Builder, Runtime};
use tokio::task::JoinSet;

use super::attack::{Attack, HELLO};
use super::caller::Caller;
use super::figures::{Figures, Pressure};
use super::server::Server;

/// The time from one question of the neighbour to the next.
const STEP: Duration = Duration::from_millis(20);
/// How many attacks are under way at once.
const CONNECTIONS: usize = 8;
/// After this, what one stretch began does not disturb the next.
const PAUSE: Duration = Duration::from_secs(3);

const QUESTIONS: [(&str, &str); 2] =
    [(r#"{"message": "world"}"#, "ALLOWED"), (r#"{"message": "moon"}"#, "DENIED")];

/// Looks at the neighbour quiet and under attack, in turn, and prints a table for each number of attacking accounts.
pub(crate) fn print(attacks: &Arc<[Attack]>, pairs: usize, stretch: Duration) {
    for accounts in [1, 4] {
        println!(
            "\n| {accounts} attacking, neighbour: quiet p50 | p99 | max | under attack p50 | p99 | max | ratio p50 | p99 | wrong or lost | attacks | CPU pressure |"
        );
        println!("|---|---|---|---|---|---|---|---|---|---|---|");
        print_pairs(attacks, accounts, (pairs, stretch));
    }
}

fn print_pairs(attacks: &Arc<[Attack]>, accounts: usize, (pairs, stretch): (usize, Duration)) {
    let server = Server::start();
    let neighbour = Neighbour::start(&server);
    neighbour.ask(stretch / 10);
    let mut all = [Figures::default(), Figures::default()];
    let mut total = 0;
    for _ in 0..pairs {
        let (pressure, quiet) = (Pressure::now(), neighbour.ask(stretch));
        let (pressure, siege) = ([pressure.since(), 0.0], Siege::begin(&server, attacks, accounts));
        let (under, attacked) = (Pressure::now(), neighbour.ask(stretch));
        let (pressure, count) = ([pressure[0], under.since()], siege.end());
        thread::sleep(PAUSE.min(stretch));
        println!(
            "| {} | {count} | {:.0} % and {:.0} % |",
            cells(&quiet, &attacked),
            pressure[0],
            pressure[1]
        );
        total += count;
        all[0].add(quiet);
        all[1].add(attacked);
    }
    println!("| **all:** {} | {total} | |", cells(&all[0], &all[1]));
}

fn cells(quiet: &Figures, attacked: &Figures) -> String {
    let ratio = |place| attacked.at(place).as_secs_f64() / quiet.at(place).as_secs_f64();
    let bad = quiet.bad + attacked.bad;
    format!(
        "{quiet} | {attacked} | {:.2} | {:.2} | {bad} of {}",
        ratio(0.50),
        ratio(0.99),
        quiet.count() + attacked.count()
    )
}

/// The account that does no harm, with a hook of its own, asked from a thread of its own.
#[derive(Debug)]
struct Neighbour {
    runtime: Runtime,
    caller: Caller,
}

impl Neighbour {
    fn start(server: &Server) -> Self {
        let runtime = Builder::new_multi_thread().worker_threads(1).enable_all().build().expect("a runtime");
        let caller = Caller::new(&server.base, "neighbour");
        let (status, body) =
            runtime.block_on(caller.register("hello-hook", "policy_body", HELLO)).expect("an answer");
        assert_eq!(status, StatusCode::CREATED, "{body}");
        Self { runtime, caller }
    }

    /// Asks at a steady rate, whether or not the answers keep up; a time begins when the question was due.
    fn ask(&self, stretch: Duration) -> Figures {
        let mut asked = JoinSet::new();
        let begin = Instant::now();
        for number in 0..(stretch.as_micros() / STEP.as_micros()) as u32 {
            let due = begin + STEP * number;
            // Not the runtime's clock, which ticks in milliseconds.
            thread::sleep(due.saturating_duration_since(Instant::now()));
            let (caller, question) = (self.caller.clone(), QUESTIONS[number as usize % 2]);
            let task = async move {
                let is_good = is_answered_right(&caller, question).await;
                (due.elapsed(), is_good)
            };
            asked.spawn_on(task, self.runtime.handle());
        }
        self.runtime.block_on(asked.join_all()).into_iter().collect()
    }
}

async fn is_answered_right(caller: &Caller, (input, decision): (&str, &str)) -> bool {
    let answered = caller.begin(input).await;
    answered.is_ok_and(|(status, body)| {
        let hooks = body["hooks"].as_array().map(Vec::len);
        status == StatusCode::CREATED && body["decision"] == decision && hooks == Some(1)
    })
}

/// Attacks from several connections, one after the other on each, until it is ended.
#[derive(Debug)]
struct Siege {
    is_over: Arc<AtomicBool>,
    count: Arc<AtomicUsize>,
    thread: thread::JoinHandle<()>,
}

impl Siege {
    fn begin(server: &Server, attacks: &Arc<[Attack]>, accounts: usize) -> Self {
        let (is_over, count) = (Arc::new(AtomicBool::new(false)), Arc::new(AtomicUsize::new(0)));
        let callers: Vec<Caller> = (0..CONNECTIONS)
            .map(|connection| Caller::new(&server.base, &format!("attacker-{}", connection % accounts)))
            .collect();
        let senders = Senders {
            attacks: Arc::clone(attacks),
            is_over: Arc::clone(&is_over),
            count: Arc::clone(&count),
        };
        let thread = thread::spawn(move || senders.send_from(callers));
        Self { is_over, count, thread }
    }

    /// Lets what is under way end, and says how many attacks there were.
    fn end(self) -> usize {
        self.is_over.store(true, Ordering::Relaxed);
        self.thread.join().expect("the attackers do not panic");
        self.count.load(Ordering::Relaxed)
    }
}

#[derive(Debug, Clone)]
struct Senders {
    attacks: Arc<[Attack]>,
    is_over: Arc<AtomicBool>,
    count: Arc<AtomicUsize>,
}

impl Senders {
    fn send_from(self, callers: Vec<Caller>) {
        // Attackers have machines of their own: this thread gives way to the server.
        setpriority_process(None::<Pid>, 19).expect("a lower priority");
        let runtime = Builder::new_current_thread().enable_all().build().expect("a runtime");
        let mut connections = JoinSet::new();
        for (connection, caller) in callers.into_iter().enumerate() {
            connections.spawn_on(self.clone().send_all(caller, connection), runtime.handle());
        }
        runtime.block_on(connections.join_all());
    }

    /// Each connection begins at another place, and each policy is new.
    async fn send_all(self, caller: Caller, connection: usize) {
        let hook = format!("attack-{connection}");
        let first = connection * self.attacks.len() / CONNECTIONS;
        for place in first.. {
            if self.is_over.load(Ordering::Relaxed) {
                return;
            }
            let number = self.count.fetch_add(1, Ordering::Relaxed);
            // Attackers may be refused, also for want of room.
            drop(caller.attack(&hook, &self.attacks[place % self.attacks.len()], number).await);
        }
    }
}
