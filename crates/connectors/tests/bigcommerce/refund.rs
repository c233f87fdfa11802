//! Refunds: quoted, scheduled, and decided by the gateway afterwards.

use fermata_connectors::{Error, Fate, Found, Sent};
use fermata_model::{Action, ConnectionId, Currency, Frozen, Key, Money, RecordRef, Stream};
use serde_json::{Value, json};

use super::{bigcommerce, order, refund};
use crate::support::listener::{Listener, Reply};
use crate::support::{aimed_at, now};

const KEY: &str = "0197f3f0-0000-7000-8000-000000000001";
const REFUNDS: &str = "/stores/abc123/v3/orders/100/payment_actions/refunds";

fn key() -> Key {
    KEY.parse().unwrap()
}

fn action(minor: i64) -> Action {
    Action::OrderRefund {
        order: RecordRef {
            connection: ConnectionId(7),
            stream: Stream::Orders,
            external_id: "100".into(),
            label: "#100".into(),
        },
        amount: Money::new(minor, Currency::EUR),
        note: "late".into(),
        restock: vec![],
    }
}

fn quote(amount: f64, methods: &Value) -> Value {
    json!({ "data": { "order_id": 100, "total_refund_amount": amount, "refund_methods": methods }, "meta": {} })
}

fn online() -> Value {
    json!([
        [{ "provider_id": "storecredit", "amount": 5, "offline": false }],
        [{ "provider_id": "custom", "amount": 5, "offline": true }],
        [{ "provider_id": "stripe", "amount": 5, "offline": false }],
    ])
}

async fn prepared(order: Value, refunds: Value, quoted: Reply, minor: i64) -> Result<Frozen, Error> {
    let listener = Listener::start(move |seen, _| match seen.path.as_str() {
        "/stores/abc123/v2/orders/100" => Reply::json(&order),
        REFUNDS => Reply::json(json!({ "data": refunds, "meta": {} })),
        "/stores/abc123/v3/orders/100/transactions" => {
            Reply::Answer { status: 204, headers: vec![], body: String::new() }
        }
        _ => quoted.clone(),
    })
    .await;
    bigcommerce(&listener).prepare(&action(minor), key(), now()).await
}

async fn frozen() -> Frozen {
    prepared(order(100, "captured"), json!([]), Reply::status(201, quote(5.0, &online())), 500).await.unwrap()
}

#[tokio::test]
async fn money_goes_back_to_where_it_came_from_and_carries_our_key() {
    let frozen = frozen().await;
    let expected = format!(
        r#"{{"items":[{{"item_type":"ORDER","item_id":100,"amount":5.00,"reason":"late (Fermata {KEY})"}}],"payments":[{{"provider_id":"stripe","amount":5.00,"offline":false}}]}}"#
    );
    assert_eq!(frozen.body, expected);
    let listener = Listener::script(vec![Reply::status(201, json!({ "data": {} }))]).await;
    assert_eq!(bigcommerce(&listener).send(&frozen).await.unwrap(), Sent::Accepted, "scheduled is not done");
}

#[tokio::test]
async fn what_cannot_be_given_back_is_refused_and_says_so() {
    let by_hand = json!([[{ "provider_id": "custom", "amount": 5, "offline": true }]]);
    let other = Reply::status(422, json!({ "status": 422, "title": "Not allowed", "errors": {} }));
    let good = || Reply::status(201, quote(5.0, &online()));
    let earlier = json!([refund(100, "other", Some("7"), false)]);
    for (order, refunds, quoted, minor, expected) in [
        (order(100, "authorized"), json!([]), good(), 500, "has not been paid"),
        (order(100, "captured"), json!([]), good(), 4_068, "Only €40.67"),
        (order(100, "captured"), earlier, good(), 4_000, "Only €35.67"),
        (
            order(100, "captured"),
            json!([]),
            Reply::status(201, quote(5.0, &by_hand)),
            500,
            "only be given back by hand",
        ),
        (
            order(100, "captured"),
            json!([]),
            Reply::status(201, quote(4.9, &online())),
            500,
            "€4.90 back instead",
        ),
        (order(100, "captured"), json!([]), other, 500, "Not allowed"),
    ] {
        let error = prepared(order, refunds, quoted, minor).await.unwrap_err();
        assert_eq!(error.fate, Fate::Refused, "{error}");
        assert!(error.message.contains(expected) && error.message.ends_with("Nothing was paid."), "{error}");
    }
}

#[tokio::test]
async fn what_cannot_be_an_order_is_refused_for_good() {
    let listener = Listener::script(vec![Reply::json(json!({}))]).await;
    let error =
        bigcommerce(&listener).prepare(&aimed_at(&action(500), "me"), key(), now()).await.unwrap_err();
    assert_eq!((error.fate, listener.seen().len()), (Fate::Refused, 0), "{error}: it is not tried again");
}

#[tokio::test]
async fn one_refund_waits_for_the_other() {
    let on_its_way = json!([refund(100, "other", None, false)]);
    let good = Reply::status(201, quote(5.0, &online()));
    let error = prepared(order(100, "captured"), on_its_way, good, 500).await.unwrap_err();
    assert_eq!(error.fate, Fate::NotDone, "{error}");
    assert!(error.retry_after.is_some(), "it can be tried again");
}

#[tokio::test]
async fn the_gateway_decides_afterwards() {
    let frozen = frozen().await;
    let reason = format!("late (Fermata {KEY})");
    for (refunds, expected) in [
        (json!([]), "No"),
        (json!([refund(100, "somebody else's", Some("9"), false)]), "No"),
        (json!([refund(100, &reason, None, false)]), "Pending"),
        (json!([refund(100, &reason, None, true)]), "Failed"),
        (json!([refund(100, &reason, Some("77"), false)]), "Yes"),
    ] {
        let listener = Listener::script(vec![Reply::json(json!({ "data": refunds, "meta": {} }))]).await;
        let found = bigcommerce(&listener).find(&frozen).await.unwrap();
        assert!(format!("{found:?}").starts_with(expected), "{expected}: {found:?}");
        if let Found::Yes(receipt) = found {
            assert_eq!(receipt.amount, Some(Money::new(500, Currency::EUR)));
        }
    }
}

#[tokio::test]
async fn a_refund_that_failed_on_its_way_is_in_doubt_and_one_that_was_refused_is_not() {
    let frozen = frozen().await;
    for (status, body, fate) in [
        (
            503,
            json!({ "data": [{ "order_id": 100, "status": 503, "error": "Tax service gone away" }] }),
            Fate::InDoubt,
        ),
        (500, json!({}), Fate::InDoubt),
        (
            422,
            json!({ "data": [{ "status": 422, "title": "Unable to provide store credit." }] }),
            Fate::Refused,
        ),
        (429, json!({}), Fate::NotDone),
    ] {
        let listener = Listener::script(vec![Reply::status(status, body)]).await;
        let error = bigcommerce(&listener).send(&frozen).await.unwrap_err();
        assert_eq!(error.fate, fate, "{status}: {error}");
        if status == 422 {
            assert!(error.message.contains("Unable to provide store credit. Nothing was paid."), "{error}");
        }
        assert_eq!(listener.seen().len(), 1, "an effect is sent once");
    }
}
