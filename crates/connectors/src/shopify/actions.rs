//! What can be done at Shopify: money back on an order.

use std::collections::HashMap;

use fermata_model::{Action, Frozen, Key, Money, Platform, Receipt, RecordRef, Stream, Timestamp};
use serde::Serialize;

use super::{Document, GRAPHQL, Shopify, body, envelope, map, wire};
use crate::failure::shortened;
use crate::http::Purpose;
use crate::{Error, Fate, Found, Kind, Sent};

const REFUNDABLE: Document =
    Document { operation: "refundable", text: include_str!("queries/refundable.graphql"), cost: 10 };
const REFUND: Document =
    Document { operation: "refundCreate", text: include_str!("queries/refund.graphql"), cost: 50 };
const REFUNDS: Document =
    Document { operation: "refunds", text: include_str!("queries/refunds.graphql"), cost: 20 };

/// The most refunds that an order shows at once; a list without a place to read on.
const MOST_REFUNDS: usize = 250;

#[derive(Serialize)]
struct RefundVariables<'a> {
    input: RefundInput,
    key: &'a str,
}

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

pub(super) async fn prepare(
    shopify: &Shopify,
    action: &Action,
    key: Key,
    now: Timestamp,
) -> Result<Frozen, Error> {
    let Action::OrderRefund { order, amount, note, restock: _ } = action else {
        return Err(impossible(Kind::Unsupported, "Shopify can refund an order, but not do this."));
    };
    if order.stream != Stream::Orders {
        return Err(impossible(Kind::Unsupported, "Only an order can be refunded."));
    }
    let gid = map::gid("Order", &order.external_id);
    let response = shopify.ask(&REFUNDABLE, &serde_json::json!({ "id": gid })).await?;
    let read: wire::OneOrder<wire::Refundable> = envelope::data(&response.body, REFUNDABLE.operation)?;
    let found = read.order.ok_or_else(|| gone(order))?;
    let currency = (found.currency_code != found.presentment_currency_code)
        .then(|| found.presentment_currency_code.clone());
    let input = RefundInput {
        transactions: transactions(&gid, &found, *amount)?,
        order_id: gid,
        note: signed(note, key),
        notify: false,
        currency,
    };
    Ok(Frozen {
        action: action.clone(),
        key,
        operation: REFUND.operation.to_owned(),
        method: "POST".to_owned(),
        path: GRAPHQL.to_owned(),
        body: body(&REFUND, &RefundVariables { input, key: &key.to_string() })?,
        undo: None,
        at: now,
    })
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
    if frozen.path != GRAPHQL || frozen.operation != REFUND.operation {
        // Frozen by another version of this connector: its address no longer means the same.
        return Err(impossible(
            Kind::Unsupported,
            "This request was written for another version of Shopify.",
        ));
    }
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

pub(super) async fn find(shopify: &Shopify, frozen: &Frozen) -> Result<Found, Error> {
    let Action::OrderRefund { order, .. } = &frozen.action else {
        return Err(impossible(Kind::Unsupported, "Shopify can refund an order, but not do this."));
    };
    let variables = serde_json::json!({ "id": map::gid("Order", &order.external_id) });
    let response = shopify.ask(&REFUNDS, &variables).await?;
    let read: wire::OneOrder<wire::Refunds> = envelope::data(&response.body, REFUNDS.operation)?;
    let refunds = read.order.ok_or_else(|| gone(order))?.refunds;
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

/// Returns the note as the shop's books shall show it, with the key by which it is found again.
fn signed(note: &str, key: Key) -> String {
    let note = note.trim();
    if note.is_empty() { format!("Fermata {key}") } else { format!("{note} (Fermata {key})") }
}

fn impossible(kind: Kind, message: impl Into<String>) -> Error {
    Error::new(Platform::Shopify, REFUND.operation, kind, message).with_fate(Fate::Refused)
}

fn gone(order: &RecordRef) -> Error {
    impossible(Kind::Missing, format!("Shopify no longer has the order {}.", order.label))
}
