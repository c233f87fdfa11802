//! Orders.

use apollo_compiler::resolvers::{ResolveInfo, ResolvedValue};
use fermata_model::Platform;

use super::connection::Connection;
use super::customer::CustomerView;
use super::line::{LineView, ShippingView};
use super::packing::PackingView;
use super::parcel::ParcelView;
use super::place::PlaceView;
use super::refund::RefundView;
use super::shop::Plain;
use super::transaction::TransactionView;
use super::{
    Resolved, Scene, big, count, flag, forgotten, id, maybe, maybe_time, none, object, text, texts, time,
    whole, whole_argument,
};
use crate::world::{Id, Moment, Order, OrderId};

/// An order.
#[derive(Clone, Copy)]
pub(crate) struct OrderView<'w> {
    /// Where it is shown.
    pub(crate) scene: &'w Scene<'w>,
    /// Its id.
    pub(crate) id: OrderId,
    /// The order.
    pub(crate) order: &'w Order,
}
object!(OrderView, "Order");

impl<'w> OrderView<'w> {
    /// Shows an order, if there is one of this id that the app may see.
    pub(crate) fn of(scene: &'w Scene<'w>, id: OrderId) -> Option<Self> {
        let order = scene.world.order_at(Platform::Shopify, id)?;
        scene.sees(order).then_some(Self { scene, id, order })
    }

    /// Returns what was paid so far, in minor units.
    pub(crate) fn received(&self) -> i64 {
        self.order.received()
    }

    /// Shows its payment.
    pub(crate) fn payment(self) -> TransactionView<'w> {
        TransactionView { of: self, refund: None }
    }

    /// Shows its payment and whatever went back, in the order of time.
    fn transactions(self) -> Vec<TransactionView<'w>> {
        let mut all = vec![self.payment()];
        all.extend(
            self.order
                .refunds
                .iter()
                .filter(|refund| refund.transaction.is_some())
                .map(|refund| TransactionView { of: self, refund: Some(refund) }),
        );
        all
    }

    /// Shows its lines, each with its number.
    pub(crate) fn lines(self) -> Vec<(u64, LineView<'w>)> {
        self.order
            .lines
            .iter()
            .enumerate()
            .map(|(place, line)| (line.id.number(), LineView { of: self, place, line }))
            .collect()
    }

    /// Shows where it goes.
    fn address(&self) -> Option<PlaceView<'w>> {
        let home = self.home()?;
        let Some(to) = self.scene.books.recipients.get(&self.id) else { return Some(home) };
        Some(PlaceView {
            name: (&to.first, &to.last),
            company: to.company.as_deref(),
            phone: to.phone.as_deref(),
            ..home
        })
    }

    /// Shows where the buyer lives, or wherever the order went to from the beginning.
    fn home(&self) -> Option<PlaceView<'w>> {
        let person = self.scene.world.people.get(self.order.person.index())?;
        Some(PlaceView {
            scene: self.scene,
            address: self.order.ship_to.as_deref().unwrap_or(&person.address),
            name: (&person.first, &person.last),
            company: None,
            phone: person.phone.as_deref(),
            number: self.id.number(),
            model: "Address",
        })
    }

    /// Returns when it was called off, once the vendor's job has come so far.
    fn cancelled_at(&self) -> Option<Moment> {
        let waits = self.scene.books.cancels.get(&self.id).is_some_and(|job| job.done_at > self.scene.now);
        self.order.cancelled_at.filter(|_| !waits)
    }

    fn limited<'a, T>(info: &ResolveInfo<'_>, all: Vec<T>) -> ResolvedValue<'a>
    where
        T: apollo_compiler::resolvers::ObjectValue + 'a,
    {
        let most = whole_argument(info.arguments(), "first")
            .and_then(|first| usize::try_from(first).ok())
            .unwrap_or(usize::MAX);
        ResolvedValue::list(all.into_iter().take(most).map(ResolvedValue::object))
    }

    fn field<'a>(&'a self, name: &str, info: &'a ResolveInfo<'a>) -> Resolved<'a> {
        let (scene, order) = (self.scene, self.order);
        if name.ends_with("Set") {
            return self.sum(name, info);
        }
        Ok(match name {
            "id" => id("Order", self.id.number()),
            "legacyResourceId" => big(self.id.number()),
            "name" => text(&scene.world.order_name(self.id)),
            "number" => whole(i64::from(scene.world.order_number(self.id))),
            "createdAt" | "processedAt" => time(order.created_at),
            "updatedAt" => time(order.updated_at),
            "cancelledAt" => maybe_time(self.cancelled_at()),
            "cancellation" => ResolvedValue::nullable_object(self.cancelled_at().map(|_| {
                let note = scene.books.cancels.get(&self.id).and_then(|job| job.note.as_deref());
                Plain::new("OrderCancellation", vec![("staffNote", note.into())])
            })),
            "cancelReason" => maybe(self.cancelled_at().map(|_| reason(order.cancel_reason.as_deref()))),
            "closed" => flag(order.closed_at.is_some()),
            "closedAt" => maybe_time(order.closed_at),
            "confirmed" => flag(true),
            "confirmationNumber" => text(&format!("P{:08X}", self.id.place().wrapping_mul(2_654_435_761))),
            "currencyCode" | "presentmentCurrencyCode" => text(scene.currency().code()),
            "customer" => ResolvedValue::nullable_object(
                order.account.and_then(|account| CustomerView::of(scene, account)),
            ),
            "customerAcceptsMarketing" => flag(
                order
                    .account
                    .and_then(|account| scene.world.accounts.get(account))
                    .is_some_and(|account| account.accepts_marketing),
            ),
            "customerLocale" => text("en"),
            "customAttributes" | "taxLines" | "discountCodes" => none(),
            "email" => maybe(order.email.as_deref()),
            "phone" => ResolvedValue::null(),
            "note" => maybe(order.note.as_deref()),
            "tags" => texts(&order.tags),
            "displayFinancialStatus" => text(order.financial_status()),
            "displayFulfillmentStatus" => text(order.fulfillment_status()),
            "returnStatus" => {
                text(if order.lines.iter().any(|line| line.refunded > 0) { "RETURNED" } else { "NO_RETURN" })
            }
            "fullyPaid" => flag(order.payment.paid_at.is_some()),
            "unpaid" => flag(order.payment.paid_at.is_none()),
            "refundable" => flag(order.refundable() > 0),
            "restockable" => flag(order.lines.iter().any(|line| line.refunded < line.quantity)),
            "requiresShipping" | "taxesIncluded" | "billingAddressMatchesShippingAddress" => flag(true),
            "fulfillable" => flag(order.cancelled_at.is_none() && order.fulfillment_status() != "FULFILLED"),
            "canMarkAsPaid" => flag(order.payment.paid_at.is_none() && order.cancelled_at.is_none()),
            "canNotifyCustomer" => flag(order.email.is_some()),
            "test" | "edited" | "estimatedTaxes" | "taxExempt" | "capturable" => flag(false),
            "shippingAddress" | "displayAddress" => ResolvedValue::nullable_object(self.address()),
            "billingAddress" => ResolvedValue::nullable_object(self.home()),
            "shippingLine" => ResolvedValue::object(ShippingView { of: *self }),
            "shippingLines" => {
                return Connection::of(info, vec![(self.id.number(), ShippingView { of: *self })]);
            }
            "lineItems" => return Connection::of(info, self.lines()),
            "subtotalLineItemsQuantity" => {
                whole(order.lines.iter().map(|line| i64::from(line.quantity)).sum())
            }
            "currentSubtotalLineItemsQuantity" => whole(
                order.lines.iter().map(|line| i64::from(line.quantity) - i64::from(line.refunded)).sum(),
            ),
            "fulfillments" => {
                let all = order.parcels.iter().map(|parcel| ParcelView { of: *self, parcel }).collect();
                Self::limited(info, all)
            }
            "fulfillmentOrders" => {
                return Connection::of(info, vec![(self.id.number(), PackingView { of: *self })]);
            }
            "fulfillmentsCount" => count(order.parcels.len(), None),
            "refunds" => {
                let all = order.refunds.iter().map(|refund| RefundView { of: *self, refund }).collect();
                Self::limited(info, all)
            }
            "transactions" => {
                // Nothing here waits for a capture or for a decision of the shop.
                let waiting = ["capturable", "manuallyResolvable"]
                    .iter()
                    .any(|name| super::flag_argument(info.arguments(), name));
                Self::limited(info, if waiting { Vec::new() } else { self.transactions() })
            }
            "transactionsCount" => count(self.transactions().len(), None),
            "suggestedRefund" => return super::suggestion::suggest(*self, info),
            "paymentGatewayNames" => ResolvedValue::list([text(order.payment.gateway)]),
            "sourceName" => text("web"),
            "discountCode" | "sourceIdentifier" | "poNumber" => ResolvedValue::null(),
            _ => return forgotten(self, info),
        })
    }

    fn sum<'a>(&'a self, name: &str, info: &'a ResolveInfo<'a>) -> Resolved<'a> {
        let order = self.order;
        let booked_lines: i64 =
            order.refunds.iter().flat_map(|refund| &refund.lines).map(|(_, _, amount)| amount).sum();
        let booked_shipping: i64 = order.refunds.iter().map(|refund| refund.shipping).sum();
        let minor = match name {
            "subtotalPriceSet" => order.subtotal() - order.discount,
            "totalPriceSet" | "originalTotalPriceSet" => order.total(),
            "totalShippingPriceSet" => order.shipping,
            "totalTaxSet" => order.tax,
            "totalDiscountsSet" | "currentTotalDiscountsSet" => order.discount,
            "totalReceivedSet" => self.received(),
            "totalRefundedSet" => order.refunded(),
            "totalRefundedShippingSet" => booked_shipping,
            "totalOutstandingSet" => {
                if order.cancelled_at.is_some() {
                    0
                } else {
                    (order.total() - self.received()).max(0)
                }
            }
            "totalTipReceivedSet" => 0,
            "netPaymentSet" => self.received() - order.refunded(),
            "currentSubtotalPriceSet" => order.subtotal() - order.discount - booked_lines,
            "currentTotalPriceSet" => order.total() - booked_lines - booked_shipping,
            "currentTotalTaxSet" => match order.total() {
                0 => 0,
                total => order.tax * (total - booked_lines - booked_shipping) / total,
            },
            "currentShippingPriceSet" => order.shipping - booked_shipping,
            "refundDiscrepancySet" => order.refunded() - booked_lines - booked_shipping,
            _ => return forgotten(self, info),
        };
        Ok(self.scene.bag(minor))
    }
}

/// Returns a reason in the vendor's words; `OTHER` for one that it does not know.
fn reason(reason: Option<&str>) -> &'static str {
    let said = reason.unwrap_or_default().to_ascii_uppercase();
    ["CUSTOMER", "DECLINED", "FRAUD", "INVENTORY", "STAFF"]
        .into_iter()
        .find(|known| *known == said)
        .unwrap_or("OTHER")
}
