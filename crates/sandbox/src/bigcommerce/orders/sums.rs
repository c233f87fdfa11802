//! What each line of an order costs after the order's discount, and how much of it is tax.

use crate::world::Order;

/// What falls to a line, in minor units.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub(in super::super) struct Share {
    /// Its price before the discount.
    pub(in super::super) full: i64,
    /// What was paid for it.
    pub(in super::super) paid: i64,
    /// The tax in that.
    pub(in super::super) tax: i64,
}

/// Shares discount and tax out among the lines, in their order; the cents that rounding leaves go with the last one.
/// The second value is the tax in the shipping.
pub(in super::super) fn shares(order: &Order) -> (Vec<Share>, i64) {
    let (subtotal, total) = (order.subtotal(), order.total());
    let last = order.lines.iter().rposition(|line| line.quantity > 0);
    let mut discount = order.discount;
    let mut tax = order.tax;
    let mut shares = Vec::with_capacity(order.lines.len());
    for (place, line) in order.lines.iter().enumerate() {
        let full = line.price * i64::from(line.quantity);
        let off = if Some(place) == last { discount } else { part(order.discount, full, subtotal) };
        discount -= off;
        let share = Share { full, paid: full - off, tax: part(order.tax, full - off, total) };
        tax -= share.tax;
        shares.push(share);
    }
    if order.shipping == 0
        && let Some(share) = last.and_then(|place| shares.get_mut(place))
    {
        share.tax += std::mem::take(&mut tax);
    }
    (shares, tax)
}

/// Returns what the next pieces of a line are worth, after those that went back already.
pub(in super::super) fn worth(order: &Order, place: usize, pieces: u32) -> i64 {
    let Some(line) = order.lines.get(place).filter(|line| line.quantity > 0) else { return 0 };
    let paid = shares(order).0.get(place).map_or(0, |share| share.paid);
    let upto = |pieces: u32| paid * i64::from(pieces) / i64::from(line.quantity);
    upto(line.refunded + pieces) - upto(line.refunded)
}

fn part(of: i64, one: i64, all: i64) -> i64 {
    if all == 0 { 0 } else { of * one / all }
}
