//! Promises of the ShipBob twin's writes: what stays in the warehouse, what is called off, what is announced twice, and
//! the journal of it.

use fermata_model::Platform;
use fermata_sandbox::Options;
use serde_json::{Value, json};

use crate::shipbob_reads::{busy, numbered, start};
use crate::twin::{Answer, Twin};

/// The token's own channel, which may write.
async fn channel(twin: &Twin) -> String {
    let channels = twin.get("/2026-01/channel").await.body["items"].clone();
    channels.as_array().and_then(|all| all.last()).expect("a channel")["id"].to_string()
}

/// Shipments of a status, newest first.
async fn shipments(twin: &Twin, status: &str) -> Vec<Value> {
    let orders = numbered(twin, "/2026-01/order?Limit=250").await;
    let all = orders.iter().flat_map(|order| order["shipments"].as_array().expect("a list"));
    all.filter(|shipment| shipment["status"] == status).cloned().collect()
}

async fn bulk(twin: &Twin, what: &str, ids: &[&Value]) -> Answer {
    twin.write("POST", &format!("/2026-01/shipment:{what}"), &json!({ "shipment_ids": ids })).await
}

/// Kinds of effects in the journal, in order.
fn applied(twin: &Twin) -> Vec<String> {
    let journal = twin.practice.journal(Platform::Shipbob);
    journal.into_iter().flat_map(|entry| entry.applied).map(|effect| effect.kind).collect()
}

#[tokio::test]
async fn what_is_held_stays_in_the_warehouse_until_it_is_released() {
    let twin = start().await;
    let waiting = shipments(&twin, "Processing").await;
    let (held, free) = (&waiting[0], &waiting[1]);
    let answer = bulk(&twin, "bulkPlaceOnHold", &[&held["id"]]).await;
    assert_eq!(
        answer.body["summary"],
        json!({ "total": 1, "successful": 1, "failed": 0 }),
        "{}",
        answer.text
    );
    let again = bulk(&twin, "bulkPlaceOnHold", &[&held["id"]]).await;
    assert_eq!(again.body["results"][0]["is_success"], true, "being held already is success");
    twin.practice.advance(10 * 86_400);
    let read = |id: Value| {
        let twin = &twin;
        async move { twin.get(&format!("/2026-01/shipment/{id}")).await.body }
    };
    let kept = read(held["id"].clone()).await;
    assert_eq!((&kept["status"], &kept["status_details"][0]["name"]), (&json!("OnHold"), &json!("Manual")));
    assert!(kept["tracking"].is_null(), "ten days later it is still there");
    assert_ne!(read(free["id"].clone()).await["status"], "Processing", "the others went their way");
    let released = bulk(&twin, "bulkReleaseHold", &[&held["id"]]).await;
    assert_eq!(released.body["results"][0]["is_still_on_hold_due_to_other_reasons"], false);
    assert_eq!(read(held["id"].clone()).await["status"], "Processing");
    twin.practice.advance(86_400);
    assert_eq!(read(held["id"].clone()).await["status"], "Completed", "and under the same number it left");
    assert_eq!(applied(&twin), ["shipment.hold", "shipment.release"]);
}

#[tokio::test]
async fn two_hundred_may_hold_a_failure() {
    let twin = start().await;
    let sent = shipments(&twin, "Completed").await;
    let held = bulk(&twin, "bulkPlaceOnHold", &[&sent[0]["id"], &json!(999_999_999)]).await;
    assert_eq!((held.status, &held.body["summary"]["failed"]), (200, &json!(2)));
    assert_eq!(held.body["results"][1]["error"]["code"], "NOT_FOUND");
    let order = format!("/2026-01/order/{}:cancel", sent[0]["order_id"]);
    let cancelled = twin.write("POST", &order, &json!({})).await;
    assert_eq!((cancelled.status, &cancelled.body["status"]), (200, &json!("Failure")));
    assert_eq!(cancelled.body["canceled_shipment_results"][0]["is_success"], false);
    let several = twin
        .request("POST", "/2026-01/shipment:batchCancel")
        .header("shipbob_channel_id", channel(&twin).await)
        .body(json!({ "shipment_ids": [sent[0]["id"]] }).to_string());
    let several = twin.send(several).await;
    assert_eq!((several.status, &several.body["results"][0]["is_success"]), (200, &json!(false)));
    let one = twin.write("POST", &format!("/2026-01/shipment/{}:cancel", sent[0]["id"]), &json!({})).await;
    assert_eq!(one.status, 422, "only the single one says so by its status");
    assert!(applied(&twin).is_empty());
}

#[tokio::test]
async fn a_cancelled_shipment_never_leaves_and_its_pieces_go_back() {
    let twin = start().await;
    let waiting = shipments(&twin, "Processing").await;
    let one = &waiting[0];
    let item = one["products"][0]["id"].clone();
    let left = || async { twin.get(&format!("/2026-01/inventory-level/{item}/locations")).await.body };
    let before = left().await["locations"][0]["fulfillable_quantity"].as_i64().unwrap();
    let path = format!("/2026-01/shipment/{}", one["id"]);
    let cancelled = twin.write("POST", &format!("{path}:cancel"), &json!({})).await;
    assert_eq!(
        (cancelled.status, &cancelled.body["status"]),
        (200, &json!("Cancelled")),
        "{}",
        cancelled.text
    );
    assert!(left().await["locations"][0]["fulfillable_quantity"].as_i64().unwrap() > before);
    assert_eq!(twin.write("POST", &format!("{path}:cancel"), &json!({})).await.status, 422);
    let hold = bulk(&twin, "bulkPlaceOnHold", &[&one["id"]]).await;
    assert_eq!(hold.body["results"][0]["is_success"], false);
    twin.practice.advance(10 * 86_400);
    assert_eq!(twin.get(&path).await.body["status"], "Cancelled");
    assert_eq!(applied(&twin), ["shipment.cancel"]);
}

#[tokio::test]
async fn several_are_cancelled_only_in_the_name_of_a_channel_that_writes() {
    let twin = start().await;
    let waiting = shipments(&twin, "Processing").await;
    let body = json!({ "shipment_ids": [waiting[0]["id"]] });
    assert_eq!(twin.write("POST", "/2026-01/shipment:batchCancel", &body).await.status, 422);
    let first = twin.get("/2026-01/channel").await.body["items"][0]["id"].to_string();
    for (channel, good) in [(first, false), (channel(&twin).await, true)] {
        let request =
            twin.request("POST", "/2026-01/shipment:batchCancel").header("shipbob_channel_id", channel);
        let answer = twin.send(request.body(body.to_string())).await;
        assert_eq!(answer.status, if good { 200 } else { 422 }, "{}", answer.text);
    }
    assert_eq!(applied(&twin), ["shipment.cancel"]);
    let order =
        &waiting.iter().find(|one| one["order_id"] != waiting[0]["order_id"]).expect("another")["order_id"];
    let whole = twin.write("POST", &format!("/2026-01/order/{order}:cancel"), &json!({})).await;
    assert_ne!(whole.body["status"], "Failure", "{}", whole.text);
}

#[tokio::test]
async fn a_body_that_the_vendor_does_not_know_is_refused() {
    let twin = start().await;
    for (path, wrong) in [
        ("shipment:bulkPlaceOnHold", json!({})),
        ("shipment:bulkPlaceOnHold", json!({ "shipment_ids": [] })),
        ("shipment:bulkPlaceOnHold", json!({ "shipment_ids": ["x"] })),
        ("shipment:bulkReleaseHold", json!({ "shipment_ids": [1], "reserve_inventory": true })),
        ("receiving", json!({ "boxes": [] })),
        ("receiving", announcement(&json!(7), "PO-1")),
    ] {
        let refused = twin.write("POST", &format!("/2026-01/{path}"), &wrong).await;
        assert_eq!(refused.status, 400, "{path} {wrong}: {}", refused.text);
    }
    assert!(applied(&twin).is_empty());
}

fn announcement(item: &Value, number: &str) -> Value {
    json!({
        "fulfillment_center": { "id": 8 }, "package_type": "Package", "box_packaging_type": "EverythingInOneBox",
        "expected_arrival_date": "2026-12-01T00:00:00Z", "purchase_order_number": number,
        "boxes": [{ "tracking_number": null, "box_items": [{ "inventory_id": item, "quantity": 24 }] }],
    })
}

#[tokio::test]
async fn a_receiving_order_made_twice_is_there_twice_and_found_by_its_number() {
    let twin = start().await;
    let item =
        &twin.get("/2026-01/inventory-level/locations?PageSize=1").await.body["items"][0]["inventory_id"];
    let body = announcement(item, "PO-77");
    let made = twin.write("POST", "/2026-01/receiving", &body).await;
    assert_eq!((made.status, &made.body["status"]), (201, &json!("Awaiting")), "{}", made.text);
    assert_eq!(twin.write("POST", "/2026-01/receiving", &body).await.status, 201, "nothing tells them apart");
    let found = twin.get("/2026-01/receiving?PurchaseOrderNumbers=PO-77").await;
    assert_eq!(found.body.as_array().map(Vec::len), Some(2));
    let level = twin.get(&format!("/2026-01/inventory-level/{item}/locations")).await;
    assert_eq!(level.body["locations"][0]["awaiting_quantity"], 48);
    let path = format!("/2026-01/receiving/{}:cancel", made.body["id"]);
    assert_eq!(twin.write("POST", &path, &json!({})).await.body["status"], "Cancelled");
    assert_eq!(twin.write("POST", &path, &json!({})).await.status, 422);
    assert_eq!(applied(&twin), ["receiving.create", "receiving.create", "receiving.cancel"]);
    let journal = twin.practice.journal(Platform::Shipbob);
    assert!(journal.iter().any(|entry| entry.key.as_deref() == Some("PO-77")));
    let mut unnumbered = announcement(item, "");
    unnumbered["purchase_order_number"] = Value::Null;
    assert_eq!(twin.write("POST", "/2026-01/receiving", &unnumbered).await.status, 201);
    let last = twin.practice.journal(Platform::Shipbob).pop().expect("an entry");
    assert_eq!(last.key, None, "what has no number has no key");
    let mut many = announcement(item, "PO-78");
    many["boxes"][0]["box_items"][0]["quantity"] = json!(u64::MAX);
    assert_eq!(
        twin.write("POST", "/2026-01/receiving", &many).await.status,
        400,
        "the vendor counts in 32 bits"
    );
}

#[tokio::test]
async fn what_was_told_to_the_warehouse_is_there_after_a_restart_also_where_the_answer_was_lost() {
    let folder = tempfile::tempdir().expect("a folder");
    let kept = || Options { state: Some(folder.path().to_owned()), ..busy() };
    let twin = Twin::start(Platform::Shipbob, kept()).await;
    let item =
        twin.get("/2026-01/inventory-level/locations?PageSize=1").await.body["items"][0]["inventory_id"]
            .clone();
    let waiting = shipments(&twin, "Processing").await;
    twin.fault(json!({ "fault": "cut_after", "write": true, "times": 1 }));
    let lost = twin.request("POST", "/2026-01/receiving").header("content-type", "application/json");
    assert!(lost.body(announcement(&item, "PO-9").to_string()).send().await.is_err(), "the connection dies");
    let several = twin
        .request("POST", "/2026-01/shipment:batchCancel")
        .header("shipbob_channel_id", channel(&twin).await)
        .body(json!({ "shipment_ids": [waiting[1]["id"]] }).to_string());
    assert_eq!(twin.send(several).await.status, 200);
    assert_eq!(bulk(&twin, "bulkPlaceOnHold", &[&waiting[0]["id"]]).await.body["summary"]["successful"], 1);
    let before = twin.get("/2026-01/receiving?PurchaseOrderNumbers=PO-9").await.body;
    assert_eq!(before.as_array().map(Vec::len), Some(1), "found although nobody answered");
    twin.practice.stop().await;

    let twin = Twin::start(Platform::Shipbob, kept()).await;
    assert_eq!(twin.get("/2026-01/receiving?PurchaseOrderNumbers=PO-9").await.body, before);
    twin.practice.advance(10 * 86_400);
    for (one, status) in [(&waiting[0], "OnHold"), (&waiting[1], "Cancelled")] {
        assert_eq!(twin.get(&format!("/2026-01/shipment/{}", one["id"])).await.body["status"], status);
    }
}
