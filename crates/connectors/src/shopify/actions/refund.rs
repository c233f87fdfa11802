//! Money back on an order, and its pieces back on the shelf.

use std::collections::HashMap;

use fermata_model::action::Pieces;
use fermata_model::{Frozen, Key, Money, Platform, Receipt, RecordRef, Stream};
use serde::Serialize;
use serde_json::json;

use super::super::{Document, Shopify, envelope, map};
use super::{Plan, gone, read, signed, target, wire};
use crate::failure::shortened;
use crate::http::Purpose;
use crate::{Error, Fate, Found, Kind, Sent};

const REFUNDABLE: Document = document!("refundable", "refundable", 10);
pub(super) static REFUND: Document = document!("refundCreate", "refund", 50);
const RESTOCKABLE: Document = document!("restockable", "restockable", 20);
const REFUNDS: Document = document!("refunds", "refunds", 20);

/// The most refunds that an order shows at once; a list without a place to read on.
const MOST_REFUNDS: usize = 250;

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct RefundInput {
    order_id: String,
    note: String,
    notify: bool,
    /// Named where the customer paid in another currency than the shop's, as the vendor demands.
    #[serde(skip_serializing_if = "Option::is_none")]
    currency: Option<String>,
    transactions: Vec<TransactionInput>,
    /// Pieces that come back, if any do.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    refund_line_items: Vec<LineInput>,
}

#[derive(Debug, PartialEq, Serialize)]
#[serde(rename_all = "camelCase")]
struct LineInput {
    line_item_id: String,
    quantity: u32,
    restock_type: &'static str,
    location_id: String,
}

#[derive(Debug, PartialEq, Serialize)]
#[serde(rename_all = "camelCase")]
struct TransactionInput {
    order_id: String,
    parent_id: String,
    amount: String,
    kind: &'static str,
    gateway: String,
}

/// A payment and what can still go back on it.
struct Source {
    id: String,
    gateway: String,
    left: Money,
}

/// Reads what can go back and writes the mutation.
pub(super) async fn plan(
    shopify: &Shopify,
    order: &RecordRef,
    amount: Money,
    note: &str,
    restock: &[Pieces],
    key: Key,
) -> Result<Plan, Error> {
    let gid = target(order, Stream::Orders, "Order")?;
    let found: wire::Refundable =
        read(shopify, &REFUNDABLE, &gid).await?.ok_or_else(|| gone(order, REFUNDABLE.operation))?;
    let currency = (found.currency_code != found.presentment_currency_code)
        .then(|| found.presentment_currency_code.clone());
    let transactions = transactions(&gid, &found, amount)?;
    let refund_line_items = lines(shopify, &gid, &found.name, restock).await?;
    let input = RefundInput {
        transactions,
        refund_line_items,
        order_id: gid,
        note: signed(note, key),
        notify: false,
        currency,
    };
    let variables = json!({ "input": input, "key": key.to_string() });
    Ok(Plan { document: &REFUND, variables, undo: None })
}

/// Says which pieces go back to which shelf: that of the first parcel, or else the shop's own.
///
/// Errors, all refusals: a line that is not there, more pieces than are left of it, no shelf.
async fn lines(
    shopify: &Shopify,
    gid: &str,
    name: &str,
    restock: &[Pieces],
) -> Result<Vec<LineInput>, Error> {
    if restock.is_empty() {
        return Ok(Vec::new());
    }
    let response = shopify.ask(&RESTOCKABLE, &json!({ "id": gid })).await?;
    let read: wire::Restockable = envelope::data(&response.body, RESTOCKABLE.operation)?;
    let order = read.order.ok_or_else(|| {
        impossible(Kind::Missing, format!("Shopify no longer has {name}. Nothing was paid."))
    })?;
    let sent_from = order.fulfillments.into_iter().find_map(|parcel| parcel.location);
    let shelf = sent_from.or(read.location).ok_or_else(|| {
        let message = "Shopify does not show a place where the pieces could go back to. Nothing was paid.";
        impossible(Kind::Rejected, message)
    })?;
    let mut lines: Vec<LineInput> = Vec::new();
    for pieces in restock {
        let id = map::gid("LineItem", &pieces.line);
        let line = order.line_items.nodes.iter().find(|line| line.id == id);
        let asked: i64 = lines
            .iter()
            .filter(|line| line.line_item_id == id)
            .map(|line| i64::from(line.quantity))
            .sum::<i64>()
            + i64::from(pieces.quantity);
        match line {
            Some(line) if pieces.quantity > 0 && asked <= line.refundable_quantity => {}
            Some(_) => {
                let message =
                    format!("{name} has fewer pieces left than are to come back. Nothing was paid.");
                return Err(impossible(Kind::Rejected, message));
            }
            None => {
                let message = format!("{name} has no such line to come back. Nothing was paid.");
                return Err(impossible(Kind::Rejected, message));
            }
        }
        lines.push(LineInput {
            line_item_id: id,
            quantity: pieces.quantity,
            restock_type: "RETURN",
            location_id: shelf.id.clone(),
        });
    }
    Ok(lines)
}

/// Divides an amount among the payments it can go back to, the first that holds it all first.
///
/// Errors, all refusals: another currency, nothing paid, nothing or not enough left.
fn transactions(
    order: &str,
    found: &wire::Refundable,
    amount: Money,
) -> Result<Vec<TransactionInput>, Error> {
    let name = &found.name;
    if !amount.is_positive() {
        return Err(impossible(Kind::Rejected, "A refund must be more than nothing."));
    }
    let unreadable =
        |error| impossible(Kind::Malformed, format!("Shopify's amounts for {name} cannot be read: {error}."));
    let net = map::money(&found.net_payment_set).map_err(unreadable)?;
    if net.currency != amount.currency {
        let paid = net.currency;
        return Err(impossible(
            Kind::Rejected,
            format!("{name} was paid in {paid}, so it is refunded in {paid}."),
        ));
    }
    let mut sources = sources(found).map_err(unreadable)?;
    if sources.is_empty() {
        return Err(impossible(Kind::Rejected, format!("{name} has not been paid, so nothing can go back.")));
    }
    let on_payments = sources.iter().map(|source| source.left.minor.max(0)).fold(0_i64, i64::saturating_add);
    let left = Money::new(on_payments.min(net.minor).max(0), amount.currency);
    if left.minor == 0 {
        return Err(impossible(Kind::Rejected, format!("{name} is already refunded. Nothing was paid.")));
    }
    if left.minor < amount.minor {
        let (left, amount) = (left.shown(), amount.shown());
        return Err(impossible(
            Kind::Rejected,
            format!("Only {left} can still go back on {name}, not {amount}. Nothing was paid."),
        ));
    }
    // One payment that holds it all keeps the refund in one piece.
    sources.sort_by_key(|source| source.left.minor < amount.minor);
    let mut open = amount.minor;
    let mut parts = Vec::new();
    for source in sources {
        let part = source.left.minor.min(open);
        if part > 0 {
            open -= part;
            parts.push(TransactionInput {
                order_id: order.to_owned(),
                parent_id: source.id,
                amount: Money::new(part, amount.currency).decimal(),
                kind: "REFUND",
                gateway: source.gateway,
            });
        }
    }
    Ok(parts)
}

/// Returns the payments that succeeded, each less what went or is going back on it.
fn sources(found: &wire::Refundable) -> Result<Vec<Source>, fermata_model::MoneyError> {
    let mut gone: HashMap<&str, i64> = HashMap::new();
    for refund in found.transactions.iter().filter(|t| t.kind == "REFUND" && may_have_moved(&t.status)) {
        if let Some(parent) = &refund.parent_transaction {
            *gone.entry(&parent.id).or_default() += map::money(&refund.amount_set)?.minor;
        }
    }
    found
        .transactions
        .iter()
        .filter(|payment| matches!(payment.kind.as_str(), "SALE" | "CAPTURE") && payment.status == "SUCCESS")
        .map(|payment| {
            let paid = map::money(&payment.amount_set)?;
            let left = paid.minor.saturating_sub(gone.get(payment.id.as_str()).copied().unwrap_or(0));
            Ok(Source {
                id: payment.id.clone(),
                gateway: payment.gateway.clone().unwrap_or_default(),
                left: Money::new(left, paid.currency),
            })
        })
        .collect()
}

/// Counts what is under way as gone; only a plain failure has certainly moved nothing.
fn may_have_moved(status: &str) -> bool {
    !matches!(status, "FAILURE" | "ERROR")
}

pub(super) async fn send(shopify: &Shopify, frozen: &Frozen) -> Result<Sent, Error> {
    let response = shopify.post(REFUND.operation, frozen.body.clone(), Purpose::Effect, REFUND.cost).await?;
    let request_id = response.request_id().map(str::to_owned);
    let failed = |kind, fate, message: String| {
        let mut error = Error::new(Platform::Shopify, REFUND.operation, kind, message).with_fate(fate);
        error.request_id.clone_from(&request_id);
        error
    };
    let unclear = || {
        failed(
            Kind::Malformed,
            Fate::InDoubt,
            "Shopify sent an answer that does not say what became of the refund.".to_owned(),
        )
    };
    let created: wire::RefundCreated =
        envelope::data(&response.body, REFUND.operation).map_err(|_| unclear())?;
    let payload = created.refund_create.ok_or_else(unclear)?;
    if !payload.user_errors.is_empty() {
        let said: Vec<&str> = payload.user_errors.iter().map(|error| error.message.as_str()).collect();
        let said = shortened(&said.join(" "));
        // The codes of idempotency reach this mutation only as text. They mean that the key is or
        // was at work, so what it did must be looked up.
        return Err(if said.to_ascii_lowercase().contains("idempoten") {
            failed(Kind::Rejected, Fate::InDoubt, format!("Shopify already knows this refund: {said}"))
        } else {
            let said = said.trim_end_matches('.');
            failed(
                Kind::Rejected,
                Fate::Refused,
                format!("Shopify refused the refund: {said}. Nothing was paid."),
            )
        });
    }
    match judge(&payload.refund.ok_or_else(unclear)?).map_err(|_| unclear())? {
        Found::Yes(receipt) => Ok(Sent::Confirmed(receipt)),
        Found::Pending => Ok(Sent::Accepted),
        Found::Failed(why) => Err(failed(Kind::Rejected, Fate::Refused, why)),
        Found::No => Err(unclear()),
    }
}

pub(super) async fn find(shopify: &Shopify, frozen: &Frozen, order: &RecordRef) -> Result<Found, Error> {
    let gid = target(order, Stream::Orders, "Order")?;
    let read: Option<wire::Refunds> = read(shopify, &REFUNDS, &gid).await?;
    let refunds = read.ok_or_else(|| gone(order, REFUNDS.operation))?.refunds;
    let key = frozen.key.to_string();
    let ours = refunds.iter().find(|refund| refund.note.as_ref().is_some_and(|note| note.contains(&key)));
    match ours {
        Some(refund) => judge(refund).map_err(|error| {
            Error::new(
                Platform::Shopify,
                REFUNDS.operation,
                Kind::Malformed,
                format!("Shopify's amounts for {} cannot be read: {error}.", order.label),
            )
        }),
        None if refunds.len() >= MOST_REFUNDS => Err(Error::new(
            Platform::Shopify,
            REFUNDS.operation,
            Kind::Unsupported,
            format!("{} has more refunds than Shopify shows, so this one cannot be looked up.", order.label),
        )),
        None => Ok(Found::No),
    }
}

/// Says where a booked refund stands, by the money it moved.
fn judge(refund: &wire::BookedRefund) -> Result<Found, fermata_model::MoneyError> {
    let moves: Vec<&wire::MoneyMove> =
        refund.transactions.nodes.iter().filter(|money| money.kind == "REFUND").collect();
    let is = |money: &&&wire::MoneyMove, status: &str| money.status == status;
    if moves.iter().any(|money| !is(&money, "SUCCESS") && may_have_moved(&money.status)) {
        return Ok(Found::Pending);
    }
    let mut moved: Option<Money> = None;
    for money in moves.iter().filter(|money| is(money, "SUCCESS")) {
        let amount = map::money(&money.amount_set)?;
        moved = Some(moved.map_or(Ok(amount), |sum| sum.checked_add(amount))?);
    }
    Ok(match moved {
        Some(amount) => Found::Yes(Receipt {
            external_id: map::number(&refund.id),
            at: refund.processed_at,
            amount: Some(amount),
        }),
        None if moves.is_empty() => Found::Pending,
        None => Found::Failed(
            "Shopify booked the refund, but the payment provider turned it down. Nothing was paid."
                .to_owned(),
        ),
    })
}

fn impossible(kind: Kind, message: impl Into<String>) -> Error {
    Error::new(Platform::Shopify, REFUND.operation, kind, message).with_fate(Fate::Refused)
}
