//! Pages: what is asked, what is kept, and what does not stop a sync.

use fermata_connectors::{Kind, Page, Pull};
use fermata_model::{Change, Entity, Platform, Record, Stream, Timestamp};
use serde_json::{Value, json};

use super::bodies::{answer, cart, customer, event, line, money, order, page, product, refusal, throttled};
use super::scripted;
use crate::behaviour::stage::Stage;
use crate::support::listener::Reply;
use crate::support::now;

fn pull(stream: Stream) -> Pull {
    Pull { stream, since: None, until: now(), token: None, size: None }
}

fn since(stream: Stream, since: &str) -> Pull {
    Pull { since: Some(since.parse().unwrap()), ..pull(stream) }
}

fn at(text: &str) -> Timestamp {
    text.parse().unwrap()
}

fn records(page: &Page) -> Vec<&Record> {
    page.changes
        .iter()
        .map(|change| match change {
            Change::Seen(record) => &**record,
            other => panic!("{other:?}"),
        })
        .collect()
}

#[tokio::test]
async fn an_order_comes_with_lines_refunds_and_parcels() {
    let mut new = order(5);
    new["displayFulfillmentStatus"] = json!("A_STATUS_OF_NEXT_YEAR");
    let (_listener, shop) = scripted(vec![page(json!([new]), None)]).await;
    let page = shop.pull(&pull(Stream::Orders)).await.unwrap();
    let record = records(&page)[0];
    assert_eq!(record.external_id, "5");
    assert_eq!(record.changed_at, at("2026-11-20T10:00:00Z"));
    let Entity::Order(order) = &record.entity else { panic!("{record:?}") };
    assert_eq!(order.name, "#1042");
    assert_eq!((order.total.minor, order.refunded.minor), (2500, 500));
    assert_eq!(order.delivery_status, "A_STATUS_OF_NEXT_YEAR", "an unknown status is kept as it is");
    assert_eq!(order.who.external_id.as_deref(), Some("9"));
    assert_eq!(order.who.country.as_deref(), Some("AT"));
    assert_eq!((order.lines[0].external_id.as_str(), order.lines[0].unit_price.minor), ("1", 1000));
    assert_eq!((order.refunds[0].external_id.as_str(), order.refunds[0].amount.minor), ("70", 500));
    let parcel = &order.parcels[0];
    assert_eq!((parcel.status.as_str(), parcel.tracking.as_deref()), ("IN_TRANSIT", Some("JD0001")));
    assert_eq!(parcel.due_at, Some(at("2026-11-05T18:00:00Z")));
    assert_eq!(
        shop.reread(Stream::Orders, &record.raw).unwrap(),
        page.changes[0],
        "the raw text says it all"
    );
}

#[tokio::test]
async fn one_unreadable_record_costs_only_itself() {
    let mut broken = order(6);
    broken["totalPriceSet"] = money("12.345");
    let mut odd = order(7);
    odd["updatedAt"] = json!("ann@example.com");
    let (_listener, shop) = scripted(vec![page(json!([order(5), broken, odd, order(8)]), None)]).await;
    let page = shop.pull(&pull(Stream::Orders)).await.unwrap();
    let kinds: Vec<String> = page
        .changes
        .iter()
        .map(|change| match change {
            Change::Seen(record) => format!("seen {}", record.external_id),
            Change::Unreadable(it) => format!("aside {}", it.external_id.as_deref().unwrap_or("?")),
            Change::Gone(gone) => format!("gone {}", gone.external_id),
        })
        .collect();
    assert_eq!(kinds, ["seen 5", "aside 6", "aside 7", "seen 8"]);
    let Change::Unreadable(aside) = &page.changes[1] else { panic!() };
    assert!(aside.reason.contains("12.345"), "{}", aside.reason);
    let Change::Unreadable(odd) = &page.changes[2] else { panic!() };
    assert!(!odd.reason.contains("ann@"), "a reason shows no value: {}", odd.reason);
    assert_eq!(shop.reread(Stream::Orders, &aside.raw).unwrap_err().kind, Kind::Malformed);
}

#[tokio::test]
async fn a_long_order_is_read_to_its_end_and_kept_whole() {
    let mut long = order(5);
    long["lineItems"]["pageInfo"] = json!({ "hasNextPage": true, "endCursor": "l1" });
    let rest = |id: u64, next: Option<&str>| {
        answer(json!({ "whole": { "page": {
            "nodes": [line(id)], "pageInfo": { "hasNextPage": next.is_some(), "endCursor": next } } } }))
    };
    let (listener, shop) =
        scripted(vec![page(json!([long]), None), rest(2, Some("l2")), rest(3, None)]).await;
    let page = shop.pull(&pull(Stream::Orders)).await.unwrap();
    let record = records(&page)[0];
    let Entity::Order(order) = &record.entity else { panic!() };
    let ids: Vec<&str> = order.lines.iter().map(|line| line.external_id.as_str()).collect();
    assert_eq!(ids, ["1", "2", "3"]);
    assert_eq!(shop.reread(Stream::Orders, &record.raw).unwrap(), page.changes[0]);
    let asked: Vec<Value> =
        listener.seen()[1..].iter().map(|seen| seen.json()["variables"].clone()).collect();
    assert_eq!(asked[0], json!({ "id": "gid://shopify/Order/5", "after": "l1" }));
    assert_eq!(asked[1], json!({ "id": "gid://shopify/Order/5", "after": "l2" }));
}

#[tokio::test]
async fn a_pass_keeps_its_window_from_page_to_page() {
    let cursor = "eyJsIjoi\"+/=\\ \u{fc}\n";
    let (listener, shop) = scripted(vec![
        page(json!([order(5)]), Some(cursor)),
        page(json!([]), Some("c2")),
        page(json!([order(6)]), None),
    ])
    .await;
    let mut pull = since(Stream::Orders, "2026-11-20T09:59:59.5Z");
    let first = shop.pull(&pull).await.unwrap();
    pull.token = first.next;
    pull.until = at("2026-11-21T13:00:00Z");
    let second = shop.pull(&pull).await.unwrap();
    assert!(second.changes.is_empty() && second.next.is_some(), "an empty page in the middle is no end");
    pull.token = second.next;
    let third = shop.pull(&pull).await.unwrap();
    assert_eq!((third.changes.len(), third.next), (1, None));

    let asked: Vec<Value> = listener.seen().iter().map(|seen| seen.json()["variables"].clone()).collect();
    let filter = "updated_at:>='2026-11-20T09:59:59Z' AND updated_at:<='2026-11-21T12:00:00Z'";
    assert!(asked.iter().all(|asked| asked["filter"] == filter), "{asked:?}");
    assert_eq!(asked[1]["after"], cursor, "a cursor comes back unharmed");
    let counted: Vec<&Value> = asked.iter().map(|asked| &asked["counted"]).collect();
    assert_eq!(counted, [false, false, false], "a count costs points, and nobody waits for a few changes");
}

#[tokio::test]
async fn customers_are_read_by_whole_days_and_cut_to_the_window() {
    let nodes = json!([
        customer(1, "2026-11-19T23:00:00Z"),
        customer(2, "2026-11-20T08:00:00Z"),
        customer(3, "2026-11-21T12:00:01Z"),
    ]);
    let (listener, shop) = scripted(vec![page(nodes, None)]).await;
    let page = shop.pull(&since(Stream::Customers, "2026-11-20T08:00:00Z")).await.unwrap();
    assert_eq!(listener.seen()[0].json()["variables"]["filter"], "updated_at:>='2026-11-19'");
    let found = records(&page);
    assert_eq!(found.len(), 1, "neither what is known nor what is to come");
    let Entity::Person(person) = &found[0].entity else { panic!() };
    assert_eq!(person.who.emails, ["ada@example.com"]);
    assert_eq!(person.who.phones, ["0316 123456"]);
    assert_eq!(person.who.name.as_deref(), Some("Ada"));
    assert_eq!((person.accepts_marketing, person.suppressed), (Some(true), None));
}

#[tokio::test]
async fn a_customer_without_a_name_or_address_is_still_a_customer() {
    let bare = json!({
        "id": "gid://shopify/Customer/1", "createdAt": "2026-01-02T03:04:05Z", "updatedAt": "2026-11-20T08:00:00Z",
        "firstName": null, "lastName": " ", "locale": null, "tags": [],
        "defaultEmailAddress": null, "defaultPhoneNumber": null, "defaultAddress": null,
    });
    let (_listener, shop) = scripted(vec![page(json!([bare]), None)]).await;
    let page = shop.pull(&pull(Stream::Customers)).await.unwrap();
    let Entity::Person(person) = &records(&page)[0].entity else { panic!() };
    assert_eq!(person.who.name, None, "a blank is no name");
    assert!(person.who.emails.is_empty());
}

#[tokio::test]
async fn a_removed_product_is_gone_and_nothing_else_is() {
    let nodes = json!([
        event(1, "PRODUCT", "destroy"),
        event(2, "DRAFT_ORDER", "destroy"),
        event(3, "PRODUCT", "create"),
        { "id": "gid://shopify/CommentEvent/4", "action": "destroy", "createdAt": "2026-11-20T08:00:00Z" },
    ]);
    let (listener, shop) = scripted(vec![page(nodes, None)]).await;
    let page = shop.pull(&since(Stream::Removals, "2026-11-20T00:00:00Z")).await.unwrap();
    assert_eq!(page.changes.len(), 1);
    let Change::Gone(gone) = &page.changes[0] else { panic!() };
    assert_eq!((gone.stream, gone.external_id.as_str()), (Stream::Products, "1"));
    let filter = listener.seen()[0].json()["variables"]["filter"].as_str().unwrap().to_owned();
    assert!(filter.starts_with("action:destroy AND subject_type:PRODUCT AND created_at:>="), "{filter}");
}

#[tokio::test]
async fn a_log_that_is_null_as_the_schema_allows_tells_of_nothing() {
    let (_listener, shop) = scripted(vec![answer(json!({ "page": null }))]).await;
    let page = shop.pull(&since(Stream::Removals, "2026-11-20T00:00:00Z")).await.unwrap();
    assert_eq!((page.changes.len(), page.next), (0, None));
    let (_listener, shop) = scripted(vec![answer(json!({ "page": null }))]).await;
    assert_eq!(shop.pull(&pull(Stream::Products)).await.unwrap_err().kind, Kind::Malformed);
}

#[tokio::test]
async fn a_page_that_is_too_costly_is_asked_for_smaller() {
    let costly = || {
        refusal(
            "Query cost is 1200, which exceeds the single query max cost limit (1000).",
            Some("MAX_COST_EXCEEDED"),
        )
    };
    let (listener, shop) = scripted(vec![costly(), costly(), page(json!([order(5)]), None)]).await;
    shop.pull(&pull(Stream::Orders)).await.unwrap();
    shop.pull(&pull(Stream::Orders)).await.unwrap();
    let sizes: Vec<u64> =
        listener.seen().iter().map(|seen| seen.json()["variables"]["size"].as_u64().unwrap()).collect();
    assert_eq!(sizes, [250, 125, 62, 62], "and what was learned is kept");
}

#[tokio::test]
async fn a_pass_over_changes_begins_with_a_small_page_and_grows_with_what_it_finds() {
    let orders = |count: u64| json!((1..=count).map(order).collect::<Vec<_>>());
    let (listener, shop) = scripted(vec![
        page(json!([]), None),
        page(orders(8), Some("c1")),
        page(orders(2), None),
        page(orders(20), None),
        page(json!([]), None),
        page(json!([]), None),
    ])
    .await;
    let lately = since(Stream::Orders, "2026-11-21T11:45:00Z");
    shop.pull(&lately).await.unwrap();
    let full = shop.pull(&lately).await.unwrap();
    shop.pull(&Pull { token: full.next, ..lately.clone() }).await.unwrap();
    for _ in 0..3 {
        shop.pull(&lately).await.unwrap();
    }
    shop.pull(&since(Stream::Discounts, "2026-11-21T11:45:00Z")).await.unwrap();
    shop.pull(&since(Stream::Carts, "2026-11-20T11:45:00Z")).await.unwrap();
    shop.pull(&since(Stream::Customers, "2026-11-21T11:45:00Z")).await.unwrap();
    shop.pull(&pull(Stream::Products)).await.unwrap();
    let sizes: Vec<u64> =
        listener.seen().iter().map(|seen| seen.json()["variables"]["size"].as_u64().unwrap()).collect();
    let orders = [24, 8, 250, 250, 40, 8];
    assert_eq!(sizes[..6], orders, "a busy shop is asked no more often than before");
    assert_eq!(sizes[6..], [24, 250, 250, 250], "a long window, one of whole days, and everything");
}

#[tokio::test]
async fn a_pass_that_finds_nothing_costs_half_of_a_full_page_and_then_a_third() {
    let stage = Stage::new(Platform::Shopify).await;
    let points = || stage.practice.asked(Platform::Shopify).get("orders").map_or(0, |asked| asked.points);
    let mut nothing = stage.pull(Stream::Orders);
    nothing.since = Some(stage.now() + jiff::SignedDuration::from_mins(1));
    nothing.until = stage.now() + jiff::SignedDuration::from_mins(2);
    let mut costs = Vec::new();
    for size in [None, None, Some(250)] {
        let before = points();
        assert!(stage.pass(Pull { size, ..nothing.clone() }).await.unwrap().is_empty());
        costs.push(points() - before);
    }
    let [first, then, full] = costs[..] else { unreachable!() };
    assert!(first * 2 <= full + 2 && then * 10 <= full * 3 + 20, "{first}, {then}, {full} points");
}

#[tokio::test]
async fn a_throttled_page_is_asked_for_again() {
    let (listener, shop) = scripted(vec![throttled(), page(json!([order(5)]), None)]).await;
    assert_eq!(shop.pull(&pull(Stream::Orders)).await.unwrap().changes.len(), 1);
    assert_eq!(listener.seen().len(), 2);
    assert!(shop.quota().is_some());
}

#[tokio::test]
async fn a_filter_that_was_not_understood_is_an_error() {
    let ignored = Reply::json(json!({
        "data": { "page": { "nodes": [], "pageInfo": { "hasNextPage": false, "endCursor": null } } },
        "extensions": { "search": [{ "path": ["page"], "query": "updated:>1",
            "warnings": [{ "field": "updated", "message": "Invalid search field for this query." }] }] },
    }));
    let (_listener, shop) = scripted(vec![ignored]).await;
    let error = shop.pull(&pull(Stream::Orders)).await.unwrap_err();
    assert_eq!(error.kind, Kind::Malformed);
    assert!(error.message.contains("Invalid search field"), "{error}");
}

#[tokio::test]
async fn a_permission_missing_further_down_leaves_only_that_place_empty() {
    let denied = |path: Value, data: Value| {
        Reply::json(json!({ "data": data, "errors": [{
            "message": "Access denied for customer field.", "path": path, "extensions": { "code": "ACCESS_DENIED" } }] }))
    };
    let mut guest = order(5);
    guest["customer"] = json!(null);
    let data =
        json!({ "page": { "nodes": [guest], "pageInfo": { "hasNextPage": false, "endCursor": null } } });
    let (_listener, shop) = scripted(vec![
        denied(json!(["page", "nodes", 0, "customer"]), data),
        denied(json!(["page"]), json!(null)),
    ])
    .await;
    assert_eq!(shop.pull(&pull(Stream::Orders)).await.unwrap().changes.len(), 1);
    let error = shop.pull(&pull(Stream::Orders)).await.unwrap_err();
    assert_eq!(error.kind, Kind::Forbidden);
}

#[tokio::test]
async fn a_cursor_that_is_no_longer_known_begins_the_pass_again() {
    let (_listener, shop) = scripted(vec![
        refusal("Invalid cursor for current pagination sort.", None),
        page(json!([order(5)]), Some("same")),
    ])
    .await;
    let mut asked = pull(Stream::Orders);
    asked.token = Some(r#"{"after":"old","filter":""}"#.to_owned());
    assert_eq!(shop.pull(&asked).await.unwrap_err().kind, Kind::CursorRefused);
    asked.token = Some("written by a later version".to_owned());
    assert_eq!(shop.pull(&asked).await.unwrap_err().kind, Kind::CursorRefused);
    asked.token = Some(r#"{"after":"same","filter":""}"#.to_owned());
    let error = shop.pull(&asked).await.unwrap_err();
    assert_eq!(error.kind, Kind::Malformed, "a page that leads to itself would never end");
}

#[tokio::test]
async fn carts_and_products_are_read_as_they_are() {
    let (_listener, shop) = scripted(vec![page(json!([cart()]), None), page(json!([product()]), None)]).await;
    let carts = shop.pull(&pull(Stream::Carts)).await.unwrap();
    let record = records(&carts)[0];
    assert_eq!(record.external_id, "31", "the key is no part of the id");
    let Entity::Cart(cart) = &record.entity else { panic!() };
    assert_eq!((cart.who.phones.as_slice(), cart.total.minor), (["+43316".to_owned()].as_slice(), 2000));
    let products = shop.pull(&pull(Stream::Products)).await.unwrap();
    let Entity::Product(product) = &records(&products)[0].entity else { panic!() };
    assert_eq!(product.variants[0].price.unwrap().minor, 1500, "yen have no minor unit");
    assert_eq!(product.variants[0].available, None, "unknown is not zero");
    assert_eq!(product.variants[1].available, Some(0));
    assert_eq!(product.product_type, None);
}

#[tokio::test]
async fn what_shopify_does_not_have_is_said_without_asking() {
    let (listener, shop) = scripted(vec![page(json!([]), None)]).await;
    assert_eq!(shop.pull(&pull(Stream::Tickets)).await.unwrap_err().kind, Kind::Unsupported);
    assert!(listener.seen().is_empty());
}
