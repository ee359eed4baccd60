//! Where in a document something is, as the record lists it: `/input/plan/variables/token/value`.

use std::fmt::Write as _;

use regorus::{Rc, Value};

/// One step down.
#[derive(Debug, Clone)]
enum Step {
    Member(Rc<str>),
    Item(usize),
}

/// The way from the top to a value.
#[derive(Debug, Default)]
pub(super) struct Path {
    steps: Vec<Step>,
}

impl Path {
    /// What `job` gives one step further down.
    pub(super) fn push_key(&mut self, key: &Value) {
        let name = key.as_string().map_or_else(|_| "".into(), Rc::clone);
        self.steps.push(Step::Member(name));
    }

    pub(super) fn push_index(&mut self, index: usize) {
        self.steps.push(Step::Item(index));
    }

    pub(super) fn pop(&mut self) {
        self.steps.pop();
    }

    /// As text, `~` and `/` in names written as JSON pointers have them.
    pub(super) fn to_text(&self) -> String {
        let mut text = "/input".to_owned();
        for step in &self.steps {
            // Writing to a String cannot fail.
            match step {
                Step::Member(name) => write!(text, "/{}", name.replace('~', "~0").replace('/', "~1")),
                Step::Item(index) => write!(text, "/{index}"),
            }
            .unwrap_or_default();
        }
        text
    }
}
