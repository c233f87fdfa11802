//! What the shop would give back, computed before it is asked to.

use apollo_compiler::resolvers::{FieldError, ObjectValue, ResolveInfo, ResolvedValue};
use apollo_compiler::response::JsonValue;
use fermata_model::Money;

use super::line::LineView;
use super::order::OrderView;
use super::refund::RefundLineView;
use super::transaction::formatted;
use super::{Resolved, flag_argument, forgotten, text, text_argument};
use crate::shopify::errors::Refusal;
use crate::shopify::gid;

/// Resolves `Order.suggestedRefund`.
pub(crate) fn suggest<'a>(of: OrderView<'a>, info: &ResolveInfo<'_>) -> Resolved<'a> {
    let arguments = info.arguments();
    let full = flag_argument(arguments, "suggestFullRefund");
    let mut lines = Vec::new();
    if full {
        for (_, line) in of.lines().into_iter().filter(|(_, line)| line.left() > 0) {
            lines.push(part(of, line, line.left()));
        }
    }
    for asked in arguments.get("refundLineItems").and_then(JsonValue::as_array).into_iter().flatten() {
        lines.push(asked_for(of, asked)?);
    }
    let left = of.order.shipping_left();
    let shipping = match text_argument(arguments, "shippingAmount") {
        Some(amount) => Money::parse(&amount, of.scene.currency())
            .map_err(|_| FieldError::from(Refusal::bad_request("shippingAmount is not a valid amount")))?
            .minor
            .clamp(0, left),
        None if full || flag_argument(arguments, "refundShipping") => left,
        None => 0,
    };
    Ok(ResolvedValue::object(Suggestion { of, lines, shipping }))
}

fn part<'a>(of: OrderView<'a>, line: LineView<'a>, pieces: u32) -> RefundLineView<'a> {
    let amount = of.order.worth(line.place, pieces);
    RefundLineView { of, number: None, line, pieces, amount, restock: None }
}

fn asked_for<'a>(of: OrderView<'a>, asked: &JsonValue) -> Result<RefundLineView<'a>, FieldError> {
    let number =
        asked.get("lineItemId").and_then(JsonValue::as_str).and_then(|id| gid::number(id, "LineItem"));
    let line = of.lines().into_iter().find(|(found, _)| Some(*found) == number).map(|(_, line)| line);
    let pieces =
        asked.get("quantity").and_then(JsonValue::as_i64).and_then(|pieces| u32::try_from(pieces).ok());
    match (line, pieces) {
        (Some(line), Some(pieces)) if pieces <= line.left() => Ok(part(of, line, pieces)),
        (Some(_), _) => {
            Err(Refusal::bad_request("Quantity cannot refund more items than were purchased").into())
        }
        (None, _) => Err(Refusal::bad_request("Line item does not exist").into()),
    }
}

struct Suggestion<'w> {
    of: OrderView<'w>,
    lines: Vec<RefundLineView<'w>>,
    shipping: i64,
}

impl Suggestion<'_> {
    fn goods(&self) -> i64 {
        self.lines.iter().map(|line| line.amount).sum()
    }

    fn amount(&self) -> i64 {
        (self.goods() + self.shipping).min(self.of.order.refundable())
    }
}

impl ObjectValue for Suggestion<'_> {
    fn type_name(&self) -> &str {
        "SuggestedRefund"
    }

    fn resolve_field<'a>(&'a self, info: &'a ResolveInfo<'a>) -> Resolved<'a> {
        let scene = self.of.scene;
        let list_price: i64 =
            self.lines.iter().map(|line| line.line.line.price * i64::from(line.pieces)).sum();
        Ok(match info.field_name() {
            "amountSet" => scene.bag(self.amount()),
            "maximumRefundableSet" => scene.bag(self.of.order.refundable()),
            "subtotalSet" => scene.bag(list_price),
            "discountedSubtotalSet" => scene.bag(self.goods()),
            "totalCartDiscountAmountSet" => scene.bag(list_price - self.goods()),
            "totalDutiesSet" => scene.bag(0),
            "totalTaxSet" => scene.bag(match self.of.order.total() {
                0 => 0,
                total => self.of.order.tax * self.amount() / total,
            }),
            "refundLineItems" => {
                ResolvedValue::list(self.lines.iter().map(|line| ResolvedValue::object(*line)))
            }
            "shipping" => ResolvedValue::object(Shipping(self)),
            "suggestedTransactions" => {
                let some = (self.amount() > 0).then(|| ResolvedValue::object(Transaction(self)));
                ResolvedValue::list(some)
            }
            _ => return forgotten(self, info),
        })
    }
}

struct Shipping<'s>(&'s Suggestion<'s>);

impl ObjectValue for Shipping<'_> {
    fn type_name(&self) -> &str {
        "ShippingRefund"
    }

    fn resolve_field<'a>(&'a self, info: &'a ResolveInfo<'a>) -> Resolved<'a> {
        let of = self.0.of;
        Ok(match info.field_name() {
            "amountSet" => of.scene.bag(self.0.shipping),
            "maximumRefundableSet" => of.scene.bag(of.order.shipping_left()),
            "taxSet" => of.scene.bag(0),
            _ => return forgotten(self, info),
        })
    }
}

struct Transaction<'s>(&'s Suggestion<'s>);

impl ObjectValue for Transaction<'_> {
    fn type_name(&self) -> &str {
        "SuggestedOrderTransaction"
    }

    fn resolve_field<'a>(&'a self, info: &'a ResolveInfo<'a>) -> Resolved<'a> {
        let of = self.0.of;
        let gateway = of.order.payment.gateway;
        Ok(match info.field_name() {
            "amountSet" => of.scene.bag(self.0.amount()),
            "maximumRefundableSet" => of.scene.bag(of.order.refundable()),
            "gateway" => text(gateway),
            "formattedGateway" => text(&formatted(gateway)),
            "kind" => text("SUGGESTED_REFUND"),
            "parentTransaction" => ResolvedValue::object(of.payment()),
            "accountNumber" => ResolvedValue::null(),
            _ => return forgotten(self, info),
        })
    }
}
