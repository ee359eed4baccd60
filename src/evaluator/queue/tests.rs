//! Turns, shares and room, without evaluators.

use super::Waiting;
use super::turns::Turns;
use crate::domain::account::Account;

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
        let batch = turns.take();
        let Some(first) = batch.first() else { return order };
        turns.release(&first.account);
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
    assert!(!turns.take().is_empty());
    assert!(!turns.take().is_empty());
    assert!(turns.take().is_empty(), "the third evaluator is not for this account");
    assert!(turns.push(task("b", 100)).is_empty());
    assert_eq!(ids(&turns.take()), [100]);
    turns.release(&account("a"));
    assert!(!turns.take().is_empty());
}

#[test]
fn a_single_evaluator_is_for_everybody() {
    let mut turns = filled(1, [task("a", 1), task("b", 2)]);
    assert_eq!(order(&mut turns), [1, 2]);
}

#[test]
fn small_tasks_go_together_when_no_evaluator_is_idle() {
    let mut turns = filled(1, (0..10).map(|id| task("a", id)));
    assert_eq!(ids(&turns.take()), [0, 1, 2, 3, 4, 5, 6, 7]);
    turns.release(&account("a"));
    assert_eq!(ids(&turns.take()), [8, 9]);
}

#[test]
fn an_idle_evaluator_is_left_something() {
    let mut turns = filled(3, (0..10).map(|id| task("a", id)));
    assert_eq!(ids(&turns.take()), [0]);
    assert_eq!(ids(&turns.take()), [1]);
}

#[test]
fn a_batch_is_of_one_account_and_bounded_in_bytes() {
    let half = |id| Waiting { bytes: 128 << 10, ..task("a", id) };
    let mut turns = filled(1, [half(1), half(2), half(3), task("b", 4)]);
    assert_eq!(ids(&turns.take()), [1, 2]);
}

#[test]
fn what_is_to_be_alone_is_alone() {
    let alone = |id| Waiting { is_alone: true, ..task("a", id) };
    let mut turns = filled(1, [task("a", 1), alone(2), task("a", 3)]);
    let batches = [(); 3].map(|()| {
        let batch = ids(&turns.take());
        turns.release(&account("a"));
        batch
    });
    assert_eq!(batches, [vec![1], vec![2], vec![3]]);
}

#[test]
fn what_is_put_back_comes_first() {
    let mut turns = filled(1, [task("a", 1), task("b", 2)]);
    let mut batch = turns.take();
    turns.put_back(batch.remove(0));
    turns.release(&account("a"));
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
