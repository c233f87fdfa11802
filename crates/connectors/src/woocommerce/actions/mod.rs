//! What can be done at a WooCommerce shop, and whether it happened.
//!
//! Nothing is idempotent here and nothing is compared before it is written, so every action reads
//! first, and what was written is read back. A refund, a note and a coupon are things of their own
//! and carry the action's key; everything else is a state that an object is in or not.

mod coupons;
mod orders;
mod products;
mod refund;

use fermata_model::{Action, Frozen, Key, Platform, Receipt, RecordRef, Timestamp};

use super::Woocommerce;
use crate::failure::{self, no_action};
use crate::http::Request;
use crate::rest::{Draft, leaving, written_by_another};
use crate::{Error, Found, Kind, Sent};

/// The free field that carries an action's key.
const ACTION: &str = "_fermata_action";

/// The beginning of every frozen path.
const PREFIX: &str = "/wp-json";

/// Builds the exact request.
pub(super) async fn prepare(
    woo: &Woocommerce,
    action: &Action,
    key: Key,
    now: Timestamp,
) -> Result<Frozen, Error> {
    let draft = match action {
        Action::OrderRefund { order, amount, note, restock } => {
            refund::prepare(woo, order, *amount, note, restock, key).await
        }
        Action::OrderCancel { .. }
        | Action::OrderAddress { .. }
        | Action::OrderNote { .. }
        | Action::FulfilmentHold { .. }
        | Action::FulfilmentRelease { .. } => orders::prepare(woo, action, key).await,
        Action::StockSet { .. } | Action::PriceSet { .. } | Action::ProductEdit { .. } => {
            products::prepare(woo, action).await
        }
        Action::DiscountCreate { .. } | Action::DiscountDisable { .. } => {
            coupons::prepare(woo, action, key).await
        }
        other => Err(no_action(Platform::Woocommerce, other)),
    }?;
    Ok(Draft { path: format!("{PREFIX}{}", draft.path), ..draft }.frozen(action, key, now))
}

/// Sends a frozen request, once.
pub(super) async fn send(woo: &Woocommerce, frozen: &Frozen) -> Result<Sent, Error> {
    let path = frozen.path.strip_prefix(PREFIX).filter(|path| path.starts_with("/wc/v3/"));
    let path = path.ok_or_else(|| written_by_another(Platform::Woocommerce, frozen))?;
    let mut request = leaving(Platform::Woocommerce, frozen, "application/json")?;
    request.path = path.to_owned();
    let answer = woo.ask(request).await?.body;
    // What the answer does not show is asked for again, and not taken for done.
    Ok(match receipt(frozen, &answer) {
        Ok(Some(receipt)) => Sent::Confirmed(receipt),
        Ok(None) | Err(_) => Sent::Accepted,
    })
}

/// Asks whether a frozen request has happened.
pub(super) async fn find(woo: &Woocommerce, frozen: &Frozen) -> Result<Found, Error> {
    match &frozen.action {
        Action::OrderRefund { order, .. } => refund::find(woo, frozen, order).await,
        Action::OrderNote { order, .. } => orders::find_note(woo, frozen, order).await,
        Action::DiscountCreate { discount, .. } => coupons::find(woo, frozen, discount).await,
        _ => {
            let request = match &frozen.action {
                Action::OrderCancel { order, .. }
                | Action::OrderAddress { order, .. }
                | Action::FulfilmentHold { order, .. }
                | Action::FulfilmentRelease { order } => orders::read(order)?,
                Action::StockSet { .. } | Action::PriceSet { .. } | Action::ProductEdit { .. } => {
                    products::read(&frozen.action)?
                }
                Action::DiscountDisable { .. } => coupons::read(frozen)?,
                other => return Err(no_action(Platform::Woocommerce, other)),
            };
            let answer = woo.ask(request).await?.body;
            Ok(receipt(frozen, &answer)?.map_or(Found::No, Found::Yes))
        }
    }
}

/// Reads from an object whether it shows the effect of an action; `None` if it does not.
fn receipt(frozen: &Frozen, answer: &str) -> Result<Option<Receipt>, Error> {
    match &frozen.action {
        Action::OrderRefund { amount, .. } => refund::receipt(frozen, *amount, answer),
        Action::OrderNote { .. } => orders::noted(frozen, answer),
        Action::DiscountCreate { .. } | Action::DiscountDisable { .. } => coupons::receipt(frozen, answer),
        Action::StockSet { .. } | Action::PriceSet { .. } | Action::ProductEdit { .. } => {
            products::receipt(frozen, answer)
        }
        _ => orders::receipt(frozen, answer),
    }
}

/// Returns a record's id if it can stand in a path.
fn number<'a>(operation: &str, target: &'a RecordRef) -> Result<&'a str, Error> {
    whole(operation, &target.external_id)
}

fn whole<'a>(operation: &str, id: &'a str) -> Result<&'a str, Error> {
    if !id.is_empty() && id.bytes().all(|byte| byte.is_ascii_digit()) {
        return Ok(id);
    }
    Err(impossible(operation, format!("\"{id}\" is not an id of WooCommerce's.")))
}

/// Reads the object that an action is about; one that is no more makes it impossible.
async fn existing<T: serde::de::DeserializeOwned>(
    woo: &Woocommerce,
    request: Request,
    label: &str,
) -> Result<T, Error> {
    let operation = request.operation.clone();
    woo.json(request).await.map_err(|error| match error.kind {
        Kind::Missing if !error.may_pass => {
            impossible(operation, format!("WooCommerce no longer has {label}."))
        }
        _ => error,
    })
}

fn done(id: &str, at: Option<Timestamp>, frozen: &Frozen) -> Option<Receipt> {
    Some(Receipt { external_id: id.to_owned(), at: at.unwrap_or(frozen.at), amount: None })
}

fn impossible(operation: impl Into<String>, message: impl Into<String>) -> Error {
    failure::impossible(Platform::Woocommerce, operation, message)
}

fn malformed(operation: &str, what: impl std::fmt::Display) -> Error {
    failure::malformed(Platform::Woocommerce, operation, what)
}
