use std::time::Duration;

use proptest::prelude::*;

use super::{CallAnswer, Course, LaterCall, LaterHook, Next};
use crate::domain::hook::{FailureMode, HookId};
use crate::domain::outcome::{Outcome, Report, Reported};
use crate::domain::phase::{FailureRules, Phase, PhaseStatus};
use crate::domain::time::Timestamp;
use crate::domain::verdict::Decision;

const PASS: &str = "pass";
const WARN: &str = "warn";
const FAIL: &str = "fail";

fn hook(behaviour: &str) -> LaterHook {
    LaterHook {
        id: HookId::generate(),
        name: behaviour.to_owned(),
        failure_mode: if behaviour == WARN { FailureMode::Warn } else { FailureMode::Fail },
        timeout: Duration::from_secs(1),
    }
}

fn course(success: &[&str], post: &[&str]) -> Course {
    let hooks = |behaviours: &[&str]| behaviours.iter().map(|behaviour| hook(behaviour)).collect();
    Course::with(hooks(success), hooks(post))
}

fn report(course: &mut Course, outcome: Outcome) {
    let error = (outcome != Outcome::Succeeded).then(|| "why".to_owned());
    let report = Report { outcome, error, outputs: None };
    course.reported = Some(Reported { report, at: Timestamp::from_millis(1) });
}

/// Carries out what comes next, until nothing does: the calls in their order.
fn run(course: &mut Course, rules: FailureRules) -> Vec<String> {
    let mut called = Vec::new();
    loop {
        let (phase, end) = match course.next(Decision::Allowed, rules) {
            Next::Report | Next::Closed => return called,
            Next::Call(phase, call) | Next::GiveUp(phase, call) => {
                called.push(format!("{} {}", phase.as_str(), call.hook.name));
                (phase, None)
            }
            Next::End(phase, end) => (phase, Some(end)),
        };
        let later = course.phase_mut(phase);
        match end {
            Some(end) => later.end = Some(end),
            None => answer(later.calls.iter_mut().find(|call| call.answer.is_none()).unwrap()),
        }
    }
}

fn answer(call: &mut LaterCall) {
    let error = (call.hook.name != PASS).then(|| format!("{} failed", call.hook.name));
    call.answer = Some(CallAnswer { error, at: Timestamp::from_millis(2) });
}

fn statuses(course: &Course, decision: Decision) -> (&'static str, &'static str) {
    let status = |phase| course.status_of(phase, decision).as_str();
    (status(Phase::Success), status(Phase::Post))
}

const DEFAULT: FailureRules = FailureRules { ignore_pre: false, ignore_success: false, ignore_post: true };
const STRICT: FailureRules = FailureRules { ignore_post: false, ..DEFAULT };
const LENIENT: FailureRules = FailureRules { ignore_success: true, ..DEFAULT };

/// The calls, and how the two phases end, of a path through the drawing.
#[track_caller]
fn check(
    (outcome, rules): (Outcome, FailureRules),
    (success, post): (&[&str], &[&str]),
    calls: &[&str],
    ends: (&str, &str),
) {
    let mut course = course(success, post);
    assert_eq!(run(&mut course, rules), [""; 0], "nothing runs before the outcome");
    assert!(!course.is_closed(Decision::Allowed));
    report(&mut course, outcome);
    assert_eq!(run(&mut course, rules), calls);
    assert_eq!(statuses(&course, Decision::Allowed), ends);
    assert!(course.is_closed(Decision::Allowed));
}

#[test]
fn success_runs_both_phases() {
    let succeeded = (Outcome::Succeeded, DEFAULT);
    check(succeeded, (&[PASS, PASS], &[PASS]), &["success pass", "success pass", "post pass"], ("ok", "ok"));
    check(succeeded, (&[], &[PASS]), &["post pass"], ("skipped", "ok"));
    check(succeeded, (&[PASS], &[]), &["success pass"], ("ok", "skipped"));
    check(succeeded, (&[], &[]), &[], ("skipped", "skipped"));
}

#[test]
fn without_success_only_post_runs() {
    for outcome in [Outcome::Failed, Outcome::Abandoned] {
        check((outcome, DEFAULT), (&[FAIL], &[PASS]), &["post pass"], ("skipped", "ok"));
        check((outcome, STRICT), (&[PASS], &[]), &[], ("skipped", "skipped"));
    }
}

#[test]
fn a_failing_success_hook_blocks_post_unless_ignored_or_only_warning() {
    let hooks: (&[&str], &[&str]) = (&[FAIL, PASS], &[PASS]);
    let calls = ["success fail", "success pass"];
    check((Outcome::Succeeded, DEFAULT), hooks, &calls, ("failed", "skipped"));
    let all = [&calls[..], &["post pass"]].concat();
    check((Outcome::Succeeded, LENIENT), hooks, &all, ("ignored", "ok"));
    check((Outcome::Succeeded, DEFAULT), (&[WARN], &[PASS]), &["success warn", "post pass"], ("ok", "ok"));
}

#[test]
fn a_failing_post_hook_counts_only_when_not_ignored() {
    check((Outcome::Failed, DEFAULT), (&[], &[FAIL]), &["post fail"], ("skipped", "ignored"));
    check((Outcome::Failed, STRICT), (&[], &[FAIL]), &["post fail"], ("skipped", "failed"));
    check((Outcome::Failed, STRICT), (&[], &[WARN]), &["post warn"], ("skipped", "ok"));
}

#[test]
fn the_error_of_a_phase_is_that_of_its_first_failing_hook() {
    let mut course = course(&[WARN, FAIL], &[]);
    report(&mut course, Outcome::Succeeded);
    run(&mut course, DEFAULT);
    assert_eq!(course.blocking_error(Phase::Success), Some("fail failed"));
    assert_eq!(course.blocking_error(Phase::Post), None);
}

#[test]
fn a_denied_operation_is_closed_from_the_beginning() {
    let course = course(&[PASS], &[PASS]);
    assert_eq!(course.next(Decision::Denied, DEFAULT), Next::Closed);
    assert_eq!(statuses(&course, Decision::Denied), ("skipped", "skipped"));
}

#[test]
fn a_phase_is_pending_then_running_then_over() {
    let mut course = course(&[PASS], &[PASS]);
    assert_eq!(statuses(&course, Decision::Allowed), ("pending", "pending"));
    report(&mut course, Outcome::Succeeded);
    assert_eq!(statuses(&course, Decision::Allowed), ("running", "pending"));
    answer(&mut course.success.calls[0]);
    course.success.end = Some(course.success.conclude(false));
    assert_eq!(statuses(&course, Decision::Allowed), ("ok", "running"));
}

#[test]
fn a_call_that_never_comes_to_an_answer_is_given_up() {
    let mut course = course(&[], &[PASS]);
    report(&mut course, Outcome::Failed);
    course.success.end = Some(super::PhaseEnd::SKIPPED);
    let attempts = |attempts, course: &mut Course| course.post.calls[0].attempts = attempts;
    attempts(LaterCall::MAX_ATTEMPTS - 1, &mut course);
    assert!(matches!(course.next(Decision::Allowed, DEFAULT), Next::Call(Phase::Post, _)));
    attempts(LaterCall::MAX_ATTEMPTS, &mut course);
    assert!(matches!(course.next(Decision::Allowed, DEFAULT), Next::GiveUp(Phase::Post, _)));
}

fn behaviours() -> impl Strategy<Value = Vec<&'static str>> {
    prop::collection::vec(prop::sample::select(vec![PASS, WARN, FAIL]), 0..3)
}

/// The drawing in other words: who is called, and how the phases end.
fn drawn(
    outcome: Outcome,
    rules: FailureRules,
    success: &[&str],
    post: &[&str],
) -> (Vec<String>, PhaseStatus, PhaseStatus) {
    let phase = |runs: bool, hooks: &[&str], ignored: bool| match (
        runs && !hooks.is_empty(),
        hooks.contains(&FAIL),
    ) {
        (false, _) => PhaseStatus::Skipped,
        (true, false) => PhaseStatus::Ok,
        (true, true) if ignored => PhaseStatus::Ignored,
        (true, true) => PhaseStatus::Failed,
    };
    let first = phase(outcome == Outcome::Succeeded, success, rules.ignore_success);
    let second = phase(first != PhaseStatus::Failed, post, rules.ignore_post);
    let mut calls = Vec::new();
    for (name, status, hooks) in [("success", first, success), ("post", second, post)] {
        if status != PhaseStatus::Skipped {
            calls.extend(hooks.iter().map(|hook| format!("{name} {hook}")));
        }
    }
    (calls, first, second)
}

proptest! {
    #[test]
    fn every_course_is_as_it_is_drawn(
        outcome in prop::sample::select(vec![Outcome::Succeeded, Outcome::Failed, Outcome::Abandoned]),
        (ignore_pre, ignore_success, ignore_post) in any::<(bool, bool, bool)>(),
        (success, post) in (behaviours(), behaviours()),
    ) {
        let rules = FailureRules { ignore_pre, ignore_success, ignore_post };
        let mut course = course(&success, &post);
        report(&mut course, outcome);
        let calls = run(&mut course, rules);
        let (first, second) = (course.status_of(Phase::Success, Decision::Allowed), course.status_of(Phase::Post, Decision::Allowed));
        prop_assert_eq!((calls, first, second), drawn(outcome, rules, &success, &post));
        prop_assert_eq!(course.next(Decision::Allowed, rules), Next::Closed);
    }
}
