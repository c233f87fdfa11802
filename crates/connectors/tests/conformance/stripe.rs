//! Every request of the Stripe connector, against the vendor's OpenAPI.
//!
//! The file that is at hand has refunds alone. What else we ask is described here: parameters by docs.stripe.com, "List
//! all charges", "List all disputes", "Retrieve a charge"; objects by the vendor's fixtures.

use fermata_connectors::{Found, Pull, Sent, connect};
use fermata_model::{Action, Change, ConnectionId, Currency, Key, Money, Platform, RecordRef, Stream};
use serde_json::{Value, json};

use super::openapi::{OpenApi, shared};
use super::{hold, in_body, listen, more};
use crate::support::listener::{Reply, Seen};
use crate::support::{now, settings};

const KEY: &str = "0197f3f0-0000-7000-8000-000000000001";

/// The vendor's description, with what it lacks; `None` where it is absent.
pub(super) fn spec() -> Option<OpenApi> {
    let path = shared("specs/stripe/refunds.openapi3.json")?;
    let fixtures: Value =
        serde_json::from_slice(&std::fs::read(shared("specs/stripe/fixtures.subset.json")?).unwrap())
            .unwrap();
    let members = |fixture: &Value, further: &[&str]| {
        let names = fixture.as_object().unwrap().keys().map(String::as_str).chain(further.iter().copied());
        names.map(|name| (name.to_owned(), json!({}))).collect::<serde_json::Map<_, _>>()
    };
    let charge = json!({
        "type": "object", "required": ["id", "object", "amount", "amount_refunded", "created", "currency", "status"],
        "properties": members(&fixtures["charge"], &[]), "additionalProperties": false,
    });
    let dispute = json!({
        "type": "object", "required": ["id", "object", "amount", "charge", "created", "currency", "reason", "status"],
        "properties": members(&json!({}), &[
            "id", "object", "amount", "balance_transactions", "charge", "created", "currency",
            "enhanced_eligibility_types", "evidence", "evidence_details", "is_charge_refundable", "livemode", "metadata",
            "network_reason_code", "payment_intent", "payment_method_details", "reason", "status",
        ]),
        "additionalProperties": false,
    });
    let list = |item: &Value| {
        json!({
            "type": "object", "required": ["data", "has_more", "object", "url"],
            "properties": { "data": { "type": "array", "items": item }, "has_more": { "type": "boolean" } },
        })
    };
    let get = |id: &str, parameters: Vec<Value>, schema: &Value| {
        let error = json!({ "$ref": "#/components/schemas/error" });
        json!({ "get": { "operationId": id, "parameters": parameters, "responses": {
            "200": { "content": { "application/json": { "schema": schema } } },
            "default": { "content": { "application/json": { "schema": error } } },
        } } })
    };
    let text = |name: &str| json!({ "name": name, "in": "query", "schema": { "type": "string" } });
    let walk = || {
        let bounds = ["gt", "gte", "lt", "lte"].map(|bound| (bound.to_owned(), json!({ "type": "integer" })));
        let bounds: serde_json::Map<_, _> = bounds.into_iter().collect();
        vec![
            json!({ "name": "limit", "in": "query", "schema": { "type": "integer", "minimum": 1, "maximum": 100 } }),
            json!({ "name": "created", "in": "query", "style": "deepObject", "schema": { "anyOf": [
                { "type": "object", "properties": bounds, "additionalProperties": false }, { "type": "integer" },
            ] } }),
            json!({ "name": "expand", "in": "query", "style": "deepObject",
                "schema": { "type": "array", "items": { "type": "string" } } }),
            text("ending_before"),
            text("starting_after"),
            text("payment_intent"),
        ]
    };
    let id =
        |name: &str| json!({ "name": name, "in": "path", "required": true, "schema": { "type": "string" } });
    let of_charges = walk().into_iter().chain([text("customer"), text("transfer_group")]).collect();
    let of_disputes = walk().into_iter().chain([text("charge")]).collect();
    Some(OpenApi::load(&path).with(json!({
        "/v1/account": get("GetAccount", Vec::new(), &json!({ "type": "object", "required": ["id", "object"] })),
        "/v1/charges": get("GetCharges", of_charges, &list(&charge)),
        "/v1/charges/{charge}": get("GetChargesCharge", vec![id("charge")], &charge),
        "/v1/disputes": get("GetDisputes", of_disputes, &list(&dispute)),
    })))
}

fn charge(id: &str) -> Value {
    json!({
        "id": id, "object": "charge", "amount": 4200, "amount_captured": 4200, "amount_refunded": 0, "captured": true,
        "created": 1_795_200_000, "currency": "eur", "status": "succeeded", "disputed": true, "customer": null,
        "billing_details": { "email": "ann@example.com", "name": "Ann Lee", "phone": null, "address": { "country": "DE" } },
        "metadata": { "order_number": "#1042" },
    })
}

fn refund(id: &str, metadata: &Value, charge: Value) -> Value {
    json!({
        "id": id, "object": "refund", "amount": 1500, "charge": charge, "created": 1_795_262_400, "currency": "eur",
        "status": "succeeded", "metadata": metadata, "payment_intent": "pi_1",
    })
}

fn dispute(charge: Value) -> Value {
    json!({
        "id": "du_1", "object": "dispute", "amount": 4200, "charge": charge, "created": 1_795_210_000, "currency": "eur",
        "evidence_details": { "due_by": 1_796_000_000 }, "is_charge_refundable": true, "reason": "fraudulent",
        "status": "warning_needs_response",
    })
}

fn list(url: &str, data: Value, has_more: bool) -> Reply {
    Reply::json(json!({ "object": "list", "url": url, "has_more": has_more, "data": data }))
}

fn script(seen: &Seen) -> Reply {
    let query = seen.query_pairs();
    let asks = |name: &str| query.iter().any(|(given, _)| given == name);
    let second = asks("starting_after");
    match (seen.method.as_str(), seen.path.as_str()) {
        ("GET", "/v1/account") => Reply::json(json!({
            "id": "acct_1", "object": "account", "default_currency": "eur", "business_profile": { "name": "The Shop" },
        })),
        ("GET", "/v1/charges") => {
            list("/v1/charges", json!([charge(if second { "ch_2" } else { "ch_1" })]), !second)
        }
        ("GET", "/v1/charges/ch_1") => Reply::json(charge("ch_1")),
        ("GET", "/v1/refunds") if asks("charge") => {
            let note = if second { json!({ "fermata_action": KEY }) } else { json!({}) };
            list(
                "/v1/refunds",
                json!([refund(if second { "re_9" } else { "re_8" }, &note, json!("ch_1"))]),
                !second,
            )
        }
        ("GET", "/v1/refunds") => {
            let id = if second { "re_2" } else { "re_1" };
            list("/v1/refunds", json!([refund(id, &json!({}), charge("ch_1"))]), !second)
        }
        ("GET", "/v1/disputes") if asks("charge") => {
            list("/v1/disputes", json!([dispute(json!("ch_1"))]), false)
        }
        ("GET", "/v1/disputes") => list("/v1/disputes", json!([dispute(charge("ch_1"))]), false),
        ("POST", "/v1/refunds") => {
            Reply::json(refund("re_9", &json!({ "fermata_action": KEY }), json!("ch_1")))
        }
        other => panic!("nothing is scripted for {other:?}"),
    }
}

#[tokio::test]
async fn every_stripe_request_is_valid_by_the_published_schema() {
    let Some(spec) = spec() else { return };
    let (listener, log) = listen(script).await;
    let mut settings = settings(&listener.url, &[("api_key", "rk_1")]);
    // So many requests at once are more than half of what a second allows; a moment's wait is no failure here.
    settings.patience.longest_pause = std::time::Duration::from_secs(2);
    let stripe = connect(Platform::Stripe, settings).unwrap();
    let account = stripe.check().await.unwrap();
    assert_eq!((account.name.as_str(), account.missing.len()), ("The Shop", 0));

    for stream in [Stream::Payments, Stream::Refunds, Stream::Disputes] {
        for since in [None, Some(now().saturating_sub(jiff::SignedDuration::from_hours(72)).unwrap())] {
            let mut pull = Pull { stream, since, until: now(), token: None, size: None };
            loop {
                let page = stripe.pull(&pull).await.unwrap();
                assert!(page.changes.iter().all(|change| matches!(change, Change::Seen(_))), "{page:?}");
                let Some(next) = page.next else { break };
                pull.token = Some(next);
            }
        }
    }

    let action = Action::PaymentRefund {
        payment: RecordRef {
            connection: ConnectionId(7),
            stream: Stream::Payments,
            external_id: "ch_1".into(),
            label: "#1042".into(),
        },
        amount: Money::new(1500, Currency::EUR),
        note: "Parcel late & wet".into(),
    };
    let key: Key = KEY.parse().unwrap();
    let frozen = stripe.prepare(&action, key, now()).await.unwrap();
    assert!(matches!(stripe.send(&frozen).await.unwrap(), Sent::Confirmed(_)));
    assert!(
        matches!(stripe.find(&frozen).await.unwrap(), Found::Yes(receipt) if receipt.external_id == "re_9")
    );

    for (request, _) in log.lock().unwrap().iter() {
        assert_eq!(request.header("authorization"), Some("Bearer rk_1"));
        assert_eq!(request.header("stripe-version"), Some("2026-09-30.endive"));
        assert_eq!(request.header("idempotency-key"), (request.method == "POST").then_some(KEY));
    }
    hold(
        &spec,
        &log,
        &[
            ("GetAccount", |r| more(r, "limit=1")),
            ("GetCharges", |r| r.query = "created[from]=1".to_owned()),
            ("GetChargesCharge", |r| more(r, "created[gte]=1")),
            ("GetRefunds", |r| r.query = "created[gte]=today".to_owned()),
            ("GetDisputes", |r| r.query = "status=open".to_owned()),
            ("PostRefunds", |r| in_body(r, "metadata%5Bfermata_action%5D", "meta%5Bfermata_action%5D")),
        ],
    );
}

/// Each of these must be refused, or forms are not checked.
#[test]
fn a_wrong_form_is_noticed() {
    let Some(spec) = spec() else { return };
    let wrong = |body: &str| {
        let headers = vec![("content-type".to_owned(), super::forms::MEDIA.to_owned())];
        let (method, path) = ("POST".to_owned(), "/v1/refunds".to_owned());
        spec.check_request(&Seen { method, path, query: String::new(), headers, body: body.to_owned() })
    };
    assert_eq!(wrong("charge=ch_1&amount=5&metadata%5Ba%5D=1"), Vec::<String>::new());
    for body in [
        "amount=5.00",
        "amount=five",
        "amount[a]=5",
        "reason=late",
        "metadata=x",
        "colour=red",
        "amount=5&amount=6",
    ] {
        assert!(!wrong(body).is_empty(), "{body}");
    }
}
