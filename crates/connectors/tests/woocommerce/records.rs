//! Pages and records, from the text that a shop gives to ours.

use std::collections::{BTreeMap, BTreeSet};

use fermata_connectors::{Kind, Pull};
use fermata_model::record::{Entity, Order, Product, Stock};
use fermata_model::{Change, Currency, Money, Stream, Timestamp};
use serde_json::{Value, json};

use super::woo;
use crate::support::listener::{Listener, Reply};
use crate::support::now;

fn pull(stream: Stream) -> Pull {
    Pull { stream, since: None, until: now(), token: None, size: None }
}

fn order(id: u64, created: &str) -> Value {
    json!({
        "id": id, "number": format!("A-{id}"), "status": "processing", "currency": "USD", "total": "27.00",
        "date_created_gmt": created, "date_modified_gmt": created, "date_paid_gmt": created,
        "customer_id": 0, "billing": { "email": "Guest@Example.com", "first_name": "Gus", "country": "us" },
        "shipping": [], "payment_method": "testpay",
        "line_items": [{ "id": 13, "name": "Mug &amp; spoon", "product_id": 46, "variation_id": 0, "quantity": 3,
            "subtotal": "10.00", "sku": null, "image": { "id": "" }, "parent_name": null }],
        "refunds": [], "meta_data": [],
    })
}

fn seen(change: &Change) -> &fermata_model::Record {
    let Change::Seen(record) = change else { panic!("{change:?}") };
    record
}

fn as_order(change: &Change) -> &Order {
    let Entity::Order(order) = &seen(change).entity else { panic!("an order") };
    order
}

#[tokio::test]
async fn a_guest_is_known_by_the_address_and_a_refund_comes_with_its_time() {
    let mut refunded = order(49, "2026-11-21T10:00:00");
    refunded["refunds"] = json!([{ "id": 50, "reason": "late", "total": "-2.00" }]);
    let mut draft = order(60, "2026-11-21T09:00:00");
    draft["status"] = json!("checkout-draft");
    let listener = Listener::start(move |seen, _| match seen.path.as_str() {
        "/wp-json/wc/v3/orders" => Reply::json(json!([refunded, draft])),
        "/wp-json/wc/v3/orders/49/refunds" => Reply::json(json!([
            { "id": 50, "date_created_gmt": "2026-11-21T11:30:00", "amount": "2.00", "reason": "late",
              "refunded_payment": true, "meta_data": [] },
        ])),
        other => panic!("{other}"),
    })
    .await;
    let woo = woo(&listener);
    let page = woo.pull(&pull(Stream::Orders)).await.unwrap();
    assert_eq!(page.changes.len(), 1, "what was never placed is no order");
    let order = as_order(&page.changes[0]);
    assert_eq!((order.name.as_str(), order.who.external_id.as_deref()), ("#A-49", None));
    assert_eq!(
        (order.who.emails[0].as_str(), order.who.country.as_deref()),
        ("Guest@Example.com", Some("US"))
    );
    assert_eq!(order.refunded, Money::new(200, Currency::USD));
    assert_eq!(order.refunds[0].at.to_string(), "2026-11-21T11:30:00Z");
    let line = &order.lines[0];
    assert_eq!((line.title.as_str(), line.variant.as_deref()), ("Mug & spoon", Some("46")));
    assert_eq!(line.unit_price, Money::new(333, Currency::USD), "a third of ten dollars");
    let raw = &seen(&page.changes[0]).raw;
    assert_eq!(woo.reread(Stream::Orders, raw).unwrap(), page.changes[0]);
}

#[tokio::test]
async fn everything_is_read_downwards_and_changes_upwards() {
    let listener = Listener::start(|seen, _| {
        let upwards = seen.query.contains("order=asc");
        let (one, two) = ("2026-11-21T10:00:09", "2026-11-21T10:00:03");
        let (first, second) = if upwards { (two, one) } else { (one, two) };
        Reply::json(json!([order(1, first), order(2, second)]))
            .with("x-wp-totalpages", "3")
            .with("x-wp-total", "5")
    })
    .await;
    let woo = woo(&listener);
    let mut all = pull(Stream::Orders);
    all.size = Some(2);
    let first = woo.pull(&all).await.unwrap();
    assert_eq!(first.total, Some(5));
    all.token = first.next;
    woo.pull(&all).await.unwrap();
    let mut changed = Pull { since: Some("2026-11-21T10:00:00.5Z".parse().unwrap()), token: None, ..all };
    changed.token = woo.pull(&changed).await.unwrap().next;
    woo.pull(&changed).await.unwrap();
    let queries: Vec<String> =
        listener.seen().into_iter().map(|seen| seen.query.replace("%3A", ":")).collect();
    assert_eq!(
        queries,
        [
            "orderby=date&order=desc&page=1&per_page=2",
            "orderby=date&order=desc&before=2026-11-21T10:00:04&dates_are_gmt=true&page=1&per_page=2",
            "orderby=modified&order=asc&modified_after=2026-11-21T09:59:59&dates_are_gmt=true&page=1&per_page=2",
            "orderby=modified&order=asc&modified_after=2026-11-21T10:00:08&dates_are_gmt=true&page=1&per_page=2",
        ]
    );
}

#[tokio::test]
async fn a_first_pass_takes_the_orders_of_several_pages_with_one_request_for_their_refunds() {
    let listener = Listener::start(|seen, count| {
        if seen.path.ends_with("/refunds") {
            let query: BTreeMap<String, String> = seen.query_pairs().into_iter().collect();
            let refund = |id: &str| {
                json!({ "id": id.parse::<u64>().unwrap(), "parent_id": id.parse::<u64>().unwrap() - 500, "amount": "2.00",
                    "date_created_gmt": "2026-11-21T11:30:00", "reason": "", "refunded_payment": true, "meta_data": [] })
            };
            return Reply::json(json!(query["include"].split(',').map(refund).collect::<Vec<_>>()));
        }
        let refunded = |id: u64, at: usize| {
            let mut order = order(id, &format!("2026-11-20T10:{:02}:00", 59 - at));
            order["refunds"] = json!([{ "id": 500 + id, "reason": "", "total": "-2.00" }]);
            order
        };
        let id = u64::try_from(2 * count).unwrap();
        Reply::json(json!([refunded(id + 1, count), refunded(id + 2, count)]))
            .with("x-wp-totalpages", if count < 5 { "2" } else { "1" })
            .with("x-wp-total", "10")
    })
    .await;
    let woo = woo(&listener);
    let first = woo.pull(&pull(Stream::Orders)).await.unwrap();
    assert_eq!((first.changes.len(), first.total), (2, Some(10)), "somebody waits for the first ones");
    let second = woo.pull(&Pull { token: first.next, ..pull(Stream::Orders) }).await.unwrap();
    assert_eq!((second.changes.len(), second.next), (8, None));
    let orders = first.changes.iter().chain(&second.changes).map(as_order);
    assert!(orders.into_iter().all(|order| order.refunded == Money::new(200, Currency::USD)));
    let asked: Vec<String> =
        listener.seen().into_iter().map(|seen| seen.path.replace("/wp-json/wc/v3", "")).collect();
    assert_eq!(asked, ["/orders", "/refunds", "/orders", "/orders", "/orders", "/orders", "/refunds"]);
}

#[tokio::test]
async fn a_first_pass_leaves_refunds_to_the_orders_that_are_read_after_it() {
    let listener = Listener::script(vec![Reply::json(json!([]))]).await;
    let woo = woo(&listener);
    let page = woo.pull(&pull(Stream::Refunds)).await.unwrap();
    assert_eq!((page.changes.len(), page.next, listener.seen().len()), (0, None, 0));
    let later = Pull { since: Some("2026-11-21T10:00:00Z".parse().unwrap()), ..pull(Stream::Refunds) };
    woo.pull(&later).await.unwrap();
    assert!(
        listener.seen()[0].query.contains("after=2026-11-21T09%3A59%3A59"),
        "{}",
        listener.seen()[0].query
    );
}

#[tokio::test]
async fn parts_that_a_list_does_not_bring_are_asked_for_beside_their_owner() {
    let product = |id: u64, variations: Value| {
        json!({ "id": id, "name": "Tee", "type": "variable", "status": "publish", "price": "", "manage_stock": false,
            "date_created_gmt": "2026-11-21T10:00:00", "date_modified_gmt": "2026-11-21T10:00:00", "variations": variations })
    };
    let variation = |id: u64, parent: u64| {
        json!({ "id": id, "parent_id": parent, "price": "20.005", "manage_stock": "parent", "stock_quantity": 4,
            "sku": "", "attributes": [{ "option": "S" }], "image": null,
            "date_modified_gmt": "2026-11-21T10:00:00" })
    };
    let listener = Listener::start(move |seen, _| match seen.path.as_str() {
        "/wp-json/wc/v3/products" => Reply::json(json!([product(1, json!([11])), product(2, json!([22]))])),
        "/wp-json/wc/v3/variations" => {
            assert!(seen.query.contains("include=11%2C22"), "{}", seen.query);
            Reply::json(json!([variation(99, 9), variation(22, 2)]))
        }
        "/wp-json/wc/v3/products/1/variations" => Reply::json(json!([variation(10, 1), variation(11, 1)])),
        "/wp-json/wc/v3/data/currencies/current" => Reply::json(json!({ "code": "USD" })),
        other => panic!("{other}"),
    })
    .await;
    let page = woo(&listener).pull(&pull(Stream::Products)).await.unwrap();
    let variants = |change: &Change| -> Vec<String> {
        let Entity::Product(Product { variants, .. }) = &seen(change).entity else { panic!("a product") };
        assert_eq!((variants[0].title.as_str(), variants[0].available), ("S", Some(4)));
        assert_eq!(variants[0].price, None, "finer than a cent is not guessed");
        variants.iter().map(|variant| variant.external_id.clone()).collect()
    };
    assert_eq!(
        (variants(&page.changes[0]), variants(&page.changes[1])),
        (vec!["11".to_owned()], vec!["22".to_owned()])
    );
}

#[tokio::test]
async fn counts_are_those_of_products_and_then_of_variations() {
    let item = |id: u64, kind: &str, manage: Value| {
        json!({ "id": id, "parent_id": if kind == "variation" { 1 } else { 0 }, "type": kind, "manage_stock": manage,
            "stock_quantity": 7, "sku": format!("S{id}"), "date_modified_gmt": "2026-11-21T10:00:00" })
    };
    let listener = Listener::start(move |seen, _| {
        Reply::json(match seen.path.as_str() {
            "/wp-json/wc/v3/products" => {
                json!([
                    item(1, "variable", json!(false)),
                    item(2, "simple", json!(true)),
                    item(3, "simple", json!(false))
                ])
            }
            _ => json!([item(11, "variation", json!(true))]),
        })
    })
    .await;
    let woo = woo(&listener);
    let mut place = pull(Stream::Stock);
    let mut counts = Vec::new();
    loop {
        let page = woo.pull(&place).await.unwrap();
        for change in &page.changes {
            let Entity::Stock(Stock { item, product, available, .. }) = &seen(change).entity else {
                panic!("stock")
            };
            counts.push((item.clone(), product.clone().unwrap(), *available));
        }
        let Some(next) = page.next else { break };
        place.token = Some(next);
    }
    let count = |item: &str, product: &str, available| (item.to_owned(), product.to_owned(), available);
    assert_eq!(counts, [count("2", "2", Some(7)), count("3", "3", None), count("11", "1", Some(7))]);
}

#[tokio::test]
async fn an_odd_record_is_set_aside_without_its_values() {
    let mut odd = order(5, "2026-11-21T10:00:00");
    odd["total"] = json!("twelve");
    let listener = Listener::script(vec![Reply::json(json!([odd, order(6, "2026-11-21T09:00:00")]))]).await;
    let woo = woo(&listener);
    let page = woo.pull(&pull(Stream::Orders)).await.unwrap();
    let Change::Unreadable(aside) = &page.changes[0] else { panic!("set aside") };
    assert_eq!(aside.external_id.as_deref(), Some("5"));
    assert!(!aside.reason.contains("twelve"), "{}", aside.reason);
    assert_eq!(woo.reread(Stream::Orders, &aside.raw).unwrap_err().kind, Kind::Malformed);
    as_order(&page.changes[1]);
}

#[tokio::test]
async fn a_coupon_that_was_only_begun_or_is_in_the_bin_is_not_there() {
    let coupon = |id: u64, status: &str, at: Value| {
        json!({ "id": id, "code": format!("c{id}"), "amount": "5.00", "discount_type": "percent", "status": status,
            "date_created_gmt": at, "date_modified_gmt": at })
    };
    let at = || json!("2026-11-21T10:00:00");
    let all = json!([
        coupon(4, "auto-draft", Value::Null),
        coupon(3, "trash", at()),
        coupon(2, "draft", at()),
        coupon(1, "publish", at()),
    ]);
    let listener = Listener::script(vec![Reply::json(all)]).await;
    let woo = woo(&listener);
    let page = woo.pull(&pull(Stream::Discounts)).await.unwrap();
    let ids: Vec<&str> = page.changes.iter().map(|change| seen(change).external_id.as_str()).collect();
    assert_eq!(ids, ["2", "1"]);
    let ids = woo.ids(Stream::Discounts, None, now()).await.unwrap();
    assert_eq!(ids.ids, ["2", "1"]);
}

/// A shop whose products are all of one second, and in another order for every answer unless they are
/// asked for by their ids. Returns how many of them a pass brings.
async fn of_one_second(count: u64, size: usize, since: Option<Timestamp>, leaves_out: bool) -> usize {
    let listener = Listener::start(move |seen, answers| {
        if !seen.path.ends_with("/products") {
            return Reply::json(json!({ "code": "USD" }));
        }
        let query: BTreeMap<String, String> = seen.query_pairs().into_iter().collect();
        let left_out = query.get("exclude").filter(|_| leaves_out);
        let left_out: BTreeSet<&str> = left_out.map(|ids| ids.split(',').collect()).unwrap_or_default();
        assert!(seen.query.len() < 8_000, "a server reads no longer address");
        let mut ids: Vec<u64> =
            (1..=count).filter(|id| !left_out.contains(&id.to_string().as_str())).collect();
        if query["orderby"] == "id" {
            if query["order"] == "desc" {
                ids.reverse();
            }
        } else {
            let turn = answers * 7 % ids.len();
            ids.rotate_left(turn);
        }
        let page: usize = query["page"].parse().unwrap();
        let product = |id: &u64| {
            json!({ "id": id, "name": "Tee", "type": "simple", "status": "publish", "price": "9.00",
                "date_created_gmt": "2026-11-21T10:00:00", "date_modified_gmt": "2026-11-21T10:00:00" })
        };
        let shown: Vec<Value> =
            ids.chunks(size).nth(page - 1).unwrap_or_default().iter().map(product).collect();
        Reply::json(json!(shown)).with("x-wp-totalpages", &ids.len().div_ceil(size).to_string())
    })
    .await;
    let mut place = pull(Stream::Products);
    (place.size, place.since) = (Some(u32::try_from(size).unwrap()), since);
    let mut all: BTreeSet<String> = BTreeSet::new();
    for _ in 0..30 {
        // Each has a budget of its own, so that nothing waits.
        let page = woo(&listener).pull(&place).await.unwrap();
        all.extend(page.changes.iter().map(|change| seen(change).external_id.clone()));
        place.token = page.next;
        if place.token.is_none() {
            return all.len();
        }
    }
    panic!("it does not end");
}

#[tokio::test]
async fn what_was_seen_of_a_second_is_left_out_and_not_counted() {
    assert_eq!(of_one_second(5, 2, None, true).await, 5);
}

#[tokio::test]
async fn however_many_are_of_one_second_none_is_lost() {
    let since = Some("2026-11-21T09:00:00Z".parse().unwrap());
    for since in [None, since] {
        assert_eq!(of_one_second(760, 100, since, true).await, 760, "more than an address has room for");
        assert_eq!(of_one_second(7, 2, since, false).await, 7, "the shop leaves nothing out");
    }
}
