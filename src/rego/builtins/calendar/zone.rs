//! Time zones: how far their clocks are from UTC at a moment, which the engine's own tables know.

use jiff::civil::{Date, DateTime, Time};
use jiff::tz::Offset;
use jiff::{SignedDuration, Timestamp};
use regorus::Value;

use crate::rego::builtins::{Refusal, delegate};

/// From 1970 to 2037 the engine's tables and Go's agree; after that one of them doesn't go on with summer times.
const KNOWN: std::ops::Range<i64> = 0..2_145_916_800_000_000_000;

/// A time zone by its name.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Zone(String);

impl Zone {
    /// `None` stands for UTC.
    pub(super) fn new(name: Option<&str>) -> Result<Self, Refusal> {
        match name.unwrap_or_default() {
            "" => Ok(Self("UTC".to_owned())),
            "Local" => Err(Refusal::bound("the time zone `Local` differs from machine to machine: name one")),
            name => Ok(Self(name.to_owned())),
        }
    }

    pub(super) fn is_utc(&self) -> bool {
        self.0 == "UTC"
    }

    /// Seconds east of UTC.
    pub(super) fn offset(&self, nanoseconds: i64) -> Result<i64, Refusal> {
        if self.is_utc() {
            return Ok(0);
        }
        if !KNOWN.contains(&nanoseconds) {
            return Err(Refusal::bound("a moment before 1970 or after 2037 in another time zone than `UTC`"));
        }
        let moment = Value::from(vec![Value::from(nanoseconds), Value::from(self.0.as_str())]);
        let day = numbers(&delegate("time.date", std::slice::from_ref(&moment))?);
        let clock = numbers(&delegate("time.clock", std::slice::from_ref(&moment))?);
        let here = civil(&day, &clock).ok_or_else(Refusal::wrong_argument)?;
        let there = utc(nanoseconds)?;
        // The fraction of the second is not in what the engine says.
        let fraction = SignedDuration::from_nanos(there.subsec_nanosecond().into());
        let distance = here.duration_since(there).checked_add(fraction);
        Ok(distance.ok_or_else(Refusal::wrong_argument)?.as_secs())
    }

    /// The moment at which clocks show `local`; where they show it never or twice, what Go takes.
    pub(super) fn moment(&self, local: DateTime) -> Result<i64, Refusal> {
        let guess = nanoseconds(local)?;
        let offset = self.offset(guess)?;
        if offset == 0 {
            return Ok(guess);
        }
        let shifted = shift(guess, offset)?;
        shift(guess, self.offset(shifted)?)
    }
}

/// What a clock at UTC shows.
pub(super) fn utc(nanoseconds: i64) -> Result<DateTime, Refusal> {
    let moment = Timestamp::from_nanosecond(i128::from(nanoseconds)).map_err(|_| out_of_range())?;
    Ok(Offset::UTC.to_datetime(moment))
}

/// What a clock shows that is `offset` seconds east of UTC.
pub(super) fn local(nanoseconds: i64, offset: i64) -> Result<DateTime, Refusal> {
    utc(nanoseconds)?.checked_add(SignedDuration::from_secs(offset)).map_err(|_| out_of_range())
}

/// The moment at which a clock at UTC shows `time`.
pub(super) fn nanoseconds(time: DateTime) -> Result<i64, Refusal> {
    let moment = Offset::UTC.to_timestamp(time).map_err(|_| out_of_range())?;
    i64::try_from(moment.as_nanosecond()).map_err(|_| out_of_range())
}

pub(super) fn shift(nanoseconds: i64, offset: i64) -> Result<i64, Refusal> {
    let shift = offset.checked_mul(1_000_000_000).ok_or_else(out_of_range)?;
    nanoseconds.checked_sub(shift).ok_or_else(out_of_range)
}

pub(super) fn out_of_range() -> Refusal {
    Refusal::new("a moment before 1677 or after 2262")
}

fn numbers(value: &Value) -> Vec<i64> {
    value
        .as_array()
        .map(|items| items.iter().filter_map(|item| item.as_i64().ok()).collect())
        .unwrap_or_default()
}

fn civil(day: &[i64], clock: &[i64]) -> Option<DateTime> {
    let ([year, month, day], [hour, minute, second]) = (day, clock) else { return None };
    let small = |number: &i64| i8::try_from(*number).ok();
    let date = Date::new(i16::try_from(*year).ok()?, small(month)?, small(day)?).ok()?;
    let time = Time::new(small(hour)?, small(minute)?, small(second)?, 0).ok()?;
    Some(date.to_datetime(time))
}
