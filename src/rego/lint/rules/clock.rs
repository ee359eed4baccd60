//! `clock`: a verdict that depends on when it is asked.

use crate::rego::lint::Found;
use crate::rego::lint::subject::Subject;

pub(super) fn find(subject: &Subject<'_>) -> Vec<Found> {
    let message = "the verdict depends on when it is asked: `time.now_ns` is the begin of the operation, which a replay repeats \
                   and a check before it cannot know";
    let asking = subject.calls().filter(|call| call.name.as_deref() == Some("time.now_ns"));
    asking.map(|call| Found::at(&call.span, message)).collect()
}
