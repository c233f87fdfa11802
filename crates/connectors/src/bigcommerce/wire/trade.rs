//! The store, its customers and its price lists.

use serde::Deserialize;

use super::Stamp;
use crate::reading::{Decimal, Id, Loose};

/// The store.
#[derive(Debug, Deserialize)]
pub(in crate::bigcommerce) struct Store {
    #[serde(default)]
    pub(in crate::bigcommerce) name: Loose,
    #[serde(default)]
    pub(in crate::bigcommerce) domain: Loose,
    #[serde(default)]
    pub(in crate::bigcommerce) currency: Loose,
    #[serde(default)]
    pub(in crate::bigcommerce) timezone: Option<TimeZone>,
}

/// Where the store's clock stands.
#[derive(Debug, Deserialize)]
pub(in crate::bigcommerce) struct TimeZone {
    #[serde(default)]
    pub(in crate::bigcommerce) name: Loose,
}

/// Somebody with an account.
#[derive(Debug, Deserialize)]
pub(in crate::bigcommerce) struct Customer {
    pub(in crate::bigcommerce) id: Id,
    #[serde(default)]
    pub(in crate::bigcommerce) email: Option<String>,
    #[serde(default)]
    pub(in crate::bigcommerce) phone: Option<String>,
    #[serde(default)]
    pub(in crate::bigcommerce) first_name: Loose,
    #[serde(default)]
    pub(in crate::bigcommerce) last_name: Loose,
    #[serde(default)]
    pub(in crate::bigcommerce) date_created: Stamp,
    #[serde(default)]
    pub(in crate::bigcommerce) date_modified: Stamp,
    #[serde(default)]
    pub(in crate::bigcommerce) addresses: Vec<CustomerAddress>,
}

/// Where a customer lives.
#[derive(Debug, Deserialize)]
pub(in crate::bigcommerce) struct CustomerAddress {
    #[serde(default)]
    pub(in crate::bigcommerce) city: Loose,
    #[serde(default)]
    pub(in crate::bigcommerce) country_code: Loose,
    #[serde(default)]
    pub(in crate::bigcommerce) phone: Loose,
}

/// A price list.
#[derive(Debug, Deserialize)]
pub(in crate::bigcommerce) struct PriceList {
    pub(in crate::bigcommerce) id: Id,
    #[serde(default)]
    pub(in crate::bigcommerce) name: Loose,
    #[serde(default)]
    pub(in crate::bigcommerce) active: Option<bool>,
    #[serde(default)]
    pub(in crate::bigcommerce) date_created: Stamp,
    #[serde(default)]
    pub(in crate::bigcommerce) date_modified: Stamp,
}

/// One price on a price list.
#[derive(Debug, Deserialize)]
pub(in crate::bigcommerce) struct PriceRecord {
    pub(in crate::bigcommerce) price_list_id: Id,
    pub(in crate::bigcommerce) variant_id: Id,
    pub(in crate::bigcommerce) currency: String,
    /// None where the catalogue's own holds; then it is in `calculated_price`.
    #[serde(default)]
    pub(in crate::bigcommerce) price: Decimal,
    #[serde(default)]
    pub(in crate::bigcommerce) calculated_price: Decimal,
    #[serde(default)]
    pub(in crate::bigcommerce) sale_price: Decimal,
    #[serde(default)]
    pub(in crate::bigcommerce) sku: Loose,
    #[serde(default)]
    pub(in crate::bigcommerce) date_created: Stamp,
    #[serde(default)]
    pub(in crate::bigcommerce) date_modified: Stamp,
}

/// Something whose vendor does not tell when it changed, with the day on which it was read; made
/// by us.
#[derive(Debug, Deserialize)]
pub(in crate::bigcommerce) struct SeenOn<T> {
    pub(in crate::bigcommerce) record: T,
    pub(in crate::bigcommerce) seen_on: Stamp,
}

/// The id of something.
#[derive(Debug, Deserialize)]
pub(in crate::bigcommerce) struct Named {
    pub(in crate::bigcommerce) id: Id,
}
