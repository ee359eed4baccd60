//! The reader of YAML data: nothing comes out of it that JSON could not say, within budget and depth, whatever aliases
//! repeat; and it is what `serde_json` makes of the same events.

use regorus::Value;

use crate::rego::document::{MAX_DEPTH, parse_yaml};
use crate::rego::fuzzing::input::{has_magic, is_same};

/// The most values that are read.
const BUDGET: usize = 1_000;

/// Checks a text.
pub fn check(bytes: &[u8]) {
    let Ok(text) = str::from_utf8(bytes) else { return };
    let Ok(value) = parse_yaml(text, BUDGET) else { return };
    let mut left = BUDGET.saturating_add(1);
    check_plain(&value, 0, &mut left);
    if let Ok(expected) = yaml_serde::from_str(text)
        && !has_magic(&value)
    {
        assert!(is_same(&value, &expected), "{value:?} is not {expected}");
    }
}

fn check_plain(value: &Value, depth: usize, left: &mut usize) {
    assert!(depth <= MAX_DEPTH, "deeper than allowed");
    *left = left.checked_sub(1).unwrap_or_else(|| panic!("over the budget"));
    let deeper = depth.saturating_add(1);
    match value {
        Value::Null | Value::Bool(_) | Value::String(_) => {}
        // Whole numbers of more than 64 bits are none of `f64`.
        Value::Number(_) => assert!(
            value.as_f64().is_ok_and(f64::is_finite) || value.as_i128().is_ok() || value.as_u128().is_ok(),
            "{value:?}"
        ),
        Value::Array(items) => items.iter().for_each(|item| check_plain(item, deeper, left)),
        Value::Object(members) => members.iter().for_each(|(key, member)| {
            assert!(key.as_string().is_ok(), "{key:?}");
            check_plain(member, deeper, left);
        }),
        Value::Set(_) | Value::Undefined => panic!("{value:?}"),
    }
}
