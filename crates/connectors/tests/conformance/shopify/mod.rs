//! Shopify: every document we send, its variables, and the answers our tests are written from,
//! against the vendor's schema of 2026-10.

mod practice;
mod schema;

use std::collections::BTreeMap;
use std::fs;
use std::path::Path;
use std::sync::{Arc, Mutex};

use fermata_connectors::{Connector, Fate, Pull, connect};
use fermata_model::{Action, ConnectionId, Currency, Money, Platform, RecordRef, Stream};
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
    let order = RecordRef {
        connection: ConnectionId(7),
        stream: Stream::Orders,
        external_id: "5".to_owned(),
        label: "#1042".to_owned(),
    };
    let action = Action::OrderRefund {
        order,
        amount: Money::new(750, Currency::EUR),
        note: "Parcel late".to_owned(),
        restock: Vec::new(),
    };
    let key = "0192e4a0-0000-4000-8000-00000000002a".parse().unwrap();
    let frozen = shop.prepare(&action, key, now()).await.unwrap();
    shop.send(&frozen).await.unwrap();
    shop.find(&frozen).await.unwrap();
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
    let again = body["variables"]["after"].is_null().then_some("c1");
    let open = |mut record: Value, list: &str| {
        record[list]["pageInfo"] = json!({ "hasNextPage": true, "endCursor": "i1" });
        record
    };
    let page = |node: Value| {
        let total = (body["variables"]["counted"] == true).then_some(json!({ "count": 1 }));
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
    let files = fs::read_dir(folder).unwrap().count();
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
        assert!(
            !schema::check_answer(schema, &request, &json!({})).is_empty(),
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
        let order = RecordRef {
            connection: ConnectionId(7),
            stream: Stream::Orders,
            external_id: "5".to_owned(),
            label: "#1042".to_owned(),
        };
        let action = Action::OrderRefund {
            order,
            amount: Money::new(750, Currency::EUR),
            note: String::new(),
            restock: Vec::new(),
        };
        let key = "0192e4a0-0000-4000-8000-00000000002a".parse().unwrap();
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
