//! Money and goods: refunds, cancellations, stock.

use super::super::lookup::next;
use super::super::{LocationId, Moment, OrderId, Refund, RefundId, Stop, TransactionId, VariantId, World};

/// A refund to book.
#[derive(Clone, Debug, Default)]
pub struct NewRefund {
    /// How much money goes back, in minor units; 0 books lines without moving money.
    pub amount: i64,
    /// Lines taken back: place in the order's lines, pieces, amount in minor units.
    pub lines: Vec<(u16, u32, i64)>,
    /// The part of the amount that is shipping.
    pub shipping: i64,
    /// A note.
    pub note: Option<String>,
    /// Where the pieces go back to stock; `None` restocks nothing.
    pub restock: Option<LocationId>,
}

impl World {
    /// Books a refund: the transaction, the lines, the stock. The customer calms down.
    ///
    /// `None` if there is no such order.
    pub fn refund(&mut self, order: OrderId, new: NewRefund, at: Moment) -> Option<RefundId> {
        let (person, gateway) = self.orders.get(order).map(|order| (order.person, order.payment.gateway))?;
        let id: RefundId = next(&mut self.index.refunds);
        let transaction: Option<TransactionId> = (new.amount > 0).then(|| next(&mut self.index.transactions));
        let mut back_to_stock = Vec::new();
        self.orders.edit(order, at, |order| {
            for (place, pieces, _) in &new.lines {
                if let Some(line) = order.lines.get_mut(usize::from(*place)) {
                    line.refunded += pieces;
                    back_to_stock.push((line.variant, *pieces));
                }
            }
            order.refunds.push(Refund {
                id,
                transaction,
                amount: new.amount,
                gateway,
                lines: new.lines,
                shipping: new.shipping,
                note: new.note.map(String::into_boxed_str),
                created_at: at,
            });
        });
        if let Some(place) = new.restock.and_then(|to| self.locations.iter().position(|here| here.id == to)) {
            for (variant, pieces) in back_to_stock {
                self.move_stock(variant, place, i64::from(pieces), at);
            }
        }
        if new.amount > 0 {
            self.calm(person, 60);
            self.react(person, at);
        }
        Some(id)
    }

    /// Cancels an order; gives the money back and the pieces to stock, where asked.
    ///
    /// `false` if there is none, it was cancelled before, or a parcel has left.
    pub fn cancel_order(
        &mut self,
        order: OrderId,
        reason: &str,
        refund: bool,
        restock: bool,
        at: Moment,
    ) -> bool {
        let Some(row) = self.orders.get(order) else { return false };
        if row.cancelled_at.is_some() || !row.parcels.is_empty() {
            return false;
        }
        let rest = row.refundable();
        let mut lines: Vec<(u16, u32, i64)> = row
            .lines
            .iter()
            .enumerate()
            .filter(|(_, line)| line.refunded < line.quantity)
            .map(|(place, line)| {
                let pieces = line.quantity - line.refunded;
                (u16::try_from(place).unwrap_or(u16::MAX), pieces, row.worth(place, pieces))
            })
            .collect();
        let shipping = row.shipping_left();
        // The cents that rounding leaves over go with the last line.
        let booked: i64 = lines.iter().map(|(_, _, amount)| amount).sum();
        if let Some((_, _, amount)) = lines.last_mut()
            && row.refunds.is_empty()
        {
            *amount += row.subtotal() - row.discount - booked;
        }
        self.orders.edit(order, at, |order| {
            order.cancelled_at = Some(at);
            order.closed_at = Some(at);
            order.cancel_reason = Some(reason.into());
        });
        if refund && rest > 0 {
            let restock = if restock { self.locations.first().map(|here| here.id) } else { None };
            self.refund(order, NewRefund { amount: rest, lines, shipping, note: None, restock }, at);
        }
        true
    }

    /// Keeps what has not left yet of an order in the warehouse, until [`World::release_parcels`].
    ///
    /// `false` if nothing is there to be kept, or it was called off.
    pub fn hold_parcels(&mut self, order: OrderId, frees_stock: bool, at: Moment) -> bool {
        self.stop_parcels(order, Stop { at, for_good: false, frees_stock })
    }

    /// Lets leave what was held; it is packed within hours. `false` if nothing was held.
    pub fn release_parcels(&mut self, order: OrderId, at: Moment) -> bool {
        let held = |stop: Stop| !stop.for_good;
        if !self.orders.get(order).is_some_and(|order| order.stop.is_some_and(held)) {
            return false;
        }
        self.orders.edit(order, at, |order| order.stop = None).is_some()
    }

    /// Calls off for good what has not left yet of an order; the pieces go back to the first
    /// location. The order itself, and its money, stay as they are.
    ///
    /// `false` if nothing is there to be called off.
    pub fn call_off_parcels(&mut self, order: OrderId, at: Moment) -> bool {
        if !self.stop_parcels(order, Stop { at, for_good: true, frees_stock: true }) {
            return false;
        }
        let Some(row) = self.orders.get(order) else { return false };
        let lines = row.unpacked().into_iter().filter_map(|place| row.lines.get(usize::from(place)));
        let back: Vec<_> = lines.map(|line| (line.variant, i64::from(line.quantity))).collect();
        for (variant, pieces) in back {
            self.move_stock(variant, 0, pieces, at);
        }
        true
    }

    fn stop_parcels(&mut self, order: OrderId, stop: Stop) -> bool {
        let stoppable = self.orders.get(order).is_some_and(|order| {
            order.cancelled_at.is_none()
                && !order.unpacked().is_empty()
                && order.stop.is_none_or(|stop| !stop.for_good)
        });
        stoppable && self.orders.edit(order, stop.at, |order| order.stop = Some(stop)).is_some()
    }

    /// Adds pieces to the stock at a location (by place), or takes some.
    pub fn move_stock(&mut self, variant: VariantId, place: usize, pieces: i64, at: Moment) {
        let product = self.variants.edit(variant, at, |variant| {
            if let Some(stock) = variant.stock.get_mut(place) {
                *stock += pieces;
            }
            variant.product
        });
        if let Some(product) = product {
            self.products.edit(product, at, |_| ());
        }
    }
}
