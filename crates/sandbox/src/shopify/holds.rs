//! Fulfilment orders and their holds: here each order is fulfilled in one piece, under its own number.
//!
//! The messages of a handle used twice and of too many holds are recorded ones (2026-04); the others are ours.

use serde_json::{Map, Value};

use super::change::{Done, order_of};
use super::errors::UserError;
use super::{Shopify, gid};
use crate::vendor::Call;
use crate::world::OrderId;

/// The most holds that an app has on one fulfilment order.
const MOST: usize = 10;

/// A hold.
#[derive(Debug)]
pub(crate) struct Hold {
    /// Its number.
    pub(crate) number: u64,
    /// Why, in the vendor's word.
    pub(crate) reason: String,
    /// Why, for a person.
    pub(crate) notes: Option<String>,
    /// The app's own name for it.
    pub(crate) handle: String,
}

/// Finds the order behind a fulfilment order.
fn ordered(call: &Call<'_>, arguments: &Map<String, Value>) -> Option<OrderId> {
    let number = gid::number(arguments.get("id")?.as_str()?, "FulfillmentOrder")?;
    order_of(call, &gid::write("Order", number))
}

/// Holds what has not left yet of an order.
pub(crate) fn hold(shopify: &mut Shopify, call: &mut Call<'_>, arguments: &Map<String, Value>) -> Done {
    let Some(order) = ordered(call, arguments) else {
        let error = UserError::at(&["id"], "Fulfillment order does not exist.");
        return Done::refused(error.coded("FULFILLMENT_ORDER_NOT_FOUND"));
    };
    let node = gid::write("FulfillmentOrder", order.number());
    let refused = |error| Done { node: Some(node.clone()), errors: vec![error], ..Done::default() };
    let input = arguments.get("fulfillmentHold").cloned().unwrap_or_default();
    let handle = input["handle"].as_str().unwrap_or_default().to_owned();
    let held = shopify.books.holds.entry(order).or_default();
    if held.iter().any(|hold| hold.handle == handle) {
        let message = "The handle provided for the fulfillment hold is already in use by this app for another hold on this fulfillment order.";
        let error = UserError::at(&["fulfillmentHold", "handle"], message);
        return refused(error.coded("DUPLICATE_FULFILLMENT_HOLD_HANDLE"));
    }
    if held.len() >= MOST {
        let message = "The maximum number of fulfillment holds for this fulfillment order has been reached for this app. An app can only have up to 10 holds on a single fulfillment order at any one time.";
        let error = UserError::at(&["id"], message);
        return refused(error.coded("FULFILLMENT_ORDER_HOLD_LIMIT_REACHED"));
    }
    if held.is_empty() && !call.world.hold_parcels(order, false, call.now) {
        let error = UserError::at(&["id"], "The fulfillment order is not in a holdable state.");
        return refused(error);
    }
    shopify.books.holds_made += 1;
    let number = shopify.books.holds_made;
    held.push(Hold {
        number,
        reason: input["reason"].as_str().unwrap_or("OTHER").to_owned(),
        notes: input["reasonNotes"].as_str().map(str::to_owned),
        handle,
    });
    let id = gid::write("FulfillmentHold", number);
    call.applied("fulfilment.hold", gid::write("Order", order.number()), Some(id.clone()), None);
    Done { node: Some(node), order: Some(order), nodes: vec![id], ..Done::default() }
}

/// Takes holds away, all of them if none is named; with the last one the parcel may leave.
pub(crate) fn release(shopify: &mut Shopify, call: &mut Call<'_>, arguments: &Map<String, Value>) -> Done {
    let Some(order) = ordered(call, arguments) else {
        let error = UserError::at(&["id"], "Fulfillment order does not exist.");
        return Done::refused(error.coded("FULFILLMENT_ORDER_NOT_FOUND"));
    };
    let node = Some(gid::write("FulfillmentOrder", order.number()));
    let held = shopify.books.holds.entry(order).or_default();
    let named: Option<Vec<u64>> = arguments
        .get("holdIds")
        .and_then(Value::as_array)
        .map(|ids| ids.iter().filter_map(|id| gid::number(id.as_str()?, "FulfillmentHold")).collect());
    let before = held.len();
    held.retain(|hold| named.as_ref().is_some_and(|named| !named.contains(&hold.number)));
    if held.len() == before {
        let errors = vec![UserError::at(&["holdIds"], "The fulfillment order is not on hold.")];
        return Done { node, errors, ..Done::default() };
    }
    if held.is_empty() {
        call.world.release_parcels(order, call.now);
    }
    call.applied("fulfilment.release", gid::write("Order", order.number()), None, None);
    Done { node, order: Some(order), ..Done::default() }
}
