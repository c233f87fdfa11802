//! Promises of the ShipBob twin's reads: every list whole, in the vendor's shapes, and refused where the vendor would.

use std::sync::atomic::Ordering;

use fermata_model::Platform;
use fermata_sandbox::Options;
use serde_json::{Value, json};

use crate::twin::{Twin, by_hand, options};

/// A store with so many customers that something is always waiting to be packed.
pub(crate) fn busy() -> Options {
    Options { customers: 500, ..options() }
}

pub(crate) async fn start() -> Twin {
    Twin::start(Platform::Shipbob, busy()).await
}

/// The records of all pages of a list with numbered pages; `first` has a query.
pub(crate) async fn numbered(twin: &Twin, first: &str) -> Vec<Value> {
    let mut records = Vec::new();
    for page in 1.. {
        let answer = twin.get(&format!("{first}&Page={page}")).await;
        assert_eq!(answer.status, 200, "{first}: {}", answer.text);
        records.extend(answer.body.as_array().expect("a bare array").iter().cloned());
        if answer.header("next-page").is_none() {
            break;
        }
    }
    records
}

/// The records of all pages of a list of stock, and in which ways its pages led on.
async fn stock(twin: &Twin, first: &str) -> (Vec<Value>, Vec<&'static str>) {
    let (mut records, mut ways, mut address) = (Vec::new(), Vec::new(), first.to_owned());
    loop {
        let page = twin.get(&address).await;
        assert_eq!(page.status, 200, "{address}: {}", page.text);
        records.extend(page.body["items"].as_array().expect("items").iter().cloned());
        let Some(next) = page.body["next"].as_str() else { return (records, ways) };
        (address, _) = match next {
            path if path.starts_with('/') => (path.to_owned(), ways.push("path")),
            whole if whole.starts_with("http") => (whole.to_owned(), ways.push("address")),
            token => {
                let token: String = url::form_urlencoded::byte_serialize(token.as_bytes()).collect();
                (format!("{first}&Cursor={token}"), ways.push("token"))
            }
        };
    }
}

#[tokio::test]
async fn all_pages_together_are_what_people_ordered() {
    let twin = start().await;
    let orders = numbered(&twin, "/2026-01/order?Limit=37").await;
    let paid = twin.practice.world(|world| {
        let paid = world.orders.iter().filter(|(_, order)| order.payment.paid_at.is_some());
        paid.map(|(id, _)| json!(id.number().to_string())).rev().collect::<Vec<_>>()
    });
    let shown: Vec<Value> = orders.iter().map(|order| order["reference_id"].clone()).collect();
    assert_eq!(shown, paid, "newest first, each once");
    let parcels =
        twin.practice.world(|world| world.orders.iter().flat_map(|(_, order)| &order.parcels).count());
    let tracked = orders.iter().flat_map(|order| order["shipments"].as_array().expect("a list"));
    assert_eq!(tracked.filter(|shipment| shipment["tracking"].is_object()).count(), parcels);
    assert!(orders.iter().any(|order| order["status"] == "Processing"), "some are still in the warehouse");
    let oldest = numbered(&twin, "/2026-01/order?Limit=250&SortOrder=Oldest").await;
    assert!(oldest.iter().eq(orders.iter().rev()));
}

#[tokio::test]
async fn orders_are_found_by_what_the_filters_name() {
    let twin = start().await;
    let page = twin.get("/2026-01/order?Limit=2&HasTracking=true").await;
    assert_eq!(page.header("page-size"), Some("2"));
    assert!(page.header("total-count").is_some_and(|total| total.parse::<usize>().is_ok()));
    let (one, other) = (&page.body[0], &page.body[1]);
    let reference = one["reference_id"].as_str().expect("a reference");
    let found = twin.get(&format!("/2026-01/order?ReferenceIds={reference},none")).await;
    assert_eq!(found.body.as_array().map(Vec::len), Some(1));
    let both = twin.get(&format!("/2026-01/order?IDs={},{}", one["id"], other["id"])).await;
    assert_eq!(both.body.as_array().map(Vec::len), Some(2));
    let changed = numbered(&twin, "/2026-01/order?LastUpdateStartDate=2026-11-20T20:00:00Z").await;
    let truth = twin.practice.world(|world| {
        let since =
            fermata_sandbox::world::Moment::from("2026-11-20T20:00:00Z".parse::<jiff::Timestamp>().unwrap());
        world
            .orders
            .iter()
            .filter(|(_, order)| order.updated_at >= since && order.payment.paid_at.is_some())
            .count()
    });
    assert_eq!(changed.len(), truth);
    for wrong in ["Limit=251", "Limit=0", "Page=x", "SortOrder=Up", "updatedSince=2026-11-20", "Page=0"] {
        let refused = twin.get(&format!("/2026-01/order?{wrong}")).await;
        assert_eq!(refused.status, 400, "{wrong}");
        assert!(refused.body.as_object().is_some_and(|fields| fields.values().all(Value::is_array)));
    }
}

#[tokio::test]
async fn a_shipment_tells_its_way_and_completed_is_not_delivered() {
    let twin = start().await;
    let orders = numbered(&twin, "/2026-01/order?Limit=250").await;
    let shipments: Vec<&Value> =
        orders.iter().flat_map(|order| order["shipments"].as_array().unwrap()).collect();
    let moving = shipments.iter().find(|one| one["status"] == "Completed" && one["delivery_date"].is_null());
    let moving = moving.expect("one on its way");
    let path = format!("/2026-01/shipment/{}", moving["id"]);
    assert_eq!(twin.get(&path).await.body, **moving);
    let timeline = twin.get(&format!("{path}/timeline")).await;
    let names: Vec<&str> = timeline
        .body
        .as_array()
        .unwrap()
        .iter()
        .filter_map(|entry| entry["log_type_name"].as_str())
        .collect();
    assert!(names.contains(&"OrderDispatched") && !names.contains(&"Delivered"), "{names:?}");
    let of_order = twin.get(&format!("/2026-01/order/{}/shipment", moving["order_id"])).await;
    assert!(of_order.body.as_array().unwrap().contains(moving));
    assert_eq!(twin.get(&format!("/2026-01/order/{}", moving["order_id"])).await.status, 200);
    assert_eq!(twin.get("/2026-01/shipment/999999999").await.status, 404);
    twin.practice.advance(30 * 86_400);
    assert!(twin.get(&path).await.body["delivery_date"].is_string(), "it arrived in the meantime");
}

#[tokio::test]
async fn stock_is_whole_whichever_way_its_pages_lead_on() {
    let twin = start().await;
    let (levels, ways) = stock(&twin, "/2026-01/inventory-level/locations?PageSize=10").await;
    let variants = twin.practice.world(|world| world.variants.len());
    assert_eq!(levels.len(), variants);
    for way in ["path", "token", "address"] {
        assert!(ways.contains(&way), "{way} is among {ways:?}");
    }
    for level in &levels {
        for place in level["locations"].as_array().expect("locations") {
            let whole = |name: &str| place[name].as_i64().expect("a number");
            assert_eq!(
                whole("on_hand_quantity"),
                whole("committed_quantity") + whole("fulfillable_quantity")
            );
        }
    }
    assert!(levels.iter().any(|level| level["locations"][0]["committed_quantity"].as_i64() > Some(0)));
    let one = twin.get(&format!("/2026-01/inventory-level/{}/locations", levels[3]["inventory_id"])).await;
    assert_eq!(one.body, levels[3]);
    assert_eq!(twin.get("/2026-01/inventory-level/locations?Cursor=nonsense").await.status, 400);
}

#[tokio::test]
async fn channels_are_the_storefronts_and_one_that_writes() {
    let twin = Twin::start(
        Platform::Shipbob,
        Options { platforms: [Platform::Shopify, Platform::Gorgias].into(), ..options() },
    );
    let twin = twin.await;
    let channels = twin.get("/2026-01/channel").await.body["items"].clone();
    let writes = |channel: &Value| {
        channel["scopes"].as_array().unwrap().iter().any(|scope| scope.as_str().unwrap().ends_with("_write"))
    };
    let channels = channels.as_array().unwrap();
    assert_eq!(channels.len(), 2);
    assert_eq!(channels.iter().filter(|channel| writes(channel)).count(), 1);
    let first = twin.get("/2026-01/channel?RecordsPerPage=1").await;
    let cursor = first.body["next"].as_str().expect("there is more").to_owned();
    let second = twin.get(&format!("/2026-01/channel?RecordsPerPage=1&Cursor={cursor}")).await;
    assert_eq!(second.body["items"][0], channels[1]);
    for nonsense in ["nonsense", "99"] {
        assert_eq!(twin.get(&format!("/2026-01/channel?Cursor={nonsense}")).await.status, 400, "{nonsense}");
    }
    let order = &twin.get("/2026-01/order?Limit=1").await.body[0];
    assert_eq!(order["channel"]["id"], channels[0]["id"], "imported orders are not in the token's channel");
    assert_eq!(twin.get("/2026-01/location").await.body.as_array().map(Vec::len), Some(2));
    assert_eq!(twin.get("/2026-01/fulfillment-center").await.body.as_array().map(Vec::len), Some(2));
}

#[tokio::test]
async fn two_storefronts_have_their_orders_in_one_warehouse() {
    let both = Options { platforms: [Platform::Shopify, Platform::Woocommerce].into(), ..options() };
    let twin = Twin::start(Platform::Shipbob, both).await;
    let orders = numbered(&twin, "/2026-01/order?Limit=250").await;
    let channels: std::collections::BTreeSet<u64> =
        orders.iter().filter_map(|order| order["channel"]["id"].as_u64()).collect();
    assert_eq!(channels.len(), 2);
    Twin::ids(&orders);
}

#[tokio::test]
async fn receiving_orders_of_the_past_are_done() {
    let twin = start().await;
    let all = numbered(&twin, "/2026-01/receiving?Limit=5").await;
    Twin::ids(&all);
    assert!(all.len() > 5 && all.iter().all(|one| one["status"] == "Completed"));
    let one = &all[0];
    let path = format!("/2026-01/receiving/{}", one["id"]);
    assert_eq!(twin.get(&path).await.body, *one);
    assert_eq!(twin.get(&format!("{path}/boxes")).await.body[0]["box_status"], "Completed");
    let number = one["purchase_order_number"].as_str().unwrap();
    let found = twin.get(&format!("/2026-01/receiving?PurchaseOrderNumbers={number}")).await;
    assert_eq!(found.body, json!([one]));
    assert_eq!(twin.get("/2026-01/receiving?Statuses=Awaiting").await.body, json!([]));
}

#[tokio::test]
async fn who_may_not_gets_a_status_and_no_word() {
    let twin = start().await;
    for request in
        [twin.bare("GET", "/2026-01/order"), twin.bare("GET", "/2026-01/order").bearer_auth("other")]
    {
        let refused = twin.send(request).await;
        assert_eq!((refused.status, refused.text.as_str()), (401, ""));
    }
    let options = Options { without_scopes: ["orders_read".to_owned()].into(), ..options() };
    let twin = Twin::start(Platform::Shipbob, options).await;
    let refused = twin.send(twin.request("GET", "/2026-01/order")).await;
    assert_eq!((refused.status, refused.text.as_str()), (403, ""));
    assert_eq!(twin.get("/2026-01/channel").await.status, 200);
    assert_eq!(twin.get("/2026-01/nowhere").await.status, 404);
    assert_eq!(twin.get("/2026-07/order").await.status, 404, "another version is another path");
    let strange = twin.request("GET", "/2026-01/channel").header("shipbob_channel_id", "7");
    assert_eq!(twin.send(strange).await.status, 400);
}

#[tokio::test]
async fn a_hundred_and_fifty_requests_a_minute_slide_over_all_endpoints() {
    let mut options = options();
    let clock = by_hand(&mut options);
    let twin = Twin::start(Platform::Shipbob, options).await;
    for nth in 0..150 {
        let path = if nth % 2 == 0 { "/2026-01/channel" } else { "/2026-01/location" };
        if nth == 100 {
            clock.fetch_add(40, Ordering::SeqCst);
        }
        let answer = twin.get(path).await;
        assert_eq!(answer.status, 200);
        assert_eq!(answer.header("x-remaining-calls"), Some((149 - nth).to_string().as_str()));
    }
    let refused = twin.get("/2026-01/channel").await;
    assert_eq!((refused.status, refused.header("x-retry-after")), (429, Some("20")));
    let told = json!({ "statusCode": 429, "message": "Rate limit is exceeded. Try again in 20 seconds." });
    assert_eq!(refused.body, told);
    clock.fetch_add(20, Ordering::SeqCst);
    let answer = twin.get("/2026-01/channel").await;
    assert_eq!(
        (answer.status, answer.header("x-remaining-calls")),
        (200, Some("99")),
        "the first hundred passed"
    );
}

#[tokio::test]
async fn a_page_that_is_doubled_or_changed_loses_nothing() {
    let twin = start().await;
    let before = numbered(&twin, "/2026-01/order?Limit=250").await.len();
    for fault in ["double_page", "edit_while_paging"] {
        twin.fault(json!({ "operation": "get-orders", "fault": fault, "times": 1 }));
        let orders =
            numbered(&twin, "/2026-01/order?Limit=20&LastUpdateStartDate=2020-01-01T00:00:00Z").await;
        let mut ids: Vec<u64> = orders.iter().filter_map(|order| order["id"].as_u64()).collect();
        if fault == "double_page" {
            assert_eq!(ids.len(), before + 1, "one came twice");
        }
        ids.sort_unstable();
        ids.dedup();
        assert_eq!(ids.len(), before, "{fault}");
    }
    let variants = twin.practice.world(|world| world.variants.len());
    twin.fault(json!({ "fault": "double_page", "times": 1 }));
    let (levels, _) = stock(&twin, "/2026-01/inventory-level/locations?PageSize=10").await;
    assert_eq!(levels.len(), variants + 1);
}
