//! Holds, cancellations and announcements: what is prepared, what a 200 is worth, and whether it happened.

use fermata_connectors::{Error, Fate, Found, Kind, Sent};
use fermata_model::action::{Arrival, Pieces};
use fermata_model::{Action, ConnectionId, Frozen, Key, RecordRef, Stream};
use serde_json::{Value, json};

use super::shipbob;
use crate::support::listener::{Listener, Reply};
use crate::support::now;

const KEY: &str = "0197f3f0-0000-7000-8000-000000000001";

fn target(stream: Stream, id: &str) -> RecordRef {
    RecordRef { connection: ConnectionId(7), stream, external_id: id.into(), label: "#1042".into() }
}

fn hold() -> Action {
    Action::ShipmentHold { shipment: target(Stream::Shipments, "22") }
}

fn release() -> Action {
    Action::ShipmentRelease { shipment: target(Stream::Shipments, "22") }
}

fn cancel() -> Action {
    Action::ShipmentCancel { shipment: target(Stream::Shipments, "22") }
}

fn create(number: &str) -> Action {
    let arrival = Arrival {
        location: "8".into(),
        expected_on: "2026-12-01".parse().unwrap(),
        tracking: Some("1Z1".into()),
        pieces: vec![Pieces { line: "31".into(), quantity: 24 }],
    };
    Action::ReceivingCreate { receiving: target(Stream::Receiving, number), arrival }
}

fn shipment(status: &str) -> Value {
    json!({ "id": 22, "status": status, "created_date": "2026-11-20T00:00:00", "last_update_at": "2026-11-21T00:00:00Z" })
}

async fn prepared(action: &Action, replies: Vec<Reply>) -> Result<Frozen, Error> {
    let key: Key = KEY.parse().unwrap();
    let listener = Listener::script(replies).await;
    shipbob(&listener).prepare(action, key, now()).await
}

async fn sent(frozen: &Frozen, reply: Reply) -> Result<Sent, Error> {
    let listener = Listener::script(vec![reply]).await;
    shipbob(&listener).send(frozen).await
}

async fn found(frozen: &Frozen, reply: Value) -> Result<Found, Error> {
    let listener = Listener::script(vec![Reply::json(reply)]).await;
    shipbob(&listener).find(frozen).await
}

#[tokio::test]
async fn what_is_prepared_is_exactly_what_leaves_and_names_its_inverse() {
    let frozen = prepared(&hold(), vec![Reply::json(shipment("Processing"))]).await.unwrap();
    assert_eq!(frozen.path, "/2026-01/shipment:bulkPlaceOnHold");
    assert_eq!(frozen.body, r#"{"shipment_ids":[22],"reserve_inventory":true}"#);
    assert_eq!(frozen.undo.as_deref(), Some(&release()));
    let frozen = prepared(&release(), vec![Reply::json(shipment("OnHold"))]).await.unwrap();
    assert_eq!(frozen.undo.as_deref(), Some(&hold()));
    let frozen = prepared(&cancel(), vec![Reply::json(shipment("OnHold"))]).await.unwrap();
    assert_eq!((frozen.path.as_str(), frozen.body.as_str()), ("/2026-01/shipment/22:cancel", ""));
    assert_eq!(frozen.undo, None, "nothing brings it back");
    let frozen = prepared(&create("PO-7"), vec![Reply::json(json!([{ "id": 8 }]))]).await.unwrap();
    let body: Value = serde_json::from_str(&frozen.body).unwrap();
    assert_eq!(body["purchase_order_number"], format!("PO-7/{KEY}"));
    assert_eq!(body["expected_arrival_date"], "2026-12-01T12:00:00Z");
    assert_eq!(
        body["boxes"][0],
        json!({ "tracking_number": "1Z1", "box_items": [{ "inventory_id": 31, "quantity": 24 }] })
    );
}

#[tokio::test]
async fn what_cannot_be_is_refused_before_anything_is_sent() {
    for (action, replies, says) in [
        (hold(), vec![Reply::json(shipment("Completed"))], "already left"),
        (hold(), vec![Reply::json(shipment("OnHold"))], "already on hold"),
        (release(), vec![Reply::json(shipment("Processing"))], "not on hold"),
        (cancel(), vec![Reply::json(shipment("Cancelled"))], "already cancelled"),
        (cancel(), vec![Reply::status(404, "")], "does not know"),
        (create("PO,7"), vec![], "without commas"),
        (create("PO-7"), vec![Reply::json(json!([{ "id": 9 }]))], "takes no goods"),
    ] {
        let error = prepared(&action, replies).await.unwrap_err();
        assert_eq!(error.fate, Fate::Refused, "{error}");
        assert!(error.message.contains(says), "{error}");
    }
}

#[tokio::test]
async fn a_200_is_worth_what_it_says_of_our_shipment() {
    let frozen = prepared(&hold(), vec![Reply::json(shipment("Processing"))]).await.unwrap();
    let refused = json!({ "summary": { "failed": 1 }, "results": [
        { "id": 22, "is_success": false, "error": { "code": "CONFLICT", "message": "It is being picked." } },
    ] });
    let error = sent(&frozen, Reply::json(refused)).await.unwrap_err();
    assert_eq!((error.kind, error.fate), (Kind::Rejected, Fate::Refused));
    assert_eq!(error.message, "ShipBob refused the hold: It is being picked. Nothing was changed.");
    let done = json!({ "results": [{ "id": 22, "is_success": true }] });
    assert!(
        matches!(sent(&frozen, Reply::json(done)).await.unwrap(), Sent::Confirmed(receipt) if receipt.external_id == "22")
    );
    for vague in ["", "{}", "[]", r#"{"results":null}"#, r#"{"results":[{"id":23,"is_success":true}]}"#] {
        let answer = sent(&frozen, Reply::status(200, vague)).await.unwrap();
        assert_eq!(answer, Sent::Accepted, "{vague:?} proves nothing");
    }
    let error = sent(&frozen, Reply::status(404, "")).await.unwrap_err();
    assert_eq!(error.fate, Fate::Refused);
    assert!(error.message.contains("does not know the hold"), "{error}");

    let frozen = prepared(&release(), vec![Reply::json(shipment("OnHold"))]).await.unwrap();
    let other = json!({ "results": [{ "id": 22, "is_success": true, "is_still_on_hold_due_to_other_reasons": true }] });
    let error = sent(&frozen, Reply::json(other)).await.unwrap_err();
    assert!(error.message.contains("a reason of its own"), "{error}");

    let frozen = prepared(&cancel(), vec![Reply::json(shipment("Processing"))]).await.unwrap();
    assert_eq!(sent(&frozen, Reply::json(shipment("Processing"))).await.unwrap(), Sent::Accepted, "not yet");
    let refused = Reply::status(422, json!({ "shipmentId": ["Shipment is already picked."] }));
    let error = sent(&frozen, refused).await.unwrap_err();
    assert_eq!(
        error.message,
        "ShipBob refused to cancel the shipment: Shipment is already picked. Nothing was changed."
    );
}

#[tokio::test]
async fn the_state_that_is_read_says_whether_it_happened() {
    let held = prepared(&hold(), vec![Reply::json(shipment("Processing"))]).await.unwrap();
    let released = prepared(&release(), vec![Reply::json(shipment("OnHold"))]).await.unwrap();
    let cancelled = prepared(&cancel(), vec![Reply::json(shipment("Processing"))]).await.unwrap();
    let yes = |found: &Found| matches!(found, Found::Yes(_));
    assert!(yes(&found(&held, shipment("OnHold")).await.unwrap()));
    assert_eq!(found(&held, shipment("Processing")).await.unwrap(), Found::No);
    assert!(matches!(found(&held, shipment("Completed")).await.unwrap(), Found::Failed(_)));
    assert!(yes(&found(&released, shipment("Processing")).await.unwrap()));
    assert_eq!(found(&released, shipment("OnHold")).await.unwrap(), Found::No);
    assert!(yes(&found(&cancelled, shipment("Cancelled")).await.unwrap()));
    assert_eq!(found(&cancelled, shipment("OnHold")).await.unwrap(), Found::No);
    let error = found(&held, json!({ "id": 22 })).await.unwrap_err();
    assert_eq!(error.kind, Kind::Malformed, "what cannot be read is not absence");
}

#[tokio::test]
async fn an_announcement_is_found_by_its_number_also_where_the_filter_is_passed_over() {
    let frozen = prepared(&create("PO-7"), vec![Reply::json(json!([{ "id": 8 }]))]).await.unwrap();
    let order =
        |id: u64, number: &str| json!({ "id": id, "status": "Awaiting", "purchase_order_number": number });
    let ours = format!("PO-7/{KEY}");
    let others: Vec<Value> = (0..250).map(|id| order(id, "PO-7")).collect();
    let listener =
        Listener::script(vec![Reply::json(json!(others)), Reply::json(json!([order(900, &ours)]))]).await;
    let found = shipbob(&listener).find(&frozen).await.unwrap();
    assert!(matches!(found, Found::Yes(receipt) if receipt.external_id == "900"));
    let asked = listener.seen()[1].query_pairs();
    assert!(asked.contains(&("PurchaseOrderNumbers".to_owned(), ours.clone())), "{asked:?}");
    assert!(asked.contains(&("Page".to_owned(), "2".to_owned())));

    let undo = frozen.undo.as_deref().unwrap();
    let cancel = prepared(undo, vec![Reply::json(json!([order(900, &ours)]))]).await.unwrap();
    assert_eq!(cancel.path, "/2026-01/receiving/900:cancel");
    let arrived = json!([{ "id": 900, "status": "Arrived", "purchase_order_number": ours }]);
    let error = prepared(undo, vec![Reply::json(arrived)]).await.unwrap_err();
    assert!(error.message.contains("already arrived"), "{error}");
}

#[tokio::test]
async fn a_search_ends_where_every_page_is_the_same() {
    let frozen = prepared(&create("PO-7"), vec![Reply::json(json!([{ "id": 8 }]))]).await.unwrap();
    let page: Vec<Value> = (0..250).map(|id| json!({ "id": id, "status": "Awaiting" })).collect();
    let listener = Listener::script(vec![Reply::json(json!(page))]).await;
    let error = shipbob(&listener).find(&frozen).await.unwrap_err();
    assert!(error.message.contains("leads back to the same page"), "{error}");
    assert_eq!(listener.seen().len(), 2);
}
