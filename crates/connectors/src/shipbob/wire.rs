//! ShipBob's shapes, under its own field names.
//!
//! Source: the vendor's portal file of 2026-01; hold and release: the pages of those two operations.

use fermata_model::Timestamp;
use serde::{Deserialize, Serialize};
use serde_json::value::RawValue;

use crate::reading::{Id, Loose, Moment};

/// A page of the channels that the token may see.
#[derive(Debug, Deserialize)]
pub(super) struct Channels {
    #[serde(default)]
    pub(super) items: Option<Vec<Channel>>,
}

/// Where orders come from, and what the token may do there.
#[derive(Debug, Deserialize)]
pub(super) struct Channel {
    #[serde(default)]
    pub(super) id: Loose,
    #[serde(default)]
    pub(super) name: Loose,
    #[serde(default)]
    pub(super) scopes: Option<Vec<String>>,
}

/// An order.
#[derive(Debug, Deserialize)]
pub(super) struct Order {
    pub(super) id: Id,
    pub(super) created_date: Moment,
    pub(super) status: String,
    #[serde(default)]
    pub(super) reference_id: Loose,
    #[serde(default)]
    pub(super) order_number: Loose,
    #[serde(default)]
    pub(super) recipient: Option<Recipient>,
    #[serde(default)]
    pub(super) shipments: Option<Vec<Stamps>>,
}

/// An order as the frame of its shipments, which are read one by one later.
#[derive(Debug, Deserialize)]
pub(super) struct Frame<'a> {
    #[serde(default)]
    pub(super) id: Loose,
    #[serde(default)]
    pub(super) order_number: Loose,
    #[serde(default, borrow)]
    pub(super) shipments: Option<Vec<&'a RawValue>>,
}

/// When something happened to a shipment.
#[derive(Debug, Deserialize)]
pub(super) struct Stamps {
    pub(super) id: Id,
    #[serde(default)]
    pub(super) created_date: Option<Moment>,
    #[serde(default)]
    pub(super) last_update_at: Option<Moment>,
    #[serde(default)]
    pub(super) last_tracking_update_at: Option<Moment>,
    #[serde(default)]
    pub(super) actual_fulfillment_date: Option<Moment>,
    /// When it arrived.
    #[serde(default)]
    pub(super) delivery_date: Option<Moment>,
}

impl Stamps {
    /// Returns the latest of them.
    pub(super) fn latest(&self) -> Option<Timestamp> {
        let all = [
            self.created_date,
            self.last_update_at,
            self.last_tracking_update_at,
            self.actual_fulfillment_date,
            self.delivery_date,
        ];
        all.into_iter().flatten().max().map(|moment| moment.0)
    }
}

/// Somebody who gets something.
#[derive(Debug, Default, Deserialize)]
pub(super) struct Recipient {
    #[serde(default)]
    pub(super) name: Loose,
    #[serde(default)]
    pub(super) full_name: Loose,
    #[serde(default)]
    pub(super) email: Loose,
    #[serde(default)]
    pub(super) phone_number: Loose,
    #[serde(default)]
    pub(super) address: Option<Address>,
}

/// Where it goes.
#[derive(Debug, Deserialize)]
pub(super) struct Address {
    #[serde(default)]
    pub(super) country: Loose,
}

/// A shipment.
#[derive(Debug, Deserialize)]
pub(super) struct Shipment {
    #[serde(flatten)]
    pub(super) stamps: Stamps,
    pub(super) status: String,
    #[serde(default)]
    pub(super) status_details: Option<Vec<Detail>>,
    #[serde(default)]
    pub(super) order_id: Loose,
    #[serde(default)]
    pub(super) location: Option<Named>,
    #[serde(default)]
    pub(super) recipient: Option<Recipient>,
    #[serde(default)]
    pub(super) tracking: Option<Tracking>,
}

/// More about a status.
#[derive(Debug, Deserialize)]
pub(super) struct Detail {
    #[serde(default)]
    pub(super) name: Loose,
    #[serde(default)]
    pub(super) description: Loose,
}

/// A thing with a name.
#[derive(Debug, Deserialize)]
pub(super) struct Named {
    #[serde(default)]
    pub(super) id: Loose,
    #[serde(default)]
    pub(super) name: Loose,
}

/// Who carries a shipment.
#[derive(Debug, Deserialize)]
pub(super) struct Tracking {
    #[serde(default)]
    pub(super) carrier: Loose,
    #[serde(default)]
    pub(super) tracking_number: Loose,
    #[serde(default)]
    pub(super) shipping_date: Option<Moment>,
}

/// One thing that happened to a shipment.
#[derive(Debug, Deserialize)]
pub(super) struct Entry {
    pub(super) timestamp: Moment,
    #[serde(default)]
    pub(super) log_type_name: Loose,
    #[serde(default)]
    pub(super) log_type_text: Loose,
}

/// A shipment made whole with what belongs to it; a text of ours.
#[derive(Debug, Deserialize)]
pub(super) struct Whole {
    #[serde(default)]
    pub(super) order_number: Loose,
    pub(super) shipment: Shipment,
    /// What was seen of it; absent where it was not asked for.
    #[serde(default)]
    pub(super) timeline: Option<Vec<Entry>>,
}

/// A page of a list that leads on by itself.
#[derive(Debug, Deserialize)]
pub(super) struct Items<'a> {
    #[serde(default, borrow)]
    pub(super) items: Option<Vec<&'a RawValue>>,
    #[serde(default)]
    pub(super) next: Option<String>,
}

/// Stock of one thing, by place.
#[derive(Debug, Deserialize)]
pub(super) struct Level<'a> {
    #[serde(borrow)]
    pub(super) inventory_id: &'a RawValue,
    #[serde(default, borrow)]
    pub(super) sku: Option<&'a RawValue>,
    #[serde(default, borrow)]
    pub(super) locations: Option<Vec<&'a RawValue>>,
}

/// Stock of one thing at one place; a text of ours.
#[derive(Debug, Deserialize)]
pub(super) struct Stocked {
    pub(super) inventory_id: Id,
    #[serde(default)]
    pub(super) sku: Loose,
    /// The day on which it was read, since ShipBob does not tell when it changed.
    pub(super) seen_on: Moment,
    pub(super) location: Place,
}

/// What lies at one place.
#[derive(Debug, Deserialize)]
pub(super) struct Place {
    pub(super) location_id: Id,
    #[serde(default)]
    pub(super) name: Loose,
    #[serde(default)]
    pub(super) on_hand_quantity: Option<i64>,
    #[serde(default)]
    pub(super) committed_quantity: Option<i64>,
    #[serde(default)]
    pub(super) fulfillable_quantity: Option<i64>,
    #[serde(default)]
    pub(super) awaiting_quantity: Option<i64>,
}

/// A receiving order.
#[derive(Debug, Deserialize)]
pub(super) struct Receiving {
    pub(super) id: Id,
    pub(super) status: String,
    #[serde(default)]
    pub(super) purchase_order_number: Loose,
    #[serde(default)]
    pub(super) insert_date: Option<Moment>,
    #[serde(default)]
    pub(super) last_updated_date: Option<Moment>,
    #[serde(default)]
    pub(super) expected_arrival_date: Option<Moment>,
    #[serde(default)]
    pub(super) fulfillment_center: Option<Named>,
    #[serde(default)]
    pub(super) inventory_quantities: Option<Vec<Quantity>>,
}

/// How much of one thing comes, and came.
#[derive(Debug, Deserialize)]
pub(super) struct Quantity {
    pub(super) inventory_id: Id,
    #[serde(default)]
    pub(super) sku: Loose,
    #[serde(default)]
    pub(super) expected_quantity: Option<i64>,
    #[serde(default)]
    pub(super) received_quantity: Option<i64>,
}

/// What became of several shipments, told under 200.
#[derive(Debug, Deserialize)]
pub(super) struct Results {
    #[serde(default)]
    pub(super) results: Option<Vec<Outcome>>,
}

/// What became of one of them.
#[derive(Debug, Deserialize)]
pub(super) struct Outcome {
    /// Named `shipment_id` where several are cancelled.
    #[serde(default, alias = "shipment_id")]
    pub(super) id: Loose,
    #[serde(default)]
    pub(super) is_success: Option<bool>,
    #[serde(default)]
    pub(super) error: Option<Failure>,
    #[serde(default)]
    pub(super) is_still_on_hold_due_to_other_reasons: Option<bool>,
}

/// Why not.
#[derive(Debug, Deserialize)]
pub(super) struct Failure {
    #[serde(default)]
    pub(super) message: Loose,
}

/// Shipments to be held.
#[derive(Debug, Serialize)]
pub(super) struct Hold {
    pub(super) shipment_ids: [u64; 1],
    /// The pieces stay promised to the order.
    pub(super) reserve_inventory: bool,
}

/// Shipments to be released.
#[derive(Debug, Serialize)]
pub(super) struct Release {
    pub(super) shipment_ids: [u64; 1],
}

/// Goods to be announced.
#[derive(Debug, Serialize)]
pub(super) struct NewReceiving<'a> {
    pub(super) fulfillment_center: NewCenter,
    pub(super) package_type: &'static str,
    pub(super) box_packaging_type: &'static str,
    pub(super) expected_arrival_date: String,
    pub(super) purchase_order_number: String,
    pub(super) boxes: [NewBox<'a>; 1],
}

/// Where to.
#[derive(Debug, Serialize)]
pub(super) struct NewCenter {
    pub(super) id: u64,
}

/// One box.
#[derive(Debug, Serialize)]
pub(super) struct NewBox<'a> {
    pub(super) tracking_number: Option<&'a str>,
    pub(super) box_items: Vec<NewItem>,
}

/// What is in it.
#[derive(Debug, Serialize)]
pub(super) struct NewItem {
    pub(super) inventory_id: u64,
    pub(super) quantity: u32,
}
