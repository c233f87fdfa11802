//! Money that moved.

use apollo_compiler::resolvers::{ResolveInfo, ResolvedValue};

use super::order::OrderView;
use super::{Resolved, flag, forgotten, id, maybe_time, object, text, time};
use crate::world::{Refund, TransactionId};

/// The payment of an order, or one refund of it.
#[derive(Clone, Copy)]
pub(crate) struct TransactionView<'w> {
    /// Its order.
    pub(crate) of: OrderView<'w>,
    /// The refund; `None` for the payment.
    pub(crate) refund: Option<&'w Refund>,
}
object!(TransactionView, "OrderTransaction", of.scene);

impl TransactionView<'_> {
    /// Returns its id.
    pub(crate) fn id(&self) -> TransactionId {
        self.refund.and_then(|refund| refund.transaction).unwrap_or(self.of.order.payment.id)
    }

    fn field<'a>(&'a self, name: &str, info: &'a ResolveInfo<'a>) -> Resolved<'a> {
        let order = self.of.order;
        let scene = self.of.scene;
        let gateway = self.refund.map_or(order.payment.gateway, |refund| refund.gateway);
        let done = self.refund.is_some() || order.payment.paid_at.is_some();
        Ok(match name {
            "id" => id("OrderTransaction", self.id().number()),
            "kind" => text(if self.refund.is_some() { "REFUND" } else { "SALE" }),
            "status" => text(match (done, order.cancelled_at) {
                (true, _) => "SUCCESS",
                (false, None) => "PENDING",
                (false, Some(_)) => "FAILURE",
            }),
            "gateway" => text(gateway),
            "formattedGateway" => text(&formatted(gateway)),
            "amountSet" => scene.bag(self.refund.map_or(order.payment.amount, |refund| refund.amount)),
            "createdAt" => time(self.refund.map_or(order.created_at, |refund| refund.created_at)),
            "processedAt" => {
                maybe_time(self.refund.map(|refund| refund.created_at).or(order.payment.paid_at))
            }
            "order" => ResolvedValue::object(self.of),
            "parentTransaction" => ResolvedValue::nullable_object(self.refund.map(|_| self.of.payment())),
            "paymentId" => {
                text(&format!("{}.{}", scene.world.order_name(self.of.id), self.id().number() % 10))
            }
            "test" | "manuallyCapturable" | "multiCapturable" => flag(false),
            "manualPaymentGateway" => flag(gateway == "manual"),
            "maximumRefundableV2" => {
                if self.refund.is_some() {
                    ResolvedValue::null()
                } else {
                    scene.money(order.refundable())
                }
            }
            "totalUnsettledSet" => scene.bag(0),
            "settlementCurrency" => text(scene.currency().code()),
            "errorCode" | "accountNumber" | "authorizationExpiresAt" | "receiptJson" => ResolvedValue::null(),
            _ => return forgotten(self, info),
        })
    }
}

/// Writes a gateway as people read it: `shopify_payments` as `Shopify payments`.
pub(crate) fn formatted(gateway: &str) -> String {
    let spaced = gateway.replace('_', " ");
    let mut letters = spaced.chars();
    letters.next().map_or_else(String::new, |first| first.to_uppercase().chain(letters).collect())
}
