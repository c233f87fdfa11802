//! Refunds: what is prepared, what is refused, and whether it happened.

use std::slice::from_ref;

use fermata_connectors::{Error, Fate, Found, Sent};
use fermata_model::{Action, ConnectionId, Currency, Frozen, Key, Money, RecordRef, Stream};
use serde_json::{Value, json};

use super::{charge, failure, list, refund, stripe};
use crate::support::listener::{Listener, Reply};
use crate::support::now;

const KEY: &str = "0197f3f0-0000-7000-8000-000000000001";

fn key() -> Key {
    KEY.parse().unwrap()
}

fn ours() -> Value {
    json!({ "fermata_action": KEY })
}

fn action(amount: Money) -> Action {
    let payment = RecordRef {
        connection: ConnectionId(7),
        stream: Stream::Payments,
        external_id: "ch_1".into(),
        label: "Payment of #1042".into(),
    };
    Action::PaymentRefund { payment, amount, note: "Late & wet".into() }
}

fn euros(minor: i64) -> Money {
    Money::new(minor, Currency::EUR)
}

async fn prepared(change: impl FnOnce(&mut Value), amount: Money) -> Result<Frozen, Error> {
    let mut charge = charge();
    change(&mut charge);
    let listener = Listener::script(vec![Reply::json(charge)]).await;
    stripe(&listener).prepare(&action(amount), key(), now()).await
}

async fn frozen() -> Frozen {
    prepared(|_| {}, euros(1500)).await.unwrap()
}

#[tokio::test]
async fn what_is_prepared_is_exactly_what_leaves() {
    let frozen = frozen().await;
    let body = format!(
        "charge=ch_1&amount=1500&metadata%5Bfermata_action%5D={KEY}&metadata%5Bfermata_note%5D=Late+%26+wet"
    );
    assert_eq!((frozen.path.as_str(), frozen.body.as_str()), ("/v1/refunds", body.as_str()));
    let listener = Listener::script(vec![Reply::json(refund("re_1", "succeeded", &ours()))]).await;
    let sent = stripe(&listener).send(&frozen).await.unwrap();
    let Sent::Confirmed(receipt) = sent else { panic!("{sent:?}") };
    assert_eq!((receipt.external_id.as_str(), receipt.amount), ("re_1", Some(euros(1500))));
    let seen = &listener.seen()[0];
    assert_eq!((seen.body.as_str(), seen.header("idempotency-key")), (body.as_str(), Some(KEY)));
    assert_eq!(seen.header("content-type"), Some("application/x-www-form-urlencoded"));
    assert_eq!(listener.seen().len(), 1);
}

#[tokio::test]
async fn what_would_be_wrong_is_refused_kindly() {
    let it = "Payment of #1042";
    let shop = format!("{it} was taken by a shop system, which would not know of a refund made at Stripe.");
    type Spoil = fn(&mut Value);
    let cases: [(Spoil, Money, String); 8] = [
        (|c| c["amount_refunded"] = json!(4200), euros(100), format!("{it} is already refunded.")),
        (
            |c| c["amount_refunded"] = json!(4000),
            euros(300),
            format!("Only €2.00 can still go back on {it}."),
        ),
        (
            |c| c["status"] = json!("pending"),
            euros(100),
            format!("{it} has not been paid yet, so nothing can go back."),
        ),
        (
            |c| c["captured"] = json!(false),
            euros(100),
            format!("{it} has not been paid yet, so nothing can go back."),
        ),
        (|c| c["application"] = json!("ca_1"), euros(100), shop.clone()),
        (
            |c| c["metadata"] = json!({ "order_id": "7", "site_url": "https://shop.example" }),
            euros(100),
            shop,
        ),
        (|_| {}, Money::new(100, Currency::USD), format!("{it} was paid in EUR, not in USD.")),
        (|_| {}, euros(0), "€0.00 cannot be refunded.".to_owned()),
    ];
    for (spoil, amount, expected) in cases {
        let error = prepared(spoil, amount).await.unwrap_err();
        assert_eq!((error.fate, error.to_string()), (Fate::Refused, expected));
    }
    let listener = Listener::script(vec![failure(
        404,
        "invalid_request_error",
        Some("resource_missing"),
        "No such charge",
    )])
    .await;
    let error = stripe(&listener).prepare(&action(euros(100)), key(), now()).await.unwrap_err();
    assert_eq!(error.to_string(), format!("{it} is not a payment at this Stripe account."));
}

#[tokio::test]
async fn a_permission_that_is_missing_is_named() {
    let said = "The provided key 'rk_live_*****abc' does not have the required permissions for this endpoint. Having \
                the 'rak_charge_read' permission would allow this request to continue.";
    let listener = Listener::script(vec![failure(403, "invalid_request_error", None, said)]).await;
    let error = stripe(&listener).prepare(&action(euros(100)), key(), now()).await.unwrap_err();
    assert!(error.is_final() && error.message.ends_with("it lacks the permission charge_read."), "{error}");
}

#[tokio::test]
async fn a_contested_payment_is_refunded_only_where_stripe_allows_it() {
    let dispute = |status: &str, refundable: bool| {
        json!({
            "id": "du_1", "object": "dispute", "amount": 4200, "charge": "ch_1", "created": 1_795_210_000,
            "currency": "eur", "reason": "fraudulent", "status": status, "is_charge_refundable": refundable,
        })
    };
    let mut contested = charge();
    contested["disputed"] = json!(true);
    for (second, allowed) in [
        (list(&[dispute("needs_response", false)], false), false),
        (list(&[dispute("lost", false)], false), false),
        (list(&[dispute("warning_needs_response", true)], false), true),
        (list(&[dispute("won", false)], false), true),
        (failure(403, "invalid_request_error", None, "no"), true),
    ] {
        let listener = Listener::script(vec![Reply::json(&contested), second]).await;
        let prepared = stripe(&listener).prepare(&action(euros(100)), key(), now()).await;
        assert_eq!(prepared.is_ok(), allowed, "{prepared:?}");
    }
}

#[tokio::test]
async fn a_refund_that_is_taken_is_not_yet_paid_out() {
    let frozen = frozen().await;
    for (status, expected) in [("pending", Found::Pending), ("requires_action", Found::Pending)] {
        let one = refund("re_1", status, &ours());
        let listener = Listener::script(vec![Reply::json(&one), list(from_ref(&one), false)]).await;
        let stripe = stripe(&listener);
        assert_eq!(stripe.send(&frozen).await.unwrap(), Sent::Accepted, "{status}");
        assert_eq!(stripe.find(&frozen).await.unwrap(), expected, "{status}");
    }
    let mut failed = refund("re_1", "failed", &ours());
    failed["failure_reason"] = json!("lost_or_stolen_card");
    let listener = Listener::script(vec![list(&[failed], false)]).await;
    let found = stripe(&listener).find(&frozen).await.unwrap();
    assert_eq!(found, Found::Failed("Stripe could not pay the refund out: lost or stolen card.".to_owned()));
    let listener = Listener::script(vec![list(&[refund("re_1", "canceled", &ours())], false)]).await;
    assert!(matches!(stripe(&listener).find(&frozen).await.unwrap(), Found::Failed(_)));
}

#[tokio::test]
async fn already_refunded_means_done_only_if_the_refund_is_ours() {
    let frozen = frozen().await;
    let refusal =
        || failure(400, "invalid_request_error", Some("charge_already_refunded"), "Charge ch_1 ...");
    let listener =
        Listener::script(vec![refusal(), list(&[refund("re_1", "succeeded", &ours())], false)]).await;
    assert!(
        matches!(stripe(&listener).send(&frozen).await.unwrap(), Sent::Confirmed(one) if one.external_id == "re_1")
    );

    let theirs = refund("re_1", "succeeded", &json!({ "fermata_action": "another" }));
    let listener = Listener::script(vec![refusal(), list(&[theirs], false)]).await;
    let error = stripe(&listener).send(&frozen).await.unwrap_err();
    assert_eq!(error.fate, Fate::Refused);
    assert_eq!(
        error.to_string(),
        "Stripe refused the refund: the payment is already refunded. Nothing was changed."
    );

    let listener = Listener::script(vec![refusal(), Reply::Cut]).await;
    let error = stripe(&listener).send(&frozen).await.unwrap_err();
    assert_eq!(error.fate, Fate::InDoubt, "the list could not be asked");
    let sent = listener.seen().iter().filter(|seen| seen.method == "POST").count();
    assert_eq!(sent, 1, "a refund leaves once");
}

#[tokio::test]
async fn what_became_of_a_refund_is_told_by_how_it_failed() {
    let frozen = frozen().await;
    for (reply, fate) in [
        (failure(400, "idempotency_error", None, "Keys for idempotent requests ..."), Fate::InDoubt),
        (failure(409, "invalid_request_error", Some("idempotency_key_in_use"), "..."), Fate::InDoubt),
        (failure(424, "api_error", None, "..."), Fate::InDoubt),
        (failure(500, "api_error", None, "..."), Fate::InDoubt),
        (failure(429, "invalid_request_error", Some("rate_limit"), "..."), Fate::NotDone),
        (failure(429, "invalid_request_error", Some("lock_timeout"), "..."), Fate::NotDone),
        (failure(401, "invalid_request_error", None, "Invalid API Key provided"), Fate::NotDone),
        (failure(403, "invalid_request_error", None, "..."), Fate::Refused),
        (Reply::html(400), Fate::InDoubt),
        (Reply::json("{}"), Fate::InDoubt),
        (Reply::json("[]"), Fate::InDoubt),
        (Reply::CutMidway, Fate::InDoubt),
    ] {
        let listener = Listener::script(vec![reply.clone()]).await;
        let error = stripe(&listener).send(&frozen).await.unwrap_err();
        assert_eq!(error.fate, fate, "{reply:?}: {error}");
    }
    // The parameters were valid and the refund failed: no unpaid bill of ours.
    let failed = failure(402, "card_error", Some("balance_insufficient"), "Insufficient funds");
    let listener = Listener::script(vec![failed, list(&[], false)]).await;
    let error = stripe(&listener).send(&frozen).await.unwrap_err();
    assert_eq!(error.fate, Fate::Refused);
    assert!(error.message.contains("the balance at Stripe does not cover it"), "{error}");
}

#[tokio::test]
async fn a_refund_is_found_on_a_later_page_and_never_missed_because_it_is_odd() {
    let frozen = frozen().await;
    let other = refund("re_9", "succeeded", &json!({}));
    let pages = vec![list(from_ref(&other), true), list(&[refund("re_1", "succeeded", &ours())], false)];
    let listener = Listener::script(pages).await;
    assert!(matches!(stripe(&listener).find(&frozen).await.unwrap(), Found::Yes(_)));
    assert!(listener.seen()[1].query.ends_with("starting_after=re_9"));

    let mut odd = refund("re_1", "succeeded", &ours());
    odd["amount"] = json!("15.00");
    let listener = Listener::script(vec![list(&[odd], false)]).await;
    stripe(&listener).find(&frozen).await.unwrap_err();
    let listener = Listener::script(vec![list(&[other], false)]).await;
    assert_eq!(stripe(&listener).find(&frozen).await.unwrap(), Found::No);
    let elsewhere = refund("re_1", "succeeded", &json!({ "note": KEY }));
    let listener = Listener::script(vec![list(&[elsewhere], false)]).await;
    assert_eq!(
        stripe(&listener).find(&frozen).await.unwrap(),
        Found::No,
        "a key quoted elsewhere is not ours"
    );
}

#[tokio::test]
async fn a_search_that_is_led_in_a_circle_ends_and_says_so() {
    let frozen = frozen().await;
    // Each page leads to the other one.
    let page = |id: &str| list(&[refund(id, "succeeded", &json!({}))], true);
    let (one, other) = (page("re_8"), page("re_9"));
    let listener =
        Listener::start(move |_, count| if count % 2 == 0 { one.clone() } else { other.clone() }).await;
    let error = stripe(&listener).find(&frozen).await.unwrap_err();
    assert!(error.message.contains("leads back to the same page"), "{error}");
    assert_eq!(listener.seen().len(), 3);
}
