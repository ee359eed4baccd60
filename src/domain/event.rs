//! Stack events: the lines of a stack's history, as `ListStackEvents` has them, with the hook that wrote them.

use serde::{Deserialize, Serialize};

use crate::domain::hook::{HookId, Version};
use crate::domain::invalid::{Invalid, Rule};
use crate::domain::operation::WorkId;
use crate::domain::stack::StackName;
use crate::domain::time::Timestamp;

/// One line of a stack's history.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct StackEvent {
    /// The operation it belongs to.
    pub work_id: WorkId,
    /// Its place among the events of that operation.
    pub position: u32,
    /// What kind of line it is.
    pub event_type: EventType,
    /// The text a person reads.
    pub message: String,
    /// The hook that wrote it, if one did.
    pub hook: Option<EventHook>,
    /// When.
    pub time: Timestamp,
}

/// The hook an event comes from.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct EventHook {
    /// Its name at that time: of a private hook, or any printable text.
    pub name: String,
    /// Its id.
    pub id: HookId,
    /// The version that decided, of a private hook.
    pub version: Option<Version>,
}

/// The event types of the contract.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "UPPERCASE")]
pub enum EventType {
    /// Something to know: a warning, a hook without an answer.
    Log,
    /// Something that stopped the operation.
    Error,
}

impl EventType {
    /// The contract's word.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Log => "LOG",
            Self::Error => "ERROR",
        }
    }
}

/// Every event type a filter may name; of these, Hookgate writes LOG and ERROR.
const EVENT_TYPES: [&str; 13] = [
    "LOG",
    "ERROR",
    "DRIFT",
    "SUMMARY",
    "CREATION_IN_PROGRESS",
    "CREATION_FAILED",
    "CREATION_COMPLETE",
    "DELETION_IN_PROGRESS",
    "DELETION_FAILED",
    "DELETION_COMPLETE",
    "UPDATE_IN_PROGRESS",
    "UPDATE_FAILED",
    "UPDATE_COMPLETE",
];

/// The `filter` of `ListStackEvents`: `==` only, `,` is and, `|` is or and binds tighter.
///
/// Hookgate's events carry no resource, so a filter on `resource_type` or `resource_name` matches none of them.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct EventFilter {
    /// Every one of these groups must match; a group matches when any of its types does.
    groups: Vec<Vec<String>>,
}

impl EventFilter {
    const MAX: usize = 512;

    /// `text` as a filter, such as `event_type==ERROR|event_type==LOG`.
    ///
    /// # Errors
    /// Says what a condition must look like.
    pub fn parse(text: &str) -> Result<Self, Invalid> {
        let wrong = |rule| Invalid::new("filter", rule);
        if text.chars().count() > Self::MAX {
            return Err(wrong(Rule::TooLong { max: Self::MAX }));
        }
        let mut filter = Self::default();
        for group in text.split(',') {
            let mut types = Vec::new();
            for condition in group.split('|') {
                match condition.split_once("==").map(|(name, value)| (name.trim(), value.trim())) {
                    Some(("event_type", word)) if EVENT_TYPES.contains(&word) => types.push(word.to_owned()),
                    Some(("event_type", _)) => {
                        let words = EVENT_TYPES.iter().map(|word| (*word).to_owned()).collect();
                        return Err(wrong(Rule::NotOneOf(words)));
                    }
                    // A resource condition is false for every event, so in an `or` it adds nothing.
                    Some(("resource_type" | "resource_name", _)) => {}
                    _ => {
                        return Err(wrong(Rule::Form(
                            "must be conditions `NAME==VALUE` joined by `,` (and) or `|` (or), NAME one of `event_type`, `resource_type`, `resource_name`",
                        )));
                    }
                }
            }
            filter.groups.push(types);
        }
        Ok(filter)
    }

    /// The types that pass every group, in the order of the contract; `None` when every type does.
    pub fn event_types(&self) -> Option<Vec<EventType>> {
        if self.groups.is_empty() {
            return None;
        }
        let passes =
            |kind: &EventType| self.groups.iter().all(|group| group.iter().any(|word| word == kind.as_str()));
        Some([EventType::Log, EventType::Error].into_iter().filter(passes).collect())
    }
}

/// Which events are asked for: those for which every field that is given holds.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct EventQuery {
    /// Of the stack of that name.
    pub stack_name: StackName,
    /// Of the stack of that id, should there have been several of one name.
    pub stack_id: Option<String>,
    /// Of that operation; the contract's `deployment_id`.
    pub work_id: Option<WorkId>,
    /// Of one of these types.
    pub event_types: Option<Vec<EventType>>,
}

#[cfg(test)]
mod tests {
    use super::{EventFilter, EventType};

    #[track_caller]
    fn check(text: &str, expected: &[EventType]) {
        assert_eq!(EventFilter::parse(text).unwrap().event_types().unwrap(), expected);
    }

    #[test]
    fn or_binds_tighter_than_and() {
        check("event_type==ERROR", &[EventType::Error]);
        check("event_type==ERROR|event_type==LOG", &[EventType::Log, EventType::Error]);
        check("event_type==ERROR,event_type==LOG", &[]);
        check("event_type==ERROR|event_type==LOG,event_type==LOG", &[EventType::Log]);
        check("event_type==ERROR|resource_name==x", &[EventType::Error]);
        check("resource_type==aws_s3_bucket", &[]);
        check("event_type==SUMMARY", &[]);
        assert_eq!(EventFilter::default().event_types(), None);
    }

    #[test]
    fn other_shapes_are_refused() {
        for text in ["", "event_type", "event_type=ERROR", "event_type==WARN", "hook==x", "event_type!=LOG"] {
            assert!(EventFilter::parse(text).is_err(), "{text}");
        }
    }
}
