//! Lists that say odd things about their own pages.

use fermata_connectors::{Kind, Pull};
use fermata_model::Stream;
use serde_json::{Value, json};

use super::{bigcommerce, order};
use crate::support::listener::{Listener, Reply};
use crate::support::now;

fn first(stream: Stream) -> Pull {
    Pull { stream, since: None, until: now(), token: None, size: None }
}

/// Answers every page with the first of fifty.
async fn always_the_first(price_lists: usize) -> Listener {
    let record = |id| json!({ "id": id, "name": "Trade", "date_created": "2025-01-01T00:00:00Z" });
    let records: Vec<Value> = (1..=price_lists).map(record).collect();
    let pages = json!({ "total": 500, "total_pages": 50, "current_page": 1, "per_page": 250 });
    let body = json!({ "data": records, "meta": { "pagination": pages } });
    Listener::start(move |_, _| Reply::json(&body)).await
}

#[tokio::test]
async fn a_short_page_that_is_not_the_one_asked_for_is_the_last() {
    let listener = always_the_first(3).await;
    let mut pull = first(Stream::PriceLists);
    let page = bigcommerce(&listener).pull(&pull).await.unwrap();
    pull.token = Some(page.next.expect("fifty pages are told of"));
    let page = bigcommerce(&listener).pull(&pull).await.unwrap();
    assert_eq!((page.changes.len(), page.next), (3, None), "what is told is about another page");
}

#[tokio::test]
async fn a_list_that_always_gives_the_same_full_page_is_not_read_for_ever() {
    let listener = always_the_first(250).await;
    let mut pull = first(Stream::PriceLists);
    pull.token = bigcommerce(&listener).pull(&pull).await.unwrap().next;
    let error = bigcommerce(&listener).pull(&pull).await.unwrap_err();
    assert_eq!(error.kind, Kind::Broken);
    let error = bigcommerce(&listener).pull(&first(Stream::Prices)).await.unwrap_err();
    assert_eq!((error.kind, listener.seen().len()), (Kind::Broken, 4));
}

#[tokio::test]
async fn the_lines_of_an_order_that_never_end_are_not_read_for_ever() {
    let mut order = order(100, "captured");
    let line = order["consignments"]["shipping"][0]["line_items"][0].clone();
    order["consignments"] = json!({ "url": "https://x/orders/100/consignments" });
    let lines = Value::from(vec![line; 250]);
    let listener = Listener::start(move |seen, _| match seen.path.as_str() {
        "/stores/abc123/v2/orders" => Reply::json(json!([order])),
        "/stores/abc123/v2/orders/100/products" => Reply::json(&lines),
        _ => Reply::json(json!({ "data": [], "meta": {} })),
    });
    let listener = listener.await;
    let error = bigcommerce(&listener).pull(&first(Stream::Orders)).await.unwrap_err();
    assert_eq!(error.kind, Kind::Broken, "{error}");
}
