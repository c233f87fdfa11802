//! Orders: called off, sent elsewhere, noted upon, held and let go.
//!
//! Staff notes are overwritten as a whole: they are read, and ours is put below them.

use fermata_model::{Action, Address, Frozen, Key, Receipt, RecordRef};
use serde::Serialize;

use super::{
    Draft, UPDATE_ADDRESS, UPDATE_ORDER, found, gone, impossible, malformed, receipt, serialized, signed,
    whole,
};
use crate::bigcommerce::{Bigcommerce, page, wire};
use crate::http::{Method, Request};
use crate::reading::{filled, why};
use crate::{Error, Found, Kind};

/// States of an order. The labels can be renamed by the shop, the numbers cannot.
mod state {
    pub(super) const CANCELLED: &str = "5";
    pub(super) const AWAITING_FULFILMENT: &str = "11";
    pub(super) const MANUAL_VERIFICATION: &str = "12";
    /// Incomplete, shipped, partially shipped, refunded, cancelled, declined, completed.
    pub(super) const PAST: &[&str] = &["0", "2", "3", "4", "5", "6", "10"];
}

/// The most that staff notes hold.
const MOST_NOTES: usize = 65_535;

/// An order as it is now. Its dates decide nothing here.
pub(super) type Order = wire::Order<wire::Shown>;

#[derive(Serialize)]
struct Update {
    #[serde(skip_serializing_if = "Option::is_none")]
    status_id: Option<u32>,
    #[serde(skip_serializing_if = "Option::is_none")]
    staff_notes: Option<String>,
}

/// Drafts a change of the order itself.
pub(super) async fn draft(store: &Bigcommerce, action: &Action, key: Key) -> Result<Draft, Error> {
    let target = action.target();
    let id = whole(&target.external_id)?;
    let order = read(store, target).await.map_err(|error| gone(error, UPDATE_ORDER, target))?;
    let status = order.status_id.0.as_str();
    let label = status_label(&order);
    let no = |why: String| Err(impossible(UPDATE_ORDER, format!("{} {why}.", target.label)));
    let mut undo = None;
    let (status_id, note) = match action {
        Action::OrderCancel { .. } if status == state::CANCELLED => {
            return no("is already cancelled".to_owned());
        }
        Action::OrderCancel { .. } if state::PAST.contains(&status) => {
            return no(format!("can no longer be cancelled: it is {label}"));
        }
        Action::OrderCancel { note, .. } => (Some(5), note.as_str()),
        Action::FulfilmentHold { .. } if status != state::AWAITING_FULFILMENT => {
            return no(format!("cannot be held: it is {label}, not awaiting fulfilment"));
        }
        Action::FulfilmentHold { note, .. } => {
            undo = Some(Action::FulfilmentRelease { order: target.clone() });
            (Some(12), note.as_str())
        }
        Action::FulfilmentRelease { .. } if status != state::MANUAL_VERIFICATION => {
            return no(format!("is not on hold: it is {label}"));
        }
        Action::FulfilmentRelease { order } => {
            undo = Some(Action::FulfilmentHold { order: order.clone(), note: String::new() });
            (Some(11), "")
        }
        Action::OrderNote { text, .. } if text.trim().is_empty() => {
            return no("gets no empty note".to_owned());
        }
        Action::OrderNote { text, .. } => (None, text.as_str()),
        other => return Err(crate::failure::no_action(fermata_model::Platform::Bigcommerce, other)),
    };
    let staff_notes = match note.trim() {
        "" => None,
        note => Some(below(&order, note, key).ok_or_else(|| {
            impossible(UPDATE_ORDER, format!("The staff notes of {} are full.", target.label))
        })?),
    };
    let body = serialized(&Update { status_id, staff_notes });
    Ok(Draft { operation: UPDATE_ORDER, method: Method::PUT, path: format!("/v2/orders/{id}"), body, undo })
}

/// Puts a note below the staff notes; `None` if they do not hold so much.
fn below(order: &Order, note: &str, key: Key) -> Option<String> {
    let before = order.staff_notes.0.as_deref().unwrap_or_default().trim_end();
    let note = signed(note, key);
    let whole = if before.is_empty() { note } else { format!("{before}\n{note}") };
    (whole.chars().count() <= MOST_NOTES).then_some(whole)
}

fn status_label(order: &Order) -> String {
    filled(order.status.0.clone()).unwrap_or_else(|| format!("in state {}", order.status_id.0))
}

/// Reads one order.
///
/// Errors: [`Kind::Missing`] if it is not there.
pub(super) async fn read(store: &Bigcommerce, target: &RecordRef) -> Result<Order, Error> {
    const OPERATION: &str = "getOrder";
    let id = whole(&target.external_id)?;
    let answer = store.rest.ask(Request::get(OPERATION, format!("/v2/orders/{id}"))).await?;
    if answer.body.trim().is_empty() {
        let message = "BigCommerce does not know this order, or no longer.";
        return Err(Error::new(store.rest.platform(), OPERATION, Kind::Missing, message));
    }
    serde_json::from_str(&answer.body).map_err(|error| malformed(OPERATION, why(&error)))
}

/// Tells whether an order stands as an action wanted it.
fn stands(frozen: &Frozen, order: &Order) -> Option<Receipt> {
    let status = order.status_id.0.as_str();
    let so = match &frozen.action {
        Action::OrderCancel { .. } => status == state::CANCELLED,
        Action::FulfilmentHold { .. } => status == state::MANUAL_VERIFICATION,
        // It may be packed as soon as it is let go.
        Action::FulfilmentRelease { .. } => status != state::MANUAL_VERIFICATION,
        _ => order.staff_notes.0.as_deref().is_some_and(|notes| notes.contains(&frozen.key.to_string())),
    };
    so.then(|| receipt(&order.id.0, order.date_modified.0, frozen))
}

/// Reads the proof from the answer to the change; `None` if it does not show it.
pub(super) fn shown(frozen: &Frozen, body: &str) -> Option<Receipt> {
    stands(frozen, &serde_json::from_str(body).ok()?)
}

/// Asks whether the order stands as wanted.
pub(super) async fn find(store: &Bigcommerce, frozen: &Frozen) -> Result<Found, Error> {
    let order = read(store, frozen.action.target()).await?;
    Ok(found(stands(frozen, &order)))
}

#[derive(Serialize)]
struct NewAddress<'a> {
    first_name: &'a str,
    last_name: &'a str,
    company: &'a str,
    street_1: &'a str,
    street_2: &'a str,
    city: &'a str,
    state: &'a str,
    zip: &'a str,
    country_iso2: &'a str,
    phone: &'a str,
}

/// Drafts another address for an order that goes to one.
pub(super) async fn address(store: &Bigcommerce, action: &Action) -> Result<Draft, Error> {
    let Action::OrderAddress { order: target, address } = action else {
        return Err(crate::failure::no_action(fermata_model::Platform::Bigcommerce, action));
    };
    let id = whole(&target.external_id)?;
    let no = |why: &str| impossible(UPDATE_ADDRESS, format!("{} {why}.", target.label));
    let order = read(store, target).await.map_err(|error| gone(error, UPDATE_ADDRESS, target))?;
    if state::PAST.contains(&order.status_id.0.as_str()) {
        return Err(no(&format!("can no longer go elsewhere: it is {}", status_label(&order))));
    }
    let mut known = addresses(store, id).await?;
    let only = match known.len() {
        0 => return Err(no("is not sent anywhere")),
        1 => known.remove(0),
        _ => return Err(no("goes to several addresses, so it must be changed at BigCommerce")),
    };
    let before = neutral(&only.address);
    if before == *address {
        return Err(no("already goes to this address"));
    }
    // Whether that was done could not be told afterwards.
    if same(&before, address) {
        return Err(no("goes to this address in a state that is written otherwise")
            .with_hint("If it is another state, change it at BigCommerce."));
    }
    let body = serialized(&NewAddress {
        first_name: &address.first_name,
        last_name: &address.last_name,
        company: &address.company,
        street_1: &address.street,
        street_2: &address.street_2,
        city: &address.city,
        state: &address.region,
        zip: &address.postal_code,
        country_iso2: &address.country,
        phone: &address.phone,
    });
    let path = format!("/v2/orders/{id}/shipping_addresses/{}", whole(&only.id.0)?);
    let undo = Some(Action::OrderAddress { order: target.clone(), address: before });
    Ok(Draft { operation: UPDATE_ADDRESS, method: Method::PUT, path, body, undo })
}

/// Asks whether the order goes where it was to go.
pub(super) async fn find_address(store: &Bigcommerce, frozen: &Frozen) -> Result<Found, Error> {
    let Action::OrderAddress { order, address } = &frozen.action else { return Ok(Found::No) };
    let known = addresses(store, whole(&order.external_id)?).await?;
    let there = known.iter().any(|known| same(&neutral(&known.address), address));
    Ok(found(there.then(|| receipt(&order.external_id, None, frozen))))
}

async fn addresses(store: &Bigcommerce, order: u64) -> Result<Vec<wire::ShippingAddress>, Error> {
    let request = Request::get("getOrderShippingAddresses", format!("/v2/orders/{order}/shipping_addresses"));
    page::all(store, request, 50).await
}

fn neutral(address: &wire::Address) -> Address {
    let text = |field: &crate::reading::Loose| field.0.clone().unwrap_or_default();
    Address {
        first_name: text(&address.first_name),
        last_name: text(&address.last_name),
        company: text(&address.company),
        street: text(&address.street_1),
        street_2: text(&address.street_2),
        city: text(&address.city),
        region: text(&address.state),
        postal_code: text(&address.zip),
        country: text(&address.country_iso2),
        phone: text(&address.phone),
    }
}

/// Compares two addresses by all but the state, which BigCommerce writes in full where we may have sent its code.
fn same(one: &Address, other: &Address) -> bool {
    let parts = |address: &Address| {
        [
            &address.first_name,
            &address.last_name,
            &address.company,
            &address.street,
            &address.street_2,
            &address.city,
            &address.postal_code,
            &address.country,
            &address.phone,
        ]
        .map(|part| part.trim().to_lowercase())
    };
    parts(one) == parts(other)
}
