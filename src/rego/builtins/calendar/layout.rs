//! Layouts of times as Go has them: a moment in 2006, of which each part stands for that part of any other moment.

/// A part of a moment.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Part {
    Year {
        is_short: bool,
    },
    Month {
        is_padded: bool,
    },
    MonthName {
        is_short: bool,
    },
    WeekdayName {
        is_short: bool,
    },
    Day(Pad),
    DayOfYear(Pad),
    Hour,
    Hour12 {
        is_padded: bool,
    },
    Minute {
        is_padded: bool,
    },
    Second {
        is_padded: bool,
    },
    /// A fraction of a second: after a point or a comma, with all its zeros or without those at the end.
    Fraction {
        separator: char,
        digits: usize,
        is_trimmed: bool,
    },
    HalfDay {
        is_upper: bool,
    },
    Offset {
        has_z: bool,
        style: OffsetStyle,
    },
    ZoneName,
}

/// What fills a number up.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Pad {
    None,
    Space,
    Zero,
}

/// How an offset from UTC is written.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum OffsetStyle {
    Hours,
    Minutes { has_colon: bool },
    Seconds { has_colon: bool },
}

pub(super) const MONTHS: [&str; 12] = [
    "January",
    "February",
    "March",
    "April",
    "May",
    "June",
    "July",
    "August",
    "September",
    "October",
    "November",
    "December",
];
pub(super) const WEEKDAYS: [&str; 7] =
    ["Sunday", "Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday"];

/// The layouts that OPA knows by name.
const NAMED: &[(&str, &str)] = &[
    ("ANSIC", "Mon Jan _2 15:04:05 2006"),
    ("UnixDate", "Mon Jan _2 15:04:05 MST 2006"),
    ("RubyDate", "Mon Jan 02 15:04:05 -0700 2006"),
    ("RFC822", "02 Jan 06 15:04 MST"),
    ("RFC822Z", "02 Jan 06 15:04 -0700"),
    ("RFC850", "Monday, 02-Jan-06 15:04:05 MST"),
    ("RFC1123", "Mon, 02 Jan 2006 15:04:05 MST"),
    ("RFC1123Z", "Mon, 02 Jan 2006 15:04:05 -0700"),
    ("RFC3339", "2006-01-02T15:04:05Z07:00"),
    ("RFC3339Nano", "2006-01-02T15:04:05.999999999Z07:00"),
];

/// The parts by what stands for them; of two that fit, the first counts.
const PARTS: &[(&str, Part)] = &[
    ("January", Part::MonthName { is_short: false }),
    ("Jan", Part::MonthName { is_short: true }),
    ("Monday", Part::WeekdayName { is_short: false }),
    ("Mon", Part::WeekdayName { is_short: true }),
    ("MST", Part::ZoneName),
    ("01", Part::Month { is_padded: true }),
    ("02", Part::Day(Pad::Zero)),
    ("03", Part::Hour12 { is_padded: true }),
    ("04", Part::Minute { is_padded: true }),
    ("05", Part::Second { is_padded: true }),
    ("06", Part::Year { is_short: true }),
    ("002", Part::DayOfYear(Pad::Zero)),
    ("15", Part::Hour),
    ("1", Part::Month { is_padded: false }),
    ("2006", Part::Year { is_short: false }),
    ("2", Part::Day(Pad::None)),
    ("_2", Part::Day(Pad::Space)),
    ("__2", Part::DayOfYear(Pad::Space)),
    ("3", Part::Hour12 { is_padded: false }),
    ("4", Part::Minute { is_padded: false }),
    ("5", Part::Second { is_padded: false }),
    ("PM", Part::HalfDay { is_upper: true }),
    ("pm", Part::HalfDay { is_upper: false }),
    ("-070000", Part::Offset { has_z: false, style: OffsetStyle::Seconds { has_colon: false } }),
    ("-07:00:00", Part::Offset { has_z: false, style: OffsetStyle::Seconds { has_colon: true } }),
    ("-0700", Part::Offset { has_z: false, style: OffsetStyle::Minutes { has_colon: false } }),
    ("-07:00", Part::Offset { has_z: false, style: OffsetStyle::Minutes { has_colon: true } }),
    ("-07", Part::Offset { has_z: false, style: OffsetStyle::Hours }),
    ("Z070000", Part::Offset { has_z: true, style: OffsetStyle::Seconds { has_colon: false } }),
    ("Z07:00:00", Part::Offset { has_z: true, style: OffsetStyle::Seconds { has_colon: true } }),
    ("Z0700", Part::Offset { has_z: true, style: OffsetStyle::Minutes { has_colon: false } }),
    ("Z07:00", Part::Offset { has_z: true, style: OffsetStyle::Minutes { has_colon: true } }),
    ("Z07", Part::Offset { has_z: true, style: OffsetStyle::Hours }),
];

/// The layout that `name` stands for: one of OPA's names, or itself.
pub(super) fn named(name: &str) -> &str {
    NAMED.iter().find(|(known, _)| *known == name).map_or(name, |(_, layout)| layout)
}

/// The text before the first part, that part, and what is after it.
pub(super) fn next(layout: &str) -> (&str, Option<(Part, &str)>) {
    for (at, _) in layout.char_indices() {
        let Some((before, rest)) = layout.split_at_checked(at) else { continue };
        // This one is an ordinary `_` before a year.
        if rest.starts_with("_2006") {
            continue;
        }
        if let Some(found) = fraction(rest).or_else(|| part(rest)) {
            return (before, Some(found));
        }
    }
    (layout, None)
}

fn part(layout: &str) -> Option<(Part, &str)> {
    PARTS.iter().find_map(|(text, part)| {
        let rest = layout.strip_prefix(text)?;
        let goes_on = rest.starts_with(|c: char| c.is_ascii_lowercase());
        (!(goes_on && matches!(*text, "Jan" | "Mon"))).then_some((*part, rest))
    })
}

fn fraction(layout: &str) -> Option<(Part, &str)> {
    let separator = layout.chars().next().filter(|c| matches!(c, '.' | ','))?;
    let after = layout.strip_prefix(separator)?;
    let digit = after.chars().next().filter(|c| matches!(c, '0' | '9'))?;
    let rest = after.trim_start_matches(digit);
    if rest.starts_with(|c: char| c.is_ascii_digit()) {
        return None;
    }
    let digits = after.len().saturating_sub(rest.len());
    Some((Part::Fraction { separator, digits, is_trimmed: digit == '9' }, rest))
}
