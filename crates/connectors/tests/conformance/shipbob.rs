//! Every request of the ShipBob connector, against the vendor's portal file of 2026-01, and for hold and release against
//! what was written down from the vendor's pages of those two.

use fermata_connectors::{Found, Pull, Sent, connect};
use fermata_model::action::{Arrival, Pieces};
use fermata_model::{Action, Change, ConnectionId, Key, Platform, RecordRef, Stream};
use serde_json::{Value, json};

use super::openapi::{OpenApi, shared};
use super::{hold, in_body, listen, more};
use crate::support::listener::{Reply, Seen};
use crate::support::{now, settings};

const KEY: &str = "0197f3f0-0000-7000-8000-000000000001";
const LEVELS: &str = "/2026-01/inventory-level/locations";

/// Reads the schemas; `None`, with a word about it, where they are absent.
pub(super) fn schemas() -> Option<OpenApi> {
    let read = |name: &str| -> Option<Value> {
        let path = shared(&format!("specs/shipbob/{name}"))?;
        Some(serde_json::from_str(&std::fs::read_to_string(path).unwrap()).unwrap())
    };
    let mut root = read("openapi-2026-01-portal-oas31.json")?;
    // Declared for other lists, and named by this one's own `next`.
    let cursor = json!({ "name": "Cursor", "in": "query", "schema": { "type": "string" } });
    root["paths"][LEVELS]["get"]["parameters"].as_array_mut().unwrap().push(cursor);
    let pages = read("hold-endpoints-overlay.json")?;
    // The pages show them under our version as well; their answers are open.
    let text = pages["paths"].to_string().replace("/2026-07/", "/2026-01/");
    let mut paths: Value = serde_json::from_str(&text).unwrap();
    for methods in paths.as_object_mut().unwrap().values_mut() {
        methods["post"]["responses"]["200"]["content"]["application/json"]["schema"] =
            pages["components"]["schemas"]["BulkResult"].clone();
    }
    Some(OpenApi::of(root).with(paths))
}

fn shipment(id: u64, status: &str) -> Value {
    let left = status == "Completed";
    let mut shipment = json!({
        "id": id, "order_id": 11, "reference_id": "5610443000833", "status": status,
        "status_details": [{ "id": 1, "name": "Manual", "description": "Held by hand", "inventory_id": null,
            "exception_fulfillment_center_id": null, "extra_information": { "validation_messages": [] } }],
        "created_date": "2026-11-19T10:00:00+00:00", "last_update_at": "2026-11-20T10:00:00+00:00",
        "last_tracking_update_at": null, "delivery_date": null,
        "actual_fulfillment_date": left.then_some("2026-11-20T09:00:00+00:00"),
        "location": { "id": 8, "name": "Cicero (IL)" }, "ship_option": "Standard",
        "recipient": { "name": "Ann Lee", "email": "ann@example.com", "phone_number": "+13125550100",
            "address": { "address1": "1 Main St", "city": "Chicago", "country": "US", "zip_code": "60601" } },
        "products": [],
    });
    if left {
        shipment["tracking"] = json!({ "carrier": "UPS", "tracking_number": "1Z1", "shipping_date": "2026-11-20T09:00:00+00:00" });
    }
    shipment
}

fn order() -> Value {
    json!({
        "id": 11, "reference_id": "5610443000833", "order_number": "#1042", "status": "PartiallyFulfilled", "type": "DTC",
        "created_date": "2026-11-19T10:00:00+00:00", "purchase_date": "2026-11-19T10:00:00+00:00",
        "channel": { "id": 7, "name": "Shopify" }, "financials": { "total_price": 59.9 }, "products": [], "tags": [],
        "recipient": { "name": "Ann Lee", "email": "ann@example.com", "phone_number": null,
            "address": { "address1": "1 Main St", "city": "Chicago", "country": "US", "zip_code": "60601" } },
        "shipments": [shipment(21, "Completed"), shipment(22, "Processing")], "shipping_method": "Standard",
    })
}

fn receiving(id: u64, status: &str, number: &str) -> Value {
    json!({
        "id": id, "status": status, "purchase_order_number": number, "package_type": "Package",
        "box_packaging_type": "EverythingInOneBox", "expected_arrival_date": "2026-12-01T12:00:00+00:00",
        "insert_date": "2026-11-21T11:00:00+00:00", "last_updated_date": "2026-11-21T11:30:00+00:00",
        "fulfillment_center": { "id": 8, "name": "Cicero (IL)" }, "status_history": [], "box_labels_uri": null,
        "inventory_quantities": [
            { "inventory_id": 31, "sku": "LL-1", "expected_quantity": 24, "received_quantity": 0, "stowed_quantity": 0 },
        ],
    })
}

fn levels(next: Option<&str>) -> Value {
    json!({ "first": null, "last": null, "prev": null, "next": next, "items": [{
        "inventory_id": 31, "sku": "LL-1", "name": "Shirt", "locations": [{
            "location_id": 8, "name": "Cicero (IL)", "on_hand_quantity": 9, "committed_quantity": 2,
            "fulfillable_quantity": 7, "awaiting_quantity": 24, "internal_transfer_quantity": 0,
        }],
    }] })
}

fn script(seen: &Seen) -> Reply {
    let query = seen.query_pairs();
    let value = |name: &str| query.iter().find(|(known, _)| known == name).map(|(_, value)| value.as_str());
    let done = json!({ "summary": { "total": 1, "successful": 1, "failed": 0 }, "results": [{ "id": 22, "is_success": true }] });
    let reply = match (seen.method.as_str(), seen.path.as_str()) {
        ("GET", "/2026-01/channel") => Reply::json(json!({ "next": null, "prev": null, "items": [
            { "id": 7, "name": "Shopify", "application_name": "Shopify", "scopes": ["orders_read"] },
            { "id": 9, "name": "The Shop", "application_name": "SMA", "scopes": ["orders_write", "receiving_write"] },
        ] })),
        ("GET", "/2026-01/order") => Reply::json(json!([order()])),
        ("GET", "/2026-01/shipment/21/timeline") => Reply::json(json!([
            { "log_type_id": 601, "log_type_name": "InTransit", "log_type_text": "On its way",
              "timestamp": "2026-11-20T12:00:00+00:00", "metadata": {} },
        ])),
        ("GET", "/2026-01/shipment/22") => Reply::json(shipment(22, "Processing")),
        ("GET", "/2026-01/shipment/23") => Reply::json(shipment(23, "OnHold")),
        ("POST", "/2026-01/shipment:bulkPlaceOnHold" | "/2026-01/shipment:bulkReleaseHold") => {
            Reply::json(done)
        }
        ("POST", "/2026-01/shipment/22:cancel") => Reply::json(shipment(22, "Cancelled")),
        ("GET", LEVELS) => Reply::json(match value("Cursor") {
            None => levels(Some("/2026-01/inventory-level/locations?PageSize=250&Cursor=a%2Bb%2F%3D")),
            Some("a+b/=") => levels(Some("c+d/=")),
            Some(_) => levels(None),
        }),
        ("GET", "/2026-01/fulfillment-center") => Reply::json(json!([{ "id": 8, "name": "Cicero (IL)" }])),
        ("GET", "/2026-01/receiving") => {
            Reply::json(json!([receiving(61, "Awaiting", &format!("PO-7/{KEY}"))]))
        }
        ("GET", "/2026-01/receiving/61") => Reply::json(receiving(61, "Awaiting", "PO-7")),
        ("POST", "/2026-01/receiving") => {
            Reply::status(201, receiving(61, "Awaiting", &format!("PO-7/{KEY}")))
        }
        ("POST", "/2026-01/receiving/61:cancel") => Reply::json(receiving(61, "Cancelled", "PO-7")),
        other => panic!("nothing is scripted for {other:?}"),
    };
    reply.with("x-remaining-calls", "140")
}

fn target(stream: Stream, id: &str) -> RecordRef {
    RecordRef { connection: ConnectionId(7), stream, external_id: id.into(), label: id.into() }
}

#[tokio::test]
async fn every_shipbob_request_is_valid_by_the_published_schema() {
    let Some(spec) = schemas() else { return };
    let (listener, log) = listen(script).await;
    let shipbob = connect(Platform::Shipbob, settings(&listener.url, &[("token", "t0ken")])).unwrap();

    let account = shipbob.check().await.unwrap();
    assert_eq!((account.name.as_str(), account.missing.len()), ("The Shop", 0));

    for stream in shipbob.capability().streams {
        for since in [None, Some(now().saturating_sub(jiff::SignedDuration::from_hours(72)).unwrap())] {
            let mut pull = Pull { stream: stream.stream, since, until: now(), token: None, size: None };
            loop {
                let page = shipbob.pull(&pull).await.unwrap();
                assert!(!page.changes.is_empty());
                assert!(page.changes.iter().all(|change| matches!(change, Change::Seen(_))), "{page:?}");
                let Some(next) = page.next else { break };
                pull.token = Some(next);
            }
        }
    }

    let key: Key = KEY.parse().unwrap();
    let arrival = Arrival {
        location: "8".into(),
        expected_on: "2026-12-01".parse().unwrap(),
        tracking: None,
        pieces: vec![Pieces { line: "31".into(), quantity: 24 }],
    };
    for action in [
        Action::ShipmentHold { shipment: target(Stream::Shipments, "22") },
        Action::ShipmentRelease { shipment: target(Stream::Shipments, "23") },
        Action::ShipmentCancel { shipment: target(Stream::Shipments, "22") },
        Action::ReceivingCreate { receiving: target(Stream::Receiving, "PO-7"), arrival },
        Action::ReceivingCancel { receiving: target(Stream::Receiving, "61") },
    ] {
        let frozen = shipbob.prepare(&action, key, now()).await.unwrap();
        let sent = shipbob.send(&frozen).await.unwrap();
        let found = shipbob.find(&frozen).await.unwrap();
        match action {
            Action::ReceivingCreate { .. } => {
                assert!(matches!(&sent, Sent::Confirmed(receipt) if receipt.external_id == "61"), "{sent:?}");
                assert!(matches!(&found, Found::Yes(receipt) if receipt.external_id == "61"), "{found:?}");
                let number = frozen.undo.as_ref().map(|undo| undo.target().external_id.clone());
                assert_eq!(number, Some(format!("PO-7/{KEY}")), "it can be called off by its number");
            }
            // The answer about another shipment proves nothing.
            Action::ShipmentRelease { .. } => assert_eq!((sent, found), (Sent::Accepted, Found::No)),
            _ => {
                assert!(matches!(sent, Sent::Confirmed(_)), "{sent:?}");
                assert_eq!(found, Found::No, "the state that is read decides");
            }
        }
    }

    for (request, _) in log.lock().unwrap().iter() {
        assert_eq!(request.header("authorization"), Some("Bearer t0ken"));
        assert_eq!(request.header("accept"), Some("application/json"));
        assert!(request.header("shipbob_channel_id").is_none(), "orders of all channels are wanted");
    }
    hold(
        &spec,
        &log,
        &[
            ("get-channels", |r| r.headers.retain(|(name, _)| name != "authorization")),
            ("get-orders", |r| more(r, "HasTracking=yes")),
            ("get-shipment", |r| more(r, "Limit=1")),
            ("get-shipment-timeline", |r| more(r, "Limit=1")),
            ("cancel-shipment", |r| r.body = "{}".to_owned()),
            ("bulk-place-shipments-on-hold", |r| in_body(r, "[22]", "[]")),
            ("bulk-release-shipments-from-hold", |r| in_body(r, "shipment_ids", "shipments")),
            ("get-all-inventory-levels-grouped-by-fulfillment-center", |r| more(r, "Limit=250")),
            ("get-fulfillment-centers", |r| more(r, "Limit=1")),
            ("get-multiple-warehouse-receiving-orders", |r| more(r, "PageSize=1")),
            ("get-warehouse-receiving-order", |r| more(r, "Limit=1")),
            ("create-warehouse-receiving-order", |r| in_body(r, "\"quantity\":24", "\"quantity\":\"24\"")),
            ("cancel-warehouse-receiving-order", |r| r.body = "{}".to_owned()),
        ],
    );
}
