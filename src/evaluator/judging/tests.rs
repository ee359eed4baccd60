//! What becomes of a question whose child dies, without children.

use std::collections::HashSet;
use std::time::Duration;

use serde_json::json;
use tokio::sync::oneshot;
use tokio::time::Instant;

use super::Judging;
use crate::domain::account::Account;
use crate::domain::bundle::Digest;
use crate::domain::explanation::Explanation;
use crate::domain::mask::{InputRecord, KeepInput};
use crate::domain::time::Timestamp;
use crate::domain::verdict::{Evaluation, HookResult};
use crate::evaluator::message::{LARGE_INPUT, Reply};
use crate::evaluator::outgoing::Outgoing;
use crate::evaluator::process::Death;
use crate::evaluator::shelf::Shelf;
use crate::evaluator::strikes::Strikes;
use crate::evaluator::task::{Bounds, Heard, Task as _};
use crate::evaluator::{Answer, Question, Unavailable};

const BOUNDS: Bounds =
    Bounds { hook: Duration::from_secs(1), operation: Duration::from_secs(10), memory: 256 << 20 };

/// A question that is with a child which holds all its policies, and a clock that is moved by hand.
struct Asked {
    judging: Judging,
    now: Instant,
    answer: oneshot::Receiver<Result<Answer, Unavailable>>,
}

impl Asked {
    fn new(hooks: usize, input: usize) -> Self {
        let (reply, answer) = oneshot::channel();
        let question = Question {
            account: account(),
            digests: (0..hooks).map(digest).collect(),
            uploads: [].into(),
            input: vec![b' '; input].into(),
            gate_members: json!({}),
            now: Timestamp::from_millis(0),
            explain: false,
            keep: KeepInput::None,
        };
        let mut asked = Self { judging: Judging::new(question, BOUNDS, reply), now: Instant::now(), answer };
        asked.send();
        asked
    }

    fn send(&mut self) {
        let known: HashSet<_> = self.judging.question.digests.iter().cloned().collect();
        self.judging.write(&mut Outgoing::default(), &known, &Shelf::new());
        self.judging.begin(self.now);
    }

    fn hear(&mut self, reply: Reply) -> Heard {
        self.judging.hear((reply, Vec::new()), self.now)
    }

    /// The child dies after this many milliseconds; says which policy is struck.
    fn die(&mut self, death: &Death, millis: u64) -> Option<Digest> {
        self.now = self.now.checked_add(Duration::from_millis(millis)).unwrap();
        self.judging.interrupt(self.now);
        self.judging.blame(death, self.now)
    }

    /// The answer, of a question whose input was sifted without a find unless it could not be read.
    fn answer(mut self) -> Answer {
        self.judging.recorded.get_or_insert_with(|| (InputRecord::withheld(""), None));
        assert!(self.judging.is_settled());
        crate::evaluator::task::Task::settle(Box::new(self.judging));
        self.answer.try_recv().unwrap().unwrap()
    }
}

fn account() -> Account {
    Account::parse("a", "local").unwrap()
}

fn digest(number: usize) -> Digest {
    Digest::from_stored(number.to_string())
}

fn passed(hook: usize) -> Reply {
    Reply::Judged { hook, evaluation: Evaluation::of(HookResult::Passed) }
}

fn gone() -> Death {
    Death::Gone { status: "signal 9".to_owned(), last_words: "private".to_owned() }
}

/// What the only hook answers when its child dies like this.
#[track_caller]
fn check(death: &Death, result: HookResult, message: &str) {
    let mut asked = Asked::new(1, 2);
    assert_eq!(asked.die(death, 1200), Some(digest(0)));
    let Answer::Judged(judged) = asked.answer() else { panic!("not judged") };
    let evaluations = judged.said;
    assert_eq!((evaluations[0].result, evaluations[0].message.as_deref()), (result, Some(message)));
    assert_eq!(evaluations[0].duration_us, 1_200_000);
}

#[test]
fn every_death_has_its_words() {
    check(&Death::Late, HookResult::TimedOut, "stopped: over the time limit of 1s");
    check(&Death::Memory, HookResult::Errored, "over the memory limit of 256 MiB");
    check(&Death::Stack, HookResult::Errored, "nested too deeply");
    let unreadable = Death::Nonsense("private".to_owned());
    check(&unreadable, HookResult::Errored, "the evaluator gave no readable answer");
    check(&gone(), HookResult::Errored, "the evaluator ended unexpectedly, with signal 9");
}

#[test]
fn only_the_hooks_without_an_answer_are_sent_again() {
    let mut asked = Asked::new(4, 2);
    assert_eq!(asked.hear(passed(0)), Heard::Noted);
    assert_eq!(asked.die(&Death::Memory, 10), Some(digest(1)));
    asked.send();
    assert_eq!(asked.judging.run.hooks, [2, 3]);
    assert_eq!(asked.hear(passed(0)), Heard::Noted);
    assert_eq!(asked.hear(passed(1)), Heard::Noted);
    let Answer::Judged(judged) = asked.answer() else { panic!("not judged") };
    let evaluations = judged.said;
    let results: Vec<_> = evaluations.iter().map(|evaluation| evaluation.result).collect();
    assert_eq!(results, [HookResult::Passed, HookResult::Errored, HookResult::Passed, HookResult::Passed]);
}

fn explained(hook: usize) -> Reply {
    Reply::Explained { hook, explanation: Explanation::missing("because") }
}

fn because(evaluation: &Evaluation) -> &str {
    evaluation.explanation.as_ref().and_then(|explanation| explanation.note.as_deref()).unwrap()
}

#[test]
fn a_child_that_dies_of_an_explanation_changes_no_verdict() {
    let mut asked = Asked::new(2, 2);
    asked.judging.question.explain = true;
    assert_eq!(asked.hear(explained(0)), Heard::Nonsense);
    assert_eq!((asked.hear(passed(0)), asked.hear(passed(1))), (Heard::Noted, Heard::Noted));
    assert!(!asked.judging.is_settled());
    assert_eq!((asked.hear(explained(1)), asked.hear(explained(0))), (Heard::Nonsense, Heard::Noted));
    assert_eq!(asked.die(&Death::Memory, 10), None);
    let Answer::Judged(judged) = asked.answer() else { panic!("not judged") };
    let evaluations = judged.said;
    assert!(evaluations.iter().all(|evaluation| evaluation.result == HookResult::Passed));
    assert_eq!(because(&evaluations[0]), "because");
    assert_eq!(because(&evaluations[1]), "the evaluator ended before it could look into this result");
}

#[test]
fn an_explanation_stays_with_its_answer() {
    let mut asked = Asked::new(1, 2);
    asked.judging.question.explain = true;
    asked.hear(passed(0));
    asked.hear(explained(0));
    let Answer::Judged(judged) = asked.answer() else { panic!("not judged") };
    let evaluations = judged.said;
    assert_eq!(because(&evaluations[0]), "because");
}

#[test]
fn a_policy_that_loads_too_slowly_is_timed_out() {
    let mut asked = Asked::new(1, 2);
    assert_eq!(asked.hear(Reply::Loading { hook: 0 }), Heard::Noted);
    let allowed = asked.judging.deadline().duration_since(asked.now);
    assert_eq!(allowed, Duration::from_millis(2100));
    asked.die(&Death::Late, 2100);
    let Answer::Judged(judged) = asked.answer() else { panic!("not judged") };
    let evaluations = judged.said;
    let words = "stopped: loading the policy took longer than 2s";
    assert_eq!(evaluations[0], Evaluation { duration_us: 2_100_000, ..timed_out(words) });
}

fn timed_out(words: &str) -> Evaluation {
    Evaluation::with_message(HookResult::TimedOut, words)
}

#[test]
fn a_large_input_that_ends_its_child_is_rejected() {
    let mut asked = Asked::new(1, LARGE_INPUT);
    assert_eq!(asked.die(&Death::Memory, 10), None);
    let words = "`input` cannot be read: over the memory limit of 256 MiB";
    assert_eq!(asked.answer(), Answer::InputRejected(words.to_owned()));
}

#[test]
fn a_child_that_ends_over_an_input_without_hooks_settles_it() {
    let mut asked = Asked::new(0, 2);
    assert!(!asked.judging.is_settled());
    asked.die(&gone(), 10);
    assert!(matches!(asked.answer(), Answer::InputRejected(_)));
}

#[test]
fn time_spent_in_a_child_that_died_is_spent() {
    let mut asked = Asked::new(3, 2);
    assert_eq!(asked.die(&Death::Late, 9500), Some(digest(0)));
    asked.send();
    let allowed = asked.judging.deadline().duration_since(asked.now);
    assert_eq!(allowed, Duration::from_millis(600));
    assert_eq!(asked.die(&Death::Late, 600), None, "half a second is no reason for a strike");
    let Answer::Judged(judged) = asked.answer() else { panic!("not judged") };
    let evaluations = judged.said;
    assert_eq!(evaluations[2], timed_out("not run: all hooks of an operation together may take 10s"));
}

#[test]
fn only_a_hook_that_used_all_its_time_is_struck() {
    let stopped_after = |duration_us| {
        let evaluation = Evaluation { duration_us, ..timed_out("of the engine") };
        let mut asked = Asked::new(1, 2);
        let heard = asked.hear(Reply::Judged { hook: 0, evaluation });
        let Answer::Judged(judged) = asked.answer() else { panic!("not judged") };
        let evaluations = judged.said;
        (heard, evaluations[0].message.clone().unwrap())
    };
    let own = "stopped: over the time limit of 1s".to_owned();
    assert_eq!(stopped_after(1_000_010), (Heard::Slow(digest(0)), own));
    let common = "stopped: all hooks of an operation together may take 10s".to_owned();
    assert_eq!(stopped_after(300_010), (Heard::Noted, common));
}

#[test]
fn replies_out_of_turn_are_nonsense() {
    assert_eq!(Asked::new(2, 2).hear(passed(1)), Heard::Nonsense);
    assert_eq!(Asked::new(1, 2).hear(passed(7)), Heard::Nonsense);
    assert_eq!(Asked::new(0, 2).hear(passed(0)), Heard::Nonsense);
    assert_eq!(Asked::new(1, 2).hear(Reply::Ready), Heard::Nonsense);
    assert_eq!(Asked::new(1, 2).hear(Reply::Rejected { diagnostics: Vec::new() }), Heard::Nonsense);
}

#[test]
fn a_policy_that_has_to_wait_is_answered_for_and_not_sent() {
    let mut asked = Asked::new(2, 2);
    let mut strikes = Strikes::default();
    (0..3).for_each(|_| strikes.record(&account(), &digest(0), asked.now));
    strikes.record(&account(), &digest(1), asked.now);
    assert!(asked.judging.check_standing(&account(), &strikes, asked.now), "the other is struck");
    asked.send();
    assert_eq!(asked.judging.run.hooks, [1]);
    assert_eq!(asked.hear(passed(0)), Heard::Noted);
    let Answer::Judged(judged) = asked.answer() else { panic!("not judged") };
    let evaluations = judged.said;
    assert_eq!(evaluations[0].result, HookResult::TimedOut);
    assert_eq!(evaluations[1].result, HookResult::Passed);
}

#[test]
fn what_nobody_has_is_missing_once() {
    let mut asked = Asked::new(2, 2);
    asked.judging.question.digests.push(digest(0));
    asked.judging.answers.push(None);
    asked.judging.write(&mut Outgoing::default(), &HashSet::new(), &Shelf::new());
    assert_eq!(asked.answer(), Answer::Missing(vec![digest(0), digest(1)]));
}
