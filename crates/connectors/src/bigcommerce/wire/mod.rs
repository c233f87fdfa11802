//! BigCommerce's shapes, under its own field names.
//!
//! Source: the vendor's OpenAPI files, github bigcommerce/docs, commit 24f580ca.

mod catalog;
mod companies;
mod orders;
mod trade;

use std::borrow::Cow;

use fermata_model::Timestamp;
use jiff::fmt::rfc2822::DateTimeParser;
use serde::de::{Deserialize, Deserializer, Error as _, Unexpected};
use serde_json::Value;

pub(super) use catalog::{Catalogued, Coupon, Product, Promotion, Stocked, StockedAt, Variant};
pub(super) use companies::{Assignment, Buyer, Company, CompanyNamed, Second, Whole};
pub(super) use orders::{
    Address, Glance, Line, Method, Order, OrderDocument, Quote, Refund, RefundsOrder, Shipment,
    ShippingAddress, Transaction, lines_within,
};
pub(super) use trade::{Customer, Named, PriceList, PriceRecord, SeenOn, Store};

use crate::failure::{about_field, words};
use crate::reading::{Loose, Moment};

/// One object of version 3.
#[derive(Debug, serde::Deserialize)]
pub(super) struct Data<T> {
    pub(super) data: T,
}

/// An instant: RFC 2822 in version 2, ISO 8601 in version 3; nothing where there was nothing. The day of the
/// week adds nothing to a date, and is not believed.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(super) struct Stamp(pub(super) Option<Timestamp>);

impl<'de> Deserialize<'de> for Stamp {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let text = Option::<Cow<'_, str>>::deserialize(deserializer)?;
        let Some(text) = text.as_deref().map(str::trim).filter(|text| !text.is_empty()) else {
            return Ok(Self(None));
        };
        instant(text).map(|at| Self(Some(at))).ok_or_else(|| {
            D::Error::invalid_value(Unexpected::Other("text"), &"a time in ISO 8601 or RFC 2822")
        })
    }
}

/// An instant that nothing is decided by: whatever is no time is none. An action on an order does not fail for
/// a date that it only repeats.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(super) struct Shown(pub(super) Option<Timestamp>);

impl<'de> Deserialize<'de> for Shown {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let text = Loose::deserialize(deserializer)?.0;
        Ok(Self(text.and_then(|text| instant(text.trim()))))
    }
}

fn instant(text: &str) -> Option<Timestamp> {
    let moment = Moment::parse(text).map(|moment| moment.0);
    moment.or_else(|| DateTimeParser::new().relaxed_weekday(true).parse_timestamp(text).ok())
}

/// The body of a failure.
#[derive(Debug, serde::Deserialize)]
#[serde(untagged)]
pub(super) enum Failure {
    /// Version 2.
    Several(Vec<Reason>),
    /// Refunds.
    Inside {
        /// One for each refund.
        data: Vec<Reason>,
    },
    /// Changes of several things at once.
    Batch {
        /// One for each thing that was refused.
        batch_errors: Vec<Reason>,
    },
    /// Version 3.
    One(Reason),
}

/// What was wrong.
#[derive(Debug, serde::Deserialize)]
pub(super) struct Reason {
    #[serde(default)]
    pub(super) title: Loose,
    #[serde(default)]
    pub(super) detail: Loose,
    #[serde(default)]
    pub(super) message: Loose,
    #[serde(default)]
    pub(super) error: Words,
    #[serde(default)]
    pub(super) errors: Fields,
}

/// The body of a failure of B2B Edition.
#[derive(Debug, serde::Deserialize)]
pub(super) struct B2bFailure {
    #[serde(default)]
    pub(super) meta: Option<B2bMeta>,
    #[serde(default)]
    pub(super) data: Option<B2bWrong>,
}

/// The sentence about it.
#[derive(Debug, serde::Deserialize)]
pub(super) struct B2bMeta {
    #[serde(default)]
    pub(super) message: Loose,
}

/// What was wrong with it.
#[derive(Debug, serde::Deserialize)]
#[serde(rename_all = "camelCase")]
pub(super) struct B2bWrong {
    #[serde(default)]
    pub(super) err_msg: Fields,
}

/// What was wrong with the first field, or in which words where none is named; anything odd is nothing.
#[derive(Debug, Default)]
pub(super) struct Fields(pub(super) Option<String>);

impl<'de> Deserialize<'de> for Fields {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let value = Value::deserialize(deserializer)?;
        Ok(Self(if value.is_object() { about_field(&value) } else { words(&value) }))
    }
}

/// Text, or an object with the text in it; anything odd is nothing.
#[derive(Debug, Default)]
pub(super) struct Words(pub(super) Option<String>);

impl<'de> Deserialize<'de> for Words {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        Ok(Self(words(&Value::deserialize(deserializer)?)))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn times_of_both_versions_are_read() {
        let expected: Timestamp = "2018-12-05T20:16:55Z".parse().unwrap();
        for text in [
            "Wed, 05 Dec 2018 20:16:55 +0000",
            "Mon, 05 Dec 2018 20:16:55 +0000",
            "2018-12-05T20:16:55Z",
            "2018-12-05T20:16:55+00:00",
        ] {
            let read: Stamp = serde_json::from_value(text.into()).unwrap();
            assert_eq!(read.0, Some(expected), "{text}");
            let shown: Shown = serde_json::from_value(text.into()).unwrap();
            assert_eq!(shown.0, Some(expected), "{text}");
        }
        for nothing in ["\"\"", "null"] {
            assert_eq!(serde_json::from_str::<Stamp>(nothing).unwrap(), Stamp(None));
        }
        assert!(serde_json::from_str::<Stamp>("\"soon\"").is_err());
        for odd in ["\"soon\"", "\"\"", "null", "[]", "7"] {
            assert_eq!(serde_json::from_str::<Shown>(odd).unwrap(), Shown(None), "{odd}");
        }
    }
}
