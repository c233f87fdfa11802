//! Shipments: held, released, called off.

use fermata_model::{Action, Frozen, Platform};

use super::super::{Shipbob, map, path, wire};
use super::{CANCEL, Draft, HOLD, RELEASE, gone, impossible, number, operation, read, receipt, serialized};
use crate::failure::said;
use crate::http::{Method, Request, Response};
use crate::{Error, Fate, Found, Kind, Sent};

/// Reads the shipment, and builds the request if what was asked for is possible.
pub(super) async fn draft(shipbob: &Shipbob, action: &Action) -> Result<Draft, Error> {
    let (operation, target) = (operation(action)?, action.target());
    let id = number(operation, &target.external_id, "a shipment")?;
    let shipment = shipment(shipbob, id).await.map_err(|error| gone(error, operation, target))?;
    let label = &target.label;
    let refuse = |why: String| Err(impossible(operation, why));
    match shipment.status.as_str() {
        map::LEFT => return refuse(format!("Shipment {label} has already left the warehouse.")),
        map::CANCELLED => return refuse(format!("Shipment {label} is already cancelled.")),
        map::ON_HOLD if operation == HOLD => return refuse(format!("Shipment {label} is already on hold.")),
        map::ON_HOLD => {}
        _ if operation == RELEASE => return refuse(format!("Shipment {label} is not on hold.")),
        _ => {}
    }
    let shipment = target.clone();
    let (path, body, undo) = match operation {
        HOLD => (
            path("shipment:bulkPlaceOnHold"),
            serialized(&wire::Hold { shipment_ids: [id], reserve_inventory: true }),
            Some(Action::ShipmentRelease { shipment }),
        ),
        RELEASE => (
            path("shipment:bulkReleaseHold"),
            serialized(&wire::Release { shipment_ids: [id] }),
            Some(Action::ShipmentHold { shipment }),
        ),
        _ => (path(&format!("shipment/{id}:cancel")), String::new(), None),
    };
    Ok(Draft { operation, method: Method::POST, path, body, undo })
}

/// Reads what became of the one shipment that a hold or release was about.
///
/// An answer that does not tell proves nothing; then it is asked for.
pub(super) fn told(frozen: &Frozen, response: &Response) -> Result<Sent, Error> {
    let id = &frozen.action.target().external_id;
    let results = read::<wire::Results>(response).and_then(|told| told.results).unwrap_or_default();
    let Some(ours) = results.into_iter().find(|one| one.id.0.as_ref() == Some(id)) else {
        return Ok(Sent::Accepted);
    };
    match ours.is_success {
        Some(true) if ours.is_still_on_hold_due_to_other_reasons == Some(true) => {
            let message = "Our hold is lifted, but ShipBob keeps the shipment for a reason of its own.";
            Err(Error::new(Platform::Shipbob, &frozen.operation, Kind::Rejected, message)
                .with_fate(Fate::Refused)
                .with_hint("See in ShipBob's dashboard what it waits for."))
        }
        Some(true) => Ok(Sent::Confirmed(receipt(id, frozen.at))),
        Some(false) => {
            let why = ours.error.and_then(|error| said(error.message.0));
            let why = why.map_or_else(|| ".".to_owned(), |why| format!(": {why}."));
            let what = if frozen.operation == HOLD { "the hold" } else { "the release" };
            Err(impossible(&frozen.operation, format!("ShipBob refused {what}{why} Nothing was changed.")))
        }
        None => Ok(Sent::Accepted),
    }
}

/// Reads the shipment that a cancellation is answered with.
pub(super) fn cancelled(frozen: &Frozen, response: &Response) -> Sent {
    let id = &frozen.action.target().external_id;
    match read::<wire::Shipment>(response) {
        Some(shipment) if shipment.stamps.id.0 == *id && shipment.status == map::CANCELLED => {
            Sent::Confirmed(receipt(id, shipment.stamps.last_update_at.map_or(frozen.at, |at| at.0)))
        }
        _ => Sent::Accepted,
    }
}

/// Reads the shipment's state.
pub(super) async fn find(shipbob: &Shipbob, frozen: &Frozen) -> Result<Found, Error> {
    let (operation, target) = (operation(&frozen.action)?, frozen.action.target());
    let shipment = shipment(shipbob, number(operation, &target.external_id, "a shipment")?).await?;
    let at = shipment.stamps.last_update_at.map_or(frozen.at, |at| at.0);
    let yes = || Found::Yes(receipt(&target.external_id, at));
    Ok(match (operation, shipment.status.as_str()) {
        (HOLD, map::ON_HOLD) | (CANCEL, map::CANCELLED) => yes(),
        (RELEASE, map::ON_HOLD) => Found::No,
        (RELEASE, _) => yes(),
        (_, map::LEFT) => Found::Failed("The shipment left the warehouse before.".to_owned()),
        (_, map::CANCELLED) => Found::Failed("The shipment was cancelled before.".to_owned()),
        _ => Found::No,
    })
}

async fn shipment(shipbob: &Shipbob, id: u64) -> Result<wire::Shipment, Error> {
    shipbob.rest.json(Request::get("get-shipment", path(&format!("shipment/{id}")))).await
}
