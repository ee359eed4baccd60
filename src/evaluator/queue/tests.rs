//! Turns, shares and room, without evaluators.

use std::time::Duration;

use tokio::time::Instant;

use super::Waiting;
use super::turns::Turns;
use crate::domain::account::Account;

const QUICK: (Duration, usize) = (Duration::from_millis(1), 1);
const SLOW: (Duration, usize) = (Duration::from_secs(1), 1);

fn account(name: &str) -> Account {
    Account::parse(name, "local").unwrap()
}

/// A small task; its number tells it apart.
fn task(name: &str, id: u64) -> Waiting<()> {
    Waiting { id, account: account(name), bytes: 100, is_alone: false, tries: 0, task: () }
}

fn large(name: &str, id: u64, megabytes: usize) -> Waiting<()> {
    Waiting { bytes: megabytes << 20, ..task(name, id) }
}

fn filled(evaluators: usize, tasks: impl IntoIterator<Item = Waiting<()>>) -> Turns<()> {
    let mut turns = Turns::new(evaluators);
    for task in tasks {
        assert!(turns.push(task).is_empty());
    }
    turns
}

fn ids(batch: &[Waiting<()>]) -> Vec<u64> {
    batch.iter().map(|waiting| waiting.id).collect()
}

/// Takes and gives back evaluators one by one until nothing waits, and says whose turn it was.
fn order(turns: &mut Turns<()>) -> Vec<u64> {
    let mut order = Vec::new();
    loop {
        let batch = turns.take(Instant::now());
        let Some(first) = batch.first() else { return order };
        turns.release(&first.account, QUICK, Instant::now());
        order.extend(ids(&batch));
    }
}

#[test]
fn accounts_take_turns_however_much_one_of_them_wants() {
    let crowd = (0..20).map(|id| Waiting { is_alone: true, ..task("a", id) });
    let mut turns = filled(2, crowd.chain([task("b", 100), task("c", 200)]));
    assert_eq!(order(&mut turns)[..4], [0, 100, 200, 1]);
}

#[test]
fn one_account_never_holds_the_last_evaluator() {
    let mut turns = filled(3, (0..30).map(|id| task("a", id)));
    assert!(!turns.take(Instant::now()).is_empty());
    assert!(!turns.take(Instant::now()).is_empty());
    assert!(turns.take(Instant::now()).is_empty(), "the third evaluator is not for this account");
    assert!(turns.push(task("b", 100)).is_empty());
    assert_eq!(ids(&turns.take(Instant::now())), [100]);
    turns.release(&account("a"), QUICK, Instant::now());
    assert!(!turns.take(Instant::now()).is_empty());
}

/// Takes the last evaluator after some seconds, when `a` and `b` were as slow as that and `a` holds one of two.
#[track_caller]
fn check_slow(times: [(Duration, usize); 2], after: u64, taken: &[u64]) {
    let (begin, mut turns) = (Instant::now(), filled(2, []));
    for (name, time) in ["a", "b"].into_iter().zip(times) {
        assert!(turns.push(task(name, 0)).is_empty());
        assert!(!turns.take(begin).is_empty());
        turns.release(&account(name), time, begin);
    }
    for waiting in [task("a", 1), task("b", 2), task("c", 3)] {
        assert!(turns.push(waiting).is_empty());
    }
    assert_eq!(ids(&turns.take(begin)), [1]);
    assert_eq!(ids(&turns.take(begin.checked_add(Duration::from_secs(after)).unwrap())), taken);
}

#[test]
fn slow_accounts_together_never_hold_the_last_evaluator() {
    check_slow([SLOW, SLOW], 0, &[3]);
    check_slow([SLOW, QUICK], 0, &[2]);
    check_slow([QUICK, SLOW], 0, &[2]);
    check_slow([SLOW, SLOW], 60, &[2]);
}

/// Whether an account is slow after these turns.
#[track_caller]
fn check_pace(turns: &[(u64, usize)], is_slow: bool) {
    let (now, mut waiting) = (Instant::now(), filled(2, []));
    for (millis, tasks) in turns {
        waiting.release(&account("a"), (Duration::from_millis(*millis), *tasks), now);
    }
    assert_eq!(waiting.is_slow(&account("a"), now), is_slow);
    assert!(!waiting.is_slow(&account("b"), now));
}

#[test]
fn an_account_is_slow_by_what_most_of_its_tasks_take_and_by_its_slowest() {
    check_pace(&[], false);
    check_pace(&[(20, 1000)], false);
    check_pace(&[(400, 1)], false);
    check_pace(&[(300, 4)], true);
    check_pace(&[(1000, 1)], true);
    check_pace(&[(1000, 1), (1, 80)], true);
    check_pace(&[(1000, 1), (1, 100)], false);
}

#[test]
fn a_single_evaluator_is_for_everybody() {
    let mut turns = filled(1, [task("a", 1), task("b", 2)]);
    assert_eq!(order(&mut turns), [1, 2]);
}

#[test]
fn small_tasks_go_together_when_no_evaluator_is_idle() {
    let mut turns = filled(1, (0..10).map(|id| task("a", id)));
    assert_eq!(ids(&turns.take(Instant::now())), [0, 1, 2, 3, 4, 5, 6, 7]);
    turns.release(&account("a"), QUICK, Instant::now());
    assert_eq!(ids(&turns.take(Instant::now())), [8, 9]);
}

#[test]
fn an_idle_evaluator_is_left_something() {
    let mut turns = filled(3, (0..10).map(|id| task("a", id)));
    assert_eq!(ids(&turns.take(Instant::now())), [0]);
    assert_eq!(ids(&turns.take(Instant::now())), [1]);
}

#[test]
fn a_batch_is_of_one_account_and_bounded_in_bytes() {
    let half = |id| Waiting { bytes: 128 << 10, ..task("a", id) };
    let mut turns = filled(1, [half(1), half(2), half(3), task("b", 4)]);
    assert_eq!(ids(&turns.take(Instant::now())), [1, 2]);
}

#[test]
fn what_is_to_be_alone_is_alone() {
    let alone = |id| Waiting { is_alone: true, ..task("a", id) };
    let mut turns = filled(1, [task("a", 1), alone(2), task("a", 3)]);
    let batches = [(); 3].map(|()| {
        let batch = ids(&turns.take(Instant::now()));
        turns.release(&account("a"), QUICK, Instant::now());
        batch
    });
    assert_eq!(batches, [vec![1], vec![2], vec![3]]);
}

#[test]
fn what_is_put_back_comes_first() {
    let mut turns = filled(1, [task("a", 1), task("b", 2)]);
    let mut batch = turns.take(Instant::now());
    turns.put_back(batch.remove(0));
    turns.release(&account("a"), QUICK, Instant::now());
    assert_eq!(order(&mut turns), [1, 2]);
}

#[test]
fn who_goes_away_does_not_wait() {
    let mut turns = filled(1, [task("a", 1), task("a", 2), task("b", 3)]);
    assert!(turns.withdraw(&account("b"), 3).is_some());
    assert!(turns.withdraw(&account("a"), 1).is_some());
    assert!(turns.withdraw(&account("a"), 1).is_none());
    assert_eq!(order(&mut turns), [2]);
}

#[test]
fn when_there_is_no_room_the_longest_line_gives_way() {
    let mut turns = filled(1, (0..31).map(|id| large("a", id, 16)));
    let refused = turns.push(large("a", 100, 16));
    assert_eq!(ids(&refused), [100], "its own line is the longest");
    let refused = turns.push(large("b", 200, 30));
    assert_eq!(ids(&refused), [30]);
    assert_eq!(ids(&turns.push(large("c", 300, 513))), [300], "what never fits pushes nobody out");
}
