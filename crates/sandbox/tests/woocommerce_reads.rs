//! Promises of the WooCommerce twin's door and its reads.

use std::collections::BTreeSet;

use fermata_model::{Platform, Timestamp};
use serde_json::{Value, json};

use crate::twin::{Answer, Twin, options};

const API: &str = "/wp-json/wc/v3";

pub(crate) async fn woocommerce() -> Twin {
    let mut options = options();
    options.platforms = [Platform::Woocommerce].into();
    Twin::start(Platform::Woocommerce, options).await
}

pub(crate) fn items(answer: &Answer) -> &[Value] {
    answer.body.as_array().map(Vec::as_slice).unwrap_or_else(|| panic!("a list: {}", answer.text))
}

/// The records of all pages, by page numbers.
pub(crate) async fn pages(twin: &Twin, first: &str) -> Vec<Value> {
    let (mut records, mut page) = (Vec::new(), 1);
    loop {
        let sign = if first.contains('?') { '&' } else { '?' };
        let answer = twin.get(&format!("{API}/{first}{sign}page={page}")).await;
        assert_eq!(answer.status, 200, "{first}: {}", answer.text);
        if items(&answer).is_empty() {
            return records;
        }
        records.extend(items(&answer).iter().cloned());
        page += 1;
    }
}

fn number(record: &Value) -> u64 {
    record["id"].as_u64().expect("ids are whole numbers")
}

fn gmt(record: &Value, name: &str) -> Timestamp {
    format!("{}Z", record[name].as_str().expect("a date")).parse().expect("a date")
}

#[tokio::test]
async fn nobody_enters_without_the_key_pair_and_nobody_is_told_why() {
    let twin = woocommerce().await;
    let path = format!("{API}/orders");
    let none = twin.send(twin.bare("GET", &path)).await;
    let wrong = twin.send(twin.bare("GET", &path).basic_auth("ck_0", Some("cs_0"))).await;
    assert_eq!((none.status, &none.body), (401, &wrong.body));
    assert_eq!(none.body["code"], "woocommerce_rest_cannot_view");
    assert_eq!(twin.get(&path).await.status, 200);
    assert_eq!(twin.send(twin.bare("GET", "/wp-json/")).await.status, 200, "the index is public");
    let index = twin.get("/wp-json/").await;
    assert_eq!((index.status, &index.body["code"]), (401, &json!("invalid_username")), "and knows no keys");
    twin.fault(json!({ "fault": "revoke_token" }));
    assert_eq!(twin.get(&path).await.status, 401);
}

#[tokio::test]
async fn a_key_that_only_reads_is_401_where_it_writes() {
    let mut options = options();
    options.platforms = [Platform::Woocommerce].into();
    options.without_scopes.insert("write".to_owned());
    let twin = Twin::start(Platform::Woocommerce, options).await;
    assert_eq!(twin.get(&format!("{API}/orders")).await.status, 200);
    let refused = twin.write("PUT", &format!("{API}/orders/1"), &json!({})).await;
    assert_eq!(refused.status, 401);
    assert_eq!(refused.body["code"], "woocommerce_rest_authentication_error");
    assert_eq!(refused.body["message"], "The API key provided does not have write permissions.");
}

#[tokio::test]
async fn a_shop_says_what_it_is_called_and_what_it_counts_in() {
    let twin = woocommerce().await;
    let (name, currency) = twin.practice.world(|world| (world.shop.name.clone(), world.shop.currency.code()));
    let index = twin.send(twin.bare("GET", "/wp-json/")).await;
    assert_eq!(index.body["name"], name.replace('&', "&amp;"));
    let status =
        twin.get(&format!("{API}/system_status?_fields=environment.version,settings.currency")).await;
    assert_eq!(
        status.body,
        json!({ "environment": { "version": "10.5.0" }, "settings": { "currency": currency } })
    );
    assert_eq!(twin.get(&format!("{API}/data/currencies/current")).await.body["code"], currency);
    let setting = twin.get(&format!("{API}/settings/general/woocommerce_currency")).await;
    assert_eq!(setting.body["value"], currency);
    let unknown = twin.get(&format!("{API}/nope")).await;
    assert_eq!((unknown.status, &unknown.body["code"]), (404, &json!("rest_no_route")));
}

#[tokio::test]
async fn every_list_walked_whole_is_the_world() {
    let twin = woocommerce().await;
    let truth = twin.practice.world(|world| {
        let refunds = world.orders.iter().map(|(_, order)| order.refunds.len()).sum::<usize>();
        let varied = world.products.iter().filter(|(_, product)| !product.options.is_empty());
        let variations = varied.map(|(_, product)| product.variants.len()).sum::<usize>();
        [world.orders.len(), world.accounts.len(), world.products.len(), variations, refunds]
    });
    for (list, count) in [
        ("orders?per_page=7", truth[0]),
        ("customers?per_page=7&role=all&orderby=registered_date", truth[1]),
        ("products?per_page=7", truth[2]),
        ("variations?per_page=50", truth[3]),
        ("refunds?per_page=1", truth[4]),
        // Declared, and not looked at.
        ("refunds?per_page=1&parent=999999", truth[4]),
    ] {
        let records = pages(&twin, list).await;
        assert_eq!(Twin::ids(&records).len(), count, "{list}");
    }
    let product = twin.practice.world(|world| {
        let (id, product) =
            world.products.iter().find(|(_, product)| product.options.len() == 1).expect("one");
        (id.number(), product.variants.len())
    });
    let own = pages(&twin, &format!("products/{}/variations?parent=999999", product.0)).await;
    assert_eq!(own.len(), product.1);
}

#[tokio::test]
async fn lists_are_sorted_as_asked_and_the_headers_lead_on() {
    let twin = woocommerce().await;
    for (order, field) in [("modified", "date_modified_gmt"), ("date", "date_created_gmt")] {
        let asc = pages(&twin, &format!("orders?orderby={order}&order=asc&per_page=50")).await;
        let times: Vec<Timestamp> = asc.iter().map(|record| gmt(record, field)).collect();
        assert!(times.is_sorted(), "{order}");
        let desc = pages(&twin, &format!("orders?orderby={order}&order=desc&per_page=50")).await;
        assert!(desc.iter().rev().eq(asc.iter()), "{order} backwards");
    }
    let first = twin.get(&format!("{API}/orders?per_page=5&status=any")).await;
    let total: usize = first.header("x-wp-total").expect("a total").parse().expect("a number");
    assert_eq!(first.header("x-wp-totalpages"), Some(total.div_ceil(5).to_string().as_str()));
    let link = first.header("link").expect("a link").to_owned();
    assert!(link.ends_with(">; rel=\"next\"") && !link.contains("prev"), "{link}");
    let next = link.trim_start_matches('<').split('>').next().expect("an address");
    assert_eq!(items(&twin.get(next).await).len(), 5);
    let past = twin.get(&format!("{API}/orders?page=999")).await;
    assert_eq!((past.status, past.text.as_str(), past.header("x-wp-total")), (200, "[]", Some("0")));
    assert!(past.header("link").is_some_and(|link| link.contains("page=0>; rel=\"prev\"")));
}

#[tokio::test]
async fn modified_after_excludes_its_second_and_is_shop_time_unless_told_otherwise() {
    let twin = woocommerce().await;
    let all = pages(&twin, "orders?orderby=modified&order=asc&per_page=100").await;
    let middle = &all[all.len() / 2];
    let later =
        all.iter().filter(|order| order["date_modified_gmt"].as_str() > middle["date_modified_gmt"].as_str());
    let expected: BTreeSet<u64> = later.map(number).collect();
    let stamp = middle["date_modified_gmt"].as_str().expect("a date");
    let local = middle["date_modified"].as_str().expect("a date");
    assert_ne!(stamp, local, "the shop is not in Greenwich");
    for query in [
        format!("modified_after={stamp}&dates_are_gmt=true"),
        format!("modified_after={stamp}Z"),
        format!("modified_after={local}"),
    ] {
        let found = pages(&twin, &format!("orders?per_page=100&{query}")).await;
        assert_eq!(found.iter().map(number).collect::<BTreeSet<_>>(), expected, "{query}");
    }
}

#[tokio::test]
async fn unknown_filters_are_ignored_and_known_ones_are_held_to_their_kind() {
    let twin = woocommerce().await;
    let all = twin.get(&format!("{API}/customers")).await;
    let ignored = twin.get(&format!("{API}/customers?modified_after=2030-01-01T00:00:00")).await;
    assert_eq!(ignored.body, all.body, "customers cannot be asked for changes, and nobody says so");
    for (query, name, code) in [
        ("per_page=500", "per_page", "rest_out_of_bounds"),
        ("page=x", "page", "rest_invalid_type"),
        ("orderby=colour", "orderby", "rest_not_in_enum"),
        ("modified_after=yesterday", "modified_after", "rest_invalid_date"),
        ("status=bogus", "status", "rest_not_in_enum"),
        ("offset=3", "offset", "rest_invalid_param"),
    ] {
        let refused = twin.get(&format!("{API}/orders?{query}")).await;
        assert_eq!((refused.status, &refused.body["code"]), (400, &json!("rest_invalid_param")), "{query}");
        assert_eq!(refused.body["data"]["details"][name]["code"], code, "{}", refused.text);
    }
    let refused = twin.get(&format!("{API}/orders?per_page=500")).await;
    assert_eq!(refused.body, recorded("error_per_page").unwrap_or(refused.body.clone()), "word for word");
}

#[tokio::test]
async fn amounts_of_an_order_add_up() {
    let twin = woocommerce().await;
    let cents = |value: &Value| {
        let text = value.as_str().expect("amounts are texts").replace('.', "");
        text.parse::<i64>().expect("an amount")
    };
    for order in pages(&twin, "orders?per_page=100").await {
        let sum = |list: &str, field: &str| {
            order[list].as_array().expect("a list").iter().map(|item| cents(&item[field])).sum::<i64>()
        };
        let of = |field: &str| cents(&order[field]);
        let net = sum("line_items", "total") + of("shipping_total");
        assert_eq!(net + of("total_tax"), of("total"), "{order}");
        assert_eq!(sum("line_items", "total_tax"), of("cart_tax"));
        assert_eq!(of("cart_tax") + of("shipping_tax"), of("total_tax"));
        assert_eq!(sum("line_items", "subtotal") - sum("line_items", "total"), of("discount_total"));
        assert!(
            order["refunds"].as_array().expect("refunds").iter().all(|refund| cents(&refund["total"]) <= 0)
        );
    }
}

#[tokio::test]
async fn a_doubled_page_shows_one_record_twice_and_loses_none() {
    let twin = woocommerce().await;
    let count = twin.practice.world(|world| world.orders.len());
    twin.fault(json!({ "fault": "double_page", "operation": "GET orders", "times": 1 }));
    let records = pages(&twin, "orders?per_page=10").await;
    assert_eq!(records.len(), count + 1);
    assert_eq!(records.iter().map(number).collect::<BTreeSet<_>>().len(), count);
}

#[tokio::test]
async fn two_storefronts_show_different_people_the_same_goods() {
    let mut options = options();
    options.platforms = [Platform::Shopify, Platform::Woocommerce].into();
    let twin = Twin::start(Platform::Woocommerce, options).await;
    let (ours, orders, products) = twin.practice.world(|world| {
        let ours = world
            .orders
            .iter()
            .filter(|(_, order)| world.storefront_of(order.person) == Platform::Woocommerce);
        (ours.count(), world.orders.len(), world.products.len())
    });
    assert!(ours > 0 && ours < orders);
    assert_eq!(pages(&twin, "orders?per_page=100&_fields=id").await.len(), ours);
    assert_eq!(pages(&twin, "products?per_page=100&_fields=id").await.len(), products);
}

/// A recorded answer; `None` where the recordings are absent.
fn recorded(name: &str) -> Option<Value> {
    let Ok(bytes) =
        std::fs::read(crate::support::shared().join(format!("specs/woocommerce/responses/{name}.json")))
    else {
        eprintln!("skipped: nothing is held against {name}, which is absent");
        return None;
    };
    let recording: Value = serde_json::from_slice(&bytes).expect("JSON");
    Some(recording["body"].clone())
}

fn kind(value: &Value) -> &'static str {
    match value {
        Value::Null => "null",
        Value::Bool(_) => "flag",
        Value::Number(_) => "number",
        Value::String(_) => "text",
        Value::Array(_) => "list",
        Value::Object(_) => "object",
    }
}

/// Says in what an answer has other members, or members of another kind, than a recorded one. What may be empty on one
/// side is not compared; objects that hold anything under any name are not entered.
fn departs(ours: &Value, theirs: &Value, at: &str, found: &mut Vec<String>) {
    match (ours, theirs) {
        (Value::Object(ours), Value::Object(theirs)) if !at.contains("_links") => {
            let names: BTreeSet<&String> = ours.keys().chain(theirs.keys()).collect();
            for name in names {
                let here = format!("{at}.{name}");
                match (ours.get(name), theirs.get(name)) {
                    (Some(ours), Some(theirs)) => departs(ours, theirs, &here, found),
                    (Some(_), None) => found.push(format!("{here} is not the vendor's")),
                    (None, _) => found.push(format!("{here} is missing")),
                }
            }
        }
        (Value::Array(ours), Value::Array(theirs)) => {
            if let (Some(ours), Some(theirs)) = (ours.first(), theirs.first()) {
                departs(ours, theirs, &format!("{at}[]"), found);
            }
        }
        (Value::Null, _) | (_, Value::Null) => {}
        (ours, theirs) if kind(ours) != kind(theirs) => {
            found.push(format!("{at} is a {}, the vendor's a {}", kind(ours), kind(theirs)));
        }
        _ => {}
    }
}

#[tokio::test]
async fn records_have_the_members_of_the_recorded_ones() {
    let twin = woocommerce().await;
    let product = twin.practice.world(|world| {
        let found = world.products.iter().find(|(_, product)| !product.options.is_empty());
        found.expect("a product with variations").0.number()
    });
    for (path, recording) in [
        ("orders?per_page=1".to_owned(), "orders_list_page1"),
        ("customers?per_page=1&orderby=id".to_owned(), "customers_list"),
        ("products?per_page=1".to_owned(), "products_list"),
        (format!("products/{product}/variations?per_page=1"), "variations_list"),
        ("variations?per_page=1".to_owned(), "variations_global_list"),
        ("refunds?per_page=1".to_owned(), "refunds_global_list"),
        ("payment_gateways?_fields=id,title,enabled,method_supports".to_owned(), "payment_gateways"),
        ("orders/statuses".to_owned(), "order_statuses"),
        ("data/currencies/current?_fields=code,name,symbol".to_owned(), "currency_current"),
    ] {
        let Some(mut theirs) = recorded(recording) else { return };
        if recording == "currency_current" {
            theirs.as_object_mut().expect("an object").remove("_links");
        }
        let ours = twin.get(&format!("{API}/{path}")).await;
        let mut wrong = Vec::new();
        departs(&ours.body, &theirs, recording, &mut wrong);
        assert!(wrong.is_empty(), "{wrong:#?}");
        assert!(!ours.text.is_empty() && ours.status == 200);
    }
    let mut canary = Vec::new();
    departs(&json!({ "id": "1", "colour": 2 }), &json!({ "id": 1, "name": "x" }), "", &mut canary);
    assert_eq!(canary.len(), 3, "a wrong answer is noticed");
}
