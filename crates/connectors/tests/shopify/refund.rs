//! Money back: what is written, what an answer means, and how a lost one is looked up.

use fermata_connectors::{Fate, Found, Kind, Sent};
use fermata_model::action::Pieces;
use fermata_model::{Action, ConnectionId, Currency, Frozen, Key, Money, RecordRef, Stream};
use serde_json::{Value, json};

use super::bodies::{answer, booked, money, refundable, refusal, restockable, throttled, transaction};
use super::scripted;
use crate::support::listener::Reply;
use crate::support::now;

const KEY: &str = "0192e4a0-0000-4000-8000-00000000002a";

fn key() -> Key {
    KEY.parse().unwrap()
}

fn refund(minor: i64) -> Action {
    Action::OrderRefund {
        order: RecordRef {
            connection: ConnectionId(7),
            stream: Stream::Orders,
            external_id: "5".to_owned(),
            label: "#1042".to_owned(),
        },
        amount: Money::new(minor, Currency::EUR),
        note: "Parcel late".to_owned(),
        restock: Vec::new(),
    }
}

pub(super) async fn frozen(order: Value, minor: i64) -> Result<Frozen, fermata_connectors::Error> {
    let (_listener, shop) = scripted(vec![answer(order)]).await;
    shop.prepare(&refund(minor), key(), now()).await
}

fn input(frozen: &Frozen) -> Value {
    serde_json::from_str::<Value>(&frozen.body).unwrap()["variables"]["input"].clone()
}

#[tokio::test]
async fn a_refund_names_its_payment_and_carries_our_key() {
    let frozen = frozen(refundable(), 750).await.unwrap();
    assert_eq!(frozen.operation, "refundCreate");
    assert_eq!(frozen.path, "/admin/api/2026-10/graphql.json");
    let body: Value = serde_json::from_str(&frozen.body).unwrap();
    assert_eq!(body["variables"]["key"], KEY);
    assert!(body["query"].as_str().unwrap().contains("@idempotent(key: $key)"));
    assert_eq!(
        input(&frozen),
        json!({
            "orderId": "gid://shopify/Order/5",
            "note": format!("Parcel late (Fermata {KEY})"),
            "notify": false,
            "transactions": [{
                "orderId": "gid://shopify/Order/5", "parentId": "gid://shopify/OrderTransaction/100",
                "amount": "7.50", "kind": "REFUND", "gateway": "shopify_payments",
            }],
        }),
    );
}

#[tokio::test]
async fn the_customers_currency_is_named_where_it_is_not_the_shops() {
    let mut order = refundable();
    order["order"]["currencyCode"] = json!("USD");
    assert_eq!(input(&frozen(order, 750).await.unwrap())["currency"], "EUR");
}

#[tokio::test]
async fn a_refund_larger_than_one_payment_is_divided() {
    let mut order = refundable();
    order["order"]["netPaymentSet"] = money("28.0");
    order["order"]["transactions"] = json!([
        transaction(99, "AUTHORIZATION", "SUCCESS", "25.00", None),
        transaction(100, "CAPTURE", "SUCCESS", "25.00", Some(99)),
        transaction(101, "REFUND", "PENDING", "5.00", Some(100)),
        transaction(102, "REFUND", "FAILURE", "20.00", Some(100)),
        transaction(103, "SALE", "SUCCESS", "8.00", None),
        transaction(104, "SALE", "FAILURE", "90.00", None),
    ]);
    let parts = |frozen: &Frozen| -> Vec<(String, String)> {
        input(frozen)["transactions"]
            .as_array()
            .unwrap()
            .iter()
            .map(|part| {
                let parent = part["parentId"].as_str().unwrap().rsplit('/').next().unwrap();
                (parent.to_owned(), part["amount"].as_str().unwrap().to_owned())
            })
            .collect()
    };
    let both = frozen(order.clone(), 2500).await.unwrap();
    assert_eq!(parts(&both), [("100".to_owned(), "20.00".to_owned()), ("103".to_owned(), "5.00".to_owned())]);
    let one = frozen(order, 800).await.unwrap();
    assert_eq!(parts(&one), [("100".to_owned(), "8.00".to_owned())], "one payment where one suffices");
}

#[tokio::test]
async fn an_impossible_refund_is_refused_before_anything_is_sent() {
    let mut spent = refundable();
    spent["order"]["netPaymentSet"] = money("0.0");
    let mut unpaid = refundable();
    unpaid["order"]["transactions"] = json!([transaction(99, "AUTHORIZATION", "SUCCESS", "25.00", None)]);
    let mut yen = refundable();
    yen["order"]["netPaymentSet"]["presentmentMoney"]["currencyCode"] = json!("JPY");
    for (order, minor, expected) in [
        (refundable(), 2001, "Only €20.00 can still go back on #1042, not €20.01. Nothing was paid."),
        (spent, 100, "#1042 is already refunded. Nothing was paid."),
        (unpaid, 100, "#1042 has not been paid, so nothing can go back."),
        (yen, 100, "#1042 was paid in JPY, so it is refunded in JPY."),
        (json!({ "order": null }), 100, "Shopify no longer has #1042."),
        (refundable(), 0, "A refund must be more than nothing."),
    ] {
        let error = frozen(order, minor).await.unwrap_err();
        assert_eq!(error.fate, Fate::Refused, "{error}");
        assert_eq!(error.message, expected);
    }
}

#[tokio::test]
async fn pieces_that_come_back_go_to_the_shelf_they_left() {
    let back = |line: &str, quantity| {
        let mut action = refund(750);
        let Action::OrderRefund { restock, .. } = &mut action else { unreachable!() };
        restock.push(Pieces { line: line.to_owned(), quantity });
        action
    };
    let mut elsewhere = restockable();
    elsewhere["order"]["fulfillments"] = json!([]);
    for (read, place) in [(restockable(), 3), (elsewhere, 2)] {
        let (_listener, shop) = scripted(vec![answer(refundable()), answer(read)]).await;
        let frozen = shop.prepare(&back("1", 2), key(), now()).await.unwrap();
        assert_eq!(
            input(&frozen)["refundLineItems"],
            json!([{ "lineItemId": "gid://shopify/LineItem/1", "quantity": 2, "restockType": "RETURN",
                "locationId": format!("gid://shopify/Location/{place}") }]),
        );
    }
    let mut nowhere = restockable();
    nowhere["order"]["fulfillments"] = json!([]);
    nowhere["location"] = json!(null);
    for (read, line, quantity) in [(restockable(), "1", 3), (restockable(), "9", 1), (nowhere, "1", 1)] {
        let (_listener, shop) = scripted(vec![answer(refundable()), answer(read)]).await;
        let error = shop.prepare(&back(line, quantity), key(), now()).await.unwrap_err();
        assert_eq!(error.fate, Fate::Refused, "{error}");
        assert!(error.message.ends_with("Nothing was paid."), "{error}");
    }
}

fn created(refund: Value, errors: Value) -> Reply {
    answer(json!({ "refundCreate": { "refund": refund, "userErrors": errors } }))
}

#[tokio::test]
async fn an_answer_with_the_money_moved_is_the_receipt() {
    let frozen = frozen(refundable(), 750).await.unwrap();
    let note = format!("Parcel late (Fermata {KEY})");
    let done = created(booked(&note, &[("SUCCESS", "5.00"), ("SUCCESS", "2.50")]), json!([]));
    let (listener, shop) = scripted(vec![done]).await;
    let Sent::Confirmed(receipt) = shop.send(&frozen).await.unwrap() else { panic!("not confirmed") };
    assert_eq!(receipt.external_id, "4242");
    assert_eq!(receipt.amount, Some(Money::new(750, Currency::EUR)));
    assert_eq!(listener.seen()[0].body, frozen.body, "byte for byte as it was frozen");
}

#[tokio::test]
async fn every_other_answer_says_what_became_of_the_money() {
    let said = |message: &str| created(json!(null), json!([{ "field": null, "message": message }]));
    let cases = [
        (created(booked("", &[("PENDING", "7.50")]), json!([])), None),
        (created(booked("", &[]), json!([])), None),
        (created(booked("", &[("FAILURE", "7.50")]), json!([])), Some((Kind::Rejected, Fate::Refused))),
        (
            said("Refund amount $25.00 is greater than net payment received $15.00"),
            Some((Kind::Rejected, Fate::Refused)),
        ),
        (said("IDEMPOTENCY_CONCURRENT_REQUEST"), Some((Kind::Rejected, Fate::InDoubt))),
        (said("Idempotency key was used with other parameters"), Some((Kind::Rejected, Fate::InDoubt))),
        (created(json!(null), json!([])), Some((Kind::Malformed, Fate::InDoubt))),
        (throttled(), Some((Kind::Throttled, Fate::NotDone))),
        (
            refusal(
                "The @idempotent directive is required for this mutation but was not provided.",
                Some("BAD_REQUEST"),
            ),
            Some((Kind::Rejected, Fate::Refused)),
        ),
        (refusal("Access denied", Some("ACCESS_DENIED")), Some((Kind::Forbidden, Fate::Refused))),
        (
            refusal("A request is running", Some("IDEMPOTENCY_CONCURRENT_REQUEST")),
            Some((Kind::Rejected, Fate::InDoubt)),
        ),
        (refusal("Internal error", Some("INTERNAL_SERVER_ERROR")), Some((Kind::Broken, Fate::InDoubt))),
        (
            Reply::json(json!({ "data": null, "errors": [{ "message": "Timed out" }] })),
            Some((Kind::Rejected, Fate::InDoubt)),
        ),
        (Reply::json("{}"), Some((Kind::Malformed, Fate::InDoubt))),
        (Reply::json("not json"), Some((Kind::Malformed, Fate::InDoubt))),
        (Reply::html(200), Some((Kind::Broken, Fate::InDoubt))),
        (Reply::status(503, "{}"), Some((Kind::Broken, Fate::InDoubt))),
        (Reply::status(401, "{}"), Some((Kind::SignIn, Fate::NotDone))),
        (Reply::Cut, Some((Kind::Unreachable, Fate::InDoubt))),
        (Reply::Hang, Some((Kind::Unreachable, Fate::InDoubt))),
    ];
    let frozen = frozen(refundable(), 750).await.unwrap();
    for (reply, expected) in cases {
        let shown = format!("{reply:?}");
        let (listener, shop) = scripted(vec![reply]).await;
        let sent = shop.send(&frozen).await;
        match expected {
            None => assert_eq!(sent.unwrap(), Sent::Accepted, "{shown}"),
            Some(expected) => {
                let error = sent.unwrap_err();
                assert_eq!((error.kind, error.fate), expected, "{shown}");
            }
        }
        assert_eq!(listener.seen().len(), 1, "sent once: {shown}");
    }
}

#[tokio::test]
async fn a_refusal_is_said_in_the_vendors_words() {
    let frozen = frozen(refundable(), 750).await.unwrap();
    let errors = json!([{ "field": null, "message": "Refund amount $25.00 is greater than net payment received $15.00" }]);
    let (_listener, shop) = scripted(vec![created(json!(null), errors)]).await;
    let error = shop.send(&frozen).await.unwrap_err();
    assert_eq!(
        error.message,
        "Shopify refused the refund: Refund amount $25.00 is greater than net payment received $15.00. Nothing was paid."
    );
    assert_eq!(error.request_id.as_deref(), Some("7f2c"));
}

#[tokio::test]
async fn a_lost_answer_is_looked_up_by_the_key_in_the_note() {
    let frozen = frozen(refundable(), 750).await.unwrap();
    let note = format!("Parcel late (Fermata {KEY})");
    let other = booked("Parcel late (Fermata 0192e4a0-0000-4000-8000-000000000001)", &[("SUCCESS", "7.50")]);
    let cases = [
        (json!([other]), Found::No),
        (json!([]), Found::No),
        (json!([other, booked(&note, &[("PENDING", "7.50")])]), Found::Pending),
        (json!([booked(&note, &[("SUCCESS", "2.50"), ("AWAITING_RESPONSE", "5.00")])]), Found::Pending),
    ];
    for (refunds, expected) in cases {
        let (_listener, shop) = scripted(vec![answer(json!({ "order": { "refunds": refunds } }))]).await;
        assert_eq!(shop.find(&frozen).await.unwrap(), expected, "{refunds}");
    }
    let booked_for =
        |moves: &[(&str, &str)]| answer(json!({ "order": { "refunds": [other, booked(&note, moves)] } }));
    let (_listener, shop) = scripted(vec![booked_for(&[("SUCCESS", "7.50")])]).await;
    let Found::Yes(receipt) = shop.find(&frozen).await.unwrap() else { panic!("not found") };
    assert_eq!(receipt.amount, Some(Money::new(750, Currency::EUR)));
    let (_listener, shop) = scripted(vec![booked_for(&[("FAILURE", "7.50")])]).await;
    assert!(matches!(shop.find(&frozen).await.unwrap(), Found::Failed(_)));
}

#[tokio::test]
async fn what_cannot_be_looked_up_is_not_called_absent() {
    let frozen = frozen(refundable(), 750).await.unwrap();
    let many: Vec<Value> = (0..250).map(|_| booked("somebody else's", &[])).collect();
    let (_listener, shop) = scripted(vec![answer(json!({ "order": { "refunds": many } }))]).await;
    assert_eq!(shop.find(&frozen).await.unwrap_err().kind, Kind::Unsupported);
    let (_listener, shop) = scripted(vec![answer(json!({ "order": null }))]).await;
    assert_eq!(shop.find(&frozen).await.unwrap_err().kind, Kind::Missing);
    let (_listener, shop) = scripted(vec![Reply::status(503, "{}")]).await;
    assert_eq!(shop.find(&frozen).await.unwrap_err().kind, Kind::Broken);
}
