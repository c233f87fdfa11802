//! Money back on an order, through the payment provider.
//!
//! The shop checks little: not the amount against the order while another refund is on its way,
//! not the line's id. It books the refund, asks the provider, and takes the booking away again if
//! that says no. So the list of refunds is read first; the booking carries our key; and after an
//! answer that was lost or a 500 only the list tells.
//!
//! Source: refund_*.json, recorded on 10.5.0.

use fermata_model::action::Pieces;
use fermata_model::{Action, Currency, Frozen, Key, Money, Receipt, RecordRef};
use jiff::SignedDuration;
use serde_json::{Value, json};

use super::{ACTION, Draft, impossible, malformed, number};
use crate::http::{Method, Request};
use crate::woocommerce::{Woocommerce, door, map, wire};
use crate::{Error, Found};

const OPERATION: &str = "POST /orders/{id}/refunds";
const LIST: &str = "GET /orders/{id}/refunds";

/// Ends every refusal, for whoever reads only half of it.
const NOTHING: &str = "Nothing was paid.";

pub(super) async fn prepare(
    woo: &Woocommerce,
    order: &RecordRef,
    amount: Money,
    note: &str,
    restock: &[Pieces],
    key: Key,
) -> Result<Draft, Error> {
    let id = number(OPERATION, order)?;
    let label = &order.label;
    let no = |why: String| impossible(OPERATION, format!("{why} {NOTHING}"));
    if !amount.is_positive() {
        return Err(no("A refund must be more than nothing.".to_owned()));
    }
    let found: wire::Order =
        super::existing(woo, super::orders::read(order)?, &format!("the order {label}")).await?;
    let currency: Currency = found
        .currency
        .parse()
        .map_err(|_| malformed(OPERATION, "the order's currency is not one of ISO 4217"))?;
    if currency != amount.currency {
        return Err(no(format!("{label} was paid in {currency}, so it is refunded in {currency}.")));
    }
    if found.status == "trash" || wire::at(&found.date_paid_gmt).is_none() {
        return Err(no(format!("{label} has not been paid, so nothing can go back.")));
    }
    let total = found.total.exact(currency).map_err(|why| malformed(OPERATION, why))?;
    let total = total.ok_or_else(|| malformed(OPERATION, "the order has no total"))?;
    let mut left = total;
    for refund in refunds(woo, id).await? {
        let gone = map::absolute(&refund.amount, currency).map_err(|why| malformed(LIST, why))?;
        left = left.checked_sub(gone).map_err(|why| malformed(LIST, why))?;
    }
    if !left.is_positive() {
        return Err(no(format!("{label} is already refunded.")));
    }
    if left.minor < amount.minor {
        let (left, amount) = (left.shown(), amount.shown());
        return Err(no(format!("Only {left} can still go back on {label}, not {amount}.")));
    }
    can_send_back(woo, &found, label).await?;
    let mut lines = Vec::with_capacity(restock.len());
    for pieces in restock {
        let line = found.line_items.iter().flatten().find(|line| line.id.0 == pieces.line);
        let bought = line.and_then(|line| map::whole(&line.quantity));
        match (bought, pieces.line.parse::<u64>()) {
            (Some(bought), Ok(line)) if i64::from(pieces.quantity) <= bought => {
                // The amount is the order's; the line only says what goes back on the shelf.
                lines.push(json!({ "id": line, "quantity": pieces.quantity, "refund_total": 0 }));
            }
            _ => return Err(no(format!("{label} does not hold that many pieces to put back on the shelf."))),
        }
    }
    let mut body = json!({
        "amount": amount.decimal(),
        "reason": note.trim(),
        // Both are true unless told otherwise.
        "api_refund": true,
        "api_restock": !lines.is_empty(),
        "meta_data": [{ "key": ACTION, "value": key.to_string() }],
    });
    if !lines.is_empty() {
        body["line_items"] = Value::Array(lines);
    }
    let path = format!("/wc/v3/orders/{id}/refunds");
    Ok(Draft { operation: OPERATION, method: Method::POST, path, body: body.to_string(), undo: None })
}

/// Refuses a payment that the shop could only write down as refunded.
async fn can_send_back(woo: &Woocommerce, order: &wire::Order, label: &str) -> Result<(), Error> {
    let method = order.payment_method.0.as_deref().unwrap_or_default();
    let request = Request::get("GET /payment_gateways", "/wc/v3/payment_gateways")
        .query("_fields", "id,title,enabled,method_supports");
    let gateways: Vec<wire::Gateway> = woo.json(request).await?;
    let gateway =
        gateways.iter().find(|gateway| !method.is_empty() && gateway.id.0.as_deref() == Some(method));
    let mut supports = gateway.iter().flat_map(|gateway| gateway.method_supports.iter().flatten());
    if supports.any(|what| what.0.as_deref() == Some("refunds")) {
        return Ok(());
    }
    let by = [&order.payment_method_title.0, &order.payment_method.0]
        .into_iter()
        .flatten()
        .find(|text| !text.trim().is_empty());
    let by = by.map_or_else(|| "a way that WooCommerce does not know".to_owned(), |by| format!("\"{by}\""));
    let message = format!("{label} was paid by {by}, which cannot send money back by itself. {NOTHING}");
    Err(impossible(OPERATION, message)
        .with_hint("Send the money back by hand, and write the refund down in WooCommerce."))
}

/// Reads all refunds of an order.
async fn refunds(woo: &Woocommerce, order: &str) -> Result<Vec<wire::Refund>, Error> {
    const MOST: usize = 100;
    let mut all: Vec<wire::Refund> = Vec::new();
    let mut page = 1_u32;
    loop {
        let request = Request::get(LIST, format!("/wc/v3/orders/{order}/refunds"))
            .query("orderby", "id")
            .query("order", "asc")
            .query("page", page.to_string())
            .query("per_page", MOST.to_string());
        let some: Vec<wire::Refund> = woo.json(request).await?;
        let full = some.len() >= MOST;
        let before = all.len();
        all.extend(some.into_iter().filter(|refund| refund.id.0 != "0"));
        all.sort_by(|a, b| a.id.0.cmp(&b.id.0));
        all.dedup_by(|a, b| a.id == b.id);
        if !full || all.len() == before {
            return Ok(all);
        }
        page += 1;
    }
}

/// Looks for the booking that carries our key.
///
/// The key is written down only after the payment provider has answered, so a booking without any
/// that could be ours leaves the question open.
pub(super) async fn find(woo: &Woocommerce, frozen: &Frozen, order: &RecordRef) -> Result<Found, Error> {
    let id = number(LIST, order)?;
    let key = frozen.key.to_string();
    let mut unclear = false;
    for refund in refunds(woo, id).await? {
        let receipt = proof(frozen, &refund)?;
        if is_ours(&refund, &key) {
            let sent = refund.refunded_payment == true;
            // Booked and not sent: the provider is still being asked, or nobody ever will be.
            return Ok(if sent { Found::Yes(receipt) } else { Found::Pending });
        }
        unclear |= could_be_ours(frozen, &refund, &receipt);
    }
    Ok(if unclear { Found::Pending } else { Found::No })
}

fn could_be_ours(frozen: &Frozen, refund: &wire::Refund, booked: &Receipt) -> bool {
    let Action::OrderRefund { note, .. } = &frozen.action else { return false };
    // The shop's clock may go wrong by this much.
    let earliest = frozen.at - SignedDuration::from_mins(10);
    wire::meta(&refund.meta_data, ACTION).is_none()
        && booked.amount == frozen.action.amount()
        && bare(refund.reason.0.as_deref().unwrap_or_default()) == bare(note)
        && booked.at >= earliest
}

/// Returns a text without what WordPress takes away when it keeps it.
fn bare(text: &str) -> String {
    text.trim().replace('\\', "")
}

/// Reads the answer to the booking.
pub(super) fn receipt(frozen: &Frozen, amount: Money, answer: &str) -> Result<Option<Receipt>, Error> {
    let refund: wire::Refund = door::read(OPERATION, answer)?;
    if refund.refunded_payment != true || !is_ours(&refund, &frozen.key.to_string()) {
        return Ok(None);
    }
    let receipt = proof(frozen, &refund)?;
    Ok(Some(receipt).filter(|receipt| receipt.amount == Some(amount)))
}

fn is_ours(refund: &wire::Refund, key: &str) -> bool {
    wire::meta(&refund.meta_data, ACTION).is_some_and(|value| value == key)
}

fn proof(frozen: &Frozen, refund: &wire::Refund) -> Result<Receipt, Error> {
    let currency = frozen.action.amount().map(|amount| amount.currency);
    let currency = currency.ok_or_else(|| malformed(OPERATION, "the action moves no money"))?;
    let amount = map::absolute(&refund.amount, currency).map_err(|why| malformed(OPERATION, why))?;
    let at = wire::at(&refund.date_created_gmt).unwrap_or(frozen.at);
    Ok(Receipt { external_id: refund.id.0.clone(), at, amount: Some(amount) })
}
