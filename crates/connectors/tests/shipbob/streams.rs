//! Pages: where they end, and what becomes of odd records on them.

use std::collections::BTreeSet;

use fermata_connectors::{Kind, Pull};
use fermata_model::{Change, Entity, Stream};
use serde_json::{Value, json};

use super::shipbob;
use crate::support::listener::{Listener, Reply};
use crate::support::now;

fn pull(stream: Stream) -> Pull {
    Pull { stream, since: None, until: now(), token: None, size: Some(2) }
}

fn order(id: u64, shipments: &Value) -> Value {
    json!({ "id": id, "status": "Processing", "created_date": "2026-11-20T00:00:00Z", "order_number": "#1042", "shipments": shipments })
}

fn shipment(id: u64, status: &str, delivered: Option<&str>) -> Value {
    json!({ "id": id, "status": status, "created_date": "2026-11-20T00:00:00Z", "delivery_date": delivered })
}

#[tokio::test]
async fn a_full_page_leads_on_and_one_that_is_not_only_where_it_says_so() {
    let full = json!([order(1, &Value::Null), order(2, &Value::Null)]);
    let short = json!([order(3, &Value::Null)]);
    let told = Reply::json(short.clone()).with("page-number", "2").with("total-pages", "3");
    let untrue = Reply::json(short).with("page-number", "1").with("total-pages", "3").with("next-page", "x");
    let listener = Listener::script(vec![Reply::json(full), told, untrue]).await;
    let shipbob = shipbob(&listener);
    let mut pull = pull(Stream::WarehouseOrders);
    for more in [true, true, false] {
        let page = shipbob.pull(&pull).await.unwrap();
        assert_eq!(page.next.is_some(), more);
        pull.token = page.next;
    }
    let pages: Vec<String> = listener.seen().iter().map(|seen| seen.query.clone()).collect();
    assert_eq!(
        pages,
        [
            "Page=1&Limit=2&SortOrder=Newest",
            "Page=2&Limit=2&SortOrder=Newest",
            "Page=3&Limit=2&SortOrder=Newest"
        ]
    );
}

#[tokio::test]
async fn what_is_on_its_way_is_asked_for_with_the_shipments_alone() {
    let page = json!([order(
        1,
        &json!([
            shipment(21, "Completed", None),
            shipment(22, "Processing", None),
            shipment(23, "Completed", Some("2026-11-21T00:00:00Z"))
        ])
    )]);
    let scans = json!([{ "timestamp": "2026-11-20T10:00:00", "log_type_name": "InTransit" }, { "timestamp": "2026-11-20T11:00:00Z" }]);
    let listener = Listener::script(vec![Reply::json(page.clone()), Reply::json(scans)]).await;
    let changes = shipbob(&listener).pull(&pull(Stream::Shipments)).await.unwrap().changes;
    let scans: Vec<usize> = changes
        .iter()
        .map(|change| {
            let Change::Seen(record) = change else { panic!("{change:?}") };
            let Entity::Shipment(shipment) = &record.entity else { panic!("{record:?}") };
            assert_eq!(shipment.order_name.as_deref(), Some("#1042"));
            assert_eq!(shipbob(&listener).reread(record.stream, &record.raw).unwrap(), *change);
            shipment.scans.len()
        })
        .collect();
    assert_eq!(scans, [1, 0, 0], "one is on its way, and an entry without a word says nothing");
    assert_eq!(listener.seen().len(), 2);

    let listener = Listener::script(vec![Reply::json(page)]).await;
    let changes = shipbob(&listener).pull(&pull(Stream::WarehouseOrders)).await.unwrap().changes;
    let ids: Vec<(Stream, &str)> = changes
        .iter()
        .map(|change| match change {
            Change::Seen(record) => (record.stream, record.external_id.as_str()),
            other => panic!("{other:?}"),
        })
        .collect();
    let (orders, shipments) = (Stream::WarehouseOrders, Stream::Shipments);
    assert_eq!(ids, [(orders, "1"), (shipments, "22"), (shipments, "23")]);
    assert_eq!(listener.seen().len(), 1, "nothing more is asked");
}

#[tokio::test]
async fn a_page_of_many_on_their_way_is_read_in_parts_and_none_is_asked_for_twice() {
    let orders: Vec<Value> =
        (1..=60).map(|id| order(id, &json!([shipment(1_000 + id, "Completed", None)]))).collect();
    let listener = Listener::start(move |seen, _| {
        Reply::json(if seen.path.ends_with("/timeline") { json!([]) } else { json!(orders) })
    })
    .await;
    let shipbob = shipbob(&listener);
    let mut pull = Pull { size: Some(250), ..pull(Stream::Shipments) };
    let mut parts = Vec::new();
    loop {
        let page = shipbob.pull(&pull).await.unwrap();
        parts.push(page.changes.len());
        pull.token = page.next;
        if pull.token.is_none() {
            break;
        }
    }
    assert_eq!(parts, [50, 10], "what was read lands before the vendor's minute is over");
    let timelines: BTreeSet<String> = listener
        .seen()
        .into_iter()
        .map(|seen| seen.path)
        .filter(|path| path.ends_with("/timeline"))
        .collect();
    assert_eq!((timelines.len(), listener.seen().len()), (60, 62));
}

#[tokio::test]
async fn a_shipment_without_a_timeline_is_read_without_one() {
    let page = json!([order(1, &json!([shipment(21, "Completed", None)]))]);
    let listener = Listener::script(vec![Reply::json(page), Reply::status(404, "")]).await;
    let changes = shipbob(&listener).pull(&pull(Stream::Shipments)).await.unwrap().changes;
    assert!(matches!(&changes[..], [Change::Seen(_)]), "{changes:?}");
}

#[tokio::test]
async fn odd_records_are_set_aside_and_the_others_are_read() {
    let page = json!([
        order(1, &json!("none")),
        { "id": 2, "status": null },
        order(3, &json!([{ "id": 31, "status": "Processing" }, shipment(32, "Wrapped", None)])),
    ]);
    let listener = Listener::script(vec![Reply::json(page)]).await;
    let changes = shipbob(&listener).pull(&pull(Stream::WarehouseOrders)).await.unwrap().changes;
    let aside: Vec<Option<&str>> = changes
        .iter()
        .filter_map(|change| match change {
            Change::Unreadable(record) => Some(record.external_id.as_deref()),
            _ => None,
        })
        .collect();
    assert_eq!(aside, [Some("1"), Some("2"), Some("31")], "{changes:?}");
    let status = changes.iter().find_map(|change| match change {
        Change::Seen(record) => match &record.entity {
            Entity::Shipment(shipment) => Some(shipment.status.as_str()),
            _ => None,
        },
        _ => None,
    });
    assert_eq!(status, Some("Wrapped"), "an unknown status is kept as it is");
}

#[tokio::test]
async fn stock_leads_on_by_token_and_a_page_that_leads_to_itself_ends_the_pass() {
    let level = |next: &str| {
        json!({ "next": next, "items": [{ "inventory_id": 31, "sku": null, "locations": [
            { "location_id": 8, "fulfillable_quantity": 7 }, { "name": "nowhere" },
        ] }, { "sku": "x" }] })
    };
    let listener = Listener::script(vec![Reply::json(level("a+b")), Reply::json(level("a+b"))]).await;
    let shipbob = shipbob(&listener);
    let first = shipbob.pull(&pull(Stream::Stock)).await.unwrap();
    assert_eq!(first.changes.iter().filter(|change| matches!(change, Change::Unreadable(_))).count(), 2);
    let Change::Seen(record) = &first.changes[0] else { panic!("{first:?}") };
    assert_eq!(record.external_id, "31/8");
    let Entity::Stock(stock) = &record.entity else { panic!("{record:?}") };
    assert_eq!((stock.available, stock.on_hand), (Some(7), None), "unknown is not zero");
    let again = shipbob.pull(&Pull { token: first.next, ..pull(Stream::Stock) }).await.unwrap_err();
    assert_eq!(again.kind, Kind::Broken, "{again}");
    assert_eq!(listener.seen()[1].query, "PageSize=2&Cursor=a%2Bb");
}

#[tokio::test]
async fn the_wait_of_a_429_is_read_from_its_header_or_its_sentence() {
    let told = Reply::status(429, "").with("x-retry-after", "400");
    let said = Reply::status(
        429,
        json!({ "statusCode": 429, "message": "Rate limit is exceeded. Try again in 500 seconds." }),
    );
    for (reply, seconds) in [(told, 400), (said, 500)] {
        let listener = Listener::script(vec![reply]).await;
        let error = shipbob(&listener).pull(&pull(Stream::Receiving)).await.unwrap_err();
        assert_eq!(
            (error.kind, error.retry_after.map(|wait| wait.as_secs())),
            (Kind::Throttled, Some(seconds))
        );
    }
}

#[tokio::test]
async fn a_404_is_the_end_of_the_receiving_orders_but_not_one_of_somebody_in_between() {
    let none = Reply::status(404, json!({ "title": "Not Found", "status": 404 }));
    let order = |id: u64| json!({ "id": id, "status": "Awaiting", "insert_date": "2026-11-20T00:00:00Z" });
    let full = Reply::json(json!([order(1), order(2)]));
    for (replies, expected) in [(vec![none.clone()], 0), (vec![full, none], 2)] {
        let listener = Listener::script(replies).await;
        let shipbob = shipbob(&listener);
        let mut pull = pull(Stream::Receiving);
        let mut found = 0;
        loop {
            let page = shipbob.pull(&pull).await.unwrap();
            found += page.changes.len();
            pull.token = page.next;
            if pull.token.is_none() {
                break;
            }
        }
        assert_eq!(found, expected);
    }
    let listener = Listener::script(vec![Reply::html(404)]).await;
    let error = shipbob(&listener).pull(&pull(Stream::Receiving)).await.unwrap_err();
    assert_eq!(error.kind, Kind::Broken, "{error}");
}
