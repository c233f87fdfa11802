//! Calling an order off, its address, a note on it, holding it and letting it go.
//!
//! A hold is the status `on-hold`. WooCommerce lets any status follow any other and remembers none,
//! so only an order that waits to be sent is held, and the hold writes down what it came from.
//!
//! Source: order_cancel.json, order_update_shipping_address.json, order_note*.json, on 10.5.0.

use fermata_model::{Action, Address, Frozen, Key, Receipt, RecordRef};
use serde_json::{Value, json};

use super::{ACTION, Draft, done, impossible, number};
use crate::http::{Method, Request};
use crate::woocommerce::{Woocommerce, door, wire};
use crate::{Error, Found, html};

const READ: &str = "GET /orders/{id}";
const UPDATE: &str = "PUT /orders/{id}";
const NOTE: &str = "POST /orders/{id}/notes";
const NOTES: &str = "GET /orders/{id}/notes";

/// Paid, or to be paid on delivery, and waiting to be sent.
const TO_SEND: &str = "processing";
const HELD: &str = "on-hold";
const CANCELLED: &str = "cancelled";

/// The free field that says what a hold came from.
const HELD_FROM: &str = "_fermata_held_from";

/// Returns the request that reads an order.
pub(super) fn read(order: &RecordRef) -> Result<Request, Error> {
    Ok(Request::get(READ, format!("/wc/v3/orders/{}", number(READ, order)?)))
}

pub(super) async fn prepare(woo: &Woocommerce, action: &Action, key: Key) -> Result<Draft, Error> {
    let order = action.target();
    let label = &order.label;
    let found: wire::Order = super::existing(woo, read(order)?, &format!("the order {label}")).await?;
    let status = found.status.as_str();
    if status == "trash" {
        return Err(impossible(UPDATE, format!("{label} is in WooCommerce's bin.")));
    }
    let refused = |why: String| Err(impossible(UPDATE, why));
    let path = format!("/wc/v3/orders/{}", found.id.0);
    let update = |body: Value, undo: Option<Action>| {
        let body = body.to_string();
        Ok(Draft { operation: UPDATE, method: Method::PUT, path: path.clone(), body, undo })
    };
    let key = key.to_string();
    match action {
        Action::OrderCancel { restock, .. } => match status {
            CANCELLED => refused(format!("{label} is already cancelled.")),
            "refunded" => refused(format!("{label} is already refunded, so it is not cancelled.")),
            _ if !restock => refused(
                "WooCommerce puts the pieces of a cancelled order back on the shelf by itself.".to_owned(),
            ),
            _ => update(json!({ "status": CANCELLED }), None),
        },
        Action::OrderAddress { address, .. } => {
            let before = kept(&found.shipping.unwrap_or_default());
            if same(&before, address) {
                return refused(format!("{label} already goes to this address."));
            }
            let mut shipping = written(address);
            if before.phone != address.phone {
                // Taken and shown since 5.6, and never declared: named only where it has to change.
                shipping["phone"] = json!(address.phone);
            }
            let undo = Action::OrderAddress { order: order.clone(), address: before };
            update(json!({ "shipping": shipping }), Some(undo))
        }
        Action::OrderNote { text, .. } => {
            let text = text.trim();
            if text.is_empty() {
                return refused("A note must say something.".to_owned());
            }
            // The customer gets an e-mail of a note that is theirs; this one is the shop's.
            let body = json!({ "note": format!("{text}\n\n(Fermata {key})"), "customer_note": false });
            Ok(Draft {
                operation: NOTE,
                method: Method::POST,
                path: format!("{path}/notes"),
                body: body.to_string(),
                undo: None,
            })
        }
        Action::FulfilmentHold { .. } => match status {
            HELD => refused(format!("{label} is already on hold.")),
            TO_SEND => update(
                json!({ "status": HELD, "meta_data": [
                    { "key": ACTION, "value": key },
                    { "key": HELD_FROM, "value": status },
                ] }),
                Some(Action::FulfilmentRelease { order: order.clone() }),
            ),
            other => refused(format!("{label} is not waiting to be sent (its status is {other}).")),
        },
        _ => {
            if status != HELD {
                return refused(format!("{label} is not on hold."));
            }
            let from = wire::meta(&found.meta_data, HELD_FROM).and_then(Value::as_str);
            let paid = wire::at(&found.date_paid_gmt).is_some();
            if from != Some(TO_SEND) && !paid {
                return refused(format!("{label} is on hold because it is not paid yet."));
            }
            let undo = Action::FulfilmentHold { order: order.clone(), note: String::new() };
            update(json!({ "status": TO_SEND }), Some(undo))
        }
    }
}

/// Reads from an order whether it shows the effect.
pub(super) fn receipt(frozen: &Frozen, answer: &str) -> Result<Option<Receipt>, Error> {
    let order: wire::Order = door::read(READ, answer)?;
    let holds = match &frozen.action {
        Action::OrderCancel { .. } => order.status == CANCELLED,
        // Whoever let it go since, the hold wrote our key down with the status.
        Action::FulfilmentHold { .. } => {
            let key = frozen.key.to_string();
            order.status == HELD || wire::meta(&order.meta_data, ACTION).is_some_and(|value| *value == key)
        }
        // It may be sent as soon as it is let go.
        Action::FulfilmentRelease { .. } => order.status != HELD,
        Action::OrderAddress { address, .. } => same(&kept(&order.shipping.unwrap_or_default()), address),
        _ => false,
    };
    Ok(holds.then(|| done(&order.id.0, wire::at(&order.date_modified_gmt), frozen)).flatten())
}

/// Reads from a note whether it is ours.
pub(super) fn noted(frozen: &Frozen, answer: &str) -> Result<Option<Receipt>, Error> {
    let note: wire::Note = door::read(NOTE, answer)?;
    Ok(proof(frozen, &note))
}

/// Looks for our note; an order's notes come all at once.
pub(super) async fn find_note(woo: &Woocommerce, frozen: &Frozen, order: &RecordRef) -> Result<Found, Error> {
    let path = format!("/wc/v3/orders/{}/notes", number(NOTES, order)?);
    let notes: Vec<wire::Note> = woo.json(Request::get(NOTES, path)).await?;
    Ok(notes.iter().find_map(|note| proof(frozen, note)).map_or(Found::No, Found::Yes))
}

fn proof(frozen: &Frozen, note: &wire::Note) -> Option<Receipt> {
    let text = note.note.0.as_deref()?;
    text.contains(&frozen.key.to_string())
        .then(|| done(&note.id.0, wire::at(&note.date_created_gmt), frozen))?
}

/// Takes over the address as the order has it.
fn kept(contact: &wire::Contact) -> Address {
    let text = |field: &crate::reading::Loose| field.0.clone().unwrap_or_default();
    Address {
        first_name: text(&contact.first_name),
        last_name: text(&contact.last_name),
        company: text(&contact.company),
        street: text(&contact.address_1),
        street_2: text(&contact.address_2),
        city: text(&contact.city),
        region: text(&contact.state),
        postal_code: text(&contact.postcode),
        country: text(&contact.country),
        phone: text(&contact.phone),
    }
}

/// Every declared field is named: what is left out would stay as it was.
fn written(address: &Address) -> Value {
    json!({
        "first_name": address.first_name,
        "last_name": address.last_name,
        "company": address.company,
        "address_1": address.street,
        "address_2": address.street_2,
        "city": address.city,
        "state": address.region,
        "postcode": address.postal_code,
        "country": address.country,
    })
}

/// Compares addresses without what WordPress does to texts: blanks and entities.
fn same(one: &Address, other: &Address) -> bool {
    let plain = |address: &Address| {
        let fields = [
            &address.first_name,
            &address.last_name,
            &address.company,
            &address.street,
            &address.street_2,
            &address.city,
            &address.region,
            &address.postal_code,
            &address.country,
            &address.phone,
        ];
        fields.map(|field| html::text(field).split_whitespace().collect::<Vec<_>>().join(" "))
    };
    plain(one) == plain(other)
}
