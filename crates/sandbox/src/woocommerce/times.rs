//! Dates as WordPress writes them: shop-local without an offset, and beside it UTC without a `Z`.

use jiff::Timestamp;
use jiff::civil::DateTime;
use jiff::tz::TimeZone;
use serde_json::{Value, json};

use crate::world::Moment;

/// The shop's time zone. The rules are written out, so that no machine has to know them.
#[derive(Debug)]
pub(super) struct Zone {
    /// Its name.
    pub(super) name: &'static str,
    rules: TimeZone,
}

impl Zone {
    /// Returns the zone of a shop in a country: New York, London, or Berlin for all others.
    pub(super) fn of(country: &str) -> Self {
        let (name, rules) = match country {
            "US" => ("America/New_York", "EST5EDT,M3.2.0,M11.1.0"),
            "GB" => ("Europe/London", "GMT0BST,M3.5.0/1,M10.5.0"),
            _ => ("Europe/Berlin", "CET-1CEST,M3.5.0,M10.5.0/3"),
        };
        Self { name, rules: TimeZone::posix(rules).unwrap_or(TimeZone::UTC) }
    }

    /// Returns how many hours it is ahead of UTC.
    pub(super) fn hours(&self, at: Moment) -> i32 {
        self.rules.to_offset(at.timestamp()).seconds() / 3_600
    }

    /// Writes a moment in shop time, without an offset.
    pub(super) fn local(&self, at: Moment) -> String {
        written(self.rules.to_datetime(at.timestamp()))
    }

    /// Reads a stamp: by its own offset if it has one, else as UTC if told so, else as shop time.
    ///
    /// `None` if it is none.
    pub(super) fn read(&self, text: &str, gmt: bool) -> Option<Moment> {
        if !is_time(text) {
            return None;
        }
        if let Ok(at) = text.parse::<Timestamp>() {
            return Some(Moment::from(at));
        }
        let zone = if gmt { &TimeZone::UTC } else { &self.rules };
        zone.to_timestamp(text.parse::<DateTime>().ok()?).ok().map(Moment::from)
    }

    /// Writes a moment in shop time; null if there is none.
    pub(super) fn maybe(&self, at: Option<Moment>) -> Value {
        at.map_or(Value::Null, |at| json!(self.local(at)))
    }
}

/// Writes a moment in UTC, without a `Z`.
pub(super) fn gmt(at: Moment) -> String {
    written(TimeZone::UTC.to_datetime(at.timestamp()))
}

/// Writes a moment in UTC; null if there is none.
pub(super) fn maybe_gmt(at: Option<Moment>) -> Value {
    at.map_or(Value::Null, |at| json!(gmt(at)))
}

/// Tells whether a text is a date with a time, as WordPress reads them.
pub(super) fn is_time(text: &str) -> bool {
    text.len() >= 19 && (text.parse::<Timestamp>().is_ok() || text.parse::<DateTime>().is_ok())
}

fn written(at: DateTime) -> String {
    at.strftime("%Y-%m-%dT%H:%M:%S").to_string()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_stamp_without_an_offset_is_shop_time_unless_told_otherwise() {
        let zone = Zone::of("US");
        let noon: Timestamp = "2026-11-21T12:00:00Z".parse().expect("an instant");
        let noon = Moment::from(noon);
        assert_eq!(
            (zone.local(noon).as_str(), gmt(noon).as_str()),
            ("2026-11-21T07:00:00", "2026-11-21T12:00:00")
        );
        for (text, gmt) in [
            ("2026-11-21T07:00:00", false),
            ("2026-11-21T12:00:00", true),
            ("2026-11-21T12:00:00Z", false),
            ("2026-11-21T13:00:00+01:00", true),
        ] {
            assert_eq!(zone.read(text, gmt), Some(noon), "{text}");
        }
        assert_eq!(zone.read("2026-11-21", true), None, "a day is no instant");
        assert_eq!(zone.hours(noon), -5);
    }
}
