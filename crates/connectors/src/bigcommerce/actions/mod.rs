//! What can be done at BigCommerce, and whether it happened.
//!
//! There are no idempotency keys. Where something is added, our key stands in it: in the reason of
//! a refund, the staff notes of an order, the name of a coupon. Where something is set, it happened
//! if the thing stands so now; [`prepare`] has seen it stand otherwise.

mod discount;
mod order;
mod product;
mod refund;
mod stock;

use fermata_model::{Action, ActionKind, Frozen, Key, Platform, Receipt, RecordRef, Timestamp};

use super::{Bigcommerce, JSON};
use crate::failure::{self, no_action};
use crate::rest::{Draft, leaving, serialized};
use crate::{Error, Fate, Found, Kind, Sent};

/// The vendor's name of asking what a refund would do.
pub(super) const REFUND_QUOTE: &str = "createOrderRefundQuotes";
/// The vendor's name of giving money back.
pub(super) const REFUND: &str = "createOrderRefund";
/// The vendor's name of changing an order.
pub(super) const UPDATE_ORDER: &str = "updateOrder";
/// The vendor's name of changing where an order goes.
pub(super) const UPDATE_ADDRESS: &str = "updateOrderShippingAddress";
/// The vendor's name of saying how many pieces there are.
pub(super) const ADJUST_STOCK: &str = "put-absolute-adjustment";
/// The vendor's name of changing a product.
pub(super) const UPDATE_PRODUCT: &str = "updateProduct";
/// The vendor's name of changing variants, of which we change one.
pub(super) const UPDATE_VARIANT: &str = "updateVariantsBatch";
/// The vendor's name of making a coupon.
pub(super) const CREATE_COUPON: &str = "createCoupon";
/// The vendor's name of changing a coupon.
pub(super) const UPDATE_COUPON: &str = "updateCoupon";

/// Builds the exact request.
pub(super) async fn prepare(
    store: &Bigcommerce,
    action: &Action,
    key: Key,
    now: Timestamp,
) -> Result<Frozen, Error> {
    let draft = match action.kind() {
        ActionKind::OrderRefund => refund::draft(store, action, key, now).await?,
        ActionKind::OrderCancel
        | ActionKind::OrderNote
        | ActionKind::FulfilmentHold
        | ActionKind::FulfilmentRelease => order::draft(store, action, key).await?,
        ActionKind::OrderAddress => order::address(store, action).await?,
        ActionKind::StockSet => stock::draft(store, action, key).await?,
        ActionKind::PriceSet => product::price(store, action).await?,
        ActionKind::ProductEdit => product::texts(store, action).await?,
        ActionKind::DiscountCreate => discount::create(store, action, key).await?,
        ActionKind::DiscountDisable => discount::disable(store, action).await?,
        _ => return Err(no_action(Platform::Bigcommerce, action)),
    };
    Ok(draft.frozen(action, key, now))
}

/// Sends a frozen request, once. What the answer shows to be done is; the rest is told by [`find`].
pub(super) async fn send(store: &Bigcommerce, frozen: &Frozen) -> Result<Sent, Error> {
    let answer = store.rest.ask(leaving(Platform::Bigcommerce, frozen, JSON)?).await?;
    let shown = match frozen.operation.as_str() {
        UPDATE_ORDER => order::shown(frozen, &answer.body),
        UPDATE_PRODUCT | UPDATE_VARIANT => product::shown(frozen, &answer.body),
        CREATE_COUPON | UPDATE_COUPON => discount::shown(frozen, &answer.body),
        _ => None,
    };
    Ok(shown.map_or(Sent::Accepted, Sent::Confirmed))
}

/// Asks whether a frozen request has happened.
pub(super) async fn find(store: &Bigcommerce, frozen: &Frozen) -> Result<Found, Error> {
    match frozen.action.kind() {
        ActionKind::OrderRefund => refund::find(store, frozen).await,
        ActionKind::OrderCancel
        | ActionKind::OrderNote
        | ActionKind::FulfilmentHold
        | ActionKind::FulfilmentRelease => order::find(store, frozen).await,
        ActionKind::OrderAddress => order::find_address(store, frozen).await,
        ActionKind::StockSet => stock::find(store, frozen).await,
        ActionKind::PriceSet | ActionKind::ProductEdit => product::find(store, frozen).await,
        ActionKind::DiscountCreate | ActionKind::DiscountDisable => discount::find(store, frozen).await,
        _ => Err(no_action(Platform::Bigcommerce, &frozen.action)),
    }
}

/// Adds our key to a text, so that it can be found again.
fn signed(text: &str, key: Key) -> String {
    let text = text.trim();
    if text.is_empty() { format!("Fermata {key}") } else { format!("{text} (Fermata {key})") }
}

/// Cuts a text to so many characters.
fn cut(text: &str, most: usize) -> String {
    text.trim().chars().take(most).collect::<String>().trim_end().to_owned()
}

fn receipt(external_id: &str, at: Option<Timestamp>, frozen: &Frozen) -> Receipt {
    Receipt { external_id: external_id.to_owned(), at: at.unwrap_or(frozen.at), amount: None }
}

fn found(receipt: Option<Receipt>) -> Found {
    receipt.map_or(Found::No, Found::Yes)
}

/// Returns an id if it is one of BigCommerce's, which are whole numbers and become part of paths.
fn whole(id: &str) -> Result<u64, Error> {
    id.parse().map_err(|_| {
        let message = format!("\"{id}\" is not an id of BigCommerce.");
        // It will not be one later either.
        Error::new(Platform::Bigcommerce, "prepare", Kind::Unsupported, message).with_fate(Fate::Refused)
    })
}

fn malformed(operation: &str, what: impl std::fmt::Display) -> Error {
    failure::malformed(Platform::Bigcommerce, operation, what)
}

fn impossible(operation: &str, message: impl Into<String>) -> Error {
    failure::impossible(Platform::Bigcommerce, operation, message)
}

/// Says that what an action is about is not there any more.
fn gone(error: Error, operation: &str, target: &RecordRef) -> Error {
    match error.kind {
        Kind::Missing if !error.may_pass => {
            impossible(operation, format!("BigCommerce no longer has {}.", target.label))
        }
        _ => error,
    }
}
