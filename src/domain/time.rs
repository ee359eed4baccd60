//! Moments, in whole milliseconds since 1970 (UTC), and the two spellings the contract has for them.

use crate::domain::invalid::{Invalid, Rule};

/// A moment in milliseconds since the Unix epoch.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Timestamp(i64);

impl Timestamp {
    /// The moment `millis` milliseconds after the epoch.
    pub const fn from_millis(millis: i64) -> Self {
        Self(millis)
    }

    /// `text` as a moment with its offset from UTC, such as `2026-11-22T08:00:00Z`, or as a day, which stands for its first moment
    /// in UTC; less than a millisecond is cut off.
    ///
    /// # Errors
    /// Says what a moment looks like, under the name of `field`.
    pub fn parse(field: &str, text: &str) -> Result<Self, Invalid> {
        let moment = text.parse::<jiff::Timestamp>().ok().or_else(|| first_moment_of(text));
        moment.map(|moment| Self(moment.as_millisecond())).ok_or_else(|| {
            let words = "must be a moment such as `2026-11-22T08:00:00Z`, or a day such as `2026-11-22`";
            Invalid::new(field, Rule::Form(words))
        })
    }

    /// Milliseconds since the epoch.
    pub const fn millis(self) -> i64 {
        self.0
    }

    /// Nanoseconds since the epoch, as `time.now_ns` gives them to policies.
    pub const fn nanos(self) -> i64 {
        self.0.saturating_mul(1_000_000)
    }

    /// This moment moved by `millis`; stops at the ends of the range.
    #[must_use]
    pub const fn plus_millis(self, millis: i64) -> Self {
        Self(self.0.saturating_add(millis))
    }

    /// `2026-11-22T08:00:00.000Z`: hooks, versions and operations.
    pub fn to_millis_text(self) -> String {
        self.format("%Y-%m-%dT%H:%M:%S.%3fZ")
    }

    /// `2026-11-22T08:00:00Z`: stack events.
    pub fn to_seconds_text(self) -> String {
        self.format("%Y-%m-%dT%H:%M:%SZ")
    }

    /// `2026-11-22 08:00 UTC`: for people.
    pub fn to_minutes_text(self) -> String {
        self.format("%Y-%m-%d %H:%M UTC")
    }

    fn format(self, form: &str) -> String {
        jiff::Timestamp::from_millisecond(self.0).unwrap_or(jiff::Timestamp::MAX).strftime(form).to_string()
    }
}

/// The first moment in UTC of the day `text`, spelt as `2026-11-22`: a reader of days alone would take a time without an offset too.
fn first_moment_of(text: &str) -> Option<jiff::Timestamp> {
    let day = (text.len() == 10).then(|| text.parse::<jiff::civil::Date>().ok()).flatten()?;
    Some(day.to_zoned(jiff::tz::TimeZone::UTC).ok()?.timestamp())
}

#[cfg(test)]
mod tests {
    use super::Timestamp;

    #[test]
    fn a_moment_has_an_offset_or_is_the_first_of_a_day() {
        let check = |text, expected| assert_eq!(Timestamp::parse("since", text).ok(), expected, "{text}");
        check("2026-11-22T08:00:00.007Z", Some(Timestamp::from_millis(1_795_334_400_007)));
        check("2026-11-22T09:00:00.0079+01:00", Some(Timestamp::from_millis(1_795_334_400_007)));
        check("2026-11-22", Some(Timestamp::from_millis(1_795_305_600_000)));
        for text in
            ["", "yesterday", "2026-11", "2026-11-31", "20261122", "2026-11-22T08:00:00", "1795334400007"]
        {
            check(text, None);
        }
    }

    #[test]
    fn both_spellings_are_utc() {
        let moment = Timestamp::from_millis(1_795_334_400_007);
        assert_eq!(moment.to_millis_text(), "2026-11-22T08:00:00.007Z");
        assert_eq!(moment.to_seconds_text(), "2026-11-22T08:00:00Z");
        assert_eq!(moment.to_minutes_text(), "2026-11-22 08:00 UTC");
    }
}
