//! Refunds: quotes, the two lists of what was refunded, and the transactions.
//!
//! A refund's amounts must be those of its quote (422). What is answered with 201 is scheduled; the gateway carries it
//! out a little later, and only then do the order's status and transactions show it. One refund of an order at a time:
//! another is refused while one is under way, since the vendor says that concurrent ones are not supported. Nothing
//! goes back to stock.
//!
//! What it leaves out: adjustments of tax, gift wrapping, handling and fees, of which the shop's orders have none; and
//! payments that the gateway declines.
//!
//! Source: orders.v3 of the vendor's OpenAPI files (April 2026).

mod quote;
mod transactions;

use std::collections::HashMap;

use fermata_model::{Money, Platform};
use serde_json::{Value, json};

pub(super) use self::quote::quote;
use self::quote::{calculate, payments};
pub(super) use self::transactions::transactions;
use super::errors::refund_refused;
use super::numbers::{LINES, ORDERS, REFUNDS, TRANSACTIONS};
use super::orders::{order_of, placed_here, state};
use super::values::{amount, iso};
use super::{Asked, bodies, body, lists, money};
use crate::json::number;
use crate::paging::Numbered;
use crate::vendor::{Call, Reply};
use crate::world::{Moment, NewRefund, OrderId, Refund, RefundId, World};

/// Whoever made the token.
const USER: u64 = 1;

/// What refunds were asked for with, as far as the world has no place for it.
#[derive(Debug, Default)]
pub(super) struct Refunds(HashMap<RefundId, Booked>);

#[derive(Debug)]
struct Booked {
    items: Vec<Value>,
    payments: Vec<Value>,
    tax: i64,
    own_sum: bool,
}

/// Schedules a refund.
pub(super) fn create(asked: &Asked<'_>, call: &mut Call<'_>, refunds: &mut Refunds) -> Result<Reply, Reply> {
    let (id, order) = order_of(asked, call.world)?;
    let body = body(asked, &bodies::REFUND)?;
    if state::refunding(order, call.now) {
        return Err(refund_refused("Another refund of this order is being processed."));
    }
    let mut quote = calculate(call, id, order, &body["items"]).map_err(|what| refund_refused(&what))?;
    let currency = call.world.shop.currency;
    let own_sum = body.get("merchant_calculated_override").is_some();
    if own_sum {
        let own = &body["merchant_calculated_override"];
        let (total, tax) = (amount(&own["total_amount"], currency), amount(&own["total_tax"], currency));
        let (Some(total), Some(tax)) = (total.filter(|it| (1..=order.refundable()).contains(it)), tax) else {
            return Err(refund_refused("The overriding amounts are not possible."));
        };
        (quote.total, quote.tax) = (total, tax);
    }
    let paid = payments(&body["payments"], order, &quote, currency).map_err(|what| refund_refused(&what))?;
    let items: Vec<Value> = body["items"].as_array().into_iter().flatten().map(item).collect();
    let note = (!quote.reasons.is_empty()).then(|| quote.reasons.join("\n"));
    let new =
        NewRefund { amount: quote.total, lines: quote.lines, shipping: quote.shipping, note, restock: None };
    let Some(refund) = call.world.refund(id, new, call.now) else { return Err(asked.api.not_found()) };
    let money = Money::new(quote.total, currency);
    call.applied("refund", ORDERS.of(id), Some(REFUNDS.of(refund).to_string()), Some(money));
    refunds.0.insert(refund, Booked { items, payments: paid, tax: quote.tax, own_sum });
    let written = written(call.world, id, refund, refunds, call.now).unwrap_or(Value::Null);
    Ok(lists::data(201, written))
}

/// Writes an item as a refund shows it.
fn item(asked: &Value) -> Value {
    let mut out = json!({
        "item_type": asked["item_type"], "item_id": asked["item_id"],
        "reason": asked["reason"].as_str().unwrap_or(""),
    });
    match asked["item_type"].as_str() {
        Some("PRODUCT") => {
            out["quantity"] = asked["quantity"].clone();
            out["adjustments"] = asked.get("adjustments").cloned().unwrap_or_else(|| json!([]));
        }
        _ => out["requested_amount"] = asked["amount"].clone(),
    }
    out
}

/// Lists the refunds of all orders.
pub(super) fn list(
    asked: &Asked<'_>,
    call: &mut Call<'_>,
    refunds: &Refunds,
    numbered: &mut Numbered,
) -> Reply {
    let query = &asked.query;
    let (orders, ids) = (query.wanted("order_id:in"), query.wanted("id:in"));
    let mut found: Vec<(RefundId, OrderId)> = call
        .world
        .orders
        .iter()
        .filter(|(_, order)| !order.refunds.is_empty())
        .filter(|(_, order)| call.world.storefront_of(order.person) == Platform::Bigcommerce)
        .filter(|(id, _)| orders.has(ORDERS.of(*id)))
        .flat_map(|(id, order)| order.refunds.iter().map(move |refund| (id, refund)))
        .filter(|(_, refund)| ids.has(REFUNDS.of(refund.id)))
        .filter(|(_, refund)| query.within(refund.created_at, "created:min", "created:max"))
        .filter(|(_, refund)| through(refund, query.text("transaction_id")))
        .map(|(id, refund)| (refund.id, id))
        .collect();
    found.sort_unstable();
    lists::plain(numbered, asked, call, &found, |call, (refund, order)| {
        written(call.world, *order, *refund, refunds, call.now).unwrap_or(Value::Null)
    })
}

/// Lists the refunds of an order.
pub(super) fn of_order(asked: &Asked<'_>, call: &Call<'_>, refunds: &Refunds) -> Result<Reply, Reply> {
    let (id, order) = order_of(asked, call.world)?;
    let data: Vec<Value> = order
        .refunds
        .iter()
        .filter(|refund| through(refund, asked.query.text("transaction_id")))
        .filter_map(|refund| written(call.world, id, refund.id, refunds, call.now))
        .collect();
    Ok(lists::data(200, data))
}

/// Returns a refund; here, and only here, the amounts of items are texts.
pub(super) fn get(asked: &Asked<'_>, call: &Call<'_>, refunds: &Refunds) -> Result<Reply, Reply> {
    let id: Option<RefundId> = asked.numbers.first().and_then(|number| REFUNDS.id(*number));
    let order = call.world.orders.iter().find(|(_, order)| order.refunds.iter().any(|it| Some(it.id) == id));
    let order = order.map(|(order, _)| order).filter(|order| placed_here(call.world, *order).is_some());
    let found = order.zip(id).and_then(|(order, id)| written(call.world, order, id, refunds, call.now));
    let mut found = found.ok_or_else(|| asked.api.not_found())?;
    for item in found["items"].as_array_mut().into_iter().flatten() {
        item["requested_amount"] = match &item["requested_amount"] {
            Value::Null => Value::Null,
            amount => Value::String(amount.to_string()),
        };
    }
    Ok(lists::data(200, found))
}

fn through(refund: &Refund, transaction: Option<&str>) -> bool {
    transaction.is_none_or(|asked| {
        refund.transaction.is_some_and(|known| TRANSACTIONS.of(known).to_string() == asked)
    })
}

fn written(world: &World, order: OrderId, id: RefundId, refunds: &Refunds, now: Moment) -> Option<Value> {
    let row = world.orders.get(order)?;
    let refund = row.refunds.iter().find(|refund| refund.id == id)?;
    let currency = world.shop.currency;
    let booked = refunds.0.get(&id);
    let items = match booked {
        Some(booked) => booked.items.clone(),
        None => refund
            .lines
            .iter()
            .filter_map(|(place, pieces, _)| Some((row.lines.get(usize::from(*place))?, pieces)))
            .map(|(line, pieces)| {
                json!({
                    "item_type": "PRODUCT", "item_id": LINES.of(line.id), "reason": "", "quantity": pieces,
                    "adjustments": [],
                })
            })
            .collect(),
    };
    let mut payments = match booked {
        Some(booked) => booked.payments.clone(),
        None => vec![json!({
            "id": 1, "provider_id": money::provider(refund.gateway).id, "amount": number(refund.amount, currency),
            "offline": false, "is_declined": false, "declined_message": "",
        })],
    };
    // The gateway gives it one when it has carried it out.
    let transaction = refund.transaction.filter(|_| refund.created_at.plus(state::SETTLES) <= now);
    if let Some(transaction) = transaction {
        for payment in &mut payments {
            payment["transaction_id"] = json!(TRANSACTIONS.of(transaction).to_string());
        }
    }
    Some(json!({
        "id": REFUNDS.of(id),
        "order_id": ORDERS.of(order),
        "user_id": USER,
        "created": iso(refund.created_at),
        "reason": refund.note.as_deref().unwrap_or(""),
        "total_amount": number(refund.amount, currency),
        "total_tax": number(booked.map_or(0, |booked| booked.tax), currency),
        "uses_merchant_override_values": booked.is_some_and(|booked| booked.own_sum),
        "items": items,
        "payments": payments,
    }))
}
