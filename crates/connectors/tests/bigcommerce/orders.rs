//! Orders, whose refunds and parcels are listed apart.

use fermata_connectors::{Kind, Page, Pull};
use fermata_model::{Change, Entity, Money, Stream};
use serde_json::{Value, json};

use super::{bigcommerce, order, refund};
use crate::support::listener::{Listener, Reply, Seen};
use crate::support::now;

async fn pulled(stream: Stream, answer: impl Fn(&Seen) -> Reply + Send + Sync + 'static) -> Page {
    let listener = Listener::start(move |seen, _| answer(seen)).await;
    let pull = Pull { stream, since: None, until: now(), token: None, size: None };
    bigcommerce(&listener).pull(&pull).await.unwrap()
}

fn only(page: &Page) -> &fermata_model::record::Order {
    let [Change::Seen(record)] = page.changes.as_slice() else { panic!("one order: {page:?}") };
    let Entity::Order(order) = &record.entity else { panic!("an order: {record:?}") };
    order
}

/// Answers with one order, its refunds, and its parcels if there are any.
async fn with(order: Value, refunds: Value, shipments: Value) -> Page {
    pulled(Stream::Orders, move |seen| match seen.path.as_str() {
        "/stores/abc123/v2/orders" => Reply::json(json!([order])),
        "/stores/abc123/v3/orders/payment_actions/refunds" => {
            Reply::json(json!({ "data": refunds, "meta": {} }))
        }
        "/stores/abc123/v2/orders/100/shipments" => Reply::json(&shipments),
        other => panic!("{other}"),
    })
    .await
}

#[tokio::test]
async fn an_empty_list_may_have_no_body() {
    let listener =
        Listener::script(vec![Reply::Answer { status: 204, headers: vec![], body: String::new() }]).await;
    let pull = Pull { stream: Stream::Orders, since: Some(now()), until: now(), token: None, size: None };
    let page = bigcommerce(&listener).pull(&pull).await.unwrap();
    assert_eq!((page.changes.len(), page.next), (0, None));
}

#[tokio::test]
async fn an_order_carries_its_refunds_though_it_says_that_nothing_went_back() {
    let refunds = json!([refund(100, "late", Some("77"), false), refund(100, "late", None, true)]);
    let page = with(order(100, "captured"), refunds, json!([])).await;
    let order = only(&page);
    let eur = |minor| Money::new(minor, fermata_model::Currency::EUR);
    assert_eq!((order.total, order.refunded), (eur(4_067), eur(500)), "what was declined did not go back");
    assert_eq!(order.refunds.len(), 2);
    assert_eq!(order.lines[0].unit_price, eur(2_033), "a price with its taxes may be finer than a cent");
    assert_eq!((&order.lines[0].variant, &order.lines[0].sku), (&None, &None));
    assert_eq!((&order.who.external_id, order.who.emails[0].as_str()), (&None, "ann@example.com"), "a guest");
}

#[tokio::test]
async fn parcels_are_asked_for_where_something_left() {
    let mut shipped = order(100, "captured");
    shipped["items_shipped"] = json!(2);
    let shipments = json!([{ "id": 6, "date_created": "Fri, 20 Nov 2026 17:22:08 +0000", "tracking_number": "EJ9",
        "tracking_carrier": "", "shipping_provider": "usps" }]);
    let page = with(shipped, json!([]), shipments).await;
    let parcel = &only(&page).parcels[0];
    assert_eq!((parcel.carrier.as_deref(), parcel.tracking.as_deref()), (Some("usps"), Some("EJ9")));
}

#[tokio::test]
async fn one_odd_order_is_set_aside_and_the_rest_is_read() {
    let page = pulled(Stream::Orders, |seen| {
        if !seen.path.ends_with("/v2/orders") {
            return Reply::json(json!({ "data": [], "meta": {} }));
        }
        let mut odd = order(101, "captured");
        odd["total_inc_tax"] = json!("a lot");
        Reply::json(json!([odd, order(100, "captured")]))
    })
    .await;
    let [Change::Unreadable(odd), Change::Seen(_)] = page.changes.as_slice() else { panic!("{page:?}") };
    assert_eq!(odd.external_id.as_deref(), Some("101"));
    assert!(!odd.reason.contains("a lot"), "{}", odd.reason);
}

#[tokio::test]
async fn an_order_that_stopped_at_the_payment_page_is_a_cart() {
    let mut stopped = order(103, "");
    stopped["status_id"] = json!(0);
    for (stream, count) in [(Stream::Carts, 1), (Stream::Orders, 0)] {
        let stopped = stopped.clone();
        let page = pulled(stream, move |_| Reply::json(json!([stopped]))).await;
        assert_eq!(page.changes.len(), count, "{stream}");
        assert!(page.changes.iter().all(|change| matches!(change, Change::Seen(record)
            if matches!(&record.entity, Entity::Cart(cart) if cart.completed_at.is_none()))));
    }
}

#[tokio::test]
async fn the_vendor_may_name_its_wait_in_thousandths() {
    for (header, seconds) in [("25000", 25), ("18446744073709551615", 24 * 60 * 60)] {
        let listener = Listener::start(move |_, _| {
            Reply::status(429, json!({ "status": 429, "title": "Too many" }))
                .with("x-rate-limit-time-reset-ms", header)
        })
        .await;
        let pull = Pull { stream: Stream::Customers, since: None, until: now(), token: None, size: None };
        let error = bigcommerce(&listener).pull(&pull).await.unwrap_err();
        let wait = error.retry_after.map(|wait| wait.as_secs());
        assert_eq!((error.kind, wait), (Kind::Throttled, Some(seconds)), "no wait is believed without end");
    }
}

#[tokio::test]
async fn a_first_pass_leaves_refunds_to_the_orders_that_are_read_after_it() {
    let listener = Listener::script(vec![Reply::json(json!({ "data": [], "meta": {} }))]).await;
    let first = Pull { stream: Stream::Refunds, since: None, until: now(), token: None, size: None };
    let page = bigcommerce(&listener).pull(&first).await.unwrap();
    assert_eq!((page.changes.len(), page.next, listener.seen().len()), (0, None, 0));

    let later = Pull { since: Some(now()), ..first };
    bigcommerce(&listener).pull(&later).await.unwrap();
    let asked = listener.seen()[0].query_pairs();
    let asked_from = asked.iter().find(|(name, _)| name == "created:min").map(|(_, at)| at.as_str());
    assert_eq!(asked_from, Some("2026-11-21T12:00:00+00:00"), "whatever came since that pass began");
}
