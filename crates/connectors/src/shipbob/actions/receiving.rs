//! Goods on their way in: announced, and called off.

use fermata_model::action::Arrival;
use fermata_model::{Action, Frozen, Key, Platform, RecordRef};

use super::super::{CAPABILITY, Shipbob, map, path, streams, wire};
use super::{CANCEL_RECEIVING, CREATE_RECEIVING, Draft, gone, impossible, number, read, receipt, serialized};
use crate::failure::malformed;
use crate::http::{Method, Request, Response};
use crate::rest::Trail;
use crate::{Error, Found, Sent};

/// The longest purchase order number that we make, in characters; the vendor names no limit.
const LONGEST: usize = 100;

/// Builds the announcement, to a warehouse that there is.
pub(super) async fn announced(
    shipbob: &Shipbob,
    target: &RecordRef,
    arrival: &Arrival,
    key: Key,
) -> Result<Draft, Error> {
    let refuse = |why: String| impossible(CREATE_RECEIVING, why);
    let order = target.external_id.trim();
    // They are asked for as a list with commas.
    if order.is_empty() || order.contains(',') || order.chars().count() > LONGEST {
        return Err(refuse(format!(
            "\"{order}\" cannot be a purchase order number in ShipBob: it takes up to {LONGEST} characters without commas."
        )));
    }
    let item = |pieces: &fermata_model::action::Pieces| {
        let inventory_id = number(CREATE_RECEIVING, &pieces.line, "something in stock")?;
        Ok(wire::NewItem { inventory_id, quantity: pieces.quantity })
    };
    let box_items = arrival.pieces.iter().map(item).collect::<Result<Vec<_>, Error>>()?;
    if box_items.is_empty() {
        return Err(refuse("Nothing is to come, so there is nothing to announce.".to_owned()));
    }
    let center = number(CREATE_RECEIVING, &arrival.location, "a warehouse")?;
    let centers: Vec<wire::Named> =
        shipbob.rest.json(Request::get("get-fulfillment-centers", path("fulfillment-center"))).await?;
    if !centers.iter().any(|known| known.id.0.as_ref() == Some(&arrival.location)) {
        return Err(refuse(format!("Warehouse {} takes no goods of this account.", arrival.location)));
    }
    let number = format!("{order}/{key}");
    let body = serialized(&wire::NewReceiving {
        fulfillment_center: wire::NewCenter { id: center },
        package_type: "Package",
        box_packaging_type: "EverythingInOneBox",
        // Noon in Greenwich is the same day wherever ShipBob has warehouses.
        expected_arrival_date: format!("{}T12:00:00Z", arrival.expected_on),
        purchase_order_number: number.clone(),
        boxes: [wire::NewBox { tracking_number: arrival.tracking.as_deref(), box_items }],
    });
    // Its id is not known yet; it is called off by its number.
    let receiving = RecordRef { external_id: number, ..target.clone() };
    let (method, path) = (Method::POST, path("receiving"));
    let undo = Some(Action::ReceivingCancel { receiving });
    Ok(Draft { operation: CREATE_RECEIVING, method, path, body, undo })
}

/// Finds the receiving order, by its id or by the number that an announcement of ours gave it, and builds the request
/// if nothing of it has come.
pub(super) async fn called_off(shipbob: &Shipbob, target: &RecordRef) -> Result<Draft, Error> {
    let label = &target.label;
    let order = match target.external_id.parse::<u64>() {
        Ok(id) => receiving(shipbob, id).await.map_err(|error| gone(error, CANCEL_RECEIVING, target))?,
        Err(_) => numbered(shipbob, &target.external_id).await?.ok_or_else(|| {
            impossible(CANCEL_RECEIVING, format!("ShipBob does not know the receiving order {label}."))
        })?,
    };
    let why = match order.status.as_str() {
        map::AWAITING => None,
        map::CANCELLED => Some("is already cancelled"),
        _ => Some("has already arrived, at least in part"),
    };
    if let Some(why) = why {
        return Err(impossible(CANCEL_RECEIVING, format!("The receiving order {label} {why}.")));
    }
    let id = number(CANCEL_RECEIVING, &order.id.0, "a receiving order")?;
    let (method, path) = (Method::POST, path(&format!("receiving/{id}:cancel")));
    Ok(Draft { operation: CANCEL_RECEIVING, method, path, body: String::new(), undo: None })
}

/// Reads the receiving order that either is answered with.
pub(super) fn told(frozen: &Frozen, response: &Response) -> Sent {
    let Some(order) = read::<wire::Receiving>(response) else { return Sent::Accepted };
    let (good, at) = match frozen.action {
        Action::ReceivingCreate { .. } => (response.status == 201, order.insert_date),
        _ => (order.status == map::CANCELLED, order.last_updated_date),
    };
    if good { Sent::Confirmed(receipt(order.id.0, at.map_or(frozen.at, |at| at.0))) } else { Sent::Accepted }
}

/// Looks for the number that carries our key.
pub(super) async fn find_announced(shipbob: &Shipbob, frozen: &Frozen) -> Result<Found, Error> {
    let number = format!("{}/{}", frozen.action.target().external_id.trim(), frozen.key);
    Ok(match numbered(shipbob, &number).await? {
        Some(order) => Found::Yes(receipt(order.id.0, order.insert_date.map_or(frozen.at, |at| at.0))),
        None => Found::No,
    })
}

/// Reads the receiving order's state.
pub(super) async fn find_called_off(shipbob: &Shipbob, frozen: &Frozen) -> Result<Found, Error> {
    let id = frozen.path.strip_suffix(":cancel").and_then(|path| path.rsplit('/').next()).unwrap_or_default();
    let order = receiving(shipbob, number(CANCEL_RECEIVING, id, "a receiving order")?).await?;
    Ok(match order.status.as_str() {
        map::CANCELLED => Found::Yes(receipt(id, order.last_updated_date.map_or(frozen.at, |at| at.0))),
        map::AWAITING => Found::No,
        _ => Found::Failed("The goods arrived before.".to_owned()),
    })
}

async fn receiving(shipbob: &Shipbob, id: u64) -> Result<wire::Receiving, Error> {
    shipbob.rest.json(Request::get("get-warehouse-receiving-order", path(&format!("receiving/{id}")))).await
}

/// Finds the receiving order of a purchase order number, the first if there are several.
///
/// The number is compared here too, and all pages are read, since a filter may be passed over.
async fn numbered(shipbob: &Shipbob, number: &str) -> Result<Option<wire::Receiving>, Error> {
    let size = CAPABILITY.stream(fermata_model::Stream::Receiving).map_or(1, |stream| stream.page_size);
    let (mut found, mut trail) = (None::<wire::Receiving>, Trail::default());
    for page in 1_u32.. {
        let request = Request::get(streams::RECEIVING, path("receiving"))
            .query("Page", page.to_string())
            .query("Limit", size.to_string())
            .query("PurchaseOrderNumbers", number);
        let Some(response) = streams::if_any(shipbob, request).await? else { return Ok(found) };
        let orders: Vec<wire::Receiving> = streams::list(streams::RECEIVING, &response)?;
        let ids = || orders.iter().map(|order| order.id.0.as_str()).collect::<Vec<_>>().join(",");
        let full = u32::try_from(orders.len()).is_ok_and(|records| records >= size);
        if full {
            // A page that came before: the number of the page is passed over.
            trail.on(Platform::Shipbob, streams::RECEIVING, &ids())?;
        }
        let ours =
            orders.into_iter().filter(|order| order.purchase_order_number.0.as_deref() == Some(number));
        found = ours.chain(found).min_by(|one, other| one.id.0.cmp(&other.id.0));
        if !full {
            return Ok(found);
        }
    }
    Err(malformed(Platform::Shipbob, streams::RECEIVING, "the list does not end"))
}
