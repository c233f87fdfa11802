//! The status of an order: what follows from the order itself, and what was set.

use crate::woocommerce::books::OrderBook;
use crate::world::Order;

/// Returns the status that follows from what happened to an order.
pub(crate) fn base(order: &Order) -> &'static str {
    if order.cancelled_at.is_some() {
        "cancelled"
    } else if order.payment.paid_at.is_none() {
        "pending"
    } else if order.refunded() > 0 && order.refunded() >= order.total() {
        "refunded"
    } else if order.fulfillment_status() == "FULFILLED" {
        "completed"
    } else {
        "processing"
    }
}

/// Returns the status that is shown.
pub(crate) fn status(order: &Order, book: Option<&OrderBook>) -> String {
    let base = base(order);
    match book {
        Some(book) if book.trashed.is_some() => "trash".to_owned(),
        Some(OrderBook { status: Some((set, then)), .. }) if *then == base => set.clone(),
        _ => base.to_owned(),
    }
}
