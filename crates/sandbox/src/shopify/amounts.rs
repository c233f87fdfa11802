//! Sums of an order that the vendor computes: what may still go back, and what a line is worth in a refund.

use crate::world::Order;

/// Returns what was paid so far, in minor units.
pub(crate) fn received(order: &Order) -> i64 {
    if order.payment.paid_at.is_some() { order.payment.amount } else { 0 }
}

/// Returns the most that may still go back, in minor units.
pub(crate) fn refundable(order: &Order) -> i64 {
    (received(order) - order.refunded()).max(0)
}

/// Returns what pieces of a line are worth after the order's discount, in minor units, rounded down.
pub(crate) fn worth(order: &Order, place: usize, pieces: u32) -> i64 {
    let Some(line) = order.lines.get(place) else { return 0 };
    let full = line.price * i64::from(pieces);
    match order.subtotal() {
        0 => 0,
        subtotal => full - order.discount * full / subtotal,
    }
}

/// Returns how much of the shipping has not gone back yet, in minor units.
pub(crate) fn shipping_left(order: &Order) -> i64 {
    (order.shipping - order.refunds.iter().map(|refund| refund.shipping).sum::<i64>()).max(0)
}
