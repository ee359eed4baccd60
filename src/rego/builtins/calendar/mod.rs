//! Times as Go has them: what layouts say, days that are added over the ends of months, and zones that change clocks.

mod format;
mod layout;
mod parse;
mod zone;

use jiff::SignedDuration;
use jiff::civil::{Date, DateTime};
use regorus::Value;

use crate::rego::builtins::{Refusal, argument, text_of};
use format::Local;
use zone::Zone;

/// A moment in a time zone, and how it is to be written.
struct Moment {
    nanoseconds: i64,
    zone: Zone,
    layout: String,
}

pub(super) fn format(arguments: &[Value]) -> Result<Value, Refusal> {
    let moment = parse_moment(argument(arguments, 0)?)?;
    let name = if moment.layout.is_empty() { "RFC3339Nano" } else { &moment.layout };
    let offset = moment.zone.offset(moment.nanoseconds)?;
    let time = zone::local(moment.nanoseconds, offset)?;
    format::format(&Local { time, offset, zone: &moment.zone }, layout::named(name)).map(Value::from)
}

pub(super) fn date(arguments: &[Value]) -> Result<Value, Refusal> {
    let shown = shown(arguments)?;
    let parts = [i64::from(shown.year()), shown.month().into(), shown.day().into()];
    Ok(parts.into_iter().map(Value::from).collect::<Vec<_>>().into())
}

pub(super) fn clock(arguments: &[Value]) -> Result<Value, Refusal> {
    let shown = shown(arguments)?;
    let parts = [shown.hour(), shown.minute(), shown.second()];
    Ok(parts.into_iter().map(|part| Value::from(i64::from(part))).collect::<Vec<_>>().into())
}

pub(super) fn weekday(arguments: &[Value]) -> Result<Value, Refusal> {
    let index = usize::try_from(shown(arguments)?.weekday().to_sunday_zero_offset()).unwrap_or_default();
    Ok(Value::from(layout::WEEKDAYS.get(index).copied().unwrap_or_default()))
}

pub(super) fn parse_ns(arguments: &[Value]) -> Result<Value, Refusal> {
    let layout = layout::named(text_of(argument(arguments, 0)?)?);
    parse::parse(layout, text_of(argument(arguments, 1)?)?).map(Value::from)
}

pub(super) fn parse_rfc3339_ns(arguments: &[Value]) -> Result<Value, Refusal> {
    parse::parse(layout::named("RFC3339"), text_of(argument(arguments, 0)?)?).map(Value::from)
}

/// Adds years, months and days to what clocks show. A day that a month doesn't have is one of the next.
pub(super) fn add_date(arguments: &[Value]) -> Result<Value, Refusal> {
    let moment = parse_moment(argument(arguments, 0)?)?;
    let whole = |index| argument(arguments, index)?.as_i64().map_err(|_| Refusal::wrong_argument());
    let (years, months, days) = (whole(1)?, whole(2)?, whole(3)?);
    let shown = zone::local(moment.nanoseconds, moment.zone.offset(moment.nanoseconds)?)?;
    let months =
        years.checked_mul(12).and_then(|years| years.checked_add(months)).ok_or_else(zone::out_of_range)?;
    let then = add(shown, months, days).ok_or_else(zone::out_of_range)?;
    moment.zone.moment(then).map(Value::from)
}

/// The years, months, days, hours, minutes and seconds between two moments.
pub(super) fn diff(arguments: &[Value]) -> Result<Value, Refusal> {
    let (first, second) = (parse_moment(argument(arguments, 0)?)?, parse_moment(argument(arguments, 1)?)?);
    // The zone of the second has to be one, though the first decides.
    second.zone.offset(second.nanoseconds)?;
    let shown = |nanoseconds| zone::local(nanoseconds, first.zone.offset(nanoseconds)?);
    let (from, to) = (first.nanoseconds.min(second.nanoseconds), first.nanoseconds.max(second.nanoseconds));
    Ok(between(shown(from)?, shown(to)?).into_iter().map(Value::from).collect::<Vec<_>>().into())
}

fn shown(arguments: &[Value]) -> Result<DateTime, Refusal> {
    let moment = parse_moment(argument(arguments, 0)?)?;
    zone::local(moment.nanoseconds, moment.zone.offset(moment.nanoseconds)?)
}

/// A number of nanoseconds, or a list of it, a time zone and a layout.
fn parse_moment(value: &Value) -> Result<Moment, Refusal> {
    let list = value.as_array().ok();
    let item = |index| list.and_then(|list| list.get(index));
    let text = |index| item(index).map(text_of).transpose();
    let number = if list.is_some() {
        argument(value.as_array().map_or(&[], |list| list.as_slice()), 0)?
    } else {
        value
    };
    let nanoseconds = number.as_i64().map_err(|_| Refusal::wrong_argument())?;
    Ok(Moment { nanoseconds, zone: Zone::new(text(1)?)?, layout: text(2)?.unwrap_or_default().to_owned() })
}

fn add(shown: DateTime, months: i64, days: i64) -> Option<DateTime> {
    let month =
        i64::from(shown.year()).checked_mul(12)?.checked_add(i64::from(shown.month()))?.checked_sub(1)?;
    let month = month.checked_add(months)?;
    let year = i16::try_from(month.div_euclid(12)).ok()?;
    let first = Date::new(year, i8::try_from(month.rem_euclid(12).checked_add(1)?).ok()?, 1).ok()?;
    let days = days.checked_add(i64::from(shown.day()))?.checked_sub(1)?;
    let day = first.checked_add(SignedDuration::from_secs(days.checked_mul(86_400)?)).ok()?;
    Some(day.to_datetime(shown.time()))
}

fn between(from: DateTime, to: DateTime) -> [i64; 6] {
    let parts = |time: DateTime| {
        [
            i64::from(time.year()),
            time.month().into(),
            time.day().into(),
            time.hour().into(),
            time.minute().into(),
            time.second().into(),
        ]
    };
    let days = i64::from(from.date().days_in_month());
    let mut found = parts(to);
    for (part, subtracted) in found.iter_mut().zip(parts(from)) {
        *part = part.saturating_sub(subtracted);
    }
    // From the last on, what is missing is borrowed from the one before.
    let [year, month, day, hour, minute, second] = &mut found;
    borrow(second, minute, 60);
    borrow(minute, hour, 60);
    borrow(hour, day, 24);
    borrow(day, month, days);
    borrow(month, year, 12);
    found
}

fn borrow(part: &mut i64, before: &mut i64, unit: i64) {
    if *part < 0 {
        *part = part.saturating_add(unit);
        *before = before.saturating_sub(1);
    }
}

#[cfg(test)]
mod tests;
