//! Fulfilment orders: what is still to be sent, and what keeps it here.

use apollo_compiler::resolvers::{ResolveInfo, ResolvedValue};

use super::order::OrderView;
use super::{Resolved, Scene, flag, forgotten, id, maybe, object, text, time};
use crate::shopify::holds::Hold;

/// An order as the one who packs it sees it.
#[derive(Clone, Copy)]
pub(crate) struct PackingView<'w> {
    /// The order.
    pub(crate) of: OrderView<'w>,
}
object!(PackingView, "FulfillmentOrder", of.scene);

impl<'w> PackingView<'w> {
    fn holds(&self) -> Vec<HoldView<'w>> {
        let scene = self.of.scene;
        let all = scene.books.holds.get(&self.of.id);
        all.into_iter().flatten().map(|hold| HoldView { scene, hold }).collect()
    }

    fn field<'a>(&'a self, name: &str, info: &'a ResolveInfo<'a>) -> Resolved<'a> {
        let order = self.of.order;
        Ok(match name {
            "id" => id("FulfillmentOrder", self.of.id.number()),
            "status" => text(if order.cancelled_at.is_some() || order.unpacked().is_empty() {
                "CLOSED"
            } else if self.holds().is_empty() {
                "OPEN"
            } else {
                "ON_HOLD"
            }),
            "createdAt" => time(order.created_at),
            "updatedAt" => time(order.updated_at),
            "fulfillmentHolds" => {
                ResolvedValue::list(self.holds().into_iter().map(ResolvedValue::object).collect::<Vec<_>>())
            }
            "order" => ResolvedValue::object(self.of),
            _ => return forgotten(self, info),
        })
    }
}

/// A hold.
#[derive(Clone, Copy)]
pub(crate) struct HoldView<'w> {
    /// Where it is shown.
    pub(crate) scene: &'w Scene<'w>,
    /// The hold.
    pub(crate) hold: &'w Hold,
}
object!(HoldView, "FulfillmentHold");

impl HoldView<'_> {
    fn field<'a>(&'a self, name: &str, info: &'a ResolveInfo<'a>) -> Resolved<'a> {
        let hold = self.hold;
        Ok(match name {
            "id" => id("FulfillmentHold", hold.number),
            "displayReason" => text(&hold.reason.to_lowercase()),
            "reason" => text(&hold.reason),
            "reasonNotes" => maybe(hold.notes.as_deref()),
            "handle" => text(&hold.handle),
            "heldByRequestingApp" => flag(true),
            _ => return forgotten(self, info),
        })
    }
}
