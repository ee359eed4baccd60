//! What policies print: nothing is kept unless somebody listens, and then no more than a screen or two.

use std::cell::RefCell;

use regorus::Value;

use crate::domain::explanation::Print;
use crate::rego::builtins::{Refusal, argument, items_of, text_of};
use crate::rego::excerpt::plain_excerpt;
use crate::rego::redact::Secrets;

/// The name under which policies call it.
pub(super) const NAME: &str = "print";
/// Its arguments after normalising: the place, and a list of what is shown.
pub(super) const ARGUMENTS: u8 = 2;
/// The most prints of one evaluation that are kept.
const MAX_PRINTS: usize = 100;
/// The longest text of one, in bytes.
const MAX_TEXT: usize = 500;
const UNDEFINED: &str = "<undefined>";

thread_local! {
    /// Who listens on this thread. An evaluation never leaves its thread.
    static LISTENER: RefCell<Option<Listener>> = const { RefCell::new(None) };
}

struct Listener {
    secrets: Secrets,
    prints: Vec<Print>,
    dropped: usize,
}

/// What was printed.
#[derive(Debug, Default)]
pub(in crate::rego) struct Prints {
    pub(in crate::rego) kept: Vec<Print>,
    /// How many there were besides.
    pub(in crate::rego) dropped: usize,
}

/// Listens to what the evaluations of this thread print from now on.
pub(in crate::rego) fn listen(secrets: Secrets) {
    LISTENER.set(Some(Listener { secrets, prints: Vec::new(), dropped: 0 }));
}

/// Ends the listening, and gives the secrets back.
pub(in crate::rego) fn end() -> (Prints, Secrets) {
    let listener = LISTENER.take();
    listener.map_or_else(Default::default, |listener| {
        (Prints { kept: listener.prints, dropped: listener.dropped }, listener.secrets)
    })
}

/// `print(place, [[a], [b], …])`: an empty list stands for what is undefined.
pub(super) fn print(arguments: &[Value]) -> Result<Value, Refusal> {
    let at = text_of(argument(arguments, 0)?)?;
    let shown = items_of(argument(arguments, 1)?)?;
    LISTENER.with_borrow_mut(|listener| {
        let Some(listener) = listener else { return };
        if listener.prints.len() < MAX_PRINTS {
            let text = listener.text(&shown);
            listener.prints.push(Print { at: at.to_owned(), text });
        } else {
            listener.dropped = listener.dropped.saturating_add(1);
        }
    });
    Ok(Value::Bool(true))
}

impl Listener {
    fn text(&self, shown: &[&Value]) -> String {
        let mut text = String::new();
        for (position, value) in shown.iter().enumerate() {
            if text.len() > MAX_TEXT {
                break;
            }
            text.push_str(if position == 0 { "" } else { " " });
            let value = value.as_array().ok().and_then(|items| items.iter().next());
            let left = MAX_TEXT.saturating_sub(text.len());
            text.push_str(
                &value
                    .map_or_else(|| UNDEFINED.to_owned(), |value| plain_excerpt(value, left, &self.secrets)),
            );
        }
        text
    }
}
