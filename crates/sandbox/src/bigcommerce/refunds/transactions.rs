//! The movements of money of an order.

use serde_json::json;

use super::super::numbers::{ORDERS, TRANSACTIONS};
use super::super::orders::{order_of, state};
use super::super::values::iso;
use super::super::{Asked, lists, money};
use crate::json::number;
use crate::vendor::{Call, Reply};
use crate::world::Moment;

/// Lists the movements of money of an order: the payment and the refunds that were carried out.
pub(in super::super) fn transactions(asked: &Asked<'_>, call: &Call<'_>) -> Result<Reply, Reply> {
    let (id, order) = order_of(asked, call.world)?;
    let Some(paid_at) = order.payment.paid_at else { return Ok(Reply::empty(204)) };
    let one = |number_: u64, event: &str, minor: i64, gateway: &str, at: Moment| {
        let provider = money::provider(gateway);
        json!({
            "id": number_, "order_id": ORDERS.of(id).to_string(), "event": event, "method": provider.method,
            "amount": number(minor, call.world.shop.currency), "currency": call.world.shop.currency.code(),
            "gateway": provider.gateway, "gateway_transaction_id": format!("{}-{number_}", provider.gateway),
            "date_created": iso(at), "test": false, "status": "ok", "fraud_review": false,
            "offline": null, "custom": null, "payment_method_id": provider.id, "payment_instrument_token": null,
            "avs_result": {}, "cvv_result": {}, "gift_certificate": null, "store_credit": null,
        })
    };
    let paid = TRANSACTIONS.of(order.payment.id);
    let mut data = vec![one(paid, "purchase", order.payment.amount, order.payment.gateway, paid_at)];
    for refund in &order.refunds {
        let settled = refund.created_at.plus(state::SETTLES);
        if let Some(transaction) = refund.transaction.filter(|_| settled <= call.now) {
            let mut written =
                one(TRANSACTIONS.of(transaction), "refund", refund.amount, refund.gateway, settled);
            written["reference_transaction_id"] = json!(paid);
            data.push(written);
        }
    }
    Ok(lists::unpaged(data))
}
