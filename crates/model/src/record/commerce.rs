//! What shops keep beside people, orders and products.

use jiff::Timestamp;
use serde::{Deserialize, Serialize};

use super::{Refund, Who};
use crate::money::Money;

/// Pieces of one variant at one place.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Stock {
    /// The platform's id of the product; `None` if it is not told.
    pub product: Option<String>,
    /// The platform's id of what is counted: a variant, an inventory item.
    pub item: String,
    /// Stock keeping unit, if set.
    pub sku: Option<String>,
    /// The platform's id of the place; `None` where the platform has but one.
    pub location: Option<String>,
    /// What people call the place.
    pub location_name: Option<String>,
    /// Pieces that can be sold; `None` is unknown, which is not zero.
    pub available: Option<i64>,
    /// Pieces that are there.
    pub on_hand: Option<i64>,
    /// Pieces that are promised to orders.
    pub committed: Option<i64>,
    /// Pieces on their way in.
    pub incoming: Option<i64>,
}

/// A discount.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Discount {
    /// What the shop calls it.
    pub title: String,
    /// The codes that give it, as far as the platform lists them; none for an automatic one.
    pub codes: Vec<String>,
    /// State as the platform writes it.
    pub status: String,
    /// What it takes off, in the platform's words.
    pub value: String,
    /// How often it was used.
    pub used: Option<i64>,
    /// How often it may be used; `None` is without end.
    pub limit: Option<i64>,
    /// From when.
    pub starts_at: Option<Timestamp>,
    /// Until when.
    pub ends_at: Option<Timestamp>,
}

/// A trade customer.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Company {
    /// Its name.
    pub name: String,
    /// State as the platform writes it.
    pub status: Option<String>,
    /// The people who buy for it: the platform's ids of their own records.
    pub members: Vec<String>,
    /// The platform's id of the price list it buys by.
    pub price_list: Option<String>,
}

/// A price list.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct PriceList {
    /// What the shop calls it.
    pub name: String,
    /// Is it in force?
    pub active: bool,
}

/// One price on a price list.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Price {
    /// The platform's id of the list.
    pub list: String,
    /// The platform's id of the variant.
    pub variant: String,
    /// Stock keeping unit, if set.
    pub sku: Option<String>,
    /// The price.
    pub price: Money,
    /// The price while on sale.
    pub sale: Option<Money>,
}

/// A charge of a card or account.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Payment {
    /// Who paid.
    pub who: Who,
    /// The number of the order it pays, if the shop noted it.
    pub order_name: Option<String>,
    /// When it was taken.
    pub at: Timestamp,
    /// How much was charged.
    pub amount: Money,
    /// How much of it went back.
    pub refunded: Money,
    /// State as the platform writes it.
    pub status: String,
}

/// Money that went back, listed apart from the order or payment it belongs to.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Return {
    /// The platform's id of the payment it belongs to.
    pub payment: String,
    /// The refund itself.
    pub refund: Refund,
    /// State as the platform writes it.
    pub status: String,
    /// The id that its writer gave it; ours carry the action's key.
    pub sender_ref: Option<String>,
}

/// A payment that its payer contests.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Dispute {
    /// The platform's id of the payment.
    pub payment: String,
    /// When it was opened.
    pub at: Timestamp,
    /// How much is contested.
    pub amount: Money,
    /// Why, as the platform writes it.
    pub reason: String,
    /// State as the platform writes it.
    pub status: String,
    /// Until when the shop must answer.
    pub due_at: Option<Timestamp>,
    /// Is it decided?
    pub closed: bool,
}

/// An order as a warehouse holds it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct WarehouseOrder {
    /// The shop's own id of the order.
    pub reference: Option<String>,
    /// The number customers know.
    pub name: Option<String>,
    /// Who gets it.
    pub who: Who,
    /// When the warehouse got to know it.
    pub created_at: Timestamp,
    /// State as the platform writes it.
    pub status: String,
    /// What it is worth, if that is told with its currency.
    pub total: Option<Money>,
    /// The platform's ids of its shipments.
    pub shipments: Vec<String>,
}

/// A shipment with its tracking.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Shipment {
    /// The platform's id of the warehouse order.
    pub order: Option<String>,
    /// The number customers know.
    pub order_name: Option<String>,
    /// Who gets it.
    pub who: Who,
    /// State as the platform writes it.
    pub status: String,
    /// More about the state, in the platform's words.
    pub details: Vec<String>,
    /// What people call the warehouse.
    pub location: Option<String>,
    /// Carrier as written.
    pub carrier: Option<String>,
    /// Tracking number.
    pub tracking: Option<String>,
    /// When the warehouse got to know it.
    pub created_at: Timestamp,
    /// When it left.
    pub shipped_at: Option<Timestamp>,
    /// When it should arrive, as last promised.
    pub due_at: Option<Timestamp>,
    /// When it arrived.
    pub delivered_at: Option<Timestamp>,
    /// Since when it cannot go on.
    pub held_up_at: Option<Timestamp>,
    /// What was seen of it on its way.
    pub scans: Vec<Scan>,
}

/// One thing seen of a shipment on its way.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Scan {
    /// When.
    pub at: Timestamp,
    /// What, as the platform writes it.
    pub what: String,
}

/// Goods on their way into a warehouse.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Receiving {
    /// The shop's purchase order number.
    pub reference: Option<String>,
    /// State as the platform writes it.
    pub status: String,
    /// What people call the warehouse.
    pub location: Option<String>,
    /// When they are expected.
    pub expected_at: Option<Timestamp>,
    /// What comes.
    pub lines: Vec<ReceivingLine>,
}

/// One line of goods on their way in.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct ReceivingLine {
    /// The platform's id of the thing.
    pub item: String,
    /// Stock keeping unit, if set.
    pub sku: Option<String>,
    /// Pieces announced.
    pub expected: i64,
    /// Pieces counted in; `None` before that.
    pub received: Option<i64>,
}
