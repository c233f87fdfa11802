//! The status of an order, and what the world has no place for.
//!
//! A refund is scheduled when it is asked for and carried out by the gateway a little later; until then neither the
//! order's status nor its transactions show it.

use std::collections::{HashMap, HashSet};

use serde_json::{Map, Value};

use super::seen::{Seen, Which};
use crate::world::{Moment, Order, OrderId};

/// Seconds until a scheduled refund is carried out.
pub(in super::super) const SETTLES: i64 = 3;

/// Ids and names of all statuses.
pub(super) const STATUSES: [(u64, &str); 15] = [
    (0, "Incomplete"),
    (1, "Pending"),
    (2, "Shipped"),
    (3, "Partially Shipped"),
    (4, "Refunded"),
    (5, "Cancelled"),
    (6, "Declined"),
    (7, "Awaiting Payment"),
    (8, "Awaiting Pickup"),
    (9, "Awaiting Shipment"),
    (10, "Completed"),
    (11, "Awaiting Fulfillment"),
    (12, "Manual Verification Required"),
    (13, "Disputed"),
    (14, "Partially Refunded"),
];

/// What is known of orders here and nowhere else.
#[derive(Debug, Default)]
pub(in super::super) struct Book {
    /// Statuses set by hand, with what the order itself said then: when that changes, it counts again.
    set: HashMap<OrderId, (u64, u64)>,
    /// Orders that were archived.
    pub(super) archived: HashSet<OrderId>,
    /// Members of billing addresses that were overwritten.
    pub(super) billing: HashMap<OrderId, Map<String, Value>>,
    /// Members of shipping addresses that were overwritten.
    pub(super) shipping: HashMap<OrderId, Map<String, Value>>,
    /// Ids in other systems.
    pub(super) external: HashMap<OrderId, String>,
    /// Messages of customers.
    pub(super) message: HashMap<OrderId, String>,
}

impl Book {
    /// Returns an order's status.
    pub(super) fn status(&self, seen: &Seen<'_>, now: Moment) -> u64 {
        match seen.which {
            Which::Left(_) => 0,
            Which::Placed(id) => self.status_of(id, &seen.order, now),
        }
    }

    /// Returns the status of a placed order.
    pub(super) fn status_of(&self, id: OrderId, order: &Order, now: Moment) -> u64 {
        let own = own_status(order, now);
        match self.set.get(&id) {
            Some((set, over)) if *over == own => *set,
            _ => own,
        }
    }

    /// Sets a status by hand.
    pub(super) fn set_status(&mut self, id: OrderId, order: &Order, status: u64, now: Moment) {
        self.set.insert(id, (status, own_status(order, now)));
    }
}

/// Returns the name of a status.
pub(super) fn status_name(status: u64) -> &'static str {
    STATUSES.iter().find(|(id, _)| *id == status).map_or("", |(_, name)| name)
}

/// Returns what has gone back and was carried out.
pub(super) fn settled(order: &Order, now: Moment) -> i64 {
    let done = order.refunds.iter().filter(|refund| refund.created_at.plus(SETTLES) <= now);
    done.map(|refund| refund.amount).sum()
}

/// Tells whether a refund is scheduled that was not carried out yet.
pub(in super::super) fn refunding(order: &Order, now: Moment) -> bool {
    order.refunds.iter().any(|refund| refund.created_at.plus(SETTLES) > now)
}

/// Returns the state of the payment in the vendor's word.
pub(super) fn payment_status(order: &Order, now: Moment) -> &'static str {
    let back = settled(order, now);
    match (order.received(), order.cancelled_at) {
        (0, Some(_)) => "void",
        (0, None) => "pending",
        _ if back == 0 => "captured",
        (paid, _) if back < paid => "partially refunded",
        _ => "refunded",
    }
}

fn own_status(order: &Order, now: Moment) -> u64 {
    let back = settled(order, now);
    if back > 0 && back >= order.received() {
        4
    } else if order.cancelled_at.is_some() {
        5
    } else if back > 0 {
        14
    } else if order.closed_at.is_some() {
        10
    } else if order.received() == 0 {
        7
    } else {
        match order.fulfillment_status() {
            "FULFILLED" => 2,
            "PARTIALLY_FULFILLED" => 3,
            _ => 11,
        }
    }
}
