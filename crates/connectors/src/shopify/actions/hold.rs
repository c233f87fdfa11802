//! An order stays in the shop, or may leave.

use std::collections::BTreeMap;

use fermata_model::{Action, Frozen, Key, Receipt, Stream, Timestamp};
use serde_json::{Value, json};

use super::super::{Document, Shopify};
use super::{Plan, gone, proof, read, refuse, target, wire};
use crate::{Error, Found};

const STATE: Document = document!("holdState", "hold_state", 15);
pub(super) static HOLD: Document = document!("fulfillmentOrderHold", "hold", 11);
pub(super) static RELEASE: Document = document!("fulfillmentOrderReleaseHold", "release_hold", 11);

/// How the holds that Fermata makes are named, before the key.
const OURS: &str = "fermata-";

/// Reads what is still to be sent and writes the mutation.
pub(super) async fn plan(shopify: &Shopify, action: &Action, key: Key) -> Result<Plan, Error> {
    let order = action.target();
    let found = state(shopify, action).await?;
    let name = &found.name;
    match action {
        Action::FulfilmentHold { note, .. } => {
            if found.cancelled_at.is_some() {
                return Err(refuse(
                    HOLD.operation,
                    format!("{name} is cancelled, so it is not sent anyway."),
                ));
            }
            let waiting: Vec<&wire::Packing> = found
                .fulfillment_orders
                .nodes
                .iter()
                .filter(|part| !matches!(part.status.as_str(), "CLOSED" | "CANCELLED" | "INCOMPLETE"))
                .collect();
            let part = match waiting.as_slice() {
                [part] => part,
                [] => return Err(refuse(HOLD.operation, format!("Nothing of {name} is still to be sent."))),
                _ => {
                    let message = format!(
                        "{name} is sent from several places, and Fermata can hold only all of it. Hold it in Shopify."
                    );
                    return Err(refuse(HOLD.operation, message));
                }
            };
            let hold = json!({
                "reason": "OTHER", "reasonNotes": note, "notifyMerchant": false, "handle": handle(key),
            });
            let undo = Action::FulfilmentRelease { order: order.clone() };
            let variables = json!({ "id": part.id, "hold": hold });
            Ok(Plan { document: &HOLD, variables, undo: Some(undo) })
        }
        _ => {
            let held = found.fulfillment_orders.nodes.iter().find(|part| !ours(part).is_empty());
            let part = held.ok_or_else(|| {
                let message =
                    format!("Fermata does not hold {name}; a hold of somebody else is theirs to release.");
                refuse(RELEASE.operation, message)
            })?;
            let holds = ours(part);
            let note = holds.iter().find_map(|hold| hold.reason_notes.clone()).unwrap_or_default();
            let ids: Vec<&str> = holds.iter().map(|hold| hold.id.as_str()).collect();
            let undo = Action::FulfilmentHold { order: order.clone(), note };
            let variables = json!({ "id": part.id, "holds": ids });
            Ok(Plan { document: &RELEASE, variables, undo: Some(undo) })
        }
    }
}

/// Names a hold; the vendor takes a name only once (recorded refusal, 2026-04).
fn handle(key: Key) -> String {
    format!("{OURS}{key}")
}

/// Returns the holds that Fermata made.
fn ours(part: &wire::Packing) -> Vec<&wire::Hold> {
    let is_ours = |hold: &&wire::Hold| hold.handle.as_deref().is_some_and(|handle| handle.starts_with(OURS));
    part.fulfillment_holds.iter().filter(|hold| hold.held_by_requesting_app).filter(is_ours).collect()
}

async fn state(shopify: &Shopify, action: &Action) -> Result<wire::HoldState, Error> {
    let order = action.target();
    let id = target(order, Stream::Orders, "Order")?;
    read(shopify, &STATE, &id).await?.ok_or_else(|| gone(order, STATE.operation))
}

/// Reads the proof out of a mutation's answer.
pub(super) fn told(payload: &BTreeMap<String, Value>) -> Option<Receipt> {
    let part = payload.get("fulfillmentOrder")?;
    let at: Timestamp = part["updatedAt"].as_str()?.parse().ok()?;
    Some(proof(part["id"].as_str()?, at))
}

pub(super) async fn find(shopify: &Shopify, frozen: &Frozen) -> Result<Found, Error> {
    let found = state(shopify, &frozen.action).await?;
    let parts = &found.fulfillment_orders.nodes;
    let part = match &frozen.action {
        Action::FulfilmentHold { .. } => {
            let handle = handle(frozen.key);
            parts.iter().find(|part| {
                part.fulfillment_holds.iter().any(|hold| hold.handle.as_deref() == Some(handle.as_str()))
            })
        }
        _ if parts.iter().all(|part| ours(part).is_empty()) => {
            // The one that the request named.
            parts.iter().find(|part| frozen.body.contains(&format!("\"{}\"", part.id)))
        }
        _ => None,
    };
    Ok(part.map_or(Found::No, |part| Found::Yes(proof(&part.id, part.updated_at))))
}
