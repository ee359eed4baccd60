//! Texts: what is made of them has bounds.

use regorus::Value;

use crate::rego::builtins::{Refusal, argument, delegate, measure, text_of};

/// A function that writes its arguments out, about once.
pub(super) fn sized(name: &str, arguments: &[Value]) -> Result<Value, Refusal> {
    measure::check(arguments)?;
    delegate(name, arguments)
}

pub(super) fn concat(arguments: &[Value]) -> Result<Value, Refusal> {
    let delimiter = text_of(argument(arguments, 0)?)?.len();
    let texts = argument(arguments, 1)?;
    let of_array = texts.as_array().map_or(0, |texts| total(texts.iter(), delimiter));
    let of_set = texts.as_set().map_or(0, |texts| total(texts.iter(), delimiter));
    measure::check_size(of_array.max(of_set))?;
    delegate("concat", arguments)
}

fn total<'a>(texts: impl Iterator<Item = &'a Value>, delimiter: usize) -> usize {
    let sizes = texts.map(|text| text.as_string().map_or(0, |text| text.len()).saturating_add(delimiter));
    sizes.fold(0, usize::saturating_add)
}
