//! What is said about hooks that could not answer themselves.

use std::time::Duration;

use crate::domain::explanation::Explanation;
use crate::domain::verdict::{Evaluation, HookResult};
use crate::evaluator::judging::run::{LOAD_TIMEOUT, Step};
use crate::evaluator::process::Death;
use crate::evaluator::task::Bounds;

/// A hook that had no turn before the time was over.
pub(super) fn not_reached(bounds: &Bounds) -> Evaluation {
    timed_out(format!("not run: {}", together(bounds)))
}

/// A hook that is not run, because it went over its limits too often.
pub(super) fn held_back(wait: Duration) -> Evaluation {
    let seconds = wait.as_secs().saturating_add(1);
    timed_out(format!("not run: it went over its limits several times; it is run again in {seconds} s"))
}

/// A hook that was stopped, in its own time or in what others had left of the operation's.
pub(super) fn over_time(bounds: &Bounds, time: Duration) -> Evaluation {
    if time >= bounds.limit() {
        Evaluation::over_time(bounds.limit())
    } else {
        timed_out(format!("stopped: {}", together(bounds)))
    }
}

/// A hook whose child died in `step`, which took `time` until then.
pub(super) fn died(death: &Death, (step, time): (Step, Duration), bounds: &Bounds) -> Evaluation {
    match (death, step) {
        (Death::Late, Step::Loading) => {
            timed_out(format!("stopped: loading the policy took longer than {LOAD_TIMEOUT:?}"))
        }
        (Death::Late, Step::ReadingInput | Step::Running) => over_time(bounds, time),
        (death, _) => Evaluation::with_message(HookResult::Errored, cause(death, bounds)),
    }
}

/// A hook whose result nobody could look into.
pub(super) fn unexplained() -> Explanation {
    Explanation::missing("the evaluator ended before it could look into this result")
}

/// Why an input could not be read.
pub(super) fn unreadable(death: &Death, bounds: &Bounds) -> String {
    format!("`input` cannot be read: {}", cause(death, bounds))
}

fn cause(death: &Death, bounds: &Bounds) -> String {
    match death {
        Death::Late => "it takes too long".to_owned(),
        Death::Memory => format!("over the memory limit of {}", bounds.memory_text()),
        Death::Stack => "nested too deeply".to_owned(),
        Death::Nonsense(_) => "the evaluator gave no readable answer".to_owned(),
        Death::Gone { status, .. } => format!("the evaluator ended unexpectedly, with {status}"),
    }
}

fn together(bounds: &Bounds) -> String {
    format!("all hooks of an operation together may take {:?}", bounds.operation)
}

fn timed_out(message: String) -> Evaluation {
    Evaluation::with_message(HookResult::TimedOut, message)
}
