//! How the search compares values: times, numbers, words.

use jiff::Timestamp;
use jiff::civil::Date;

use super::search::{Op, Term};
use crate::world::{DAY, Moment};

/// A span of time that a value names, from its first second up to, not including, `end`.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Span {
    start: i64,
    end: i64,
}

impl Span {
    /// Reads a time, a date, a year, or `now`. Dates are those of the shop's time zone, which is UTC.
    pub(crate) fn read(value: &str, now: Moment) -> Option<Self> {
        if value == "now" {
            return Some(Self { start: now.second(), end: now.second() + 1 });
        }
        if let Ok(at) = value.parse::<Timestamp>() {
            return Some(Self { start: at.as_second(), end: at.as_second() + 1 });
        }
        if let Ok(date) = value.parse::<Date>().or_else(|_| format!("{value}-01-01").parse::<Date>()) {
            let first = midnight(date)?;
            let last = if value.len() == 4 {
                midnight(Date::new(date.year() + 1, 1, 1).ok()?)?
            } else {
                first + DAY
            };
            return Some(Self { start: first, end: last });
        }
        // A time without a zone, and the stump that is left of one without quotes: `2026-09-25T02`.
        let (day, clock) = value.split_once('T')?;
        let first = midnight(day.parse().ok()?)?;
        let mut parts = clock.trim_end_matches('Z').split(':');
        let mut seconds = 0;
        for (unit, most) in [(3_600, 23), (60, 59), (1, 60)] {
            let Some(part) = parts.next() else { break };
            let number: i64 = part.split('.').next()?.parse().ok()?;
            seconds += (0..=most).contains(&number).then(|| number * unit)?;
        }
        Some(Self { start: first + seconds, end: first + seconds + 1 })
    }

    /// Widens it to whole days, the way customers are searched by their last change.
    pub(crate) fn days(self) -> Self {
        Self { start: self.start.div_euclid(DAY) * DAY, end: (self.end - 1).div_euclid(DAY) * DAY + DAY }
    }

    /// Tells whether a moment compares to it as asked.
    pub(crate) fn holds(self, op: Op, at: Moment) -> bool {
        let at = at.second();
        match op {
            Op::Is => (self.start..self.end).contains(&at),
            Op::Over => at >= self.end,
            Op::AtLeast => at >= self.start,
            Op::Under => at < self.start,
            Op::AtMost => at < self.end,
        }
    }

    /// Returns the first and the last second that can satisfy a comparison.
    pub(crate) fn bounds(self, op: Op) -> (i64, i64) {
        match op {
            Op::Is => (self.start, self.end - 1),
            Op::Over => (self.end, i64::MAX),
            Op::AtLeast => (self.start, i64::MAX),
            Op::Under => (i64::MIN, self.start - 1),
            Op::AtMost => (i64::MIN, self.end - 1),
        }
    }
}

fn midnight(date: Date) -> Option<i64> {
    date.to_zoned(jiff::tz::TimeZone::UTC).ok().map(|zoned| zoned.timestamp().as_second())
}

/// Tells whether a number compares to the term's value as asked.
pub(crate) fn number_holds(term: &Term, number: i64) -> bool {
    term.value.parse::<i64>().is_ok_and(|value| match term.op {
        Op::Is => number == value,
        Op::Over => number > value,
        Op::AtLeast => number >= value,
        Op::Under => number < value,
        Op::AtMost => number <= value,
    })
}

/// Tells whether a text is what the term says, in any case of letters; `*` is anything there is, a trailing `*`
/// any ending, and a comma separates alternatives.
pub(crate) fn text_holds(term: &Term, text: Option<&str>) -> bool {
    let Some(text) = text.filter(|text| !text.is_empty()).map(str::to_lowercase) else { return false };
    let value = term.value.to_lowercase();
    if term.phrase {
        return text == value;
    }
    value.split(',').map(str::trim).any(|value| match value.strip_suffix('*') {
        Some(start) => text.starts_with(start),
        None => text == value,
    })
}

/// Tells whether a text contains what the term says as a word or an address's part: how the vendor searches
/// tokenised fields, such as `email:gmail.com`.
pub(crate) fn words_hold(term: &Term, text: Option<&str>) -> bool {
    text_holds(term, text)
        || (!term.phrase
            && text.is_some_and(|text| {
                let (text, value) = (text.to_lowercase(), term.value.to_lowercase());
                let mut words =
                    text.split(|letter: char| letter.is_whitespace() || letter == '@' || letter == '-');
                words.any(|word| match value.strip_suffix('*') {
                    Some(start) => word.starts_with(start),
                    None => word == value,
                })
            }))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn at(text: &str) -> Moment {
        Moment::from(text.parse::<Timestamp>().expect("a time"))
    }

    #[test]
    fn times_compare_to_the_second_and_dates_to_the_day() {
        let now = at("2026-11-21T20:00:00Z");
        let exact = Span::read("2026-11-21T12:00:00+02:00", now).expect("a time with a zone");
        assert!(exact.holds(Op::Is, at("2026-11-21T10:00:00Z")));
        assert!(!exact.holds(Op::Over, at("2026-11-21T10:00:00Z")));
        assert!(exact.holds(Op::Over, at("2026-11-21T10:00:01Z")));
        let day = Span::read("2026-11-20", now).expect("a date");
        assert!(
            day.holds(Op::AtMost, at("2026-11-20T23:59:59Z"))
                && !day.holds(Op::AtMost, at("2026-11-21T00:00:00Z"))
        );
        assert!(Span::read("2024", now).expect("a year").holds(Op::Is, at("2024-12-31T23:59:59Z")));
        assert!(
            Span::read("2026-09-25T02", now).expect("a stump").holds(Op::AtLeast, at("2026-09-25T02:00:00Z"))
        );
        for wrong in ["yesterday", "2026-09-25T24", "2026-09-25T99999999999999999", "2026-09-25T-1"] {
            assert_eq!(Span::read(wrong, now), None, "{wrong}");
        }
        assert!(exact.days().holds(Op::AtLeast, at("2026-11-21T00:00:00Z")), "customers match whole days");
    }
}
