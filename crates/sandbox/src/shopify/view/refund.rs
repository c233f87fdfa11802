//! Refunds.

use apollo_compiler::resolvers::{ResolveInfo, ResolvedValue};

use super::connection::Connection;
use super::line::LineView;
use super::order::OrderView;
use super::stock::LocationView;
use super::transaction::TransactionView;
use super::{Resolved, big, flag, forgotten, id, maybe, object, text, time, whole};
use crate::shopify::refund::Restock;
use crate::world::Refund;

/// A refund.
#[derive(Clone, Copy)]
pub(crate) struct RefundView<'w> {
    /// Its order.
    pub(crate) of: OrderView<'w>,
    /// The refund.
    pub(crate) refund: &'w Refund,
}
object!(RefundView, "Refund", of.scene);
object!(RefundLineView, "RefundLineItem", of.scene);

impl<'w> RefundView<'w> {
    fn lines(&self) -> Vec<(u64, RefundLineView<'w>)> {
        self.refund
            .lines
            .iter()
            .filter_map(|(place, pieces, amount)| {
                let at = usize::from(*place);
                let line = LineView { of: self.of, place: at, line: self.of.order.lines.get(at)? };
                let number = self.refund.id.number() * 100 + u64::from(*place);
                let restock = self.of.scene.restocks.get(&(self.refund.id, *place)).copied();
                let view = RefundLineView {
                    of: self.of,
                    number: Some(number),
                    line,
                    pieces: *pieces,
                    amount: *amount,
                    restock,
                };
                Some((number, view))
            })
            .collect()
    }

    fn field<'a>(&'a self, name: &str, info: &'a ResolveInfo<'a>) -> Resolved<'a> {
        let refund = self.refund;
        Ok(match name {
            "id" => id("Refund", refund.id.number()),
            "legacyResourceId" => big(refund.id.number()),
            "createdAt" | "updatedAt" | "processedAt" => time(refund.created_at),
            "note" => maybe(refund.note.as_deref()),
            "order" => ResolvedValue::object(self.of),
            "totalRefundedSet" => self.of.scene.bag(refund.amount),
            "refundLineItems" => return Connection::of(info, self.lines()),
            "transactions" => {
                let all = refund
                    .transaction
                    .map(|id| (id.number(), TransactionView { of: self.of, refund: Some(refund) }))
                    .into_iter()
                    .collect();
                return Connection::of(info, all);
            }
            _ => return forgotten(self, info),
        })
    }
}

/// One line of a refund, booked or suggested.
#[derive(Clone, Copy)]
pub(crate) struct RefundLineView<'w> {
    /// Its order.
    pub(crate) of: OrderView<'w>,
    /// Its number; `None` for a suggested one.
    pub(crate) number: Option<u64>,
    /// The line of the order.
    pub(crate) line: LineView<'w>,
    /// How many pieces.
    pub(crate) pieces: u32,
    /// What they are worth, in minor units.
    pub(crate) amount: i64,
    /// Where they went back to stock; `None` if they did not.
    pub(crate) restock: Option<Restock>,
}

impl RefundLineView<'_> {
    fn field<'a>(&'a self, name: &str, info: &'a ResolveInfo<'a>) -> Resolved<'a> {
        let scene = self.of.scene;
        Ok(match name {
            "id" => maybe(
                self.number.map(|number| crate::shopify::gid::write("RefundLineItem", number)).as_deref(),
            ),
            "lineItem" => ResolvedValue::object(self.line),
            "location" => ResolvedValue::nullable_object(
                self.restock.and_then(|restock| LocationView::of(scene, restock.location)),
            ),
            "priceSet" => scene.bag(self.amount / i64::from(self.pieces.max(1))),
            "quantity" => whole(i64::from(self.pieces)),
            "restockType" => text(self.restock.map_or("NO_RESTOCK", |restock| restock.kind)),
            "restocked" => flag(self.restock.is_some()),
            "subtotalSet" => scene.bag(self.amount),
            "totalTaxSet" => scene.bag(match self.of.order.total() {
                0 => 0,
                total => self.of.order.tax * self.amount / total,
            }),
            _ => return forgotten(self, info),
        })
    }
}
