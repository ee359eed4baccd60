//! Writes a moment by a layout, as Go's `Time.Format`.

use jiff::civil::DateTime;

use crate::rego::builtins::Refusal;
use crate::rego::builtins::calendar::layout::{MONTHS, OffsetStyle, Pad, Part, WEEKDAYS, next};
use crate::rego::builtins::calendar::zone::Zone;

/// A moment as a clock on a wall shows it.
pub(super) struct Local<'a> {
    pub(super) time: DateTime,
    /// Seconds east of UTC.
    pub(super) offset: i64,
    pub(super) zone: &'a Zone,
}

/// Writes `local` by `layout`.
pub(super) fn format(local: &Local<'_>, layout: &str) -> Result<String, Refusal> {
    let mut text = String::new();
    let mut rest = layout;
    loop {
        let (before, found) = next(rest);
        text.push_str(before);
        let Some((part, after)) = found else { return Ok(text) };
        text.push_str(&write(local, part)?);
        rest = after;
    }
}

fn write(local: &Local<'_>, part: Part) -> Result<String, Refusal> {
    let time = local.time;
    let hour12 = match time.hour().checked_rem(12) {
        Some(0) | None => 12,
        Some(hour) => hour,
    };
    Ok(match part {
        Part::Year { is_short: false } => format!("{:04}", time.year()),
        Part::Year { is_short: true } => format!("{:02}", time.year().checked_rem(100).unwrap_or_default()),
        Part::Month { is_padded } => padded(time.month(), is_padded),
        Part::MonthName { is_short } => name(&MONTHS, time.month().saturating_sub(1), is_short),
        Part::WeekdayName { is_short } => name(&WEEKDAYS, time.weekday().to_sunday_zero_offset(), is_short),
        Part::Day(Pad::None) => format!("{}", time.day()),
        Part::Day(Pad::Space) => format!("{:2}", time.day()),
        Part::Day(Pad::Zero) => format!("{:02}", time.day()),
        Part::DayOfYear(Pad::Zero) => format!("{:03}", time.day_of_year()),
        Part::DayOfYear(_) => format!("{:3}", time.day_of_year()),
        Part::Hour => format!("{:02}", time.hour()),
        Part::Hour12 { is_padded } => padded(hour12, is_padded),
        Part::Minute { is_padded } => padded(time.minute(), is_padded),
        Part::Second { is_padded } => padded(time.second(), is_padded),
        Part::Fraction { separator, digits, is_trimmed } => fraction(local, separator, digits, is_trimmed),
        Part::HalfDay { is_upper } => half_day(time.hour() >= 12, is_upper).to_owned(),
        Part::Offset { has_z: true, .. } if local.offset == 0 => "Z".to_owned(),
        Part::Offset { style, .. } => offset(local.offset, style),
        Part::ZoneName if local.zone.is_utc() => "UTC".to_owned(),
        Part::ZoneName => {
            return Err(Refusal::bound("the short names of time zones are not known: use `-0700`"));
        }
    })
}

fn padded(number: i8, is_padded: bool) -> String {
    if is_padded { format!("{number:02}") } else { format!("{number}") }
}

fn name(names: &[&str], index: i8, is_short: bool) -> String {
    let name = usize::try_from(index).ok().and_then(|index| names.get(index)).copied().unwrap_or_default();
    if is_short { name.chars().take(3).collect() } else { name.to_owned() }
}

fn half_day(is_afternoon: bool, is_upper: bool) -> &'static str {
    match (is_afternoon, is_upper) {
        (false, true) => "AM",
        (true, true) => "PM",
        (false, false) => "am",
        (true, false) => "pm",
    }
}

fn fraction(local: &Local<'_>, separator: char, digits: usize, is_trimmed: bool) -> String {
    let all = format!("{:09}", local.time.subsec_nanosecond());
    let shown = all.get(..digits).unwrap_or(&all);
    let shown = if is_trimmed { shown.trim_end_matches('0') } else { shown };
    if shown.is_empty() { String::new() } else { format!("{separator}{shown}") }
}

fn offset(seconds: i64, style: OffsetStyle) -> String {
    // Go looks at whole minutes for the sign, and at the seconds by themselves.
    let minutes = seconds.checked_div(60).unwrap_or_default();
    let sign = if minutes < 0 { '-' } else { '+' };
    let part = |number: u64, unit: u64| number.checked_rem(unit).unwrap_or_default();
    let (minutes, seconds) = (minutes.unsigned_abs(), part(seconds.unsigned_abs(), 60));
    let (hours, minutes) = (minutes.checked_div(60).unwrap_or_default(), part(minutes, 60));
    match style {
        OffsetStyle::Hours => format!("{sign}{hours:02}"),
        OffsetStyle::Minutes { has_colon: false } => format!("{sign}{hours:02}{minutes:02}"),
        OffsetStyle::Minutes { has_colon: true } => format!("{sign}{hours:02}:{minutes:02}"),
        OffsetStyle::Seconds { has_colon: false } => format!("{sign}{hours:02}{minutes:02}{seconds:02}"),
        OffsetStyle::Seconds { has_colon: true } => format!("{sign}{hours:02}:{minutes:02}:{seconds:02}"),
    }
}
