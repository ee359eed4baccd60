//! What hooks answer that could not answer themselves.

use std::time::Duration;

use crate::domain::verdict::{Evaluation, HookResult};
use crate::evaluator::judging::run::{LOAD_TIMEOUT, Step};
use crate::evaluator::process::Death;
use crate::evaluator::task::Bounds;

/// A hook that had no turn before the time was over.
pub(super) fn not_reached(bounds: &Bounds) -> Evaluation {
    timed_out(format!("not run: all hooks of an operation together may take {:?}", bounds.operation))
}

/// A hook that is not run, because it went over its limits too often.
pub(super) fn held_back(wait: Duration) -> Evaluation {
    let seconds = wait.as_secs().saturating_add(1);
    timed_out(format!("not run: it went over its limits several times; it is run again in {seconds} s"))
}

/// A hook whose child died in `step`.
pub(super) fn died(death: &Death, step: Step, bounds: &Bounds) -> Evaluation {
    if *death == Death::Late {
        return timed_out(match step {
            Step::Loading => format!("stopped: loading the policy took longer than {LOAD_TIMEOUT:?}"),
            Step::ReadingInput | Step::Running => return Evaluation::over_time(bounds.limit()),
        });
    }
    Evaluation::with_message(HookResult::Errored, cause(death, bounds))
}

/// Why an input could not be read.
pub(super) fn unreadable(death: &Death, bounds: &Bounds) -> String {
    match death {
        Death::Late => "`input` takes too long to read".to_owned(),
        Death::Memory | Death::Stack | Death::Nonsense(_) | Death::Gone { .. } => {
            format!("`input` cannot be read: {}", cause(death, bounds))
        }
    }
}

fn cause(death: &Death, bounds: &Bounds) -> String {
    match death {
        Death::Late => format!("it took longer than {:?}", bounds.limit()),
        Death::Memory => format!("over the memory limit of {}", bounds.memory_text()),
        Death::Stack => "nested too deeply".to_owned(),
        Death::Nonsense(_) => "the evaluator gave no readable answer".to_owned(),
        Death::Gone { status, .. } => format!("the evaluator ended unexpectedly, with {status}"),
    }
}

fn timed_out(message: String) -> Evaluation {
    Evaluation::with_message(HookResult::TimedOut, message)
}
