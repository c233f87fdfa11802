//! Promises of the BigCommerce twin's reads: sign-in, limits, lists, spellings, and agreement with the world.

use std::sync::atomic::Ordering;

use fermata_model::{Platform, Timestamp};
use fermata_sandbox::Options;
use serde_json::{Value, json};

use crate::twin::{Answer, Twin, by_hand, options};

/// Only the storefronts of a test, so that it knows whose people are whose.
pub(crate) fn alone() -> Options {
    Options { platforms: [Platform::Bigcommerce].into(), ..options() }
}

pub(crate) async fn store() -> Twin {
    Twin::start(Platform::Bigcommerce, alone()).await
}

/// The records of all pages of a v3 list.
pub(crate) async fn v3(twin: &Twin, first: &str) -> Vec<Value> {
    let mut records = Vec::new();
    for page in 1.. {
        let sign = if first.contains('?') { '&' } else { '?' };
        let answer = twin.get(&format!("{first}{sign}page={page}")).await;
        assert_eq!(answer.status, 200, "{first}: {}", answer.text);
        records.extend(answer.data().iter().cloned());
        if answer.body["meta"]["pagination"]["links"].get("next").is_none() {
            break;
        }
    }
    records
}

/// The records of all pages of a v2 list, which end with 204.
pub(crate) async fn v2(twin: &Twin, first: &str) -> Vec<Value> {
    let mut records = Vec::new();
    for page in 1.. {
        let sign = if first.contains('?') { '&' } else { '?' };
        let answer = twin.get(&format!("{first}{sign}page={page}")).await;
        if answer.status == 204 {
            assert!(answer.text.is_empty());
            break;
        }
        assert_eq!(answer.status, 200, "{first}: {}", answer.text);
        records.extend(answer.body.as_array().expect("a list").iter().cloned());
    }
    records
}

fn mail_date(value: &Value) -> Timestamp {
    let text = value.as_str().expect("a date");
    jiff::fmt::rfc2822::parse(text).expect("RFC 2822").timestamp()
}

fn refused(answer: &Answer, status: u16) {
    assert_eq!(answer.status, status, "{}", answer.text);
}

#[tokio::test]
async fn only_the_stores_own_token_opens_it_and_only_under_its_own_path() {
    let twin = store().await;
    assert_eq!(twin.get("/v2/time").await.body["time"], json!(twin.practice.now().as_second()));
    let info = twin.get("/v2/store").await;
    assert!(
        twin.practice.base_url(Platform::Bigcommerce).ends_with(info.body["id"].as_str().expect("a hash"))
    );
    assert_eq!(info.body["currency"], "EUR");
    refused(&twin.send(twin.bare("GET", "/v2/time")).await, 401);
    refused(&twin.send(twin.bare("GET", "/v3/customers").header("x-auth-token", "no")).await, 401);
    let elsewhere = twin.practice.base_url(Platform::Bigcommerce).rsplit_once('/').expect("a path").0;
    refused(&twin.get(&format!("{elsewhere}/another/v2/time")).await, 401);
    refused(&twin.get("/v3/nothing").await, 404);
    twin.fault(json!({ "fault": "revoke_token", "times": 1 }));
    refused(&twin.get("/v2/time").await, 401);
}

#[tokio::test]
async fn a_scope_that_is_missing_closes_its_part_alone() {
    let options = Options { without_scopes: ["store_v2_orders".to_owned()].into(), ..alone() };
    let twin = Twin::start(Platform::Bigcommerce, options).await;
    refused(&twin.get("/v2/orders").await, 403);
    refused(&twin.get("/v3/orders/payment_actions/refunds").await, 403);
    assert_eq!(twin.get("/v3/customers").await.status, 200);
    assert_eq!(twin.get("/v2/time").await.status, 200);
}

#[tokio::test]
async fn every_answer_tells_what_is_left_of_the_window_and_a_full_one_when_it_ends() {
    let mut options = alone();
    let hand = by_hand(&mut options);
    let twin = Twin::start(Platform::Bigcommerce, options).await;
    let first = twin.get("/v2/time").await;
    assert_eq!(first.header("x-rate-limit-requests-quota"), Some("150"));
    assert_eq!(first.header("x-rate-limit-requests-left"), Some("149"));
    assert_eq!(first.header("x-rate-limit-time-window-ms"), Some("30000"));
    for _ in 1..150 {
        assert_eq!(twin.get("/v2/time").await.status, 200);
    }
    hand.store(10, Ordering::SeqCst);
    let full = twin.get("/v2/time").await;
    refused(&full, 429);
    assert_eq!(full.header("x-rate-limit-time-reset-ms"), Some("20000"));
    assert_eq!(full.header("x-retry-after"), Some("20"));
    hand.store(31, Ordering::SeqCst);
    assert_eq!(twin.get("/v2/time").await.status, 200);
}

#[tokio::test]
async fn an_overloaded_platform_names_no_wait() {
    let twin = store().await;
    twin.fault(json!({ "fault": "throttle", "times": 1 }));
    let overloaded = twin.get("/v2/time").await;
    refused(&overloaded, 429);
    assert!(overloaded.header("x-rate-limit-time-reset-ms").is_none());
    twin.fault(json!({ "fault": "throttle", "times": 1, "retry_after": 7 }));
    assert_eq!(twin.get("/v2/time").await.header("x-rate-limit-time-reset-ms"), Some("7000"));
}

#[tokio::test]
async fn the_order_list_shows_every_order_and_every_checkout_left_at_the_payment_page() {
    let twin = store().await;
    let orders = v2(&twin, "/v2/orders?limit=7").await;
    Twin::ids(&orders);
    let (placed, left) = twin.practice.world(|world| {
        let left =
            world.carts.iter().filter(|(_, cart)| cart.email.is_some() && cart.order.is_none()).count();
        (world.orders.len(), left)
    });
    assert_eq!(orders.len(), placed + left);
    let incomplete: Vec<&Value> = orders.iter().filter(|order| order["status_id"] == 0).collect();
    assert_eq!(incomplete.len(), left);
    assert!(incomplete.iter().all(|order| order["cart_id"].as_str().is_some_and(|id| id.len() == 36)));
    assert!(orders.iter().all(|order| order["refunded_amount"] == "0.0000"), "whatever was refunded");
    let total = orders[0]["total_inc_tax"].as_str().expect("a text");
    assert_eq!(total.split_once('.').map(|(_, digits)| digits.len()), Some(4));
    let one = twin.get(&format!("/v2/orders/{}", orders[0]["id"])).await;
    assert_eq!(one.body, orders[0]);
    refused(&twin.get("/v2/orders/999999").await, 404);
}

#[tokio::test]
async fn orders_are_found_by_change_in_either_spelling_of_a_date() {
    let twin = store().await;
    let all = v2(&twin, "/v2/orders?limit=250").await;
    for since in ["2026-11-01T00:00:00Z", "Sun, 01 Nov 2026 01:00:00 +0100"] {
        let list = twin.request("GET", "/v2/orders").query(&[
            ("min_date_modified", since),
            ("sort", "date_modified:asc"),
            ("limit", "250"),
        ]);
        let answer = twin.send(list).await;
        assert_eq!(answer.status, 200, "{}", answer.text);
        let found = answer.body.as_array().expect("a list");
        let bound: Timestamp = "2026-11-01T00:00:00Z".parse().expect("a time");
        let wanted = all.iter().filter(|order| mail_date(&order["date_modified"]) >= bound).count();
        assert_eq!(found.len(), wanted);
        let times: Vec<Timestamp> = found.iter().map(|order| mail_date(&order["date_modified"])).collect();
        assert!(times.is_sorted() && !times.is_empty());
    }
    let held = twin.get("/v2/orders?status_id=12").await;
    assert_eq!((held.status, held.text.as_str()), (204, ""), "an empty v2 list has no body");
    refused(&twin.get("/v2/orders?limit=251").await, 400);
    refused(&twin.get("/v2/orders?is_deleted=true").await, 400);
    refused(&twin.get("/v2/orders?min_date_modified=yesterday").await, 400);
}

#[tokio::test]
async fn the_parts_of_an_order_agree_with_it_included_or_not() {
    let twin = store().await;
    let path = "/v2/orders?limit=50&include=consignments.line_items&consignment_structure=object&min_id=1001";
    let orders = v2(&twin, path).await;
    let order = orders.iter().find(|order| order["items_shipped"].as_u64() > Some(0)).expect("a sent one");
    let id = &order["id"];
    let lines = v2(&twin, &format!("/v2/orders/{id}/products")).await;
    let consignment = &order["consignments"]["shipping"][0];
    assert_eq!(consignment["line_items"], json!(lines));
    let pieces: u64 = lines.iter().filter_map(|line| line["quantity"].as_u64()).sum();
    assert_eq!(order["items_total"], json!(pieces));
    let addresses = v2(&twin, &format!("/v2/orders/{id}/shipping_addresses")).await;
    assert_eq!(addresses.len(), 1);
    assert_eq!((&addresses[0]["id"], &addresses[0]["city"]), (&consignment["id"], &consignment["city"]));
    assert_eq!(lines[0]["order_address_id"], addresses[0]["id"]);
    let parcels = v2(&twin, &format!("/v2/orders/{id}/shipments")).await;
    assert!(parcels.iter().all(|parcel| !parcel["tracking_number"].as_str().expect("a text").is_empty()));
    assert_eq!(twin.get(&format!("/v2/orders/{id}/coupons")).await.status, 204);
    refused(&twin.get("/v2/orders?include=consignments").await, 400);
}

#[tokio::test]
async fn discount_and_tax_are_shared_out_to_the_last_cent() {
    let twin = store().await;
    let cents = |value: &Value| {
        let text = value.as_str().expect("a text").replace('.', "");
        text.parse::<i64>().expect("digits")
    };
    let path =
        "/v2/orders?limit=250&include=consignments.line_items&consignment_structure=object&max_id=8000000";
    for order in v2(&twin, path).await {
        let lines = order["consignments"]["shipping"][0]["line_items"].as_array().expect("lines").clone();
        let paid: i64 = lines.iter().map(|line| cents(&line["discounted_total_inc_tax"])).sum();
        let shipping = cents(&order["shipping_cost_inc_tax"]);
        assert_eq!(paid + shipping, cents(&order["total_inc_tax"]), "{}", order["id"]);
        let taxed: i64 = lines.iter().map(|line| cents(&line["total_tax"])).sum();
        assert_eq!(taxed + cents(&order["shipping_cost_tax"]), cents(&order["total_tax"]), "{}", order["id"]);
        let sum = cents(&order["total_ex_tax"]) + cents(&order["total_tax"]);
        assert_eq!(sum, cents(&order["total_inc_tax"]));
    }
}

#[tokio::test]
async fn customers_products_and_stock_are_the_worlds() {
    let twin = store().await;
    let customers = v3(&twin, "/v3/customers?limit=9&include=addresses").await;
    Twin::ids(&customers);
    assert_eq!(customers.len(), twin.practice.world(|world| world.accounts.len()));
    assert!(customers.iter().any(|customer| customer["addresses"][0]["city"].is_string()));
    let email = customers[0]["email"].as_str().expect("an address").to_uppercase();
    let found = twin.send(twin.request("GET", "/v3/customers").query(&[("email:in", email.as_str())])).await;
    assert_eq!(found.data().len(), 1);

    let products = v3(&twin, "/v3/catalog/products?limit=5&include=variants").await;
    Twin::ids(&products);
    let (count, variants) = twin.practice.world(|world| {
        (
            world.products.len(),
            world.products.iter().map(|(_, product)| product.variants.len()).sum::<usize>(),
        )
    });
    assert_eq!(products.len(), count);
    let shown: usize =
        products.iter().filter_map(|product| Some(product["variants"].as_array()?.len())).sum();
    assert_eq!(shown, variants);
    assert!(products.iter().all(|product| product["price"].is_number()));
    let options = twin.get("/v3/catalog/products?include=options&limit=250").await;
    assert_eq!(options.body["meta"]["pagination"]["per_page"], 10);
    let few = twin.get("/v3/catalog/products?include_fields=sku&limit=1").await;
    assert_eq!(few.data()[0].as_object().expect("an object").len(), 2, "the id always comes");
    refused(&twin.get("/v3/catalog/products?include_fields=id").await, 422);

    let items = v3(&twin, "/v3/inventory/items?limit=1000").await;
    assert_eq!(items.len(), variants);
    let locations = v3(&twin, "/v3/inventory/locations").await;
    assert_eq!(items[0]["locations"].as_array().map(Vec::len), Some(locations.len()));
    let of_product = v3(&twin, &format!("/v3/catalog/products/{}/variants", products[0]["id"])).await;
    assert_eq!(json!(of_product), products[0]["variants"]);
    assert_eq!(v3(&twin, "/v3/catalog/variants?limit=250").await.len(), variants);
    assert!(!v3(&twin, "/v3/pricelists/1/records").await.is_empty());
    assert_eq!(v3(&twin, "/v3/pricelists").await.len(), 1);
}

#[tokio::test]
async fn a_date_without_a_time_gets_the_present_time_of_day() {
    let twin = store().await;
    let answer = twin.get("/v3/catalog/products?date_modified:min=2026-11-21").await;
    assert!(answer.data().iter().all(|product| {
        let at = product["date_modified"].as_str().expect("a text");
        at >= "2026-11-21T20:00:00"
    }));
}

#[tokio::test]
async fn a_doubled_page_shows_one_record_twice_and_loses_none() {
    let twin = store().await;
    let whole = v3(&twin, "/v3/customers?limit=5").await;
    twin.fault(json!({ "fault": "double_page", "times": 1 }));
    let doubled = v3(&twin, "/v3/customers?limit=5").await;
    assert_eq!(doubled.len(), whole.len() + 1);
    assert!(whole.iter().all(|customer| doubled.contains(customer)));
    twin.practice.advance(60);
    twin.fault(json!({ "fault": "edit_while_paging", "times": 1 }));
    v2(&twin, "/v2/orders?limit=5").await;
    let since = twin.practice.now().to_string();
    let changed = twin.send(twin.request("GET", "/v2/orders").query(&[("min_date_modified", &since)])).await;
    assert_eq!(changed.body.as_array().map(Vec::len), Some(1), "the edited one moved to the end");
}

#[tokio::test]
async fn two_storefronts_show_different_orders() {
    let both = Options { platforms: [Platform::Bigcommerce, Platform::Shopify].into(), ..options() };
    let twin = Twin::start(Platform::Bigcommerce, both).await;
    let orders = v2(&twin, "/v2/orders?limit=250&max_id=8000000").await;
    let (ours, all) = twin.practice.world(|world| {
        let here = |order: &fermata_sandbox::world::Order| {
            world.storefront_of(order.person) == Platform::Bigcommerce
        };
        (world.orders.iter().filter(|(_, order)| here(order)).count(), world.orders.len())
    });
    assert_eq!(orders.len(), ours);
    assert!(ours > 0 && ours < all);
}
