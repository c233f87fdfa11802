//! Refunds: quotes, and the two lists of what was refunded.
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

use std::collections::HashMap;

use serde_json::{Value, json};

use super::errors::refund_refused;
use super::numbers::{LINES, ORDERS, REFUNDS, TRANSACTIONS};
use super::orders::sums::{shares, worth};
use super::orders::{order_of, placed_here, state};
use super::values::{amount, iso, number};
use super::{Asked, bodies, body, lists, money};
use crate::paging::Numbered;
use crate::vendor::{Call, Reply};
use crate::world::{Moment, NewRefund, Order, OrderId, Refund, RefundId, World};
use fermata_model::{Money, Platform};

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

/// What some items of an order come to.
#[derive(Debug, Default)]
struct Quote {
    total: i64,
    tax: i64,
    order_level: i64,
    shipping: i64,
    deducted: i64,
    lines: Vec<(u16, u32, i64)>,
    reasons: Vec<String>,
}

/// Quotes a refund.
pub(super) fn quote(asked: &Asked<'_>, call: &Call<'_>) -> Result<Reply, Reply> {
    let id = order_of(asked, call)?;
    let order = placed_here(call.world, id).ok_or_else(|| asked.api.not_found())?;
    let body = body(asked, &bodies::REFUND_QUOTE)?;
    let refuse = |what: String| asked.api.bad("items", &what);
    let quote = calculate(call, id, order, &body["items"]).map_err(refuse)?;
    let currency = call.world.shop.currency;
    let money = |minor: i64| number(minor, currency);
    let methods: Vec<Value> = methods(order)
        .into_iter()
        .map(|(provider, title, offline)| {
            json!([{
                "provider_id": provider, "provider_description": title, "amount": money(quote.total),
                "offline": offline, "offline_provider": offline, "offline_reason": "",
            }])
        })
        .collect();
    let data = json!({
        "order_id": ORDERS.of(id),
        "total_refund_amount": money(quote.total),
        "total_refund_tax_amount": money(quote.tax),
        "order_level_refund_amount": money(quote.order_level),
        "rounding": 0,
        "adjustment": money(-quote.deducted),
        "tax_inclusive": true,
        "refund_methods": methods,
    });
    Ok(Reply::json(201, &json!({ "data": data, "meta": {} })))
}

/// Returns what a refund of an order can go back through: provider, title, and whether it is only booked.
fn methods(order: &Order) -> Vec<(&'static str, &'static str, bool)> {
    let provider = money::provider(order.payment.gateway);
    let mut methods = vec![(provider.id, provider.title, provider.id == "custom")];
    if order.account.is_some() {
        methods.push(("storecredit", "Store Credit", false));
    }
    if provider.id != "custom" {
        methods.push(("custom", "Custom", true));
    }
    methods
}

fn calculate(call: &Call<'_>, id: OrderId, order: &Order, items: &Value) -> Result<Quote, String> {
    if order.received() == 0 {
        return Err("The order was not paid, so nothing can be refunded.".to_owned());
    }
    let mut quote = Quote::default();
    // Several items may name one line; each counts on top of those before it.
    let mut order = order.clone();
    for item in items.as_array().into_iter().flatten() {
        let (kind, target) =
            (item["item_type"].as_str().unwrap_or(""), item["item_id"].as_u64().unwrap_or(0));
        let currency = call.world.shop.currency;
        let given = || {
            let given = amount(&item["amount"], currency).filter(|amount| *amount > 0);
            given.ok_or_else(|| format!("A refund of {kind} needs an amount of two decimals above 0."))
        };
        match kind {
            "PRODUCT" => product(&mut quote, &mut order, item, target, currency)?,
            "SHIPPING" => {
                let asked = given()?;
                let address = super::orders::address_of(id);
                let left = order.shipping_left() - quote.shipping;
                if target != address || asked > left {
                    return Err("More than the shipping that is left, or another order's.".to_owned());
                }
                quote.shipping += asked;
                quote.tax += if order.shipping == 0 { 0 } else { shares(&order).1 * asked / order.shipping };
                quote.total += asked;
            }
            "ORDER" => {
                let asked = given()?;
                if target != ORDERS.of(id) {
                    return Err("The item of a refund of ORDER is the order itself.".to_owned());
                }
                quote.order_level += asked;
                quote.total += asked;
            }
            other => return Err(format!("The order has no {other} to refund.")),
        }
        quote.reasons.extend(item["reason"].as_str().map(str::to_owned));
    }
    if quote.total <= 0 {
        return Err("There is nothing to refund.".to_owned());
    }
    if quote.total > order.refundable() {
        return Err("More than what is left of the payment.".to_owned());
    }
    Ok(quote)
}

fn product(
    quote: &mut Quote,
    order: &mut Order,
    item: &Value,
    target: u64,
    currency: fermata_model::Currency,
) -> Result<(), String> {
    let place = order.lines.iter().position(|line| LINES.of(line.id) == target);
    let Some(place) = place else { return Err("There is no such product in the order.".to_owned()) };
    let pieces = item["quantity"].as_u64().and_then(|pieces| u32::try_from(pieces).ok()).filter(|it| *it > 0);
    let Some(pieces) = pieces else { return Err("A refund of PRODUCT needs a quantity above 0.".to_owned()) };
    let line = &order.lines[place];
    if pieces > line.quantity.saturating_sub(line.refunded) {
        return Err("More pieces than are left to refund.".to_owned());
    }
    let tax = shares(order).0.get(place).map_or(0, |share| share.tax) * i64::from(pieces)
        / i64::from(line.quantity);
    let mut money = worth(order, place, pieces);
    for deduction in item["adjustments"].as_array().into_iter().flatten() {
        let off = amount(&deduction["amount"], currency).filter(|off| *off <= 0 && money + off >= 0);
        let Some(off) = off else { return Err("An adjustment must be negative and not more.".to_owned()) };
        money += off;
        quote.deducted -= off;
    }
    quote.lines.push((u16::try_from(place).unwrap_or(u16::MAX), pieces, money));
    quote.tax += tax;
    quote.total += money;
    order.lines[place].refunded += pieces;
    Ok(())
}

/// Schedules a refund.
pub(super) fn create(asked: &Asked<'_>, call: &mut Call<'_>, refunds: &mut Refunds) -> Result<Reply, Reply> {
    let id = order_of(asked, call)?;
    let body = body(asked, &bodies::REFUND)?;
    let Some(order) = placed_here(call.world, id) else { return Err(asked.api.not_found()) };
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
    Ok(Reply::json(201, &json!({ "data": written, "meta": {} })))
}

/// Checks that the payments are those of the quote.
fn payments(
    given: &Value,
    order: &Order,
    quote: &Quote,
    currency: fermata_model::Currency,
) -> Result<Vec<Value>, String> {
    let known = methods(order);
    let mut sum = 0;
    let mut written = Vec::new();
    for (nth, payment) in given.as_array().into_iter().flatten().enumerate() {
        let provider = payment["provider_id"].as_str().unwrap_or("");
        if provider == "storecredit" && order.account.is_none() {
            return Err("Unable to process a guest refund with store credit.".to_owned());
        }
        if !known.iter().any(|(id, _, _)| *id == provider) {
            return Err(format!("The order cannot be refunded through '{provider}'."));
        }
        let money = amount(&payment["amount"], currency).filter(|money| *money > 0);
        let Some(money) = money else { return Err("A payment needs an amount above 0.".to_owned()) };
        sum += money;
        let offline = payment["offline"].as_bool().unwrap_or(false) || provider == "custom";
        written.push(json!({
            "id": nth + 1, "provider_id": provider, "amount": number(money, currency), "offline": offline,
            "is_declined": false, "declined_message": "",
        }));
    }
    if sum != quote.total {
        return Err("The payments do not match the amount of the quote.".to_owned());
    }
    Ok(written)
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
    let (orders, ids) = (query.wholes("order_id:in"), query.wholes("id:in"));
    let mut found: Vec<(RefundId, OrderId)> = call
        .world
        .orders
        .iter()
        .filter(|(_, order)| !order.refunds.is_empty())
        .filter(|(_, order)| call.world.storefront_of(order.person) == Platform::Bigcommerce)
        .filter(|(id, _)| orders.as_ref().is_none_or(|orders| orders.contains(&ORDERS.of(*id))))
        .flat_map(|(id, order)| order.refunds.iter().map(move |refund| (id, refund)))
        .filter(|(_, refund)| ids.as_ref().is_none_or(|ids| ids.contains(&REFUNDS.of(refund.id))))
        .filter(|(_, refund)| query.within(refund.created_at, "created:min", "created:max"))
        .filter(|(_, refund)| through(refund, query.text("transaction_id")))
        .map(|(id, refund)| (refund.id, id))
        .collect();
    found.sort_unstable();
    lists::v3(
        numbered,
        query,
        call,
        &found,
        |_| None,
        |call, (refund, order)| {
            written(call.world, *order, *refund, refunds, call.now).unwrap_or(Value::Null)
        },
    )
}

/// Lists the refunds of an order.
pub(super) fn of_order(asked: &Asked<'_>, call: &Call<'_>, refunds: &Refunds) -> Result<Reply, Reply> {
    let id = order_of(asked, call)?;
    let order = placed_here(call.world, id).ok_or_else(|| asked.api.not_found())?;
    let data: Vec<Value> = order
        .refunds
        .iter()
        .filter(|refund| through(refund, asked.query.text("transaction_id")))
        .filter_map(|refund| written(call.world, id, refund.id, refunds, call.now))
        .collect();
    Ok(Reply::json(200, &json!({ "data": data, "meta": {} })))
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
    Ok(Reply::json(200, &json!({ "data": found, "meta": {} })))
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

/// Lists the movements of money of an order: the payment and the refunds that were carried out.
pub(super) fn transactions(asked: &Asked<'_>, call: &Call<'_>) -> Result<Reply, Reply> {
    let id = order_of(asked, call)?;
    let order = placed_here(call.world, id).ok_or_else(|| asked.api.not_found())?;
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
    let many = data.len();
    let meta = json!({ "pagination": {
        "total": many, "count": many, "per_page": 50, "current_page": 1, "total_pages": 1,
        "links": { "current": "?page=1&limit=50" },
    } });
    Ok(Reply::json(200, &json!({ "data": data, "meta": meta })))
}
