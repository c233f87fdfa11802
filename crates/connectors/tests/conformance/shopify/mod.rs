//! Shopify: every document we send, its variables, and the answers our tests are written from,
//! against the vendor's schema of 2026-10.

mod practice;
mod schema;

use std::collections::BTreeMap;
use std::fs;
use std::path::Path;
use std::sync::{Arc, Mutex};

use fermata_connectors::{Connector, Fate, Pull, connect};
use fermata_model::action::{Off, Pieces, ProductText};
use fermata_model::{Action, Address, ConnectionId, Currency, Money, Platform, RecordRef, Stream};
use serde_json::{Value, json};

use super::openapi::shared;
use crate::shopify::bodies;
use crate::support::listener::{Listener, Reply, Seen};
use crate::support::{now, settings};

/// One request with the answer that it got.
type Exchange = (Value, Value);

/// Drives the connector through all it can do and returns what was said, by operation.
async fn everything() -> BTreeMap<String, Vec<Exchange>> {
    let log: Arc<Mutex<Vec<Exchange>>> = Arc::default();
    let book = Arc::clone(&log);
    let listener = Listener::start(move |seen, _| {
        let reply = told(seen);
        let Reply::Answer { body, .. } = &reply else { panic!("only answers here") };
        book.lock().unwrap().push((seen.json(), serde_json::from_str(body).unwrap()));
        reply
    })
    .await;
    let shop =
        connect(Platform::Shopify, settings(&listener.url, &[("access_token", "shpat_practice")])).unwrap();
    talk(&*shop).await;

    let mut said: BTreeMap<String, Vec<Exchange>> = BTreeMap::new();
    for exchange in log.lock().unwrap().drain(..) {
        said.entry(operation(&exchange.0)).or_default().push(exchange);
    }
    said
}

async fn talk(shop: &dyn Connector) {
    shop.check().await.unwrap();
    for stream in shop.capability().streams {
        for since in [None, Some("2026-11-20T08:00:00Z".parse().unwrap())] {
            let mut pull = Pull { stream: stream.stream, since, until: now(), token: None, size: None };
            let first = shop.pull(&pull).await.unwrap();
            pull.token = first.next;
            assert!(pull.token.is_some(), "the script has a second page");
            shop.pull(&pull).await.unwrap();
        }
    }
    for stream in [Stream::Customers, Stream::Orders] {
        let mut pull = Pull { stream, since: None, until: now(), token: None, size: Some(1) };
        for _ in 0..3 {
            pull.token = shop.pull(&pull).await.unwrap().next;
        }
    }
    for stream in shop.capability().streams {
        let first = shop.ids(stream.stream, None, now()).await.unwrap();
        shop.ids(stream.stream, first.next, now()).await.unwrap();
    }
    for action in actions() {
        let frozen = shop.prepare(&action, KEY.parse().unwrap(), now()).await.unwrap();
        shop.send(&frozen).await.unwrap();
        shop.find(&frozen).await.unwrap();
    }
}

const KEY: &str = "0192e4a0-0000-4000-8000-00000000002a";

fn record(stream: Stream, external_id: &str) -> RecordRef {
    let label = format!("the {stream} {external_id}");
    RecordRef { connection: ConnectionId(7), stream, external_id: external_id.to_owned(), label }
}

/// Every action in every form in which it is written.
fn actions() -> Vec<Action> {
    let order = || record(Stream::Orders, "5");
    let refund = |restock| Action::OrderRefund {
        order: order(),
        amount: Money::new(750, Currency::EUR),
        note: "Parcel late".to_owned(),
        restock,
    };
    let product = || record(Stream::Products, "12");
    let variant = || "44".to_owned();
    vec![
        Action::StockSet {
            product: product(),
            variant: variant(),
            location: Some("3".to_owned()),
            quantity: 41,
            expected: Some(7),
        },
        Action::PriceSet {
            product: product(),
            variant: String::new(),
            price: Money::new(1_500, Currency::EUR),
        },
        Action::ProductEdit {
            product: product(),
            text: ProductText {
                title: Some("Linen shirt".to_owned()),
                description: Some("<p>Light.</p>".to_owned()),
                seo_title: Some("Shirt".to_owned()),
                seo_description: Some("A light shirt".to_owned()),
            },
        },
        Action::DiscountCreate {
            discount: record(Stream::Discounts, "SORRY-1"),
            title: "Sorry".to_owned(),
            off: Off::BasisPoints(1_250),
            uses: Some(1),
            ends_at: Some("2026-12-31T00:00:00Z".parse().unwrap()),
        },
        Action::DiscountCreate {
            discount: record(Stream::Discounts, "SORRY-2"),
            title: "Sorry".to_owned(),
            off: Off::Amount(Money::new(500, Currency::EUR)),
            uses: None,
            ends_at: None,
        },
        Action::DiscountDisable { discount: record(Stream::Discounts, "6") },
        Action::FulfilmentHold { order: order(), note: "Address is being checked".to_owned() },
        Action::FulfilmentRelease { order: order() },
        refund(Vec::new()),
        refund(vec![Pieces { line: "1".to_owned(), quantity: 1 }]),
        Action::OrderCancel { order: order(), restock: true, note: "Ordered twice".to_owned() },
        Action::OrderNote { order: order(), text: "Called about the parcel".to_owned() },
        Action::OrderTag { order: order(), add: vec!["late".to_owned()], remove: vec!["vip".to_owned()] },
        Action::OrderAddress {
            order: order(),
            address: Address {
                last_name: "Ruiz".to_owned(),
                street: "Lindenweg 7".to_owned(),
                city: "Hamburg".to_owned(),
                postal_code: "20095".to_owned(),
                country: "DE".to_owned(),
                ..Address::default()
            },
        },
    ]
}

/// The name of the operation that a body asks for.
fn operation(body: &Value) -> String {
    let query = body["query"].as_str().unwrap();
    let head = query.split(['(', '{']).next().unwrap();
    head.split_whitespace().nth(1).unwrap().to_owned()
}

/// Answers as the vendor would; the first page of a list has a second one, and inner lists too.
fn told(seen: &Seen) -> Reply {
    let body = seen.json();
    // By single records it is a long way: the shop is asked to write a file, and the pages go on.
    let is_long = body["variables"]["size"] == 1;
    let again = match body["variables"]["after"].as_str() {
        None => Some("c1"),
        Some("c1") if is_long => Some("c2"),
        Some("c2") if is_long => Some("c3"),
        Some(_) => None,
    };
    let open = |mut record: Value, list: &str| {
        record[list]["pageInfo"] = json!({ "hasNextPage": true, "endCursor": "i1" });
        record
    };
    let page = |node: Value| {
        let count = if is_long { 100 } else { 1 };
        let total = (body["variables"]["counted"] == true).then_some(json!({ "count": count }));
        let mut data = json!({ "page": {
            "nodes": [node], "pageInfo": { "hasNextPage": again.is_some(), "endCursor": again } } });
        if let Some(total) = total {
            data["total"] = total;
        }
        bodies::answer(data)
    };
    let rest = |node: Value| {
        bodies::answer(json!({ "whole": { "page": {
            "nodes": [node], "pageInfo": { "hasNextPage": false, "endCursor": "i2" } } } }))
    };
    match operation(&body).as_str() {
        "check" => bodies::answer(bodies::checked()),
        "customerIds" | "orderIds" | "cartIds" | "productIds" | "discountIds" => {
            page(json!({ "id": "gid://shopify/Some/1" }))
        }
        "bulkOperationRunQuery" => bodies::answer(json!({ "bulkOperationRunQuery": {
            "bulkOperation": { "id": "gid://shopify/BulkOperation/7" }, "userErrors": [] } })),
        "bulkOperation" => bodies::answer(json!({ "bulkOperation": { "status": "RUNNING", "url": null } })),
        "discounts" => page(bodies::discount()),
        "stock" => bodies::shelf(json!([bodies::level(1, 3)]), again, None),
        "stockState" => bodies::answer(bodies::stock_state()),
        "variantState" => bodies::answer(bodies::variant_state()),
        "soleVariant" => bodies::answer(
            json!({ "product": { "variants": { "nodes": [{ "id": "gid://shopify/ProductVariant/44" }] } } }),
        ),
        "productState" => bodies::answer(bodies::product_state()),
        "inventorySetQuantities" => bodies::answer(json!({ "inventorySetQuantities": {
            "inventoryAdjustmentGroup": { "createdAt": "2026-11-21T12:00:01Z" }, "userErrors": [] } })),
        "productVariantsBulkUpdate" => bodies::answer(json!({ "productVariantsBulkUpdate": {
            "productVariants": [bodies::changed()], "userErrors": [] } })),
        "productUpdate" => {
            bodies::answer(json!({ "productUpdate": { "product": bodies::changed(), "userErrors": [] } }))
        }
        // It is there only for the one that shall be switched off.
        "discountState" => bodies::answer(json!({ "node": bodies::discount_state("ACTIVE") })),
        "discountByCode" => bodies::answer(json!({ "codeDiscountNodeByCode": null })),
        "discountCodeBasicCreate" | "discountCodeDeactivate" => {
            let node = json!({ "id": "gid://shopify/DiscountCodeNode/6",
                "codeDiscount": { "updatedAt": "2026-11-21T12:00:01Z" } });
            let field = operation(&body);
            bodies::answer(json!({ field: { "codeDiscountNode": node, "userErrors": [] } }))
        }
        "holdState" => bodies::answer(bodies::hold_state()),
        "fulfillmentOrderHold" | "fulfillmentOrderReleaseHold" => {
            let field = operation(&body);
            bodies::answer(json!({ field: { "fulfillmentOrder": bodies::changed(), "userErrors": [] } }))
        }
        "customers" => page(bodies::customer(1, "2026-11-20T09:00:00Z")),
        "orders" => page(open(bodies::order(5), "lineItems")),
        "orderLines" | "cartLines" => rest(bodies::line(2)),
        "carts" => page(open(bodies::cart(), "lineItems")),
        "products" => page(open(bodies::product(), "variants")),
        "productVariants" => rest(bodies::variant(46)),
        "removals" => page(bodies::event(1, "PRODUCT", "destroy")),
        "refundable" => bodies::answer(bodies::refundable()),
        "refundCreate" => bodies::answer(json!({ "refundCreate": {
            "refund": without_note(bodies::booked("", &[("SUCCESS", "7.50")])), "userErrors": [] } })),
        "refunds" => bodies::answer(
            json!({ "order": { "refunds": [bodies::booked("late", &[("SUCCESS", "7.50")])] } }),
        ),
        "restockable" => bodies::answer(bodies::restockable()),
        "orderState" => bodies::answer(json!({ "order": bodies::order_state() })),
        "orderUpdate" => {
            bodies::answer(json!({ "orderUpdate": { "order": bodies::changed(), "userErrors": [] } }))
        }
        "orderCancel" => bodies::answer(
            json!({ "orderCancel": { "job": { "id": "gid://shopify/Job/8" }, "userErrors": [] } }),
        ),
        "orderTags" => bodies::answer(json!({
            "tagsAdd": { "node": bodies::changed(), "userErrors": [] },
            "tagsRemove": { "node": bodies::changed(), "userErrors": [] },
        })),
        other => panic!("nobody wrote an answer to {other}"),
    }
}

/// The answer to the mutation is not asked for the note that it was given.
fn without_note(mut refund: Value) -> Value {
    refund.as_object_mut().unwrap().remove("note");
    refund
}

#[tokio::test]
async fn every_document_and_its_variables_are_valid() {
    let Some(schema) = schema::vendor() else { return };
    let said = everything().await;
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("src/shopify/queries");
    let files =
        fs::read_dir(folder).unwrap().filter(|entry| entry.as_ref().unwrap().path().is_file()).count();
    assert_eq!(said.len(), files, "every document was sent: {:?}", said.keys());
    for (operation, exchanges) in &said {
        for (body, answer) in exchanges {
            let request =
                schema::check_request(schema, body).unwrap_or_else(|wrong| panic!("{operation}: {wrong}"));
            assert_eq!(&request.operation, operation);
            let wrong = schema::check_answer(schema, &request, &answer["data"]);
            assert!(wrong.is_empty(), "our own answer to {operation} is not the vendor's: {wrong:#?}");
        }
    }
}

#[tokio::test]
async fn what_is_asked_in_bulk_is_valid_and_asks_for_what_a_page_does() {
    let Some(schema) = schema::vendor() else { return };
    let said = everything().await;
    let asked: Vec<&str> = said["bulkOperationRunQuery"]
        .iter()
        .map(|(body, _)| body["variables"]["query"].as_str().unwrap())
        .collect();
    assert_eq!(asked.len(), 2, "customers and orders: {asked:?}");
    for query in asked {
        let named = |query: &str| {
            schema::check_request(schema, &json!({ "query": format!("query bulk {query}"), "variables": {} }))
        };
        named(query).unwrap_or_else(|wrong| panic!("{query}: {wrong}"));
        let wrong = query.replacen("{ id", "{ noSuchField id", 1);
        assert!(named(&wrong).is_err(), "an unknown field passed: {wrong}");
        assert!(query.contains("edges { node {") && !query.contains("nodes"), "recorded refusal: {query}");
        assert!(!query.contains("...") && !query.contains('$'), "it stands by itself: {query}");
    }
}

#[tokio::test]
async fn a_wrong_document_wrong_variables_and_a_wrong_answer_fail() {
    let Some(schema) = schema::vendor() else { return };
    for (operation, exchanges) in &everything().await {
        let (body, answer) = &exchanges[0];
        let refused = |body: &Value, what: &str| {
            assert!(
                schema::check_request(schema, body).is_err(),
                "{operation}: {what} passed, so nothing is checked"
            );
        };
        let text = body["query"].as_str().unwrap();
        for place in ["id", "handle", "message", "name"] {
            let pattern = format!(" {place}\n");
            if text.contains(&pattern) {
                let mut wrong = body.clone();
                wrong["query"] = json!(text.replacen(&pattern, &format!(" {place} noSuchField\n"), 1));
                refused(&wrong, "an unknown field");
            }
        }
        let mut wrong = body.clone();
        wrong["query"] = json!(text.replacen('{', "{ noSuchField ", 1));
        refused(&wrong, "an unknown field at the root");
        for (name, value) in body["variables"].as_object().unwrap() {
            let mut wrong = body.clone();
            wrong["variables"][name] = json!({ "no": ["such", "value"] });
            refused(&wrong, name);
            if value.is_object() {
                let mut wrong = body.clone();
                wrong["variables"][name]["noSuchField"] = json!(1);
                refused(&wrong, "an unknown input field");
            }
        }
        let request = schema::check_request(schema, body).unwrap();
        let mut wrong = answer["data"].clone();
        wrong["noSuchField"] = json!(1);
        assert!(
            !schema::check_answer(schema, &request, &wrong).is_empty(),
            "{operation}: a wrong answer passed"
        );
        // Of two changes each may be left out, so that nothing is missing in nothing.
        let may_be_empty = operation == "orderTags";
        assert!(
            may_be_empty || !schema::check_answer(schema, &request, &json!({})).is_empty(),
            "{operation}: an empty answer passed"
        );
    }
}

#[tokio::test]
async fn a_refund_without_its_key_is_refused_by_our_own_check() {
    let Some(schema) = schema::vendor() else { return };
    let (body, _) = everything().await.remove("refundCreate").unwrap().remove(0);
    let text = body["query"].as_str().unwrap();
    assert!(text.contains("@idempotent(key: $key)"), "mandatory since 2026-04, which no schema says");
    let mut wrong = body.clone();
    wrong["query"] = json!(text.replace("(key: $key)", ""));
    assert!(schema::check_request(schema, &wrong).is_err(), "the directive needs its key");
}

/// Refusals that real shops gave to refunds, replayed to us.
#[tokio::test]
async fn every_recorded_refusal_of_a_refund_is_a_refusal() {
    let Some(folder) = shared("specs/shopify/captures") else { return };
    let mut errors = Vec::new();
    for entry in fs::read_dir(folder).unwrap() {
        let path = entry.unwrap().path();
        if path.to_string_lossy().contains("refund-create") {
            collect(&serde_json::from_str(&fs::read_to_string(&path).unwrap()).unwrap(), &mut errors);
        }
    }
    assert!(errors.len() >= 5, "the recordings were read: {errors:?}");
    for user_errors in errors {
        let answer = bodies::answer(json!({ "refundCreate": { "refund": null, "userErrors": user_errors } }));
        let listener = Listener::start(move |seen, _| match operation(&seen.json()).as_str() {
            "refundCreate" => answer.clone(),
            _ => told(seen),
        })
        .await;
        let shop = connect(Platform::Shopify, settings(&listener.url, &[("access_token", "t")])).unwrap();
        let action = actions().into_iter().find(|action| action.amount().is_some()).unwrap();
        let key = KEY.parse().unwrap();
        let frozen = shop.prepare(&action, key, now()).await.unwrap();
        let error = shop.send(&frozen).await.unwrap_err();
        assert_eq!(error.fate, Fate::Refused, "{error}");
    }
}

/// Gathers every list of user errors that is not empty.
fn collect(value: &Value, found: &mut Vec<Value>) {
    match value {
        Value::Object(object) => {
            if let Some(errors) = object.get("userErrors").filter(|errors| errors[0].is_object()) {
                found.push(errors.clone());
            }
            object.values().for_each(|value| collect(value, found));
        }
        Value::Array(items) => items.iter().for_each(|value| collect(value, found)),
        _ => {}
    }
}
