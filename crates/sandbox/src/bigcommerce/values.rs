//! How BigCommerce writes money and times, and how it reads them.
//!
//! v2 has money as texts with four decimals and times of RFC 2822 in UTC; v3 has JSON numbers and ISO 8601.
//!
//! Source: orders.v2 and orders.v3 of the vendor's OpenAPI files (April 2026), and the examples in them.

use fermata_model::{Currency, Money};
use jiff::civil::{Date, DateTime};
use jiff::tz::TimeZone;
use jiff::{Timestamp, fmt::rfc2822};
use serde_json::Value;

use crate::world::Moment;

/// Writes an amount as v2 does: `225.0000`.
pub(super) fn four(minor: i64, currency: Currency) -> String {
    let text = Money::new(minor, currency).decimal();
    let digits = text.split_once('.').map_or(0, |(_, digits)| digits.len());
    match digits {
        0 => format!("{text}.0000"),
        digits => format!("{text}{}", "0".repeat(4_usize.saturating_sub(digits))),
    }
}

/// Reads an amount in minor units from a JSON number or a text; `None` if it is none, or finer than the currency.
pub(super) fn amount(value: &Value, currency: Currency) -> Option<i64> {
    let text = match value {
        Value::Number(number) => number.to_string(),
        Value::String(text) => text.clone(),
        _ => return None,
    };
    Money::parse(&text, currency).ok().map(|money| money.minor)
}

/// The highest price, in minor units: prices are multiplied by pieces and by each other.
pub(super) const DEAREST: i64 = 1_000_000_000;

/// Reads an amount as [`amount`] does; `None` also below 0 and above [`DEAREST`].
pub(super) fn price(value: &Value, currency: Currency) -> Option<i64> {
    amount(value, currency).filter(|price| (0..=DEAREST).contains(price))
}

/// Writes a time as v2 does: `Tue, 20 Nov 2018 00:00:00 +0000`.
pub(super) fn mail_date(at: Moment) -> String {
    at.timestamp().strftime("%a, %d %b %Y %H:%M:%S +0000").to_string()
}

/// Writes a time as most of v3 does: `2018-11-20T00:00:00Z`.
pub(super) fn iso(at: Moment) -> String {
    at.timestamp().strftime("%Y-%m-%dT%H:%M:%SZ").to_string()
}

/// Writes a time as the catalogue does: `2018-11-20T00:00:00+00:00`.
pub(super) fn offset(at: Moment) -> String {
    at.timestamp().strftime("%Y-%m-%dT%H:%M:%S+00:00").to_string()
}

/// Reads a time: ISO 8601 with an offset or in UTC without one, or RFC 2822. A date without a time gets the present
/// time of day, as the catalogue says of itself.
pub(super) fn instant(text: &str, now: Moment) -> Option<Timestamp> {
    if let Ok(at) = text.parse::<Timestamp>() {
        return Some(at);
    }
    if let Ok(at) = rfc2822::parse(text) {
        return Some(at.timestamp());
    }
    let utc = |civil: DateTime| civil.to_zoned(TimeZone::UTC).ok().map(|at| at.timestamp());
    match text.parse::<Date>() {
        Ok(date) if text.len() <= 10 => {
            utc(date.to_datetime(now.timestamp().to_zoned(TimeZone::UTC).datetime().time()))
        }
        _ => text.parse::<DateTime>().ok().and_then(utc),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::json::number;

    #[test]
    fn money_is_written_without_loss_in_both_ways() {
        assert_eq!(four(22_550, Currency::EUR), "225.5000");
        assert_eq!(four(1_200, Currency::JPY), "1200.0000");
        assert_eq!(number(999, Currency::EUR).to_string(), "9.99");
        assert_eq!(amount(&number(12_345_678_901, Currency::EUR), Currency::EUR), Some(12_345_678_901));
        assert_eq!(amount(&serde_json::json!("5.001"), Currency::EUR), None, "finer than a cent");
    }

    #[test]
    fn times_are_read_in_every_documented_spelling() {
        let now: Timestamp = "2026-11-21T20:00:00Z".parse().expect("an instant");
        let now = Moment::from(now);
        assert_eq!(mail_date(now), "Sat, 21 Nov 2026 20:00:00 +0000");
        for text in [
            "2026-11-21T20:00:00Z",
            "2026-11-21T21:00:00+01:00",
            "2026-11-21T20:00:00",
            "Sat, 21 Nov 2026 20:00:00 +0000",
            "Sat, 21 Nov 2026 15:00:00 -0500",
            "2026-11-21",
        ] {
            assert_eq!(instant(text, now), Some(now.timestamp()), "{text}");
        }
        assert_eq!(instant("yesterday", now), None);
    }
}
