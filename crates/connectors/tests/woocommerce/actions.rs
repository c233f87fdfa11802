//! Effects at a shop that neither compares nor remembers.

use fermata_connectors::{Error, Fate, Found, Kind, Sent};
use fermata_model::action::{Off, ProductText};
use fermata_model::{Action, ConnectionId, Currency, Frozen, Key, Money, RecordRef, Stream};
use serde_json::{Value, json};

use super::woo;
use crate::support::listener::{Listener, Reply};
use crate::support::now;

const KEY: &str = "0197f3f0-0000-7000-8000-000000000001";

fn key() -> Key {
    KEY.parse().unwrap()
}

fn target(stream: Stream, id: &str, label: &str) -> RecordRef {
    RecordRef { connection: ConnectionId(7), stream, external_id: id.to_owned(), label: label.to_owned() }
}

fn refund(minor: i64) -> Action {
    Action::OrderRefund {
        order: target(Stream::Orders, "49", "#49"),
        amount: Money::new(minor, Currency::USD),
        note: "Parcel late".to_owned(),
        restock: Vec::new(),
    }
}

fn order() -> Value {
    json!({ "id": 49, "status": "processing", "currency": "USD", "total": "27.00", "payment_method": "testpay",
        "payment_method_title": "Testpay", "date_paid_gmt": "2026-11-21T18:20:27",
        "date_created_gmt": "2026-11-21T18:20:27", "date_modified_gmt": "2026-11-21T18:20:28", "line_items": [] })
}

fn booked(id: u64, amount: &str, paid: bool, key: &str) -> Value {
    json!({ "id": id, "date_created_gmt": "2026-11-21T18:20:31", "amount": amount, "reason": "late",
        "refunded_payment": paid, "meta_data": [{ "id": 1, "key": "_fermata_action", "value": key }] })
}

/// A shop with this order, these refunds and this answer to a new one.
async fn shop(order: Value, refunds: Value, answer: Reply) -> Listener {
    Listener::start(move |seen, _| match (seen.method.as_str(), seen.path.as_str()) {
        ("GET", "/wp-json/wc/v3/orders/49") => Reply::json(&order),
        ("GET", "/wp-json/wc/v3/orders/49/refunds") => Reply::json(&refunds),
        ("GET", "/wp-json/wc/v3/payment_gateways") => Reply::json(json!([
            { "id": "cod", "method_supports": ["products"] },
            { "id": "testpay", "method_supports": ["products", "refunds"] },
        ])),
        ("POST", "/wp-json/wc/v3/orders/49/refunds") => answer.clone(),
        other => panic!("{other:?}"),
    })
    .await
}

async fn prepared(order: Value, refunds: Value, minor: i64) -> Result<Frozen, Error> {
    let listener = shop(order, refunds, Reply::Cut).await;
    woo(&listener).prepare(&refund(minor), key(), now()).await
}

#[tokio::test]
async fn a_refund_says_everything_that_the_shop_would_otherwise_assume() {
    let frozen = prepared(order(), json!([]), 300).await.unwrap();
    let body: Value = serde_json::from_str(&frozen.body).unwrap();
    assert_eq!(
        body,
        json!({ "amount": "3.00", "reason": "Parcel late", "api_refund": true, "api_restock": false,
            "meta_data": [{ "key": "_fermata_action", "value": KEY }] })
    );
}

#[tokio::test]
async fn a_refund_that_the_shop_would_not_refuse_is_refused_here() {
    let by = |method: &str| {
        let mut order = order();
        (order["payment_method"], order["payment_method_title"]) = (json!(method), json!("Cash on delivery"));
        order
    };
    let mut unpaid = order();
    unpaid["date_paid_gmt"] = Value::Null;
    let gone = json!([booked(50, "20.00", true, "another"), booked(51, "5.00", false, "another")]);
    for (order, refunds, minor, says) in [
        (order(), json!([]), 0, "A refund must be more than nothing."),
        (order(), gone, 300, "Only US$2.00 can still go back on #49, not US$3.00."),
        (order(), json!([booked(50, "27.00", true, "another")]), 300, "#49 is already refunded."),
        (unpaid, json!([]), 300, "#49 has not been paid, so nothing can go back."),
        (
            by("cod"),
            json!([]),
            300,
            "#49 was paid by \"Cash on delivery\", which cannot send money back by itself.",
        ),
        (
            by(""),
            json!([]),
            300,
            "#49 was paid by \"Cash on delivery\", which cannot send money back by itself.",
        ),
    ] {
        let error = prepared(order, refunds, minor).await.unwrap_err();
        assert_eq!((error.fate, error.to_string()), (Fate::Refused, format!("{says} Nothing was paid.")));
    }
}

#[tokio::test]
async fn the_fate_of_a_refund_is_never_guessed() {
    let frozen = prepared(order(), json!([]), 300).await.unwrap();
    let failure =
        |code: &str, data: Value| json!({ "code": code, "message": "Card refund declined", "data": data });
    let declined = failure("woocommerce_rest_cannot_create_order_refund", json!(500));
    let no_write = json!({ "code": "woocommerce_rest_authentication_error", "message": "Der Schlüssel darf nicht schreiben.", "data": { "status": 401 } });
    for (answer, kind, fate) in [
        (Reply::status(500, declined), Kind::Broken, Fate::InDoubt),
        (
            Reply::status(400, failure("rest_invalid_param", json!({ "status": 400 }))),
            Kind::Rejected,
            Fate::Refused,
        ),
        (Reply::status(401, no_write), Kind::Forbidden, Fate::Refused),
        (Reply::status(429, json!({ "code": "slow" })), Kind::Throttled, Fate::NotDone),
        (Reply::html(429), Kind::Throttled, Fate::NotDone),
        (Reply::html(403), Kind::Broken, Fate::InDoubt),
        (Reply::html(200), Kind::Broken, Fate::InDoubt),
        (Reply::json(""), Kind::Broken, Fate::InDoubt),
        (Reply::Cut, Kind::Unreachable, Fate::InDoubt),
        (Reply::Hang, Kind::Unreachable, Fate::InDoubt),
    ] {
        let listener = shop(order(), json!([]), answer.clone()).await;
        let error = woo(&listener).send(&frozen).await.unwrap_err();
        assert_eq!((error.kind, error.fate), (kind, fate), "{answer:?}");
        assert_eq!(listener.seen().len(), 1, "an effect is sent once: {answer:?}");
    }
    let listener = shop(order(), json!([]), Reply::status(201, booked(50, "3.00", true, KEY))).await;
    let Sent::Confirmed(receipt) = woo(&listener).send(&frozen).await.unwrap() else { panic!("done") };
    assert_eq!((receipt.external_id.as_str(), receipt.amount), ("50", Some(Money::new(300, Currency::USD))));
    for unclear in [booked(50, "3.00", false, KEY), json!({ "id": 50 }), json!({})] {
        let listener = shop(order(), json!([]), Reply::status(201, unclear)).await;
        assert_eq!(woo(&listener).send(&frozen).await.unwrap(), Sent::Accepted);
    }
}

#[tokio::test]
async fn a_refund_happened_when_a_booking_with_our_key_was_sent() {
    let frozen = prepared(order(), json!([]), 300).await.unwrap();
    for (refunds, expected) in [
        (json!([]), "No"),
        (json!([booked(50, "3.00", true, "another")]), "No"),
        (json!([booked(50, "3.00", false, KEY)]), "Pending"),
        (json!([booked(52, "1.00", true, "another"), booked(50, "3.00", true, KEY)]), "Yes"),
    ] {
        let listener = shop(order(), refunds, Reply::Cut).await;
        let found = woo(&listener).find(&frozen).await.unwrap();
        assert!(format!("{found:?}").starts_with(expected), "{found:?}");
    }
    let mut nameless = booked(50, "3.00", false, KEY);
    (nameless["meta_data"], nameless["reason"]) = (json!([]), json!("Parcel late"));
    let listener = shop(order(), json!([nameless]), Reply::Cut).await;
    let found = woo(&listener).find(&frozen).await.unwrap();
    assert_eq!(found, Found::Pending, "the key is written down only after the provider has answered");
    let listener = shop(order(), json!([{ "id": 50 }]), Reply::Cut).await;
    assert!(woo(&listener).find(&frozen).await.is_err(), "what cannot be read is not absence");
}

#[tokio::test]
async fn a_count_that_moved_meanwhile_is_not_written_over() {
    let item = json!({ "id": 46, "name": "Mug", "type": "simple", "manage_stock": true, "stock_quantity": 9,
        "date_modified_gmt": "2026-11-21T18:20:28" });
    let listener = Listener::script(vec![Reply::json(&item)]).await;
    let set = |expected: i64| Action::StockSet {
        product: target(Stream::Products, "46", "Mug"),
        variant: "46".to_owned(),
        location: None,
        quantity: 41,
        expected: Some(expected),
    };
    let woo = woo(&listener);
    let error = woo.prepare(&set(10), key(), now()).await.unwrap_err();
    assert_eq!(error.to_string(), "Mug is at 9 pieces by now, so the count is not written over.");
    let frozen = woo.prepare(&set(9), key(), now()).await.unwrap();
    let Some(Action::StockSet { quantity: 9, expected: Some(41), .. }) = frozen.undo.as_deref() else {
        panic!("{:?}", frozen.undo)
    };
    assert_eq!(woo.send(&frozen).await.unwrap(), Sent::Accepted, "the echo does not show it");
    assert_eq!(woo.find(&frozen).await.unwrap(), Found::No);
}

#[tokio::test]
async fn a_hold_remembers_what_it_came_from_and_an_unpaid_order_is_not_let_go() {
    let mut held = order();
    held["status"] = json!("on-hold");
    let listener = Listener::script(vec![Reply::json(order()), Reply::json(&held)]).await;
    let woo = woo(&listener);
    let hold = Action::FulfilmentHold { order: target(Stream::Orders, "49", "#49"), note: String::new() };
    let release = Action::FulfilmentRelease { order: target(Stream::Orders, "49", "#49") };
    let frozen = woo.prepare(&hold, key(), now()).await.unwrap();
    assert!(frozen.body.contains("_fermata_held_from"), "{}", frozen.body);
    assert_eq!(frozen.undo.as_deref(), Some(&release));
    assert_eq!(woo.prepare(&release, key(), now()).await.unwrap().body, r#"{"status":"processing"}"#);
    held["date_paid_gmt"] = Value::Null;
    let listener = Listener::script(vec![Reply::json(&held)]).await;
    let error = super::woo(&listener).prepare(&release, key(), now()).await.unwrap_err();
    assert_eq!(error.to_string(), "#49 is on hold because it is not paid yet.");
}

#[tokio::test]
async fn an_order_that_went_on_since_was_held_and_let_go_all_the_same() {
    let at = |status: &str| {
        let mut order = order();
        order["status"] = json!(status);
        order
    };
    let target = || target(Stream::Orders, "49", "#49");
    let hold = Action::FulfilmentHold { order: target(), note: String::new() };
    let release = Action::FulfilmentRelease { order: target() };
    let mut was_held = at("processing");
    was_held["meta_data"] = json!([{ "key": "_fermata_action", "value": KEY }]);
    for (action, before, now_at, happened) in [
        (&release, at("on-hold"), at("completed"), true),
        (&release, at("on-hold"), at("on-hold"), false),
        (&hold, at("processing"), was_held, true),
        (&hold, at("processing"), at("completed"), false),
    ] {
        let listener = Listener::script(vec![Reply::json(&before), Reply::json(&now_at)]).await;
        let woo = woo(&listener);
        let frozen = woo.prepare(action, key(), now()).await.unwrap();
        let found = woo.find(&frozen).await.unwrap();
        assert_eq!(matches!(found, Found::Yes(_)), happened, "{} at {}", action.kind(), now_at["status"]);
    }
}

#[tokio::test]
async fn a_text_that_wordpress_keeps_in_its_own_way_is_found() {
    let product = |description: &str| {
        json!({ "id": 46, "name": "Mug", "type": "simple", "status": "publish", "description": description,
            "date_modified_gmt": "2026-11-21T18:20:31" })
    };
    let listener = Listener::start(move |seen, _| match seen.method.as_str() {
        "GET" => Reply::json(product("<p>A mug</p>")),
        _ => Reply::json(product("<p>Mugs &amp; spoons<br />and more</p>")),
    })
    .await;
    let woo = woo(&listener);
    let description = Some("<p>Mugs & spoons<br/>and more</p>".to_owned());
    let text = ProductText { description, ..ProductText::default() };
    let action = Action::ProductEdit { product: target(Stream::Products, "46", "Mug"), text };
    let frozen = woo.prepare(&action, key(), now()).await.unwrap();
    assert!(matches!(woo.send(&frozen).await.unwrap(), Sent::Confirmed(_)));
    assert_eq!(woo.find(&frozen).await.unwrap(), Found::No, "what is shown now is the text before");
}

#[tokio::test]
async fn a_blank_that_was_missing_is_a_change() {
    let product = json!({ "id": 46, "name": "Mug", "type": "simple", "status": "publish",
        "description": "<p>A teacup  for two</p>", "date_modified_gmt": "2026-11-21T18:20:31" });
    let listener = Listener::start(move |_, _| Reply::json(&product)).await;
    let woo = woo(&listener);
    let edit = |description: &str| Action::ProductEdit {
        product: target(Stream::Products, "46", "Mug"),
        text: ProductText { description: Some(description.to_owned()), ..ProductText::default() },
    };
    let frozen = woo.prepare(&edit("<p>A tea cup for two</p>"), key(), now()).await.unwrap();
    assert_eq!(woo.find(&frozen).await.unwrap(), Found::No, "it still says teacup");
    let error = woo.prepare(&edit("<p>A teacup for two</p>"), key(), now()).await.unwrap_err();
    assert_eq!(error.fate, Fate::Refused, "one blank or two look the same: {error}");
}

#[tokio::test]
async fn a_refusal_behind_a_byte_order_mark_is_understood() {
    // Some plugin's file begins with one, and so does every answer.
    let body = json!({ "code": "woocommerce_rest_coupon_code_already_exists", "message": "It exists." });
    let listener = Listener::start(move |seen, _| match seen.method.as_str() {
        "GET" => Reply::json("\u{feff}[]"),
        _ => Reply::status(400, format!("\u{feff}{body}")),
    })
    .await;
    let action = Action::DiscountCreate {
        discount: target(Stream::Discounts, "sorry10", "sorry10"),
        title: "Sorry".to_owned(),
        off: Off::BasisPoints(1_000),
        uses: None,
        ends_at: None,
    };
    let woo = woo(&listener);
    let frozen = woo.prepare(&action, key(), now()).await.unwrap();
    let error = woo.send(&frozen).await.unwrap_err();
    assert_eq!(error.fate, Fate::InDoubt, "perhaps we made it ourselves: {error}");
}
