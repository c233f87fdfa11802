//! Money back on an order.
//!
//! An amount is given back on the order as a whole (`item_type` `ORDER`): the vendor says in a
//! quote to which payments it can go, and the refund must name exactly these amounts. What is
//! answered with 201 is only scheduled; the gateway decides afterwards. Refunds of one order must go
//! one after another.
//!
//! Source: orders.v3 (createOrderRefundQuotes, createOrderRefund); guide on refunds.

use fermata_model::{Action, Currency, Frozen, Key, Money, Receipt, Timestamp};
use jiff::SignedDuration;
use serde::Serialize;
use serde_json::value::RawValue;

use super::{
    Draft, REFUND, REFUND_QUOTE, cut, gone, impossible, malformed, order, serialized, signed, whole,
};
use crate::bigcommerce::{Bigcommerce, JSON, map, wire};
use crate::failure::shortened;
use crate::http::{Method, Purpose, Request};
use crate::reading::{Decimal, filled, inexact};
use crate::{Error, Fate, Found, Kind};

/// The most that a reason holds, less our key.
const MOST_NOTE: usize = 900;
/// How long a refund that the gateway has not answered makes the next one wait.
const ON_ITS_WAY: SignedDuration = SignedDuration::from_mins(15);
/// The vendor's name of store credit, which is not where the money came from.
const STORE_CREDIT: &str = "storecredit";
/// Payment states in which there is nothing that could go back.
const UNPAID: &[&str] = &["authorized", "declined", "held for review", "pending", "void", "void pending"];

#[derive(Serialize)]
struct Refunding {
    items: Vec<Item>,
    #[serde(skip_serializing_if = "Vec::is_empty")]
    payments: Vec<Payment>,
}

#[derive(Clone, Serialize)]
struct Item {
    item_type: &'static str,
    item_id: u64,
    amount: Box<RawValue>,
    reason: String,
}

#[derive(Serialize)]
struct Payment {
    provider_id: String,
    amount: Box<RawValue>,
    offline: bool,
}

/// Drafts a refund, after reading what is left and asking where it can go.
pub(super) async fn draft(
    store: &Bigcommerce,
    action: &Action,
    key: Key,
    now: Timestamp,
) -> Result<Draft, Error> {
    let Action::OrderRefund { order: target, amount, note, restock } = action else {
        return Err(crate::failure::no_action(fermata_model::Platform::Bigcommerce, action));
    };
    let no = |why: String| impossible(REFUND, format!("{why} Nothing was paid."));
    let (id, name, amount) = (whole(&target.external_id)?, &target.label, *amount);
    if !amount.is_positive() {
        return Err(no("A refund must be more than nothing.".to_owned()));
    }
    if !restock.is_empty() {
        return Err(no("BigCommerce puts nothing back on the shelf with a refund.".to_owned())
            .with_hint("Refund without restocking and set the stock apart."));
    }
    let order = order::read(store, target).await.map_err(|error| gone(error, REFUND, target))?;
    let currency = map::currency(&order).map_err(|why| malformed("getOrder", why))?;
    if currency != amount.currency {
        return Err(no(format!("{name} was paid in {currency}, so it is refunded in {currency}.")));
    }
    if order.payment_status.0.as_deref().is_some_and(|status| UNPAID.contains(&status)) {
        return Err(no(format!("{name} has not been paid, so nothing can go back.")));
    }
    let before = refunds(store, id).await?;
    if before.iter().any(|refund| is_ours(refund, key)) {
        return Err(no(format!("{name} already has this refund.")));
    }
    let waits = |refund: &wire::Refund| {
        is_pending(refund) && refund.created.0.is_some_and(|created| now.duration_since(created) < ON_ITS_WAY)
    };
    if before.iter().any(waits) {
        let message = format!("Another refund of {name} is still on its way.");
        return Err(Error::new(store.rest.platform(), REFUND, Kind::Rejected, message)
            .with_hint("Refunds of one order go one after another.")
            .with_retry_after(std::time::Duration::from_secs(60)));
    }
    let left = left(store, &order, id, &before, currency).await?;
    if left.minor <= 0 {
        return Err(no(format!("{name} is already refunded.")));
    }
    if left.minor < amount.minor {
        let (left, amount) = (left.shown(), amount.shown());
        return Err(no(format!("Only {left} of {name} can still go back, not {amount}.")));
    }
    let item = Item {
        item_type: "ORDER",
        item_id: id,
        amount: number(amount),
        reason: signed(&cut(note, MOST_NOTE), key),
    };
    let payments = payments(&quote(store, id, &item).await?, amount)
        .map_err(|why| no(format!("{name} cannot be refunded here: {why}.")))?;
    Ok(Draft {
        operation: REFUND,
        method: Method::POST,
        path: format!("/v3/orders/{id}/payment_actions/refunds"),
        body: serialized(&Refunding { items: vec![item], payments }),
        undo: None,
    })
}

/// Returns how much of an order can still go back: what it cost less what went back, and not more
/// than its transactions say was taken, where they may be read.
async fn left(
    store: &Bigcommerce,
    order: &order::Order,
    id: u64,
    before: &[wire::Refund],
    currency: Currency,
) -> Result<Money, Error> {
    let odd = |why: String| malformed("getOrder", why);
    let exact = |amount: &Decimal| {
        let text = amount.0.as_deref().ok_or_else(|| odd("an amount is missing".to_owned()))?;
        Money::parse(text, currency).map_err(|error| odd(inexact(&error)))
    };
    let mut left = exact(&order.total_inc_tax)?;
    for refund in before {
        let back = map::paid_back(refund, currency).map_err(odd)?;
        left.minor = left.minor.saturating_sub(back.minor);
    }
    const OPERATION: &str = "getOrderTransactions";
    let request = Request::get(OPERATION, format!("/v3/orders/{id}/transactions"));
    let answer = match store.rest.ask(request).await {
        Ok(answer) if answer.status != 204 => answer.body,
        Ok(_) => return Ok(left),
        Err(error) if matches!(error.kind, Kind::Forbidden | Kind::Missing) => return Ok(left),
        Err(error) => return Err(error),
    };
    // Not every payment leaves a transaction, so that none says nothing.
    let Ok(transactions) = serde_json::from_str::<wire::Data<Vec<wire::Transaction>>>(&answer) else {
        return Ok(left);
    };
    let (mut taken, mut returned) = (None::<i64>, 0_i64);
    for transaction in &transactions.data {
        let in_currency = transaction.currency.0.as_deref() == Some(currency.code());
        if transaction.status.0.as_deref() == Some("error") || !in_currency {
            continue;
        }
        let minor = exact(&transaction.amount)?.minor;
        match transaction.event.0.as_deref() {
            Some("purchase" | "capture" | "settled") => {
                taken = Some(taken.unwrap_or(0).saturating_add(minor));
            }
            Some("refund") => returned = returned.saturating_add(minor.saturating_abs()),
            _ => {}
        }
    }
    if let Some(taken) = taken {
        left.minor = left.minor.min(taken.saturating_sub(returned));
    }
    Ok(left)
}

async fn quote(store: &Bigcommerce, id: u64, item: &Item) -> Result<wire::Quote, Error> {
    let path = format!("/v3/orders/{id}/payment_actions/refund_quotes");
    let body = serialized(&Refunding { items: vec![item.clone()], payments: Vec::new() });
    // It changes nothing.
    let request = Request::new(REFUND_QUOTE, Method::POST, path, Purpose::Read).body(JSON, body);
    let quoted = store.rest.json::<wire::Data<wire::Quote>>(request).await;
    quoted.map(|quoted| quoted.data).map_err(|mut error| {
        if error.kind == Kind::Rejected {
            error.fate = Fate::Refused;
            error.message.push_str(" Nothing was paid.");
        }
        error
    })
}

/// Chooses to which payments the money goes: back to where it came from.
///
/// Errors: why none will do.
fn payments(quote: &wire::Quote, amount: Money) -> Result<Vec<Payment>, String> {
    let exact = |text: &Decimal| {
        text.0
            .as_deref()
            .and_then(|text| Money::parse(text, amount.currency).ok())
            .ok_or("its quote cannot be read")
    };
    let quoted = exact(&quote.total_refund_amount)?;
    if quoted != amount {
        let (quoted, amount) = (quoted.shown(), amount.shown());
        return Err(format!("BigCommerce would give {quoted} back instead of {amount}"));
    }
    let mut only_by_hand = false;
    // Store credit last, and only where the order was paid with nothing else.
    let credit = |method: &&Vec<wire::Method>| method.iter().any(|part| part.provider_id == STORE_CREDIT);
    let (with_credit, without): (Vec<_>, Vec<_>) = quote.refund_methods.iter().partition(credit);
    let paid_otherwise = !without.is_empty();
    let mixed = with_credit.into_iter().filter(|method| method.len() > 1 || !paid_otherwise);
    for method in without.into_iter().chain(mixed) {
        if method.iter().any(|part| part.offline) {
            only_by_hand = true;
            continue;
        }
        let mut sum = Money::zero(amount.currency);
        for part in method {
            sum = sum.checked_add(exact(&part.amount)?).map_err(|error| inexact(&error))?;
        }
        if sum == amount {
            let payment = |part: &wire::Method| {
                Ok(Payment {
                    provider_id: part.provider_id.clone(),
                    amount: number(exact(&part.amount)?),
                    offline: false,
                })
            };
            return method.iter().map(payment).collect();
        }
    }
    Err(match only_by_hand {
        true => "its payment can only be given back by hand".to_owned(),
        false => "BigCommerce names no payment that the money could go back to".to_owned(),
    })
}

/// Writes an amount as the JSON number that the vendor wants, without a float on its way.
pub(super) fn number(amount: Money) -> Box<RawValue> {
    RawValue::from_string(amount.decimal()).expect("a decimal number is JSON")
}

async fn refunds(store: &Bigcommerce, id: u64) -> Result<Vec<wire::Refund>, Error> {
    let request = Request::get("getOrderRefunds", format!("/v3/orders/{id}/payment_actions/refunds"));
    let answer = store.rest.ask(request).await?;
    if answer.body.trim().is_empty() {
        return Ok(Vec::new());
    }
    serde_json::from_str::<wire::Data<Vec<wire::Refund>>>(&answer.body)
        .map(|refunds| refunds.data)
        .map_err(|error| malformed("getOrderRefunds", crate::reading::why(&error)))
}

fn is_ours(refund: &wire::Refund, key: Key) -> bool {
    let key = key.to_string();
    let reasons = [&refund.reason].into_iter().chain(refund.items.iter().map(|item| &item.reason));
    reasons.filter_map(|reason| reason.0.as_deref()).any(|reason| reason.contains(&key))
}

/// Tells whether the gateway has not answered about some part of a refund.
fn is_pending(refund: &wire::Refund) -> bool {
    refund.payments.iter().any(|payment| {
        !payment.offline && !payment.is_declined && filled(payment.transaction_id.0.clone()).is_none()
    })
}

/// Looks for our key among the refunds of the order, and for what the gateway made of it.
pub(super) async fn find(store: &Bigcommerce, frozen: &Frozen) -> Result<Found, Error> {
    let Action::OrderRefund { order, amount, .. } = &frozen.action else { return Ok(Found::No) };
    let refunds = refunds(store, whole(&order.external_id)?).await?;
    let Some(refund) = refunds.iter().find(|refund| is_ours(refund, frozen.key)) else {
        return Ok(Found::No);
    };
    let declined: Vec<_> = refund.payments.iter().filter(|payment| payment.is_declined).collect();
    if let Some(first) = declined.first() {
        let why = filled(first.declined_message.0.clone())
            .map_or(String::new(), |why| format!(" ({})", shortened(&why)));
        if declined.len() == refund.payments.len() {
            return Ok(Found::Failed(format!("The payment provider declined the refund{why}.")));
        }
    }
    if is_pending(refund) {
        return Ok(Found::Pending);
    }
    let paid = map::paid_back(refund, amount.currency).map_err(|why| malformed("getOrderRefunds", why))?;
    let at = refund.created.0.unwrap_or(frozen.at);
    Ok(Found::Yes(Receipt { external_id: refund.id.0.clone(), at, amount: Some(paid) }))
}
