//! Disputes: a few charges are contested by whoever paid. They follow from the order alone, so that they are the same
//! whatever is read; the shop answers every second one, and the bank decides after six weeks.
//!
//! Source: docs.stripe.com "Disputes", "How disputes work" for the states and their order.

use super::lists::Row;
use super::{ids, is_charged};
use crate::mark::mark;
use crate::world::{DAY, Moment, OrderId, World};

/// One of so many charges is contested.
const ONE_OF: u64 = 29;

/// A contested charge.
#[derive(Debug)]
pub(super) struct Dispute {
    /// The order that was paid by the charge.
    pub(super) order: OrderId,
    /// Its id.
    pub(super) id: String,
    /// Why, in the vendor's word.
    pub(super) reason: &'static str,
    /// State, in the vendor's word.
    pub(super) status: &'static str,
    /// When it was opened.
    pub(super) created: Moment,
    /// Until when the shop must answer.
    pub(super) due_by: Moment,
    /// Has the shop answered?
    pub(super) answered: bool,
    /// What is contested, in minor units.
    pub(super) amount: i64,
    /// The present.
    pub(super) now: Moment,
}

impl Dispute {
    /// Tells whether money can still go back by a refund: not once the bank has taken it.
    pub(super) fn bars_refunds(&self) -> bool {
        self.status != "won"
    }
}

/// Returns the dispute about the charge of an order, if it is open by now or was.
pub(super) fn of(world: &World, id: OrderId, now: Moment) -> Option<Dispute> {
    let order = world.orders.get(id).filter(|order| is_charged(order))?;
    let chance = mark(0, [b"dispute".as_slice(), &id.number().to_le_bytes()]);
    if !chance.is_multiple_of(ONE_OF) {
        return None;
    }
    let chance = chance / ONE_OF;
    let created = order.created_at.plus(DAY * (2 + i64::try_from(chance % 20).unwrap_or(0)));
    if created > now {
        return None;
    }
    let due_by = created.plus(9 * DAY);
    let answers = chance.is_multiple_of(2);
    let answered = answers && now >= created.plus(3 * DAY);
    let decided = if answers { now >= created.plus(42 * DAY) } else { now >= due_by };
    let status = match (decided, answered) {
        (true, true) if (chance / 2).is_multiple_of(2) => "won",
        (true, _) => "lost",
        (false, true) => "under_review",
        (false, false) => "needs_response",
    };
    let reason = ["fraudulent", "product_not_received", "product_unacceptable"][(chance % 3) as usize];
    let id_text = ids::write(ids::DISPUTE, id.number());
    Some(Dispute {
        order: id,
        id: id_text,
        reason,
        status,
        created,
        due_by,
        answered,
        amount: order.payment.amount,
        now,
    })
}

/// Returns all disputes, newest first.
pub(super) fn all(world: &World, now: Moment) -> Vec<Row> {
    let found = world.orders.before(None).filter_map(|(id, _)| of(world, id, now));
    let mut rows: Vec<Row> = found
        .map(|dispute| Row { number: dispute.order.number(), created: dispute.created, order: dispute.order })
        .collect();
    rows.sort_by_key(|row| std::cmp::Reverse((row.created, row.number)));
    rows
}
