//! WooCommerce's shapes, under its own field names; whatever does not decide something is loose.
//!
//! Source: OPTIONS schemas of 10.5.0, and the answers that break them: images with an empty id,
//! null where text is declared, `manage_stock` "parent".

use fermata_model::Timestamp;
use serde::Deserialize;
use serde_json::Value;

use crate::reading::{Decimal, Id, Loose, Moment};

/// Reads a time that may be missing; all that are asked for end in `_gmt`.
pub(super) fn at(text: &Loose) -> Option<Timestamp> {
    text.0.as_deref().and_then(Moment::parse).map(|moment| moment.0)
}

/// When a record was made and changed, for walking; read also where the rest cannot be.
#[derive(Debug, Default, Deserialize)]
pub(super) struct Stamp {
    #[serde(default)]
    pub(super) id: Loose,
    #[serde(default)]
    date_created_gmt: Loose,
    #[serde(default)]
    date_modified_gmt: Loose,
}

impl Stamp {
    pub(super) fn created(&self) -> Option<Timestamp> {
        at(&self.date_created_gmt)
    }

    pub(super) fn changed(&self) -> Option<Timestamp> {
        at(&self.date_modified_gmt).or_else(|| self.created())
    }
}

/// A record of which only its id and state are wanted.
#[derive(Debug, Deserialize)]
pub(super) struct Named {
    pub(super) id: Id,
    #[serde(default)]
    pub(super) status: Loose,
}

/// An order.
#[derive(Debug, Deserialize)]
pub(super) struct Order {
    pub(super) id: Id,
    #[serde(default)]
    pub(super) number: Loose,
    pub(super) status: String,
    pub(super) currency: String,
    #[serde(default)]
    pub(super) date_created_gmt: Loose,
    #[serde(default)]
    pub(super) date_modified_gmt: Loose,
    #[serde(default)]
    pub(super) date_paid_gmt: Loose,
    pub(super) total: Decimal,
    #[serde(default)]
    pub(super) prices_include_tax: Value,
    #[serde(default)]
    pub(super) customer_id: Loose,
    #[serde(default)]
    pub(super) billing: Option<Contact>,
    #[serde(default)]
    pub(super) shipping: Option<Contact>,
    #[serde(default)]
    pub(super) payment_method: Loose,
    #[serde(default)]
    pub(super) payment_method_title: Loose,
    #[serde(default)]
    pub(super) line_items: Option<Vec<Line>>,
    #[serde(default)]
    pub(super) refunds: Option<Vec<ShortRefund>>,
    #[serde(default)]
    pub(super) meta_data: Option<Vec<Meta>>,
    /// Ours: the refunds as their own list has them.
    #[serde(default)]
    pub(super) fermata_refunds: Option<Vec<Refund>>,
}

/// Where somebody lives, or gets parcels.
#[derive(Clone, Debug, Default, Deserialize)]
pub(super) struct Contact {
    #[serde(default)]
    pub(super) first_name: Loose,
    #[serde(default)]
    pub(super) last_name: Loose,
    #[serde(default)]
    pub(super) company: Loose,
    #[serde(default)]
    pub(super) address_1: Loose,
    #[serde(default)]
    pub(super) address_2: Loose,
    #[serde(default)]
    pub(super) city: Loose,
    #[serde(default)]
    pub(super) state: Loose,
    #[serde(default)]
    pub(super) postcode: Loose,
    #[serde(default)]
    pub(super) country: Loose,
    #[serde(default)]
    pub(super) email: Loose,
    #[serde(default)]
    pub(super) phone: Loose,
}

/// One line of an order.
#[derive(Debug, Deserialize)]
pub(super) struct Line {
    pub(super) id: Id,
    #[serde(default)]
    pub(super) name: Loose,
    #[serde(default)]
    pub(super) product_id: Loose,
    #[serde(default)]
    pub(super) variation_id: Loose,
    pub(super) quantity: Decimal,
    #[serde(default)]
    pub(super) sku: Loose,
    #[serde(default)]
    pub(super) subtotal: Decimal,
    #[serde(default)]
    pub(super) subtotal_tax: Decimal,
}

/// A refund as its order shows it: negative, without a time.
#[derive(Debug, Deserialize)]
pub(super) struct ShortRefund {
    pub(super) id: Id,
    #[serde(default)]
    pub(super) reason: Loose,
    pub(super) total: Decimal,
}

/// A refund as its own list shows it: positive.
#[derive(Debug, Deserialize)]
pub(super) struct Refund {
    pub(super) id: Id,
    #[serde(default)]
    pub(super) date_created_gmt: Loose,
    pub(super) amount: Decimal,
    #[serde(default)]
    pub(super) reason: Loose,
    /// Did the gateway send it? False while it is asked, and for what was only written down.
    #[serde(default)]
    pub(super) refunded_payment: Value,
    #[serde(default)]
    pub(super) meta_data: Option<Vec<Meta>>,
}

/// A record's free field.
#[derive(Debug, Deserialize)]
pub(super) struct Meta {
    #[serde(default)]
    pub(super) key: Loose,
    #[serde(default)]
    pub(super) value: Value,
}

/// Returns a free field.
pub(super) fn meta<'a>(fields: &'a Option<Vec<Meta>>, key: &str) -> Option<&'a Value> {
    fields.iter().flatten().find(|meta| meta.key.0.as_deref() == Some(key)).map(|meta| &meta.value)
}

/// A parcel, as the extension Shipment Tracking keeps it in an order's metadata.
#[derive(Debug, Deserialize)]
pub(super) struct Tracking {
    #[serde(default)]
    pub(super) tracking_provider: Loose,
    #[serde(default)]
    pub(super) custom_tracking_provider: Loose,
    #[serde(default)]
    pub(super) tracking_number: Loose,
    /// Seconds since 1970.
    #[serde(default)]
    pub(super) date_shipped: Loose,
    #[serde(default)]
    pub(super) tracking_id: Loose,
}

/// A refund or variation, by what it belongs to.
#[derive(Debug, Deserialize)]
pub(super) struct Part {
    pub(super) id: Id,
    #[serde(default)]
    pub(super) parent_id: Loose,
}

/// An order or product, by what belongs to it.
#[derive(Debug, Deserialize)]
pub(super) struct Whole {
    pub(super) id: Id,
    #[serde(default)]
    pub(super) refunds: Option<Vec<Part>>,
    #[serde(default)]
    pub(super) variations: Option<Vec<Id>>,
}

/// A customer.
#[derive(Debug, Deserialize)]
pub(super) struct Customer {
    pub(super) id: Id,
    #[serde(default)]
    pub(super) date_created_gmt: Loose,
    #[serde(default)]
    pub(super) date_modified_gmt: Loose,
    #[serde(default)]
    pub(super) email: Loose,
    #[serde(default)]
    pub(super) first_name: Loose,
    #[serde(default)]
    pub(super) last_name: Loose,
    #[serde(default)]
    pub(super) billing: Option<Contact>,
    #[serde(default)]
    pub(super) shipping: Option<Contact>,
}

/// A product or a variation of one.
#[derive(Debug, Deserialize)]
pub(super) struct Item {
    pub(super) id: Id,
    #[serde(default)]
    pub(super) parent_id: Loose,
    #[serde(default)]
    pub(super) name: Loose,
    #[serde(default)]
    pub(super) description: Loose,
    #[serde(default, rename = "type")]
    pub(super) kind: Loose,
    #[serde(default)]
    pub(super) status: Loose,
    #[serde(default)]
    pub(super) date_created_gmt: Loose,
    #[serde(default)]
    pub(super) date_modified_gmt: Loose,
    #[serde(default)]
    pub(super) sku: Loose,
    #[serde(default)]
    pub(super) price: Decimal,
    #[serde(default)]
    pub(super) regular_price: Decimal,
    #[serde(default)]
    pub(super) on_sale: Value,
    /// True, false, or "parent" for a variation that is counted with its product.
    #[serde(default)]
    pub(super) manage_stock: Value,
    #[serde(default)]
    pub(super) stock_quantity: Decimal,
    #[serde(default)]
    pub(super) attributes: Option<Vec<Attribute>>,
    /// Ours: what the shop's prices are in.
    #[serde(default)]
    pub(super) fermata_currency: Option<String>,
    /// Ours: the variations as their own list has them.
    #[serde(default)]
    pub(super) fermata_variations: Option<Vec<Item>>,
}

/// What tells a variation from its sisters.
#[derive(Debug, Deserialize)]
pub(super) struct Attribute {
    #[serde(default)]
    pub(super) option: Loose,
}

/// A coupon.
#[derive(Debug, Deserialize)]
pub(super) struct Coupon {
    pub(super) id: Id,
    pub(super) code: String,
    #[serde(default)]
    pub(super) amount: Decimal,
    #[serde(default)]
    pub(super) status: Loose,
    #[serde(default)]
    pub(super) date_created_gmt: Loose,
    #[serde(default)]
    pub(super) date_modified_gmt: Loose,
    #[serde(default)]
    pub(super) discount_type: Loose,
    #[serde(default)]
    pub(super) description: Loose,
    #[serde(default)]
    pub(super) date_expires_gmt: Loose,
    #[serde(default)]
    pub(super) usage_count: Loose,
    #[serde(default)]
    pub(super) usage_limit: Loose,
    #[serde(default)]
    pub(super) meta_data: Option<Vec<Meta>>,
}

/// A note on an order.
#[derive(Debug, Deserialize)]
pub(super) struct Note {
    pub(super) id: Id,
    #[serde(default)]
    pub(super) date_created_gmt: Loose,
    #[serde(default)]
    pub(super) note: Loose,
}

/// A way to pay.
#[derive(Debug, Deserialize)]
pub(super) struct Gateway {
    #[serde(default)]
    pub(super) id: Loose,
    #[serde(default)]
    pub(super) method_supports: Option<Vec<Loose>>,
}

/// What the site says about itself, as far as it is asked.
#[derive(Clone, Debug, Default, Deserialize)]
pub(super) struct Index {
    #[serde(default)]
    pub(super) name: Loose,
    /// The address that it has for itself.
    #[serde(default)]
    pub(super) home: Loose,
    /// Empty where the shop chose a bare offset.
    #[serde(default)]
    pub(super) timezone_string: Loose,
}

/// The user whose application password signs in.
#[derive(Debug, Deserialize)]
pub(super) struct User {
    /// By their names in WordPress, such as `shop_manager`.
    pub(super) roles: Vec<String>,
}

/// The shop's currency.
#[derive(Debug, Deserialize)]
pub(super) struct CurrentCurrency {
    pub(super) code: String,
}

/// The body of a failure; `data` is an object or a number and tells nothing new.
#[derive(Debug, Default, Deserialize)]
pub(super) struct Failure {
    #[serde(default)]
    pub(super) code: Loose,
    #[serde(default)]
    pub(super) message: Loose,
}
