//! Orders with what belongs to them, and refunds.

use serde::Deserialize;
use serde_json::value::RawValue;

use super::Stamp;
use crate::reading::{Decimal, Id, Loose};

/// As much of an order as tells what else has to be asked for.
#[derive(Debug, Deserialize)]
pub(in crate::bigcommerce) struct Glance {
    pub(in crate::bigcommerce) id: Id,
    pub(in crate::bigcommerce) status_id: Id,
    #[serde(default)]
    pub(in crate::bigcommerce) date_created: Stamp,
    #[serde(default)]
    pub(in crate::bigcommerce) items_shipped: Loose,
    #[serde(default)]
    pub(in crate::bigcommerce) consignments: Option<Box<RawValue>>,
}

/// An order with everything that is asked for apart; made by us, so that it can be read again.
#[derive(Debug, Deserialize)]
pub(in crate::bigcommerce) struct OrderDocument {
    pub(in crate::bigcommerce) order: Order,
    /// Its lines, where the order came without them.
    #[serde(default)]
    pub(in crate::bigcommerce) products: Option<Vec<Line>>,
    #[serde(default)]
    pub(in crate::bigcommerce) shipments: Vec<Shipment>,
    #[serde(default)]
    pub(in crate::bigcommerce) refunds: Vec<Refund>,
}

/// An order, with dates that must be readable unless they are only shown.
#[derive(Debug, Deserialize)]
pub(in crate::bigcommerce) struct Order<T = Stamp> {
    pub(in crate::bigcommerce) id: Id,
    pub(in crate::bigcommerce) status_id: Id,
    pub(in crate::bigcommerce) date_created: T,
    #[serde(default)]
    pub(in crate::bigcommerce) date_modified: T,
    pub(in crate::bigcommerce) total_inc_tax: Decimal,
    /// The currency the customer pays in; `currency_code` is the one that is shown.
    #[serde(default)]
    pub(in crate::bigcommerce) default_currency_code: Loose,
    #[serde(default)]
    pub(in crate::bigcommerce) currency_code: Loose,
    /// The label of the state, which the shop can rename.
    #[serde(default)]
    pub(in crate::bigcommerce) status: Loose,
    #[serde(default)]
    pub(in crate::bigcommerce) payment_status: Loose,
    /// `0` is a guest.
    #[serde(default)]
    pub(in crate::bigcommerce) customer_id: Loose,
    #[serde(default)]
    pub(in crate::bigcommerce) staff_notes: Loose,
    #[serde(default)]
    pub(in crate::bigcommerce) billing_address: Option<Address>,
    #[serde(default)]
    pub(in crate::bigcommerce) consignments: Option<Box<RawValue>>,
}

/// An address of an order.
#[derive(Clone, Debug, Default, Deserialize)]
#[serde(default)]
pub(in crate::bigcommerce) struct Address {
    pub(in crate::bigcommerce) first_name: Loose,
    pub(in crate::bigcommerce) last_name: Loose,
    pub(in crate::bigcommerce) company: Loose,
    pub(in crate::bigcommerce) street_1: Loose,
    pub(in crate::bigcommerce) street_2: Loose,
    pub(in crate::bigcommerce) city: Loose,
    pub(in crate::bigcommerce) state: Loose,
    pub(in crate::bigcommerce) zip: Loose,
    pub(in crate::bigcommerce) country_iso2: Loose,
    pub(in crate::bigcommerce) phone: Loose,
    pub(in crate::bigcommerce) email: Loose,
}

/// Where a part of an order goes.
#[derive(Debug, Deserialize)]
pub(in crate::bigcommerce) struct ShippingAddress {
    pub(in crate::bigcommerce) id: Id,
    #[serde(flatten)]
    pub(in crate::bigcommerce) address: Address,
}

/// One line.
#[derive(Debug, Deserialize)]
pub(in crate::bigcommerce) struct Line {
    pub(in crate::bigcommerce) id: Id,
    pub(in crate::bigcommerce) quantity: i64,
    /// With the taxes that the customer pays.
    pub(in crate::bigcommerce) price_inc_tax: Decimal,
    #[serde(default)]
    pub(in crate::bigcommerce) name: Loose,
    #[serde(default)]
    pub(in crate::bigcommerce) sku: Loose,
    /// `0` for a free-text product.
    #[serde(default)]
    pub(in crate::bigcommerce) variant_id: Loose,
}

#[derive(Debug, Deserialize)]
struct Consignments {
    #[serde(default)]
    pickups: Option<Vec<Consignment>>,
    #[serde(default)]
    shipping: Option<Vec<Consignment>>,
    #[serde(default)]
    downloads: Option<Vec<Consignment>>,
}

#[derive(Debug, Deserialize)]
struct Consignment {
    line_items: Vec<Line>,
}

/// Returns the lines that came within an order; `None` if it only says where they can be read.
pub(in crate::bigcommerce) fn lines_within(consignments: Option<&RawValue>) -> Option<Vec<Line>> {
    let Consignments { pickups, shipping, downloads } = serde_json::from_str(consignments?.get()).ok()?;
    if pickups.is_none() && shipping.is_none() && downloads.is_none() {
        return None;
    }
    let parts = [shipping, pickups, downloads].into_iter().flatten().flatten();
    Some(parts.flat_map(|part| part.line_items).collect())
}

/// A parcel.
#[derive(Debug, Deserialize)]
pub(in crate::bigcommerce) struct Shipment {
    pub(in crate::bigcommerce) id: Id,
    pub(in crate::bigcommerce) date_created: Stamp,
    #[serde(default)]
    pub(in crate::bigcommerce) tracking_number: Loose,
    #[serde(default)]
    pub(in crate::bigcommerce) tracking_carrier: Loose,
    #[serde(default)]
    pub(in crate::bigcommerce) shipping_provider: Loose,
    #[serde(default)]
    pub(in crate::bigcommerce) shipping_provider_display_name: Loose,
}

/// A refund.
#[derive(Debug, Deserialize)]
pub(in crate::bigcommerce) struct Refund {
    pub(in crate::bigcommerce) id: Id,
    pub(in crate::bigcommerce) created: Stamp,
    #[serde(default)]
    pub(in crate::bigcommerce) total_amount: Decimal,
    #[serde(default)]
    pub(in crate::bigcommerce) reason: Loose,
    #[serde(default)]
    pub(in crate::bigcommerce) items: Vec<RefundItem>,
    #[serde(default)]
    pub(in crate::bigcommerce) payments: Vec<RefundPayment>,
}

/// What was refunded.
#[derive(Debug, Deserialize)]
pub(in crate::bigcommerce) struct RefundItem {
    #[serde(default)]
    pub(in crate::bigcommerce) reason: Loose,
}

/// How a refund goes back.
#[derive(Debug, Deserialize)]
pub(in crate::bigcommerce) struct RefundPayment {
    #[serde(default)]
    pub(in crate::bigcommerce) amount: Decimal,
    #[serde(default)]
    pub(in crate::bigcommerce) offline: bool,
    #[serde(default)]
    pub(in crate::bigcommerce) is_declined: bool,
    #[serde(default)]
    pub(in crate::bigcommerce) declined_message: Loose,
    /// The shop's transaction; there is none until the gateway has answered.
    #[serde(default)]
    pub(in crate::bigcommerce) transaction_id: Loose,
}

/// Which order a refund is on.
#[derive(Debug, Deserialize)]
pub(in crate::bigcommerce) struct RefundsOrder {
    pub(in crate::bigcommerce) order_id: Id,
}

/// What a refund would do.
#[derive(Debug, Deserialize)]
pub(in crate::bigcommerce) struct Quote {
    pub(in crate::bigcommerce) total_refund_amount: Decimal,
    /// Each is one way to give all of it back, over one or several payments.
    #[serde(default)]
    pub(in crate::bigcommerce) refund_methods: Vec<Vec<Method>>,
}

/// One payment that money can go back to.
#[derive(Debug, Deserialize)]
pub(in crate::bigcommerce) struct Method {
    pub(in crate::bigcommerce) provider_id: String,
    pub(in crate::bigcommerce) amount: Decimal,
    /// The shop would only note the refund; the money has to be sent by hand.
    #[serde(default)]
    pub(in crate::bigcommerce) offline: bool,
}

/// Money that moved.
#[derive(Debug, Deserialize)]
pub(in crate::bigcommerce) struct Transaction {
    #[serde(default)]
    pub(in crate::bigcommerce) event: Loose,
    #[serde(default)]
    pub(in crate::bigcommerce) status: Loose,
    #[serde(default)]
    pub(in crate::bigcommerce) amount: Decimal,
    #[serde(default)]
    pub(in crate::bigcommerce) currency: Loose,
}
