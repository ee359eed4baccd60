//! Reads a moment by a layout, as Go's `time.Parse`.

use jiff::SignedDuration;
use jiff::civil::{Date, Time};

use crate::rego::builtins::Refusal;
use crate::rego::builtins::calendar::layout::{MONTHS, OffsetStyle, Pad, Part, WEEKDAYS, next};
use crate::rego::builtins::calendar::zone;

/// What was read so far.
#[derive(Default)]
struct Found {
    year: i64,
    month: Option<i64>,
    day: Option<i64>,
    day_of_year: Option<i64>,
    hour: i64,
    minute: i64,
    second: i64,
    nanosecond: i64,
    is_afternoon: Option<bool>,
    /// Seconds east of UTC.
    offset: i64,
}

/// The moment that `text` says, in nanoseconds since 1970.
pub(super) fn parse(layout: &str, text: &str) -> Result<i64, Refusal> {
    read(layout, text)
        .and_then(|found| found.moment())
        .ok_or_else(|| Refusal::new("a time that is none by its layout"))?
}

fn read(layout: &str, text: &str) -> Option<Found> {
    let mut found = Found::default();
    let (mut layout, mut text) = (layout, text);
    loop {
        let (before, part) = next(layout);
        text = skip(text, before)?;
        let Some((part, after)) = part else { return text.is_empty().then_some(found) };
        layout = after;
        text = found.read(part, text, layout)?;
    }
}

/// Any number of spaces is like any other.
fn skip<'a>(text: &'a str, prefix: &str) -> Option<&'a str> {
    let (mut text, mut prefix) = (text, prefix);
    while let Some(wanted) = prefix.chars().next() {
        if wanted == ' ' {
            if !text.is_empty() && !text.starts_with(' ') {
                return None;
            }
            (text, prefix) = (text.trim_start_matches(' '), prefix.trim_start_matches(' '));
        } else {
            (text, prefix) = (text.strip_prefix(wanted)?, prefix.strip_prefix(wanted)?);
        }
    }
    Some(text)
}

impl Found {
    fn read<'a>(&mut self, part: Part, text: &'a str, layout: &str) -> Option<&'a str> {
        match part {
            Part::Year { is_short } => self.read_year(text, is_short),
            Part::Month { is_padded } => {
                let (month, rest) = number(text, is_padded)?;
                self.month = Some(month).filter(|month| (1..=12).contains(month));
                self.month.map(|_| rest)
            }
            Part::MonthName { is_short } => {
                let (month, rest) = name(text, &MONTHS, is_short)?;
                self.month = Some(month.checked_add(1)?);
                Some(rest)
            }
            Part::WeekdayName { is_short } => name(text, &WEEKDAYS, is_short).map(|(_, rest)| rest),
            Part::Day(pad) => {
                let text = if pad == Pad::Space { text.strip_prefix(' ').unwrap_or(text) } else { text };
                let (day, rest) = number(text, pad == Pad::Zero)?;
                self.day = Some(day);
                Some(rest)
            }
            Part::DayOfYear(pad) => {
                let spaces = if pad == Pad::Space {
                    text.bytes().take(2).take_while(|b| *b == b' ').count()
                } else {
                    0
                };
                let (day, rest) = day_of_year(text.get(spaces..)?, pad == Pad::Zero)?;
                self.day_of_year = Some(day);
                Some(rest)
            }
            Part::Hour => within(&mut self.hour, number(text, false)?, 23),
            Part::Hour12 { is_padded } => within(&mut self.hour, number(text, is_padded)?, 12),
            Part::Minute { is_padded } => within(&mut self.minute, number(text, is_padded)?, 59),
            Part::Second { is_padded } => {
                let rest = within(&mut self.second, number(text, is_padded)?, 59)?;
                // A fraction may follow although the layout has none.
                let has_fraction = matches!(next(layout), (_, Some((Part::Fraction { .. }, _))));
                if has_fraction { Some(rest) } else { self.read_fraction(rest) }
            }
            Part::Fraction { is_trimmed: true, .. } => self.read_fraction(text),
            Part::Fraction { digits, .. } => self.read_digits(text, digits),
            Part::HalfDay { is_upper } => {
                let (half, rest) = text.split_at_checked(2)?;
                let (morning, afternoon) = if is_upper { ("AM", "PM") } else { ("am", "pm") };
                self.is_afternoon = Some(half == afternoon);
                (half == morning || half == afternoon).then_some(rest)
            }
            Part::Offset { has_z: true, .. } if text.starts_with('Z') => {
                self.offset = 0;
                text.strip_prefix('Z')
            }
            Part::Offset { style, .. } => self.read_offset(text, style),
            Part::ZoneName => self.read_zone(text),
        }
    }

    fn read_year<'a>(&mut self, text: &'a str, is_short: bool) -> Option<&'a str> {
        let (digits, rest) = text.split_at_checked(if is_short { 2 } else { 4 })?;
        let year = whole(digits)?;
        self.year = match year {
            0..69 if is_short => year.checked_add(2_000)?,
            _ if is_short => year.checked_add(1_900)?,
            _ => year,
        };
        Some(rest)
    }

    /// A point or a comma and any number of digits, of which nine count; or nothing.
    fn read_fraction<'a>(&mut self, text: &'a str) -> Option<&'a str> {
        let Some(digits) = text.strip_prefix(['.', ',']) else { return Some(text) };
        let count = digits.bytes().take_while(u8::is_ascii_digit).count();
        if count == 0 { Some(text) } else { self.read_digits(text, count) }
    }

    fn read_digits<'a>(&mut self, text: &'a str, count: usize) -> Option<&'a str> {
        let (digits, rest) = text.strip_prefix(['.', ','])?.split_at_checked(count)?;
        let nine: String = digits.chars().chain(std::iter::repeat('0')).take(9).collect();
        whole(digits.get(..digits.len().min(9))?)?;
        self.nanosecond = whole(&nine)?;
        Some(rest)
    }

    fn read_offset<'a>(&mut self, text: &'a str, style: OffsetStyle) -> Option<&'a str> {
        let (sign, text) = (text.chars().next()?, text.get(1..)?);
        let (hours, text) = fixed(text, false)?;
        let (minutes, text) = match style {
            OffsetStyle::Hours => (0, text),
            OffsetStyle::Minutes { has_colon } | OffsetStyle::Seconds { has_colon } => {
                fixed(text, has_colon)?
            }
        };
        let (seconds, rest) = match style {
            OffsetStyle::Seconds { has_colon } => fixed(text, has_colon)?,
            OffsetStyle::Hours | OffsetStyle::Minutes { .. } => (0, text),
        };
        let is_offset = hours <= 24 && minutes <= 60 && seconds <= 60;
        let offset = hours.checked_mul(60)?.checked_add(minutes)?.checked_mul(60)?.checked_add(seconds)?;
        self.offset = match sign {
            '+' => offset,
            '-' => offset.checked_neg()?,
            _ => return None,
        };
        is_offset.then_some(rest)
    }

    /// `UTC`, or `GMT` with hours. Go takes other names for UTC unless the machine is in that zone: they are refused.
    fn read_zone<'a>(&mut self, text: &'a str) -> Option<&'a str> {
        if let Some(rest) = text.strip_prefix("UTC") {
            return Some(rest);
        }
        let rest = text.strip_prefix("GMT")?;
        let sign = match rest.chars().next() {
            Some('+') => 1_i64,
            Some('-') => -1,
            _ => return Some(rest),
        };
        let digits = rest.get(1..)?;
        let count = digits.bytes().take_while(u8::is_ascii_digit).count();
        let (hours, rest) = digits.split_at_checked(count)?;
        let hours = whole(hours).filter(|hours| *hours <= 23)?;
        self.offset = hours.checked_mul(3_600)?.checked_mul(sign)?;
        Some(rest)
    }

    fn moment(&self) -> Option<Result<i64, Refusal>> {
        let hour = match (self.is_afternoon, self.hour) {
            (Some(true), 0..12) => self.hour.checked_add(12)?,
            (Some(false), 12) => 0,
            (_, hour) => hour,
        };
        let small = |number: i64| i8::try_from(number).ok();
        let time = Time::new(
            small(hour)?,
            small(self.minute)?,
            small(self.second)?,
            i32::try_from(self.nanosecond).ok()?,
        )
        .ok()?;
        let time = self.date()?.to_datetime(time).checked_sub(SignedDuration::from_secs(self.offset)).ok()?;
        Some(zone::nanoseconds(time))
    }

    fn date(&self) -> Option<Date> {
        let year = i16::try_from(self.year).ok()?;
        let small = |number: i64| i8::try_from(number).ok();
        let Some(count) = self.day_of_year else {
            return Date::new(year, small(self.month.unwrap_or(1))?, small(self.day.unwrap_or(1))?).ok();
        };
        let first = Date::new(year, 1, 1).ok()?;
        let seconds = count.checked_sub(1).filter(|days| *days >= 0)?.checked_mul(86_400)?;
        let date =
            first.checked_add(SignedDuration::from_secs(seconds)).ok().filter(|date| date.year() == year)?;
        let is_same = |given: Option<i64>, found: i8| given.is_none_or(|given| given == i64::from(found));
        (is_same(self.month, date.month()) && is_same(self.day, date.day())).then_some(date)
    }
}

fn within<'a>(place: &mut i64, (number, rest): (i64, &'a str), most: i64) -> Option<&'a str> {
    *place = number;
    (number <= most).then_some(rest)
}

/// One or two digits, or two.
fn number(text: &str, is_padded: bool) -> Option<(i64, &str)> {
    digits(text, 2).filter(|(_, count, _)| *count == 2 || !is_padded).map(|(number, _, rest)| (number, rest))
}

/// Up to three digits, or three.
fn day_of_year(text: &str, is_padded: bool) -> Option<(i64, &str)> {
    digits(text, 3).filter(|(_, count, _)| *count == 3 || !is_padded).map(|(number, _, rest)| (number, rest))
}

fn fixed(text: &str, has_colon: bool) -> Option<(i64, &str)> {
    let text = if has_colon { text.strip_prefix(':')? } else { text };
    number(text, true)
}

fn digits(text: &str, most: usize) -> Option<(i64, usize, &str)> {
    let count = text.bytes().take(most).take_while(u8::is_ascii_digit).count();
    let (digits, rest) = text.split_at_checked(count)?;
    Some((whole(digits)?, count, rest))
}

fn whole(digits: &str) -> Option<i64> {
    digits.bytes().all(|b| b.is_ascii_digit()).then(|| digits.parse().ok()).flatten()
}

/// The number of a name, in whatever case.
fn name<'a>(text: &'a str, names: &[&str], is_short: bool) -> Option<(i64, &'a str)> {
    names.iter().zip(0..).find_map(|(name, index)| {
        let name = if is_short { name.get(..3)? } else { name };
        let (found, rest) = text.split_at_checked(name.len())?;
        found.eq_ignore_ascii_case(name).then_some((index, rest))
    })
}
