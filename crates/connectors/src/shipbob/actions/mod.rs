//! Holding, releasing and calling off shipments; announcing goods and calling that off; and whether it happened.
//!
//! - A shipment's state is read before and after: whoever brought it about, it is the state that was asked for.
//! - Hold and release are answered with 200 whatever became of them; each shipment has its own result inside.
//! - A receiving order is not recognised when it comes twice. Ours carries the action's key in its purchase order
//!   number, by which ShipBob lists them.
//!
//! Source: the vendor's portal file of 2026-01; developer.shipbob.com/2026-01/api/orders,
//! bulk-place-shipments-on-hold and bulk-release-shipments-from-hold.

mod receiving;
mod stops;

use fermata_model::{Action, Frozen, Key, Platform, Receipt, RecordRef, Timestamp};

use super::Shipbob;
use crate::failure::{self, no_action};
use crate::http::Response;
use crate::rest::{Draft, leaving, serialized};
use crate::{Error, Found, Kind, Sent};

/// The vendor's name of holding shipments.
pub(super) const HOLD: &str = "bulk-place-shipments-on-hold";
/// The vendor's name of releasing shipments.
pub(super) const RELEASE: &str = "bulk-release-shipments-from-hold";
/// The vendor's name of cancelling a shipment.
pub(super) const CANCEL: &str = "cancel-shipment";
/// The vendor's name of announcing goods.
pub(super) const CREATE_RECEIVING: &str = "create-warehouse-receiving-order";
/// The vendor's name of calling off goods that were announced.
pub(super) const CANCEL_RECEIVING: &str = "cancel-warehouse-receiving-order";

/// Builds the exact request.
pub(super) async fn prepare(
    shipbob: &Shipbob,
    action: &Action,
    key: Key,
    now: Timestamp,
) -> Result<Frozen, Error> {
    let draft = match action {
        Action::ReceivingCreate { receiving, arrival } => {
            receiving::announced(shipbob, receiving, arrival, key).await?
        }
        Action::ReceivingCancel { receiving } => receiving::called_off(shipbob, receiving).await?,
        _ => stops::draft(shipbob, action).await?,
    };
    Ok(draft.frozen(action, key, now))
}

/// Sends a frozen request, once.
pub(super) async fn send(shipbob: &Shipbob, frozen: &Frozen) -> Result<Sent, Error> {
    let operation = operation(&frozen.action)?;
    let response = shipbob.rest.ask(leaving(Platform::Shipbob, frozen, "application/json")?).await?;
    match operation {
        HOLD | RELEASE => stops::told(frozen, &response),
        CANCEL => Ok(stops::cancelled(frozen, &response)),
        _ => Ok(receiving::told(frozen, &response)),
    }
}

/// Asks whether a frozen request has happened.
pub(super) async fn find(shipbob: &Shipbob, frozen: &Frozen) -> Result<Found, Error> {
    match operation(&frozen.action)? {
        CREATE_RECEIVING => receiving::find_announced(shipbob, frozen).await,
        CANCEL_RECEIVING => receiving::find_called_off(shipbob, frozen).await,
        _ => stops::find(shipbob, frozen).await,
    }
}

fn operation(action: &Action) -> Result<&'static str, Error> {
    match action {
        Action::ShipmentHold { .. } => Ok(HOLD),
        Action::ShipmentRelease { .. } => Ok(RELEASE),
        Action::ShipmentCancel { .. } => Ok(CANCEL),
        Action::ReceivingCreate { .. } => Ok(CREATE_RECEIVING),
        Action::ReceivingCancel { .. } => Ok(CANCEL_RECEIVING),
        other => Err(no_action(Platform::Shipbob, other)),
    }
}

/// Reads an id of ShipBob's, all of which are whole numbers.
fn number(operation: &str, id: &str, what: &str) -> Result<u64, Error> {
    id.parse().map_err(|_| impossible(operation, format!("\"{id}\" is not an id of {what} in ShipBob.")))
}

/// Says that the target of an action is not there.
fn gone(error: Error, operation: &str, target: &RecordRef) -> Error {
    match error.kind {
        Kind::Missing if !error.may_pass => {
            impossible(operation, format!("ShipBob does not know {}, or no longer.", target.label))
        }
        _ => error,
    }
}

fn receipt(external_id: impl Into<String>, at: Timestamp) -> Receipt {
    Receipt { external_id: external_id.into(), at, amount: None }
}

fn impossible(operation: &str, message: impl Into<String>) -> Error {
    failure::impossible(Platform::Shipbob, operation, message)
}

/// Reads what an answer to an effect holds; `None` if it has another shape, which proves nothing.
fn read<'a, T: serde::Deserialize<'a>>(response: &'a Response) -> Option<T> {
    serde_json::from_str(&response.body).ok()
}
