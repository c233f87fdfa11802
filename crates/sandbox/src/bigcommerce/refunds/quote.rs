//! What a refund comes to, and what it can go back through.

use fermata_model::Currency;
use serde_json::{Value, json};

use super::super::numbers::{LINES, ORDERS};
use super::super::orders::sums::{shares, worth};
use super::super::orders::{address_of, order_of};
use super::super::values::amount;
use super::super::{Asked, bodies, body, lists, money};
use crate::json::number;
use crate::vendor::{Call, Reply};
use crate::world::{Order, OrderId};

/// What some items of an order come to.
#[derive(Debug, Default)]
pub(super) struct Quote {
    pub(super) total: i64,
    pub(super) tax: i64,
    order_level: i64,
    pub(super) shipping: i64,
    deducted: i64,
    pub(super) lines: Vec<(u16, u32, i64)>,
    pub(super) reasons: Vec<String>,
}

/// Quotes a refund.
pub(in super::super) fn quote(asked: &Asked<'_>, call: &Call<'_>) -> Result<Reply, Reply> {
    let (id, order) = order_of(asked, call.world)?;
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
    Ok(lists::data(201, data))
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

/// Adds up what the items come to.
///
/// Errors: what is wrong, in a sentence.
pub(super) fn calculate(call: &Call<'_>, id: OrderId, order: &Order, items: &Value) -> Result<Quote, String> {
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
                let address = address_of(id);
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
    currency: Currency,
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

/// Checks that the payments are those of the quote.
///
/// Errors: what is wrong, in a sentence.
pub(super) fn payments(
    given: &Value,
    order: &Order,
    quote: &Quote,
    currency: Currency,
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
