//! What a workflow may know about one customer, in the words that its expressions use.

use fermata_model::{Money, RecordRef, Timestamp};
use serde::{Deserialize, Serialize};

/// Everything that is known about one customer at one instant.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct Facts {
    /// The person.
    pub customer: Customer,
    /// Orders, the newest first.
    pub orders: Vec<Order>,
    /// Parcels of these orders.
    pub parcels: Vec<Parcel>,
    /// Tickets, the newest first.
    pub tickets: Vec<Ticket>,
    /// Carts left at the checkout, the newest first.
    pub carts: Vec<Cart>,
    /// Marketing profiles.
    pub profiles: Vec<Profile>,
    /// When the platforms were last read; the oldest of them. `None` if one was never read whole.
    pub read_at: Option<Timestamp>,
}

/// The person.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct Customer {
    /// The name, as far as it is known.
    pub name: Option<String>,
    /// The first word of the name, to address the person by.
    pub first_name: Option<String>,
}

/// An order.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Order {
    /// The record.
    #[serde(rename = "ref")]
    pub reference: RecordRef,
    /// The number customers know.
    pub name: String,
    /// When it was placed.
    pub placed_at: Timestamp,
    /// Is it cancelled?
    pub cancelled: bool,
    /// What the customer paid.
    pub total: Money,
    /// What has gone back.
    pub refunded: Money,
    /// What could still go back.
    pub left: Money,
    /// Payment state as the platform writes it.
    pub payment_status: String,
    /// Titles of what was bought.
    pub items: Vec<String>,
}

/// A parcel.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Parcel {
    /// The platform's id.
    pub id: String,
    /// The number of its order.
    pub order: String,
    /// Carrier as written.
    pub carrier: Option<String>,
    /// Tracking number.
    pub tracking: Option<String>,
    /// State as the platform writes it.
    pub status: String,
    /// When it left.
    pub shipped_at: Timestamp,
    /// When it should arrive.
    pub due_at: Option<Timestamp>,
    /// Has it arrived?
    pub delivered: bool,
    /// Is it due and not there?
    pub late: bool,
    /// By how many days of the shop's calendar; zero if it is not late.
    pub days_late: i64,
}

/// A ticket.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Ticket {
    /// The record.
    #[serde(rename = "ref")]
    pub reference: RecordRef,
    /// Subject.
    pub subject: String,
    /// Does it wait for an answer or a solution?
    pub open: bool,
    /// When it was opened.
    pub opened_at: Timestamp,
    /// When it was closed.
    pub closed_at: Option<Timestamp>,
    /// Subject and all that the customer wrote; untrusted.
    pub text: String,
    /// When the customer last wrote.
    pub customer_wrote_at: Timestamp,
    /// When the shop last answered in public.
    pub shop_wrote_at: Option<Timestamp>,
}

/// A cart left at the checkout.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Cart {
    /// The record.
    #[serde(rename = "ref")]
    pub reference: RecordRef,
    /// When it was begun.
    pub created_at: Timestamp,
    /// Has it become an order, or has the person ordered since?
    pub recovered: bool,
    /// What it would cost.
    pub total: Money,
    /// Titles of what it holds.
    pub items: Vec<String>,
    /// Link back to it.
    pub link: Option<String>,
}

/// A marketing profile.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Profile {
    /// The record.
    #[serde(rename = "ref")]
    pub reference: RecordRef,
    /// Is marketing kept from it?
    pub suppressed: bool,
    /// May marketing be sent? `None` if the platform does not say.
    pub accepts_marketing: Option<bool>,
}
