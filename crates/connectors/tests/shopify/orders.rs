//! What is done to an order: what is written, what is refused, and what takes it back.

use fermata_connectors::{Error, Fate, Found, Sent};
use fermata_model::{Action, Address, ConnectionId, Frozen, RecordRef, Stream};
use serde_json::{Value, json};

use super::bodies::{answer, changed, order_state};
use super::scripted;
use crate::support::now;

const KEY: &str = "0192e4a0-0000-4000-8000-00000000002a";

fn order() -> RecordRef {
    RecordRef {
        connection: ConnectionId(7),
        stream: Stream::Orders,
        external_id: "5".to_owned(),
        label: "#1042".to_owned(),
    }
}

async fn frozen(action: &Action, state: Value) -> Result<Frozen, Error> {
    let (_listener, shop) = scripted(vec![answer(json!({ "order": state }))]).await;
    shop.prepare(action, KEY.parse().unwrap(), now()).await
}

fn variables(frozen: &Frozen) -> Value {
    serde_json::from_str::<Value>(&frozen.body).unwrap()["variables"].clone()
}

fn with(field: &str, value: Value) -> Value {
    let mut state = order_state();
    state[field] = value;
    state
}

fn cancel(note: &str) -> Action {
    Action::OrderCancel { order: order(), restock: true, note: note.to_owned() }
}

fn labels(add: &[&str], remove: &[&str]) -> Action {
    let texts = |texts: &[&str]| texts.iter().map(|text| (*text).to_owned()).collect();
    Action::OrderTag { order: order(), add: texts(add), remove: texts(remove) }
}

fn address() -> Address {
    Address {
        first_name: "Ana".to_owned(),
        last_name: "Ruiz".to_owned(),
        street: "Lindenweg 7".to_owned(),
        city: "Hamburg".to_owned(),
        postal_code: "20095".to_owned(),
        country: "DE".to_owned(),
        phone: "040 123456".to_owned(),
        ..Address::default()
    }
}

#[tokio::test]
async fn a_cancellation_gives_no_money_back_and_carries_our_key() {
    let written = frozen(&cancel("Ordered twice"), order_state()).await.unwrap();
    assert_eq!(
        variables(&written),
        json!({ "id": "gid://shopify/Order/5", "reason": "OTHER", "restock": true,
            "note": format!("Ordered twice (Fermata {KEY})") }),
    );
    assert!(written.body.contains("originalPaymentMethodsRefund: false"), "money is a refund of its own");
    let long = frozen(&cancel(&"ä".repeat(400)), order_state()).await.unwrap();
    let note = variables(&long)["note"].as_str().unwrap().to_owned();
    assert!(note.chars().count() <= 255 && note.ends_with(&format!("(Fermata {KEY})")), "{note}");
}

#[tokio::test]
async fn a_cancellation_is_a_job_and_is_found_when_the_order_says_so() {
    let written = frozen(&cancel(""), order_state()).await.unwrap();
    let taken = json!({ "orderCancel": { "job": { "id": "gid://shopify/Job/8" }, "userErrors": [] } });
    let waits = answer(json!({ "order": order_state() }));
    let done = answer(json!({ "order": with("cancelledAt", json!("2026-11-21T12:00:02Z")) }));
    let (_listener, shop) = scripted(vec![answer(taken), waits, done]).await;
    assert_eq!(shop.send(&written).await.unwrap(), Sent::Accepted);
    assert_eq!(shop.find(&written).await.unwrap(), Found::No);
    let Found::Yes(receipt) = shop.find(&written).await.unwrap() else { panic!("it is cancelled") };
    assert_eq!(receipt.at, "2026-11-21T12:00:02Z".parse().unwrap());
}

#[tokio::test]
async fn both_sorts_of_labels_leave_in_one_request_and_can_be_taken_back() {
    let written = frozen(&labels(&["late", "vip"], &["Vip2"]), order_state()).await.unwrap();
    assert_eq!(
        variables(&written),
        json!({ "id": "gid://shopify/Order/5", "add": ["late", "vip"], "remove": ["Vip2"],
            "adding": true, "removing": true }),
    );
    let undo = written.undo.as_deref().cloned().unwrap();
    assert_eq!(undo, labels(&[], &["late"]), "only what was not so before");
    let now_labelled = |tags: Value| answer(json!({ "order": with("tags", tags) }));
    for (tags, found) in
        [(json!(["VIP"]), false), (json!(["Late", "vip"]), true), (json!(["late", "vip", "vip2"]), false)]
    {
        let (_listener, shop) = scripted(vec![now_labelled(tags.clone())]).await;
        assert_eq!(matches!(shop.find(&written).await.unwrap(), Found::Yes(_)), found, "{tags}");
    }
}

#[tokio::test]
async fn a_note_is_written_below_the_old_one_and_found_by_its_key() {
    let note = Action::OrderNote { order: order(), text: "Called about the parcel".to_owned() };
    let written = frozen(&note, order_state()).await.unwrap();
    let text = format!("Ring twice\nCalled about the parcel (Fermata {KEY})");
    assert_eq!(variables(&written)["input"], json!({ "id": "gid://shopify/Order/5", "note": text }));
    let there = answer(json!({ "order": with("note", json!(text)) }));
    let (_listener, shop) = scripted(vec![answer(json!({ "order": order_state() })), there]).await;
    assert_eq!(shop.find(&written).await.unwrap(), Found::No);
    assert!(matches!(shop.find(&written).await.unwrap(), Found::Yes(_)));
}

#[tokio::test]
async fn an_address_is_whole_and_its_undo_is_the_old_one() {
    let action = Action::OrderAddress { order: order(), address: address() };
    let written = frozen(&action, order_state()).await.unwrap();
    let input = &variables(&written)["input"]["shippingAddress"];
    assert_eq!(input["company"], json!(null), "what is empty takes away what was there");
    assert_eq!((&input["countryCode"], &input["address1"]), (&json!("DE"), &json!("Lindenweg 7")));
    let Some(Action::OrderAddress { address: old, .. }) = written.undo.as_deref() else { panic!("no undo") };
    assert_eq!((old.street.as_str(), old.country.as_str()), ("Murgasse 1", "AT"));
    let there = |phone: &str| {
        let address = json!({
            "firstName": "Ana", "lastName": "RUIZ", "company": null, "address1": "Lindenweg 7", "address2": "",
            "city": "Hamburg", "provinceCode": null, "zip": "20095", "countryCodeV2": "DE", "phone": phone });
        answer(json!({ "order": with("shippingAddress", address) }))
    };
    let (_listener, shop) = scripted(vec![there("+4940123456"), there("+49 40 999")]).await;
    assert!(matches!(shop.find(&written).await.unwrap(), Found::Yes(_)), "as the vendor writes it");
    assert_eq!(shop.find(&written).await.unwrap(), Found::No);
}

#[tokio::test]
async fn what_cannot_be_done_to_an_order_is_refused_before_anything_is_sent() {
    let to = Action::OrderAddress { order: order(), address: address() };
    let cases = [
        (cancel(""), with("cancelledAt", json!("2026-11-01T00:00:00Z")), "#1042 is already cancelled."),
        (
            cancel(""),
            with("displayFulfillmentStatus", json!("PARTIALLY_FULFILLED")),
            "#1042 has left the shop, at least in part, so it cannot be cancelled.",
        ),
        (
            to.clone(),
            with("displayFulfillmentStatus", json!("FULFILLED")),
            "#1042 has left the shop, at least in part, for its old address.",
        ),
        (to, with("cancelledAt", json!("2026-11-01T00:00:00Z")), "#1042 is cancelled, so it goes nowhere."),
        (labels(&["a,b"], &[]), order_state(), "A label at Shopify has 1 to 255 letters and no comma."),
        (labels(&["a"], &["A"]), order_state(), "A label cannot be added and taken away at once."),
        (labels(&[], &[]), order_state(), "No label is named, so there is nothing to do."),
        (labels(&["a"], &[]), json!(null), "Shopify no longer has #1042."),
    ];
    for (action, state, expected) in cases {
        let error = frozen(&action, state).await.unwrap_err();
        assert_eq!((error.fate, error.message.as_str()), (Fate::Refused, expected));
    }
}

#[tokio::test]
async fn a_refusal_changed_nothing_and_half_a_refusal_is_a_doubt() {
    let written = frozen(&labels(&["late"], &["vip"]), order_state()).await.unwrap();
    let ok = json!({ "node": changed(), "userErrors": [] });
    let no = json!({ "node": null, "userErrors": [{ "field": ["id"], "message": "Order does not exist" }] });
    for (first, second, fate) in [(&no, &no, Fate::Refused), (&ok, &no, Fate::InDoubt)] {
        let reply = answer(json!({ "tagsAdd": first, "tagsRemove": second }));
        let (_listener, shop) = scripted(vec![reply]).await;
        let error = shop.send(&written).await.unwrap_err();
        assert_eq!(error.fate, fate, "{error}");
        assert!(error.message.contains("Order does not exist"), "{error}");
    }
    let reply = answer(json!({ "tagsAdd": ok, "tagsRemove": ok }));
    let (_listener, shop) = scripted(vec![reply]).await;
    let Sent::Confirmed(receipt) = shop.send(&written).await.unwrap() else { panic!("it is done") };
    assert_eq!(receipt.external_id, "5");
}
