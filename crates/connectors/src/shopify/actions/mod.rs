//! What can be done at Shopify, one file per thing that it is done to.
//!
//! Money has its own way (`refund`). Everything else is made alike: what it depends on is read, one
//! mutation is frozen, its user errors are refusals, and whether it happened is told by reading the
//! same thing again.

mod discount;
mod goods;
mod hold;
mod order;
mod refund;
mod wire;

use std::collections::BTreeMap;

use fermata_model::{Action, Frozen, Key, Platform, Receipt, RecordRef, Stream, Timestamp};
use serde::Deserialize;
use serde_json::{Value, json};

use super::{Document, GRAPHQL, Shopify, body, envelope, map};
use crate::failure::{impossible, no_action, shortened};
use crate::http::Purpose;
use crate::{Error, Fate, Found, Kind, Sent};

/// A mutation that is about to be frozen.
struct Plan {
    document: &'static Document,
    variables: Value,
    /// What takes it back.
    undo: Option<Action>,
}

/// What a mutation says about the thing that it changed.
#[derive(Deserialize)]
struct Payload {
    #[serde(default, rename = "userErrors")]
    user_errors: Vec<wire::UserError>,
    /// The thing, under whatever name.
    #[serde(flatten)]
    rest: BTreeMap<String, Value>,
}

/// Every mutation of this folder but the refund.
static MUTATIONS: &[&Document] = &[
    &order::UPDATE,
    &order::CANCEL,
    &order::TAGS,
    &goods::SET_STOCK,
    &goods::SET_PRICE,
    &goods::EDIT,
    &discount::CREATE,
    &discount::DISABLE,
    &hold::HOLD,
    &hold::RELEASE,
];

pub(super) async fn prepare(
    shopify: &Shopify,
    action: &Action,
    key: Key,
    now: Timestamp,
) -> Result<Frozen, Error> {
    let plan = match action {
        Action::OrderRefund { order, amount, note, restock } => {
            refund::plan(shopify, order, *amount, note, restock, key).await?
        }
        Action::OrderCancel { .. }
        | Action::OrderAddress { .. }
        | Action::OrderTag { .. }
        | Action::OrderNote { .. } => order::plan(shopify, action, key).await?,
        Action::StockSet { .. } | Action::PriceSet { .. } | Action::ProductEdit { .. } => {
            goods::plan(shopify, action, key).await?
        }
        Action::DiscountCreate { .. } | Action::DiscountDisable { .. } => {
            discount::plan(shopify, action, key, now).await?
        }
        Action::FulfilmentHold { .. } | Action::FulfilmentRelease { .. } => {
            hold::plan(shopify, action, key).await?
        }
        _ => return Err(no_action(Platform::Shopify, action)),
    };
    Ok(Frozen {
        action: action.clone(),
        key,
        operation: plan.document.operation.to_owned(),
        method: "POST".to_owned(),
        path: GRAPHQL.to_owned(),
        body: body(plan.document, &plan.variables)?,
        undo: plan.undo.map(Box::new),
        at: now,
    })
}

pub(super) async fn send(shopify: &Shopify, frozen: &Frozen) -> Result<Sent, Error> {
    if frozen.path == GRAPHQL && frozen.operation == refund::REFUND.operation {
        return refund::send(shopify, frozen).await;
    }
    let known = MUTATIONS.iter().find(|document| document.operation == frozen.operation);
    let Some(document) = known.filter(|_| frozen.path == GRAPHQL) else {
        // Frozen by another version of this connector: its address no longer means the same.
        return Err(impossible(
            Platform::Shopify,
            frozen.operation.clone(),
            "This request was written for another version of Shopify.",
        ));
    };
    let response =
        shopify.post(document.operation, frozen.body.clone(), Purpose::Effect, document.cost).await?;
    let failed = |kind, fate, message: String| {
        let mut error = Error::new(Platform::Shopify, document.operation, kind, message).with_fate(fate);
        error.request_id = response.request_id().map(str::to_owned);
        error
    };
    let unclear = || {
        failed(
            Kind::Malformed,
            Fate::InDoubt,
            "Shopify sent an answer that does not say what became of the change.".to_owned(),
        )
    };
    let fields: BTreeMap<String, Option<Payload>> =
        envelope::data(&response.body, document.operation).map_err(|_| unclear())?;
    let payloads: Vec<Payload> = fields.into_values().collect::<Option<_>>().ok_or_else(unclear)?;
    let errors: Vec<&wire::UserError> = payloads.iter().flat_map(|payload| &payload.user_errors).collect();
    if !errors.is_empty() {
        let said: Vec<&str> = errors.iter().map(|error| error.message.as_str()).collect();
        let said = shortened(&said.join(" "));
        let in_doubt = errors.iter().any(|error| error.is_about_a_key())
            // Of two changes in one request one may have been made.
            || payloads.iter().any(|payload| payload.user_errors.is_empty());
        let said = said.trim_end_matches('.');
        return Err(if in_doubt {
            failed(Kind::Rejected, Fate::InDoubt, format!("Shopify did not take all of it: {said}."))
        } else {
            failed(Kind::Rejected, Fate::Refused, format!("Shopify refused: {said}. Nothing was changed."))
        });
    }
    Ok(payloads
        .iter()
        .find_map(|payload| told(frozen, &payload.rest))
        .map_or(Sent::Accepted, Sent::Confirmed))
}

pub(super) async fn find(shopify: &Shopify, frozen: &Frozen) -> Result<Found, Error> {
    match &frozen.action {
        Action::OrderRefund { order, .. } => refund::find(shopify, frozen, order).await,
        Action::OrderCancel { .. }
        | Action::OrderAddress { .. }
        | Action::OrderTag { .. }
        | Action::OrderNote { .. } => order::find(shopify, frozen).await,
        Action::StockSet { .. } | Action::PriceSet { .. } | Action::ProductEdit { .. } => {
            goods::find(shopify, frozen).await
        }
        Action::DiscountCreate { .. } | Action::DiscountDisable { .. } => {
            discount::find(shopify, frozen).await
        }
        Action::FulfilmentHold { .. } | Action::FulfilmentRelease { .. } => hold::find(shopify, frozen).await,
        other => Err(no_action(Platform::Shopify, other)),
    }
}

/// Reads the proof out of a mutation's answer, if it is there.
fn told(frozen: &Frozen, payload: &BTreeMap<String, Value>) -> Option<Receipt> {
    match &frozen.action {
        Action::StockSet { .. } | Action::PriceSet { .. } | Action::ProductEdit { .. } => {
            goods::told(frozen, payload)
        }
        Action::DiscountCreate { .. } | Action::DiscountDisable { .. } => discount::told(payload),
        Action::FulfilmentHold { .. } | Action::FulfilmentRelease { .. } => hold::told(payload),
        _ => order::told(payload),
    }
}

/// Returns the global id of what an action is done to.
///
/// Errors: a refusal if it is no record of that stream.
fn target(record: &RecordRef, stream: Stream, kind: &str) -> Result<String, Error> {
    if record.stream == stream {
        return Ok(map::gid(kind, &record.external_id));
    }
    let message = format!("{} is none of the {stream} of Shopify.", record.label);
    Err(impossible(Platform::Shopify, "prepare", message))
}

/// Asks for one thing by its id; `None` if there is no such thing.
async fn read<T: serde::de::DeserializeOwned>(
    shopify: &Shopify,
    document: &Document,
    id: &str,
) -> Result<Option<T>, Error> {
    let response = shopify.ask(document, &json!({ "id": id })).await?;
    let data: BTreeMap<String, Option<T>> = envelope::data(&response.body, document.operation)?;
    Ok(data.into_values().next().flatten())
}

/// Makes the refusal of an action on something that is no more.
fn gone(record: &RecordRef, operation: &str) -> Error {
    let message = format!("Shopify no longer has {}.", record.label);
    Error::new(Platform::Shopify, operation, Kind::Missing, message).with_fate(Fate::Refused)
}

/// Makes the refusal of something impossible.
fn refuse(operation: &str, message: impl Into<String>) -> Error {
    impossible(Platform::Shopify, operation, message)
}

/// Returns a text as the shop's books shall show it, with the key by which it is found again.
fn signed(text: &str, key: Key) -> String {
    let text = text.trim();
    if text.is_empty() { format!("Fermata {key}") } else { format!("{text} (Fermata {key})") }
}

/// Makes the proof that a thing is as it was to be.
fn proof(gid: &str, at: Timestamp) -> Receipt {
    Receipt { external_id: map::number(gid), at, amount: None }
}
