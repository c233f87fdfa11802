//! From ShipBob's words to ours: pure and total. Statuses are kept as written.

use fermata_model::record::{
    Change, Entity, Receiving, ReceivingLine, Scan, Shipment, Stock, WarehouseOrder, Who,
};
use fermata_model::{Platform, Stream, Timestamp};
use serde_json::value::RawValue;

use super::wire;
use crate::Error;
use crate::failure::no_stream;
use crate::reading::{Loose, Mapped, change, country, filled, read_again};

/// The status of a shipment that left the warehouse, wherever it is now.
pub(super) const LEFT: &str = "Completed";
/// The status of a shipment that waits for a word.
pub(super) const ON_HOLD: &str = "OnHold";
/// The status of a shipment or receiving order that was called off.
pub(super) const CANCELLED: &str = "Cancelled";
/// The status of a receiving order of which nothing has come.
pub(super) const AWAITING: &str = "Awaiting";

/// Reads a record again from its own text.
///
/// Errors: [`Kind::Malformed`](crate::Kind::Malformed) with the reason.
pub(super) fn reread(stream: Stream, raw: &str) -> Result<Change, Error> {
    let change = match stream {
        Stream::WarehouseOrders => order(raw),
        Stream::Shipments => shipment(raw),
        Stream::Stock => stock(raw),
        Stream::Receiving => receiving(raw),
        other => return Err(no_stream(Platform::Shipbob, other)),
    };
    read_again(Platform::Shipbob, change)
}

/// Reads one order.
pub(super) fn order(raw: &str) -> Change {
    change(Stream::WarehouseOrders, raw, |order: wire::Order| {
        let shipments = order.shipments.unwrap_or_default();
        let latest = shipments.iter().filter_map(wire::Stamps::latest).max();
        let created_at = order.created_date.0;
        let entity = Entity::WarehouseOrder(WarehouseOrder {
            reference: filled(order.reference_id.0),
            name: filled(order.order_number.0),
            who: who(order.recipient),
            created_at,
            status: order.status,
            total: None,
            shipments: shipments.into_iter().map(|shipment| shipment.id.0).collect(),
        });
        let changed_at = latest.map_or(created_at, |latest| latest.max(created_at));
        Ok::<_, &str>(Mapped { external_id: order.id.0, changed_at, entity })
    })
}

/// Tells whether a shipment left the warehouse and has not arrived: then what was seen of it is worth a request.
///
/// It follows from the shipment alone, so that a record looks the same whenever it was read.
pub(super) fn on_its_way(shipment: &wire::Shipment) -> bool {
    shipment.status == LEFT && shipment.stamps.delivery_date.is_none()
}

/// Makes a shipment whole with the number that customers know and with what was seen of it, so that it can be read
/// again by itself.
pub(super) fn whole_shipment(raw: &RawValue, order_number: &Loose, timeline: Option<&str>) -> String {
    #[derive(serde::Deserialize)]
    struct Only<'a> {
        #[serde(borrow)]
        id: &'a RawValue,
    }
    let id = serde_json::from_str::<Only<'_>>(raw.get()).map_or("null", |only| only.id.get());
    let number = serde_json::to_string(&order_number.0).expect("text or nothing");
    let timeline = timeline.unwrap_or("null");
    format!(r#"{{"id":{id},"order_number":{number},"shipment":{},"timeline":{timeline}}}"#, raw.get())
}

/// Reads one shipment from the text that [`whole_shipment`] made.
pub(super) fn shipment(raw: &str) -> Change {
    change(Stream::Shipments, raw, |whole: wire::Whole| {
        let wire::Whole { order_number, shipment, timeline } = whole;
        let stamps = shipment.stamps;
        let changed_at = stamps.latest().ok_or("the shipment has no time at all")?;
        let created_at = stamps.created_date.map_or(changed_at, |created| created.0);
        let (carrier, tracking, left_at) = match shipment.tracking {
            Some(tracking) => (tracking.carrier, tracking.tracking_number, tracking.shipping_date),
            None => (Loose(None), Loose(None), None),
        };
        let stands_still = matches!(shipment.status.as_str(), ON_HOLD | "Exception");
        let details = shipment.status_details.unwrap_or_default();
        let entity = Entity::Shipment(Shipment {
            order: filled(shipment.order_id.0),
            order_name: filled(order_number.0),
            who: who(shipment.recipient),
            details: details
                .into_iter()
                .filter_map(|one| [one.description.0, one.name.0].into_iter().find_map(filled))
                .collect(),
            location: shipment.location.and_then(|location| filled(location.name.0)),
            carrier: filled(carrier.0),
            tracking: filled(tracking.0),
            created_at,
            shipped_at: stamps.actual_fulfillment_date.or(left_at).map(|at| at.0),
            due_at: None,
            delivered_at: stamps.delivery_date.map(|at| at.0),
            held_up_at: stamps.last_update_at.filter(|_| stands_still).map(|at| at.0),
            scans: timeline.unwrap_or_default().into_iter().filter_map(scan).collect(),
            status: shipment.status,
        });
        Ok::<_, &str>(Mapped { external_id: stamps.id.0, changed_at, entity })
    })
}

fn scan(entry: wire::Entry) -> Option<Scan> {
    let what = [entry.log_type_name.0, entry.log_type_text.0].into_iter().find_map(filled)?;
    Some(Scan { at: entry.timestamp.0, what })
}

fn who(recipient: Option<wire::Recipient>) -> Who {
    let recipient = recipient.unwrap_or_default();
    Who {
        external_id: None,
        emails: filled(recipient.email.0).into_iter().collect(),
        phones: filled(recipient.phone_number.0).into_iter().collect(),
        name: [recipient.name.0, recipient.full_name.0].into_iter().find_map(filled),
        country: recipient.address.and_then(|address| country(address.country.0)),
        claims: Vec::new(),
    }
}

/// Makes what lies at one place whole with what it is and the day on which it was read.
pub(super) fn whole_stock(level: &wire::Level<'_>, place: &RawValue, seen_on: Timestamp) -> String {
    let sku = level.sku.map_or("null", RawValue::get);
    let id = level.inventory_id.get();
    format!(r#"{{"inventory_id":{id},"sku":{sku},"seen_on":"{seen_on}","location":{}}}"#, place.get())
}

/// Reads stock from the text that [`whole_stock`] made.
pub(super) fn stock(raw: &str) -> Change {
    change(Stream::Stock, raw, |stocked: wire::Stocked| {
        let wire::Stocked { inventory_id, sku, seen_on, location } = stocked;
        let external_id = format!("{}/{}", inventory_id.0, location.location_id.0);
        let entity = Entity::Stock(Stock {
            product: None,
            item: inventory_id.0,
            sku: filled(sku.0),
            location: Some(location.location_id.0),
            location_name: filled(location.name.0),
            available: location.fulfillable_quantity,
            on_hand: location.on_hand_quantity,
            committed: location.committed_quantity,
            incoming: location.awaiting_quantity,
        });
        Ok::<_, &str>(Mapped { external_id, changed_at: seen_on.0, entity })
    })
}

/// Reads one receiving order.
pub(super) fn receiving(raw: &str) -> Change {
    change(Stream::Receiving, raw, |order: wire::Receiving| {
        let changed_at = order.last_updated_date.max(order.insert_date).map(|at| at.0);
        let changed_at =
            changed_at.ok_or("the receiving order has neither insert_date nor last_updated_date")?;
        let counted = order.status != AWAITING;
        let lines = order.inventory_quantities.unwrap_or_default().into_iter().map(|line| ReceivingLine {
            item: line.inventory_id.0,
            sku: filled(line.sku.0),
            expected: line.expected_quantity.unwrap_or(0),
            received: line.received_quantity.filter(|_| counted),
        });
        let entity = Entity::Receiving(Receiving {
            reference: filled(order.purchase_order_number.0),
            location: order.fulfillment_center.and_then(|center| filled(center.name.0)),
            expected_at: order.expected_arrival_date.map(|at| at.0),
            lines: lines.collect(),
            status: order.status,
        });
        Ok::<_, &str>(Mapped { external_id: order.id.0, changed_at, entity })
    })
}
