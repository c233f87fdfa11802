//! What the schemas of Klaviyo, ShipBob and Stripe allow is read, and understood as an answer to an action; see [`made`].
//!
//! [`made`]: super::made

use std::sync::Arc;

use fermata_connectors::{Connector, connect};
use fermata_model::action::{Arrival, Pieces};
use fermata_model::{Action, ConnectionId, Currency, Money, Platform, RecordRef, Stream};
use serde_json::{Value, json};

use super::generated::{Dice, Maker, Meant, answer};
use super::made::{act_all, read_all};
use super::openapi::{OpenApi, shared};
use super::possible;
use super::{shipbob, stripe};
use crate::support::listener::{Reply, Seen};
use crate::support::settings;

fn target(stream: Stream, id: &str) -> RecordRef {
    RecordRef { connection: ConnectionId(7), stream, external_id: id.into(), label: "Ann Lee".into() }
}

fn told_by_klaviyo(name: &str) -> Option<Meant> {
    Some(match name {
        "id" => Meant::Id,
        // What has no time cannot be shown among other things.
        "datetime" => Meant::Iso8601,
        // What happened is told by the metric alone.
        "relationships" | "metric" | "data" => Meant::There,
        _ => return None,
    })
}

fn by_klaviyo(spec: &Arc<OpenApi>) -> impl Fn(&Seen, &mut Dice) -> Reply + Clone + Send + Sync + 'static {
    let spec = Arc::clone(spec);
    move |seen, dice| match seen.path.strip_prefix("/api/metrics/") {
        // The name decides what an event is; elsewhere names may be null.
        Some(id) => Reply::json(json!({
            "data": {
                "type": "metric", "id": id, "attributes": { "name": "Opened Email" },
                "links": { "self": "https://a.klaviyo.com/m" },
            },
            "links": { "self": "https://a.klaviyo.com/m" },
        })),
        None => ending(answer(&spec, seen, told_by_klaviyo, dice)),
    }
}

/// The same answer without a next page: a link made at random names none, which is an error.
fn ending(reply: Reply) -> Reply {
    let Reply::Answer { status, body, .. } = &reply else { return reply };
    let Ok(mut whole) = serde_json::from_str::<Value>(body) else { return reply };
    if let Some(links) = whole.get_mut("links").and_then(Value::as_object_mut) {
        links.remove("next");
    }
    Reply::status(*status, whole)
}

fn a_list_of_people(url: &str) -> Arc<dyn Connector> {
    connect(Platform::Klaviyo, settings(url, &[("api_key", "pk_1")])).unwrap()
}

fn klaviyo_schemas() -> Option<Arc<OpenApi>> {
    shared("specs/klaviyo/openapi-stable-2026-07-15.json.gz").map(|path| Arc::new(OpenApi::load(&path)))
}

#[tokio::test]
async fn whatever_klaviyo_may_answer_is_read() {
    let Some(spec) = klaviyo_schemas() else { return };
    let made = by_klaviyo(&spec);
    let complaints = read_all(Platform::Klaviyo, spec, made, a_list_of_people).await;
    assert!(complaints.is_empty(), "{complaints:#?}");
}

#[tokio::test]
async fn whatever_klaviyo_may_answer_to_an_action_is_understood() {
    let Some(spec) = klaviyo_schemas() else { return };
    let made = by_klaviyo(&spec);
    let profile = || target(Stream::Profiles, "P1");
    let held = || target(Stream::Profiles, "P2");
    let campaign = |id: &str| target(Stream::Campaigns, id);
    let actions = [
        Action::MarketingHold { profile: profile() },
        Action::MarketingRelease { profile: held() },
        Action::MarketingFollowUp {
            profile: profile(),
            concern: "sizes".into(),
            item: "Linen shirt".into(),
            link: None,
        },
        Action::EventTrack { profile: profile(), metric: "Parcel was late".into(), properties: Vec::new() },
        Action::ProfileSet { profile: profile(), property: "size".into(), value: Some("M".into()) },
        Action::ProfileSet { profile: held(), property: "size".into(), value: None },
        Action::ListAdd { profile: profile(), list: "77".into() },
        Action::ListRemove { profile: held(), list: "77".into() },
        Action::StockNotice { profile: profile(), variant: "$shopify:::$default:::77".into() },
        Action::CampaignHold { campaign: campaign("C1") },
        Action::CampaignRelease { campaign: campaign("C2") },
        Action::CampaignBlock { campaign: campaign("C1"), block: "B1".into(), html: "New words.".into() },
    ];
    let allow = possible::at_klaviyo;
    let mut complaints = act_all(Platform::Klaviyo, spec, made, a_list_of_people, &actions, allow).await;
    complaints.retain(|what, _| {
        // Silence about marketing must not read as "not on hold".
        let is_silent = what.contains("the profile does not say what may be sent to it");
        // A block goes back as it came, but for its words.
        let goes_back = what.contains("/attributes/definition/") && what.contains("a_field_of_next_year");
        !is_silent && !goes_back
    });
    assert!(complaints.is_empty(), "{complaints:#?}");
}

fn told_by_shipbob(name: &str) -> Option<Meant> {
    Some(match name {
        "id" | "inventory_id" | "location_id" => Meant::Id,
        "created_date" | "insert_date" | "timestamp" => Meant::Iso8601,
        "status" => Meant::There,
        _ => return None,
    })
}

fn by_shipbob(spec: &Arc<OpenApi>) -> impl Fn(&Seen, &mut Dice) -> Reply + Clone + Send + Sync + 'static {
    let spec = Arc::clone(spec);
    move |seen, dice| answer(&spec, seen, told_by_shipbob, dice)
}

fn a_warehouse(url: &str) -> Arc<dyn Connector> {
    connect(Platform::Shipbob, settings(url, &[("token", "t0ken")])).unwrap()
}

#[tokio::test]
async fn whatever_shipbob_may_answer_is_read() {
    let Some(spec) = shipbob::schemas().map(Arc::new) else { return };
    let made = by_shipbob(&spec);
    let complaints = read_all(Platform::Shipbob, spec, made, a_warehouse).await;
    assert!(complaints.is_empty(), "{complaints:#?}");
}

#[tokio::test]
async fn whatever_shipbob_may_answer_to_an_action_is_understood() {
    let Some(spec) = shipbob::schemas().map(Arc::new) else { return };
    let made = by_shipbob(&spec);
    let shipment = |id: &str| target(Stream::Shipments, id);
    let arrival = Arrival {
        location: "77".into(),
        expected_on: "2026-12-01".parse().unwrap(),
        tracking: None,
        pieces: vec![Pieces { line: "31".into(), quantity: 24 }],
    };
    let actions = [
        Action::ShipmentHold { shipment: shipment("77") },
        Action::ShipmentRelease { shipment: shipment("78") },
        Action::ShipmentCancel { shipment: shipment("77") },
        Action::ReceivingCreate { receiving: target(Stream::Receiving, "PO-7"), arrival },
        Action::ReceivingCancel { receiving: target(Stream::Receiving, "77") },
    ];
    let allow = possible::at_shipbob;
    let complaints = act_all(Platform::Shipbob, spec, made, a_warehouse, &actions, allow).await;
    assert!(complaints.is_empty(), "{complaints:#?}");
}

fn told_by_stripe(name: &str) -> Option<Meant> {
    Some(match name {
        "currency" => Meant::Currency,
        "amount" => Meant::Amount,
        _ => return None,
    })
}

/// The schema at hand is of refunds; the rest is as plain as it may be.
fn by_stripe(spec: &Arc<OpenApi>) -> impl Fn(&Seen, &mut Dice) -> Reply + Clone + Send + Sync + 'static {
    let spec = Arc::clone(spec);
    move |seen, dice| {
        let refund = json!({ "$ref": "#/components/schemas/refund" });
        let mut made = || Maker { spec: &spec, told: told_by_stripe, dice }.value(&refund);
        let data = match (seen.method.as_str(), seen.path.as_str()) {
            ("POST", "/v1/refunds") => return Reply::json(made()),
            ("GET", "/v1/account") => return Reply::json(json!({ "id": "acct_1", "object": "account" })),
            ("GET", "/v1/charges/ch_1") => {
                return Reply::json(json!({
                    "id": "ch_1", "object": "charge", "amount": 4200, "amount_refunded": 0, "created": 1_795_200_000,
                    "currency": "eur", "status": "succeeded",
                }));
            }
            ("GET", "/v1/refunds") => vec![made(), made(), made()],
            _ => Vec::new(),
        };
        Reply::json(json!({ "object": "list", "url": seen.path, "has_more": false, "data": data }))
    }
}

fn a_till(url: &str) -> Arc<dyn Connector> {
    connect(Platform::Stripe, settings(url, &[("api_key", "rk_1")])).unwrap()
}

#[tokio::test]
async fn whatever_stripe_may_answer_about_refunds_is_read() {
    let Some(spec) = stripe::spec().map(Arc::new) else { return };
    let made = by_stripe(&spec);
    let complaints = read_all(Platform::Stripe, spec, made, a_till).await;
    assert!(complaints.is_empty(), "{complaints:#?}");
}

#[tokio::test]
async fn whatever_stripe_may_answer_to_a_refund_is_understood() {
    let Some(spec) = stripe::spec().map(Arc::new) else { return };
    let made = by_stripe(&spec);
    let refund = Action::PaymentRefund {
        payment: target(Stream::Payments, "ch_1"),
        amount: Money::new(1500, Currency::EUR),
        note: "Damaged".into(),
    };
    let allow = possible::at_stripe;
    let complaints = act_all(Platform::Stripe, spec, made, a_till, &[refund], allow).await;
    assert!(complaints.is_empty(), "{complaints:#?}");
}
