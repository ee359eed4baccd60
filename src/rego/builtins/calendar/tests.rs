use super::{add_date, clock, date, diff, format, parse_ns, parse_rfc3339_ns, weekday};
use crate::rego::builtins::Refusal;
use regorus::Value;
use serde_json::{Value as Json, json};

type Function = fn(&[Value]) -> Result<Value, Refusal>;

/// The 31st of January 2024 at noon, UTC.
const NOON: i64 = 1_706_702_400_000_000_000;
const DAY: i64 = 86_400_000_000_000;

fn call(function: Function, arguments: &[Json]) -> Result<Value, Refusal> {
    function(&arguments.iter().cloned().map(Value::from).collect::<Vec<_>>())
}

#[track_caller]
fn gives(function: Function, arguments: &[Json], expected: &Json) {
    assert_eq!(call(function, arguments), Ok(Value::from(expected.clone())), "{arguments:?}");
}

#[track_caller]
fn refuses(function: Function, arguments: &[Json], part: &str) {
    let refusal = call(function, arguments).unwrap_err().to_string();
    assert!(refusal.contains(part), "{arguments:?}: {refusal}");
}

#[test]
fn days_that_a_month_does_not_have_are_those_of_the_next() {
    gives(add_date, &[json!(NOON), json!(0), json!(1), json!(0)], &json!(NOON + 31 * DAY));
    gives(add_date, &[json!(NOON), json!(1), json!(0), json!(0)], &json!(NOON + 366 * DAY));
    gives(add_date, &[json!(NOON), json!(0), json!(-13), json!(2)], &json!(NOON + (2 - 396) * DAY));
}

#[test]
fn a_day_is_as_long_as_clocks_make_it() {
    let before = 1_711_796_400_000_000_000_i64;
    gives(clock, &[json!([before, "Europe/Berlin"])], &json!([12, 0, 0]));
    gives(
        add_date,
        &[json!([before, "Europe/Berlin"]), json!(0), json!(0), json!(1)],
        &json!(before + DAY - DAY / 24),
    );
    gives(date, &[json!([NOON, "Pacific/Auckland"])], &json!([2024, 2, 1]));
    gives(weekday, &[json!(NOON)], &json!("Wednesday"));
}

#[test]
fn differences_are_counted_from_the_years_down() {
    gives(diff, &[json!(NOON), json!(NOON + 30 * DAY + 61_000_000_000)], &json!([0, 1, 1, 0, 1, 1]));
    gives(diff, &[json!(NOON), json!(NOON - DAY)], &json!([0, 0, 1, 0, 0, 0]));
}

#[test]
fn times_are_read_strictly() {
    gives(parse_rfc3339_ns, &[json!("2024-01-31T12:00:00Z")], &json!(NOON));
    gives(parse_rfc3339_ns, &[json!("2024-01-31T13:30:00.5+01:30")], &json!(NOON + 500_000_000));
    gives(parse_ns, &[json!("02 Jan 06 15:04 MST"), json!("31 Jan 24 12:00 UTC")], &json!(NOON));
    gives(parse_ns, &[json!("RFC1123Z"), json!("Wed, 31 Jan 2024 05:00:00 -0700")], &json!(NOON));
    for text in [
        "2024-01-31",
        "2024-01-31t12:00:00z",
        "2024-02-30T12:00:00Z",
        "2024-01-31T12:00:60Z",
        "2024-01-31T12:00:00Z ",
    ] {
        refuses(parse_rfc3339_ns, &[json!(text)], "a time that is none");
    }
    refuses(parse_ns, &[json!("2006-01-02"), json!("2024-01-31 or so")], "a time that is none");
    refuses(parse_rfc3339_ns, &[json!("2300-01-01T00:00:00Z")], "after 2262");
}

#[test]
fn layouts_show_a_moment_of_2006() {
    gives(format, &[json!(NOON)], &json!("2024-01-31T12:00:00Z"));
    gives(format, &[json!([NOON, "UTC", "RFC1123"])], &json!("Wed, 31 Jan 2024 12:00:00 UTC"));
    gives(
        format,
        &[json!([NOON, "Asia/Kolkata", "_2 Jan 06 3:04PM -07:00 .00"])],
        &json!("31 Jan 24 5:30PM +05:30 .00"),
    );
}

#[test]
fn what_depends_on_the_machine_or_on_tables_is_refused() {
    refuses(clock, &[json!([0, "Local"])], "Local");
    refuses(clock, &[json!([4_000_000_000_000_000_000_i64, "Europe/Berlin"])], "after 2037");
    refuses(format, &[json!([NOON, "Asia/Kolkata", "RFC1123"])], "short names");
    refuses(date, &[json!([NOON, "Nowhere/Town"])], "wrong type or value");
    refuses(date, &[json!(1.5)], "wrong type");
}
