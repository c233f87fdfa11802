//! Charges, refunds and disputes, one by one.

use fermata_model::record::{Dispute, Payment, Return};
use fermata_model::{Change, Currency, Entity, Money, Stream};
use serde_json::{Value, json};

use super::{charge, refund, stripe};
use crate::support::listener::{Listener, Reply};

async fn read(stream: Stream, record: &Value) -> Result<Entity, String> {
    let listener = Listener::script(vec![Reply::json("{}")]).await;
    match stripe(&listener).reread(stream, &record.to_string()) {
        Ok(Change::Seen(record)) => Ok(record.entity),
        Ok(other) => panic!("{other:?}"),
        Err(error) => Err(error.message),
    }
}

async fn payment(change: impl FnOnce(&mut Value)) -> Payment {
    let mut record = charge();
    change(&mut record);
    let Ok(Entity::Payment(payment)) = read(Stream::Payments, &record).await else { panic!("{record}") };
    payment
}

#[tokio::test]
async fn a_charge_says_who_paid_and_for_which_order() {
    let found = payment(|_| {}).await;
    assert_eq!((found.order_name.as_deref(), found.status.as_str()), (Some("#1042"), "succeeded"));
    assert_eq!(found.amount, Money::new(4200, Currency::EUR));
    assert_eq!(found.who.emails, ["ann@example.com"], "one address, named twice");
    assert_eq!((found.who.external_id.as_deref(), found.who.country.as_deref()), (Some("cus_1"), Some("DE")));
    let by_id = payment(|charge| charge["metadata"] = json!({ "order_id": "77" })).await;
    assert_eq!(by_id.order_name.as_deref(), Some("77"));
    for nothing in [json!({}), Value::Null, json!({ "order_number": " " }), json!({ "order_number": ["1"] })]
    {
        assert_eq!(payment(|charge| charge["metadata"] = nothing).await.order_name, None);
    }
    let bare = payment(|charge| {
        for name in ["billing_details", "customer", "receipt_email"] {
            charge[name] = Value::Null;
        }
    });
    assert_eq!(bare.await.who, fermata_model::record::Who::default());
}

#[tokio::test]
async fn what_is_only_set_aside_on_the_card_is_not_called_paid() {
    let found = payment(|charge| {
        charge["captured"] = json!(false);
        charge["amount_captured"] = json!(0);
    });
    assert_eq!(found.await.status, "requires_capture");
    let part = payment(|charge| charge["amount_captured"] = json!(4000)).await;
    assert_eq!(part.amount.minor, 4000, "what was taken counts");
    assert_eq!(payment(|charge| charge["status"] = json!("on_the_moon")).await.status, "on_the_moon");
}

#[tokio::test]
async fn money_that_has_not_arrived_does_not_count_as_gone_back() {
    for (status, minor) in [
        ("succeeded", 1500),
        ("pending", 0),
        ("requires_action", 0),
        ("failed", 0),
        ("canceled", 0),
        ("new", 0),
    ] {
        let note = json!({ "fermata_action": "k", "fermata_note": "Late" });
        let found = read(Stream::Refunds, &refund("re_1", status, &note)).await;
        let Ok(Entity::Return(Return { refund, status: told, sender_ref, payment })) = found else {
            panic!()
        };
        assert_eq!((refund.amount.minor, told.as_str()), (minor, status));
        assert_eq!((sender_ref.as_deref(), refund.note.as_deref()), (Some("k"), Some("Late")));
        assert_eq!(payment, "ch_1");
    }
    let mut old = refund("re_1", "", &Value::Null);
    old["status"] = Value::Null;
    let Ok(Entity::Return(old)) = read(Stream::Refunds, &old).await else { panic!() };
    assert_eq!((old.refund.amount.minor, old.sender_ref), (1500, None), "older than statuses");
}

#[tokio::test]
async fn a_dispute_says_until_when_and_whether_it_is_decided() {
    for (status, closed) in [
        ("needs_response", false),
        ("warning_under_review", false),
        ("won", true),
        ("lost", true),
        ("odd", false),
    ] {
        let record = json!({
            "id": "du_1", "object": "dispute", "amount": 4200, "charge": "ch_1", "created": 1_795_210_000,
            "currency": "eur", "reason": "fraudulent", "status": status,
            "evidence_details": { "due_by": if closed { Value::Null } else { json!(1_796_000_000) } },
        });
        let Ok(Entity::Dispute(Dispute { closed: told, due_at, .. })) = read(Stream::Disputes, &record).await
        else {
            panic!("{status}")
        };
        assert_eq!((told, due_at.is_some()), (closed, !closed), "{status}");
    }
}

#[tokio::test]
async fn what_cannot_be_read_is_set_aside_without_a_value_in_the_reason() {
    for (name, value) in [
        ("currency", json!("ann@example.com")),
        ("amount", json!("42.00")),
        ("created", json!(i64::MAX)),
        ("status", Value::Null),
        ("customer", json!(7)),
    ] {
        let mut record = charge();
        record[name] = value;
        let reason = read(Stream::Payments, &record).await.unwrap_err();
        assert!(!reason.contains("ann@"), "{name}: {reason}");
    }
}

#[tokio::test]
async fn a_refund_of_a_balance_belongs_to_no_charge_and_is_kept() {
    for (charge, intent, belongs_to) in [
        (Value::Null, Value::Null, "re_1"),
        (Value::Null, json!("pi_1"), "pi_1"),
        // By the schema at hand an object in its place says nothing more.
        (json!({}), json!({ "id": "pi_1", "object": "payment_intent" }), "pi_1"),
        (json!({}), json!({}), "re_1"),
    ] {
        let mut record = refund("re_1", "succeeded", &json!({}));
        record["charge"] = charge;
        record["payment_intent"] = intent;
        let Ok(Entity::Return(back)) = read(Stream::Refunds, &record).await else { panic!("{record}") };
        assert_eq!((back.payment.as_str(), back.refund.amount.minor), (belongs_to, 1500), "{record}");
    }
}
