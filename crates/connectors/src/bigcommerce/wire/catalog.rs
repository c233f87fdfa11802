//! Products, stock, coupons and promotions.

use serde::Deserialize;
use serde_json::value::RawValue;

use super::Stamp;
use crate::reading::{Decimal, Id, Loose};

/// A product with the currency it is priced in; made by us, so that it can be read again.
#[derive(Debug, Deserialize)]
pub(in crate::bigcommerce) struct Catalogued {
    pub(in crate::bigcommerce) product: Product,
    pub(in crate::bigcommerce) currency: String,
}

/// A product, with dates that must be readable unless they are only shown.
#[derive(Debug, Deserialize)]
pub(in crate::bigcommerce) struct Product<T = Stamp> {
    pub(in crate::bigcommerce) id: Id,
    #[serde(default)]
    pub(in crate::bigcommerce) name: Loose,
    #[serde(default)]
    pub(in crate::bigcommerce) date_created: T,
    #[serde(default)]
    pub(in crate::bigcommerce) date_modified: T,
    #[serde(default)]
    pub(in crate::bigcommerce) price: Decimal,
    #[serde(default, rename = "type")]
    pub(in crate::bigcommerce) kind: Loose,
    #[serde(default)]
    pub(in crate::bigcommerce) availability: Loose,
    #[serde(default)]
    pub(in crate::bigcommerce) is_visible: Option<bool>,
    /// `none`, `product` or `variant`.
    #[serde(default)]
    pub(in crate::bigcommerce) inventory_tracking: Loose,
    #[serde(default)]
    pub(in crate::bigcommerce) inventory_level: Option<i64>,
    /// The only variant of a product without options.
    #[serde(default)]
    pub(in crate::bigcommerce) base_variant_id: Loose,
    #[serde(default)]
    pub(in crate::bigcommerce) description: Loose,
    #[serde(default)]
    pub(in crate::bigcommerce) page_title: Loose,
    #[serde(default)]
    pub(in crate::bigcommerce) meta_description: Loose,
    #[serde(default)]
    pub(in crate::bigcommerce) variants: Vec<Variant>,
}

/// One buyable form of a product.
#[derive(Debug, Deserialize)]
pub(in crate::bigcommerce) struct Variant {
    pub(in crate::bigcommerce) id: Id,
    #[serde(default)]
    pub(in crate::bigcommerce) sku: Loose,
    /// None where the product's own holds.
    #[serde(default)]
    pub(in crate::bigcommerce) price: Decimal,
    #[serde(default)]
    pub(in crate::bigcommerce) inventory_level: Option<i64>,
    #[serde(default)]
    pub(in crate::bigcommerce) option_values: Vec<OptionValue>,
}

/// What sets a variant apart.
#[derive(Debug, Deserialize)]
pub(in crate::bigcommerce) struct OptionValue {
    #[serde(default)]
    pub(in crate::bigcommerce) label: Loose,
}

/// What is counted, at all places.
#[derive(Debug, Deserialize)]
pub(in crate::bigcommerce) struct Stocked<'a> {
    #[serde(borrow)]
    pub(in crate::bigcommerce) identity: &'a RawValue,
    #[serde(default, borrow)]
    pub(in crate::bigcommerce) locations: Vec<&'a RawValue>,
}

/// What is counted at one place; made by us, so that it can be read again.
#[derive(Debug, Deserialize)]
pub(in crate::bigcommerce) struct StockedAt {
    pub(in crate::bigcommerce) identity: Identity,
    pub(in crate::bigcommerce) location: Place,
    /// The day on which it was read: the vendor does not tell when it changed.
    pub(in crate::bigcommerce) seen_on: Stamp,
}

/// What is counted.
#[derive(Debug, Deserialize)]
pub(in crate::bigcommerce) struct Identity {
    pub(in crate::bigcommerce) variant_id: Id,
    #[serde(default)]
    pub(in crate::bigcommerce) product_id: Loose,
    #[serde(default)]
    pub(in crate::bigcommerce) sku: Loose,
}

/// How much there is at one place.
#[derive(Debug, Deserialize)]
pub(in crate::bigcommerce) struct Place {
    pub(in crate::bigcommerce) location_id: Id,
    #[serde(default)]
    pub(in crate::bigcommerce) location_name: Loose,
    #[serde(default)]
    pub(in crate::bigcommerce) available_to_sell: Option<i64>,
    #[serde(default)]
    pub(in crate::bigcommerce) total_inventory_onhand: Option<i64>,
}

/// A coupon of version 2, with dates that must be readable unless they are only shown.
#[derive(Debug, Deserialize)]
pub(in crate::bigcommerce) struct Coupon<T = Stamp> {
    pub(in crate::bigcommerce) id: Id,
    pub(in crate::bigcommerce) name: String,
    #[serde(rename = "type")]
    pub(in crate::bigcommerce) kind: String,
    pub(in crate::bigcommerce) code: String,
    #[serde(default)]
    pub(in crate::bigcommerce) amount: Decimal,
    #[serde(default)]
    pub(in crate::bigcommerce) enabled: Option<bool>,
    #[serde(default)]
    pub(in crate::bigcommerce) date_created: T,
    #[serde(default)]
    pub(in crate::bigcommerce) expires: T,
    #[serde(default)]
    pub(in crate::bigcommerce) num_uses: Option<i64>,
    /// `0` is without end.
    #[serde(default)]
    pub(in crate::bigcommerce) max_uses: Option<i64>,
    #[serde(default)]
    pub(in crate::bigcommerce) applies_to: Option<Box<RawValue>>,
}

/// A promotion of version 3.
#[derive(Debug, Deserialize)]
pub(in crate::bigcommerce) struct Promotion {
    pub(in crate::bigcommerce) id: Id,
    #[serde(default)]
    pub(in crate::bigcommerce) name: Loose,
    #[serde(default)]
    pub(in crate::bigcommerce) status: Loose,
    #[serde(default)]
    pub(in crate::bigcommerce) start_date: Stamp,
    #[serde(default)]
    pub(in crate::bigcommerce) end_date: Stamp,
    #[serde(default)]
    pub(in crate::bigcommerce) current_uses: Option<i64>,
    /// Absent or `0` is without end.
    #[serde(default)]
    pub(in crate::bigcommerce) max_uses: Option<i64>,
}
