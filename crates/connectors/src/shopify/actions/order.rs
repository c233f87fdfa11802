//! What is done to an order: called off, noted, labelled, sent elsewhere.

use std::collections::BTreeMap;

use fermata_model::{Action, Address, Frozen, Key, Receipt, RecordRef, Stream, Timestamp};
use serde_json::{Value, json};

use super::super::{Document, Shopify};
use super::{Plan, gone, proof, read, refuse, signed, target, wire};
use crate::{Error, Found};

/// Reads what the actions on an order depend on, and what they leave behind.
const STATE: Document = document!("orderState", "order_state", 5);
pub(super) static UPDATE: Document = document!("orderUpdate", "order_update", 10);
pub(super) static CANCEL: Document = document!("orderCancel", "order_cancel", 10);
pub(super) static TAGS: Document = document!("orderTags", "order_tags", 20);

/// The longest note of a cancellation (recorded refusal, 2026-04).
const LONGEST_STAFF_NOTE: usize = 255;
/// The longest label (description of `tagsAdd`'s input, 2026-10).
const LONGEST_TAG: usize = 255;

/// Reads the order and writes the mutation; anything but an action on an order is not asked for.
pub(super) async fn plan(shopify: &Shopify, action: &Action, key: Key) -> Result<Plan, Error> {
    let order = action.target();
    let id = target(order, Stream::Orders, "Order")?;
    let found: wire::OrderState =
        read(shopify, &STATE, &id).await?.ok_or_else(|| gone(order, STATE.operation))?;
    match action {
        Action::OrderCancel { restock, note, .. } => cancel(&found, *restock, note, key),
        Action::OrderTag { add, remove, .. } => tag(order, &found, add, remove),
        Action::OrderAddress { address, .. } => send_to(order, &found, address),
        Action::OrderNote { text, .. } => note(&found, text, key),
        other => Err(crate::failure::no_action(fermata_model::Platform::Shopify, other)),
    }
}

fn cancel(found: &wire::OrderState, restock: bool, note: &str, key: Key) -> Result<Plan, Error> {
    let name = &found.name;
    if found.cancelled_at.is_some() {
        return Err(refuse(CANCEL.operation, format!("{name} is already cancelled.")));
    }
    if has_left(found) {
        let message = format!("{name} has left the shop, at least in part, so it cannot be cancelled.");
        return Err(refuse(CANCEL.operation, message));
    }
    // The key is kept whole; what a long note loses is its end.
    let room = LONGEST_STAFF_NOTE - signed("", key).len() - 3;
    let note: String = note.trim().chars().take(room).collect();
    let variables = json!({
        "id": found.id, "reason": "OTHER", "restock": restock, "note": signed(&note, key),
    });
    Ok(Plan { document: &CANCEL, variables, undo: None })
}

/// Sent, or partly sent.
fn has_left(found: &wire::OrderState) -> bool {
    matches!(found.display_fulfillment_status.as_deref(), Some("FULFILLED" | "PARTIALLY_FULFILLED"))
}

fn tag(
    order: &RecordRef,
    found: &wire::OrderState,
    add: &[String],
    remove: &[String],
) -> Result<Plan, Error> {
    for label in add.iter().chain(remove) {
        // A comma divides labels at the vendor, so it would be two of them.
        if label.trim().is_empty() || label.contains(',') || label.chars().count() > LONGEST_TAG {
            let message = "A label at Shopify has 1 to 255 letters and no comma.";
            return Err(refuse(TAGS.operation, message));
        }
    }
    if add.is_empty() && remove.is_empty() {
        return Err(refuse(TAGS.operation, "No label is named, so there is nothing to do."));
    }
    if add.iter().any(|label| has(remove, label)) {
        return Err(refuse(TAGS.operation, "A label cannot be added and taken away at once."));
    }
    let kept = |labels: &[String], there: bool| -> Vec<String> {
        labels.iter().filter(|label| has(&found.tags, label) == there).cloned().collect()
    };
    let undo = Action::OrderTag { order: order.clone(), add: kept(remove, true), remove: kept(add, false) };
    let variables = json!({
        "id": found.id, "add": add, "remove": remove,
        "adding": !add.is_empty(), "removing": !remove.is_empty(),
    });
    Ok(Plan { document: &TAGS, variables, undo: Some(undo) })
}

/// Labels are the same in any case of letters (recorded answers, `tags-normalization`).
fn has(labels: &[String], label: &str) -> bool {
    labels.iter().any(|one| one.trim().eq_ignore_ascii_case(label.trim()))
}

fn send_to(order: &RecordRef, found: &wire::OrderState, address: &Address) -> Result<Plan, Error> {
    let name = &found.name;
    if found.cancelled_at.is_some() {
        return Err(refuse(UPDATE.operation, format!("{name} is cancelled, so it goes nowhere.")));
    }
    if has_left(found) {
        let message = format!("{name} has left the shop, at least in part, for its old address.");
        return Err(refuse(UPDATE.operation, message));
    }
    // What is empty is sent as nothing, since what is left out would stay as it was.
    let text = |text: &str| Some(text.trim().to_owned()).filter(|text| !text.is_empty());
    let shipping = json!({
        "firstName": text(&address.first_name), "lastName": text(&address.last_name),
        "company": text(&address.company), "address1": text(&address.street),
        "address2": text(&address.street_2), "city": text(&address.city),
        "provinceCode": text(&address.region), "zip": text(&address.postal_code),
        "countryCode": text(&address.country.to_ascii_uppercase()), "phone": text(&address.phone),
    });
    let undo = found
        .shipping_address
        .as_ref()
        .map(|old| Action::OrderAddress { order: order.clone(), address: old.clone().into() });
    let variables = json!({ "input": { "id": found.id, "shippingAddress": shipping } });
    Ok(Plan { document: &UPDATE, variables, undo })
}

fn note(found: &wire::OrderState, text: &str, key: Key) -> Result<Plan, Error> {
    if text.trim().is_empty() {
        return Err(refuse(UPDATE.operation, "The note is empty."));
    }
    let line = signed(text, key);
    let note = match found.note.as_deref().map(str::trim_end).filter(|old| !old.is_empty()) {
        Some(old) => format!("{old}\n{line}"),
        None => line,
    };
    let variables = json!({ "input": { "id": found.id, "note": note } });
    Ok(Plan { document: &UPDATE, variables, undo: None })
}

/// Reads the proof out of a mutation's answer; a cancellation is a job and has none yet.
pub(super) fn told(payload: &BTreeMap<String, Value>) -> Option<Receipt> {
    let order = payload.get("order").or_else(|| payload.get("node"))?;
    let at: Timestamp = order["updatedAt"].as_str()?.parse().ok()?;
    Some(proof(order["id"].as_str()?, at))
}

pub(super) async fn find(shopify: &Shopify, frozen: &Frozen) -> Result<Found, Error> {
    let order = frozen.action.target();
    let id = target(order, Stream::Orders, "Order")?;
    let found: wire::OrderState =
        read(shopify, &STATE, &id).await?.ok_or_else(|| gone(order, STATE.operation))?;
    let done = match &frozen.action {
        Action::OrderCancel { .. } => {
            return Ok(found.cancelled_at.map_or(Found::No, |at| Found::Yes(proof(&found.id, at))));
        }
        Action::OrderTag { add, remove, .. } => {
            add.iter().all(|label| has(&found.tags, label))
                && !remove.iter().any(|label| has(&found.tags, label))
        }
        Action::OrderAddress { address, .. } => {
            found.shipping_address.is_some_and(|there| same_place(&there.into(), address))
        }
        _ => found.note.is_some_and(|note| note.contains(&frozen.key.to_string())),
    };
    Ok(if done { Found::Yes(proof(&found.id, found.updated_at)) } else { Found::No })
}

/// Tells whether two addresses are the same to whoever brings a parcel there.
///
/// The vendor may write phone numbers and letters its own way, and knows no region where a country
/// has none.
fn same_place(there: &Address, wanted: &Address) -> bool {
    let same = |one: &str, other: &str| one.trim().to_lowercase() == other.trim().to_lowercase();
    let digits = |phone: &str| -> String { phone.chars().filter(char::is_ascii_digit).collect() };
    same(&there.first_name, &wanted.first_name)
        && same(&there.last_name, &wanted.last_name)
        && same(&there.company, &wanted.company)
        && same(&there.street, &wanted.street)
        && same(&there.street_2, &wanted.street_2)
        && same(&there.city, &wanted.city)
        && same(&there.postal_code, &wanted.postal_code)
        && same(&there.country, &wanted.country)
        && (there.region.is_empty() || same(&there.region, &wanted.region))
        && digits(&there.phone).ends_with(digits(&wanted.phone).trim_start_matches('0'))
}
