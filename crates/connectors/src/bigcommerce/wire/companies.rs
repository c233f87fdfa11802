//! Companies and the people who buy for them, as B2B Edition writes them.
//!
//! The vendor's own documents disagree about which numbers are numbers and which are text, so that both
//! are read.
//!
//! Source: github bigcommerce/docs, `docs/b2b-edition/specs/api-v3/company/company.yaml` (commits a6488de9 and
//! 09fcf467) and `user/user.yaml` (commit 9d3c2e81).

use fermata_model::Timestamp;
use serde::de::{Deserializer, Error as _, Unexpected};
use serde::{Deserialize, Serialize};
use serde_json::value::RawValue;

use crate::reading::{Loose, blank_is_none, filled};

/// A company.
#[derive(Debug, Deserialize)]
#[serde(rename_all = "camelCase")]
pub(in crate::bigcommerce) struct Company {
    #[serde(default)]
    pub(in crate::bigcommerce) company_name: Loose,
    #[serde(default)]
    pub(in crate::bigcommerce) company_status: Loose,
    #[serde(default, deserialize_with = "blank_is_none")]
    pub(in crate::bigcommerce) price_list_assign: Option<Vec<Assigned>>,
    /// The customer group whose prices it has where it has none of its own.
    #[serde(default)]
    pub(in crate::bigcommerce) bc_group_id: Loose,
    #[serde(default)]
    pub(in crate::bigcommerce) created_at: Second,
    #[serde(default)]
    pub(in crate::bigcommerce) updated_at: Second,
}

/// The number of a company: `companyId` in lists, `id` elsewhere.
#[derive(Debug, Deserialize)]
#[serde(rename_all = "camelCase")]
pub(in crate::bigcommerce) struct CompanyNamed {
    #[serde(default)]
    company_id: Loose,
    #[serde(default)]
    id: Loose,
}

impl CompanyNamed {
    /// Returns the number, if there is one.
    pub(in crate::bigcommerce) fn number(self) -> Option<String> {
        filled(self.company_id.0).or_else(|| filled(self.id.0))
    }
}

/// A price list that holds for a company in one storefront.
#[derive(Debug, Deserialize)]
#[serde(rename_all = "camelCase")]
pub(in crate::bigcommerce) struct Assigned {
    #[serde(default)]
    pub(in crate::bigcommerce) price_list_id: Loose,
}

/// Somebody who buys for a company.
#[derive(Debug, Deserialize)]
#[serde(rename_all = "camelCase")]
pub(in crate::bigcommerce) struct Buyer {
    #[serde(default)]
    pub(in crate::bigcommerce) company_id: Loose,
    /// Their customer account; `0` stands for none.
    #[serde(default)]
    pub(in crate::bigcommerce) customer_id: Loose,
}

/// A price list that holds for a customer group in one storefront, as the store itself writes it.
#[derive(Debug, Deserialize)]
pub(in crate::bigcommerce) struct Assignment {
    #[serde(default)]
    pub(in crate::bigcommerce) customer_group_id: Loose,
    #[serde(default)]
    pub(in crate::bigcommerce) price_list_id: Loose,
}

/// A company with the people who buy for it; made by us.
#[derive(Debug, Serialize, Deserialize)]
pub(in crate::bigcommerce) struct Whole<'a> {
    /// The company's number, so that it is known even where the rest cannot be read.
    pub(in crate::bigcommerce) id: Option<String>,
    #[serde(borrow)]
    pub(in crate::bigcommerce) company: &'a RawValue,
    /// Numbers of customers.
    pub(in crate::bigcommerce) members: Vec<String>,
    /// The price list of its customer group.
    #[serde(default)]
    pub(in crate::bigcommerce) group_list: Option<String>,
}

/// An instant in whole seconds since 1970, as a number or as text; nothing where there was nothing.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(in crate::bigcommerce) struct Second(pub(in crate::bigcommerce) Option<Timestamp>);

impl<'de> Deserialize<'de> for Second {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        #[derive(Deserialize)]
        #[serde(untagged)]
        enum Either {
            Number(i64),
            Text(String),
            Nothing,
        }
        let odd = || D::Error::invalid_value(Unexpected::Other("value"), &"seconds since 1970");
        let seconds = match Either::deserialize(deserializer).map_err(|_| odd())? {
            Either::Number(seconds) => seconds,
            Either::Text(text) if text.trim().is_empty() => return Ok(Self(None)),
            Either::Text(text) => text.trim().parse().map_err(|_| odd())?,
            Either::Nothing => return Ok(Self(None)),
        };
        Timestamp::from_second(seconds).map(|at| Self(Some(at))).map_err(|_| odd())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn seconds_are_read_as_a_number_and_as_text() {
        let read = |text: &str| serde_json::from_str::<Second>(text);
        let expected = Some("2021-04-19T01:10:15Z".parse().unwrap());
        for text in ["1618794615", "\"1618794615\"", "\" 1618794615 \""] {
            assert_eq!(read(text).unwrap().0, expected, "{text}");
        }
        for nothing in ["null", "\"\""] {
            assert_eq!(read(nothing).unwrap().0, None, "{nothing}");
        }
        for odd in ["\"2021-04-19\"", "true", "1.5", "{}", "99999999999999999"] {
            assert!(read(odd).is_err(), "{odd}");
        }
    }
}
